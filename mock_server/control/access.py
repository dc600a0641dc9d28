"""Who may drive the mock: on a loopback address everybody at this machine, elsewhere only who has the token."""

import secrets
from dataclasses import dataclass, replace
from ipaddress import ip_address
from urllib.parse import urlsplit

from mock_server.accounts import read_key
from mock_server.control.responses import refuse
from mock_server.messages import Headers, Request, Response

METHODS = "DELETE, GET, OPTIONS, POST, PUT"


@dataclass(frozen=True, slots=True)
class Access:
    """Guards the control API.

    `is_open` tells that the mock listens on a loopback address alone. Pages of other machines are kept out even then:
    by their Origin, and by a Host that is not of this machine, as a rebound name would have it.
    """

    token: str = ""
    is_open: bool = True

    def refuse(self, request: Request) -> Response | None:
        """Return the refusal of a request, or None for one that may pass."""
        if self.token:
            sent = read_key(request.headers.get("authorization", ""))
            if secrets.compare_digest(sent.encode("utf-8", "replace"), self.token.encode()):
                return None
            return refuse("The control API needs its token: send it as `Authorization: Bearer TOKEN`.", 403)
        if not self.is_open:
            return refuse("The control API is closed on this address. Start the mock with --control-token.", 403)
        origin = request.headers.get("origin", "")
        if origin and not is_loopback(urlsplit(origin).hostname or ""):
            return refuse(f"A page of {origin} may not drive this mock.", 403)
        host = request.headers.get("host", "")
        if host and not is_loopback(urlsplit(f"//{host}").hostname or ""):
            return refuse(f"The mock is not driven under the name {host}; use 127.0.0.1 or --control-token.", 403)
        return None


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine's own and reached by it alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def add_cors_headers(request: Request, response: Response) -> Response:
    """Return an answer that pages of this machine's other ports may read."""
    origin = request.headers.get("origin", "")
    if not origin or not is_loopback(urlsplit(origin).hostname or ""):
        return response
    cors: Headers = (
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Methods", METHODS),
        ("Access-Control-Allow-Headers", "Authorization, Content-Type"),
        ("Vary", "Origin"),
    )
    return replace(response, headers=(*response.headers, *cors))
