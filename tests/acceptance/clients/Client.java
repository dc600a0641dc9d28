import java.io.*;
import java.net.*;
import java.net.http.*;
import java.util.*;

/** Sends the requests of a plan with Java's HttpClient as it comes: see plan.py. */
public class Client {
  public static void main(String[] arguments) throws Exception {
    String mode = arguments[0];
    HttpClient.Builder builder = HttpClient.newBuilder();
    if (arguments.length > 1) {
      URI proxy = URI.create(arguments[1]);
      builder.proxy(ProxySelector.of(new InetSocketAddress(proxy.getHost(), proxy.getPort())));
    }
    HttpClient client = builder.build();
    BufferedReader plan = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = plan.readLine()) != null; ) {
      String[] fields = line.split("\t", -1);
      byte[] body = Base64.getDecoder().decode(fields[4]);
      HttpRequest.BodyPublisher publisher = body.length == 0 ? HttpRequest.BodyPublishers.noBody()
          : mode.equals("chunked") ? HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
          : HttpRequest.BodyPublishers.ofByteArray(body);
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(fields[2])).method(fields[1], publisher);
      request.header("Authorization", "Bearer " + fields[0]);
      if (!fields[3].isEmpty()) request.header("Content-Type", fields[3]);
      HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      System.out.println(response.statusCode() + " " + Base64.getEncoder().encodeToString(response.body()));
    }
  }
}
