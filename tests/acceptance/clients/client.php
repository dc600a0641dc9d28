<?php
// Sends the requests of a plan with PHP's streams as they come: see plan.py.
[, $mode] = $argv;
while (($line = fgets(STDIN)) !== false) {
    [$key, $method, $url, $type, $body] = explode("\t", rtrim($line, "\n"));
    $headers = ["Authorization: Bearer $key"];
    if ($type !== '') {
        $headers[] = "Content-Type: $type";
    }
    $http = ['method' => $method, 'header' => $headers, 'content' => base64_decode($body), 'ignore_errors' => true];
    if ($mode === '1.0') {
        $http['protocol_version'] = 1.0;
    }
    if (isset($argv[2])) {
        $http += ['proxy' => str_replace('http://', 'tcp://', $argv[2]), 'request_fulluri' => true];
    }
    $answer = file_get_contents($url, false, stream_context_create(['http' => $http]));
    preg_match('{^HTTP/\S+ (\d+)}', $http_response_header[0], $status);
    echo $status[1], ' ', base64_encode($answer), "\n";
}
