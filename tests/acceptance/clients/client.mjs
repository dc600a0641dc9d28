// Sends the requests of a plan with a client of Node as it comes: see plan.py.
import http from "node:http";
import http2 from "node:http2";
import { Readable } from "node:stream";
import { createInterface } from "node:readline";

const [mode, proxy] = process.argv.slice(2);
let session;
const agent = new http.Agent({ keepAlive: true });

const clients = {
  async fetch(method, url, headers, body) {
    const response = await fetch(url, { method, headers, body });
    return [response.status, Buffer.from(await response.arrayBuffer())];
  },
  async "fetch-chunked"(method, url, headers, body) {
    const stream = body && Readable.toWeb(Readable.from([body]));
    const response = await fetch(url, { method, headers, body: stream, duplex: stream && "half" });
    return [response.status, Buffer.from(await response.arrayBuffer())];
  },
  http(method, url, headers, body) {
    return new Promise((resolve, reject) => {
      // Node adds no framing of its own to the body of a DELETE.
      const framed = body ? { ...headers, "Transfer-Encoding": "chunked" } : headers;
      const request = http.request(url, { method, headers: framed, agent }, async (response) => {
        resolve([response.statusCode, Buffer.concat(await response.toArray())]);
      });
      request.on("error", reject);
      if (body) request.write(body);
      request.end();
    });
  },
  http2(method, url, headers, body) {
    const { origin, pathname, search } = new URL(url);
    session ??= http2.connect(origin);
    return new Promise((resolve, reject) => {
      const request = session.request({ ":method": method, ":path": pathname + search, ...headers }, { endStream: !body });
      request.on("response", async (head) => resolve([head[":status"], Buffer.concat(await request.toArray())]));
      request.on("error", reject);
      if (body) request.end(body);
    });
  },
  async got(method, url, headers, body) {
    const { got } = await import("got");
    const response = await got(url, { method, headers, body, throwHttpErrors: false, responseType: "buffer" });
    return [response.statusCode, response.body];
  },
  async superagent(method, url, headers, body) {
    const { default: superagent } = await import("superagent");
    const request = superagent(method, url).set(headers).ok(() => true).responseType("arraybuffer");
    const response = await (body ? request.send(body.toString()) : request);
    return [response.status, response.body];
  },
  async axios(method, url, headers, body) {
    const { default: axios } = await import("axios");
    const through = proxy && { protocol: "http", host: new URL(proxy).hostname, port: new URL(proxy).port };
    const options = { method, url, headers, data: body, proxy: through || false, responseType: "arraybuffer" };
    const response = await axios({ ...options, validateStatus: () => true });
    return [response.status, response.data];
  },
  async undici(method, url, headers, body) {
    const { request } = await import("undici");
    const response = await request(url, { method, headers, body });
    return [response.statusCode, Buffer.from(await response.body.arrayBuffer())];
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [key, method, url, type, encoded] = line.split("\t");
  const headers = { Authorization: `Bearer ${key}`, ...(type && { "Content-Type": type }) };
  const body = encoded ? Buffer.from(encoded, "base64") : undefined;
  const [status, answer] = await clients[mode](method, url, headers, body);
  console.log(`${status} ${Buffer.from(answer).toString("base64")}`);
}
agent.destroy();
session?.close();
