"""Network access to a deployment: custom certificate authorities, client certificates, proxies, split DNS."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.utils import get_environ_proxies, select_proxy

from conformance.http.connections import WatchedAdapter
from conformance.target import NetworkOptions, Target

DEFAULT_PORTS = {"http": 80, "https": 443}


def configure(session: requests.Session, target: Target) -> None:
    """Apply the network options of a target to a session; settings that they do not name are kept."""
    network = target.network
    session.verify = not network.insecure and (network.ca_bundle or True)
    if network.insecure:
        # Reports mention it; a warning for each request would hide everything else.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    if network.client_cert:
        session.cert = (network.client_cert, network.client_key) if network.client_key else network.client_cert
    if network.proxy:
        session.proxies = proxies(network, target.url)
    if network.addresses:
        for scheme in DEFAULT_PORTS:
            session.mount(f"{scheme}://", ResolvingAdapter(network.addresses))


def proxies(network: NetworkOptions, url: str) -> dict[str, str]:
    """Return the proxies for a URL by scheme: the configured one, or those of the environment."""
    if network.proxy == "env":
        return dict(get_environ_proxies(url, no_proxy=None))
    return dict.fromkeys(DEFAULT_PORTS, network.proxy)


class ResolvingAdapter(WatchedAdapter):
    """An adapter that connects to configured addresses instead of resolving names; TLS still checks the names."""

    def __init__(self, addresses: Mapping[tuple[str, int], str]) -> None:
        self._addresses = addresses
        super().__init__()

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """Return a connection to the address configured for the request's host and port."""
        host, pool = self.build_connection_pool_key_attributes(request, verify, cert)
        name, port = host["host"], host["port"] or DEFAULT_PORTS[host["scheme"]]
        address = self._addresses.get((name, port))
        # A proxy resolves names itself.
        if address is None or select_proxy(str(request.url), proxies):
            return super().get_connection_with_tls_context(request, verify, proxies, cert)
        tls = {"server_hostname": name, "assert_hostname": name} if host["scheme"] == "https" else {}
        where = {"host": address, "port": port, "scheme": host["scheme"]}
        return self.poolmanager.connection_from_host(**where, pool_kwargs={**pool, **tls})

    def add_headers(self, request: requests.PreparedRequest, **_: Any) -> None:
        """Set the Host header to the requested host instead of the address."""
        request.headers.setdefault("Host", urlsplit(str(request.url)).netloc)
