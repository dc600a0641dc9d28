"""Network access to a deployment: certificates, proxies, headers, addresses."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from conformance.http.request import NoAnswer, OutgoingRequest
from conformance.http.transport import Transport
from conformance.target import NetworkOptions, Target
from mock_server.messages import Request, Response
from tests.conformance.live_server import serving

READ = OutgoingRequest("getMilestone", "GET", "/milestones/5")
AUTHORITY = trustme.CA()


class Site:
    """A server that keeps what it was sent."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def handle(self, request: Request) -> Response:
        self.requests.append(request)
        return Response(200, (("Content-Type", "application/json"),), b'{"echo": "token-of-the-front"}')


@pytest.fixture
def site() -> Site:
    """Return a site to be served."""
    return Site()


@pytest.fixture
def authority(tmp_path: Path) -> str:
    """Write the certificate of an untrusted authority; return its path."""
    AUTHORITY.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    return str(tmp_path / "authority.pem")


def server_context(name: str = "127.0.0.1") -> ssl.SSLContext:
    """Return the TLS of a server with a certificate for a name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert(name).configure_cert(context)
    return context


@pytest.fixture
def secure(site: Site) -> Iterator[str]:
    """Serve a site over TLS."""
    with serving(site.handle, server_context()) as url:
        yield url


def status(url: str, network: NetworkOptions) -> int | None:
    return Transport(Target(url, "test-key", network), guard=print).send(READ).status


def test_a_certificate_that_nobody_trusts_is_told_with_the_option_that_helps(secure: str) -> None:
    with pytest.raises(NoAnswer, match=r"not accepted .* --ca-bundle FILE"):
        status(secure, NetworkOptions())


def test_https_where_no_tls_is_spoken_is_told_as_that(site: Site) -> None:
    with serving(site.handle) as url, pytest.raises(NoAnswer, match="does not use TLS; write http://"):
        status(url.replace("http:", "https:"), NetworkOptions())


def test_an_authority_of_ones_own_is_trusted(secure: str, authority: str) -> None:
    assert status(secure, NetworkOptions(ca_bundle=authority)) == 200


def test_any_certificate_is_taken_only_on_demand(secure: str) -> None:
    assert status(secure, NetworkOptions(insecure=True)) == 200


def test_a_client_shows_its_certificate(site: Site, authority: str, tmp_path: Path) -> None:
    context = server_context()
    context.verify_mode = ssl.CERT_REQUIRED
    AUTHORITY.configure_trust(context)
    AUTHORITY.issue_cert("client@example.com").private_key_and_cert_chain_pem.write_to_path(
        str(tmp_path / "client.pem")
    )
    with serving(site.handle, context) as url:
        assert status(url, NetworkOptions(ca_bundle=authority, client_cert=str(tmp_path / "client.pem"))) == 200
        with pytest.raises(NoAnswer):
            status(url, NetworkOptions(ca_bundle=authority))


def test_a_proxy_gets_what_is_meant_for_the_deployment(site: Site) -> None:
    with serving(site.handle) as proxy:
        root = proxy.removesuffix("/api")
        assert status("http://crm.invalid/api", NetworkOptions(proxy=root)) == 200

    assert site.requests[0].path == "http://crm.invalid/api/milestones/5"


def test_the_proxy_of_the_environment_is_used_only_on_demand(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(site.handle) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.removesuffix("/api"))
        monkeypatch.setenv("http_proxy", proxy.removesuffix("/api"))
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert status("http://crm.invalid/api", NetworkOptions(proxy="env")) == 200
        with pytest.raises(NoAnswer):
            status("http://crm.invalid/api", NetworkOptions())


def test_header_fields_are_sent_with_every_request_and_their_values_come_back_nowhere(site: Site) -> None:
    network = NetworkOptions(headers=(("X-Front", "token-of-the-front"),))
    with serving(site.handle) as url:
        exchange = Transport(Target(url, "test-key", network), guard=print).send(READ)

    assert site.requests[0].headers["x-front"] == "token-of-the-front"
    assert site.requests[0].headers["authorization"] == "Bearer test-key"
    assert b"token-of-the-front" not in exchange.received
    assert "token-of-the-front" not in repr(network)


def test_a_name_is_resolved_as_it_was_told(site: Site) -> None:
    with serving(site.handle) as url:
        port = urlsplit(url).port or 0
        network = NetworkOptions(addresses={("crm.invalid", port): "127.0.0.1"})
        assert status(f"http://crm.invalid:{port}/api", network) == 200

    assert site.requests[0].headers["host"] == f"crm.invalid:{port}"


def test_a_name_that_is_resolved_so_still_has_to_show_its_certificate(site: Site, authority: str) -> None:
    with serving(site.handle, server_context("crm.invalid")) as url:
        port = urlsplit(url).port or 0
        addresses = {("crm.invalid", port): "127.0.0.1", ("other.invalid", port): "127.0.0.1"}
        network = NetworkOptions(ca_bundle=authority, addresses=addresses)
        assert status(f"https://crm.invalid:{port}/api", network) == 200
        with pytest.raises(NoAnswer, match="certificate was not accepted"):
            status(f"https://other.invalid:{port}/api", network)


@pytest.mark.parametrize("name", ["User-Agent", "Accept"])
def test_a_header_that_is_left_out_is_not_sent(site: Site, name: str) -> None:
    with serving(site.handle) as url:
        transport = Transport(Target(url, "test-key", NetworkOptions()), guard=print)
        transport.send(READ)
        transport.send(replace(READ, headers={name: ""}))

    assert [name.lower() in request.headers for request in site.requests] == [True, False]
