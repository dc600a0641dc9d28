# Sends the requests of a plan with Ruby's Net::HTTP as it comes: see plan.py.
require "net/http"

connection = nil
$stdin.each_line(chomp: true) do |line|
  key, method, url, type, encoded = line.split("\t", -1)
  target = URI(url)
  request = Net::HTTPGenericRequest.new(method, !encoded.empty?, true, target)
  request["Authorization"] = "Bearer #{key}"
  request["Content-Type"] = type unless type.empty?
  request.body = encoded.unpack1("m") unless encoded.empty?
  connection ||= Net::HTTP.start(target.host, target.port)
  response = connection.request(request)
  puts "#{response.code} #{[response.body].pack("m0")}"
end
