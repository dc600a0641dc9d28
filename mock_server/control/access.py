"""Access to the control API: for anyone on this machine on a loopback address, otherwise for the token's holder."""

import secrets
from dataclasses import dataclass, replace
from ipaddress import ip_address
from urllib.parse import urlsplit

from mock_server.accounts import read_key
from mock_server.messages import Request, Response
from mock_server.requests.cors import admit
from mock_server.responses import refuse

PROXIES = frozenset({"forwarded", "via", "x-real-ip"})
"""Headers that reveal a proxy: its client may be on another machine."""

METHODS = "DELETE, GET, OPTIONS, POST, PUT"


@dataclass(frozen=True, slots=True)
class Access:
    """Guards the control API.

    `is_open` says that the mock listens on a loopback address only. Pages of other machines are refused even then: by
    their Origin, by a Host of another machine (as in DNS rebinding), and by a proxy's headers.
    """

    token: str = ""
    is_open: bool = True

    def refuse(self, request: Request) -> Response | None:
        """Return a refusal, or None if the request is allowed."""
        if self.token:
            sent = read_key(request.headers.get("authorization", ""))
            if secrets.compare_digest(sent.encode("utf-8", "replace"), self.token.encode()):
                return None
            return refuse("The control API needs its token: send it as `Authorization: Bearer TOKEN`.", 403)
        if not self.is_open:
            return refuse("The control API is closed on this address. Start the mock with --control-token.", 403)
        proxied = [name for name in request.headers if name in PROXIES or name.startswith("x-forwarded-")]
        if proxied:
            return refuse(
                f"The control API does not accept requests through a proxy ({proxied[0]}) without --control-token.", 403
            )
        origin = request.headers.get("origin", "")
        if origin and not is_own(origin):
            return refuse(f"A page of {origin} may not use the control API of this mock.", 403)
        host = request.headers.get("host", "")
        if host and not is_own(f"//{host}"):
            return refuse(
                f"The control API does not answer under the name {host}; use 127.0.0.1 or --control-token.", 403
            )
        return None


def is_loopback(host: str) -> bool:
    """Return whether a host name or address belongs to this machine and is only reachable from it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_own(url: str) -> bool:
    """Return whether the host of a URL is this machine."""
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False


def add_cors_headers(request: Request, response: Response) -> Response:
    """Return a response that pages on other ports of this machine may read."""
    origin = request.headers.get("origin", "")
    if not is_own(origin):
        return response
    methods = ("Access-Control-Allow-Methods", METHODS)
    return admit(request, replace(response, headers=(*response.headers, methods)))
