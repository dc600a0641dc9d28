<?php
// Sends the requests of a plan with Guzzle, as Debian packs it: see plan.py.
require '/usr/share/php/GuzzleHttp/autoload.php';
[, $mode] = $argv;
$options = ['http_errors' => false];
if (isset($argv[2])) {
    $options['proxy'] = $argv[2];
}
if ($mode === 'streams') {
    $options['handler'] = GuzzleHttp\HandlerStack::create(new GuzzleHttp\Handler\StreamHandler());
}
$client = new GuzzleHttp\Client($options);
while (($line = fgets(STDIN)) !== false) {
    [$key, $method, $url, $type, $body] = explode("\t", rtrim($line, "\n"));
    $headers = ['Authorization' => "Bearer $key"];
    if ($type !== '') {
        $headers['Content-Type'] = $type;
    }
    $answer = $client->request($method, $url, ['headers' => $headers, 'body' => base64_decode($body)]);
    echo $answer->getStatusCode(), ' ', base64_encode((string) $answer->getBody()), "\n";
}
