# Sends the requests of a plan with Perl's HTTP::Tiny as it comes: see plan.py.
use strict;
use warnings;
use HTTP::Tiny;
use MIME::Base64;

my $client = HTTP::Tiny->new;
while (my $line = <STDIN>) {
    chomp $line;
    my ($key, $method, $url, $type, $encoded) = split /\t/, $line, -1;
    my %options = (headers => { Authorization => "Bearer $key" });
    $options{headers}{'Content-Type'} = $type if $type;
    $options{content} = decode_base64($encoded) if $encoded;
    my $response = $client->request($method, $url, \%options);
    print "$response->{status} ", encode_base64($response->{content}, ''), "\n";
}
