"""CORS: allow pages of any origin to call the mock, by the answer to a preflight and the headers of all other answers.

Implements: Fetch, CORS protocol.
"""

from dataclasses import replace

from mock_server.messages import Headers, Request, Response
from mock_server.responses import EXPOSED, OPEN

SAFE = frozenset({"cache-control", "content-language", "content-length", "content-type", "expires", "last-modified"})
"""Headers that a page may read without permission."""

HIDDEN = frozenset({"set-cookie", "vary"})

PREFLIGHT: Headers = (
    ("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept, Prefer"),
    ("Access-Control-Max-Age", "600"),
)


def is_preflight(request: Request) -> bool:
    """Return whether a request is a browser's preflight."""
    return request.method == "OPTIONS" and "access-control-request-method" in request.headers


def answer_preflight(allowed: tuple[str, ...]) -> Response:
    """Return the answer to OPTIONS for a path with these methods, which allows pages of any origin to call it."""
    methods = ", ".join(allowed)
    headers = (("Allow", methods), ("Access-Control-Allow-Methods", methods), *OPEN, *PREFLIGHT)
    return Response(204, headers)


def admit(request: Request, response: Response) -> Response:
    """Return an answer that a page of the request's `Origin` may read, with the permissions a preflight asks for."""
    allowed: dict[str, str] = {
        "Access-Control-Allow-Origin": request.headers["origin"],
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": ", ".join(_exposed(response)),
        "Vary": "Origin",
    }
    if is_preflight(request):
        allowed |= _asked_for(request, response)
    replaced = {name.lower() for name in allowed if name != "Vary"}
    kept = [(name, value) for name, value in response.headers if name.lower() not in replaced]
    return replace(response, headers=(*kept, *allowed.items()))


def _exposed(response: Response) -> list[str]:
    hidden = {name.lower() for name in EXPOSED} | SAFE | HIDDEN
    more = {name for name, _ in response.headers if name.lower() not in hidden}
    return [*EXPOSED, *sorted(name for name in more if not name.lower().startswith("access-control-"))]


def _asked_for(request: Request, response: Response) -> dict[str, str]:
    node = {name.lower(): value for name, value in response.headers}
    methods = [name.strip() for name in node.get("access-control-allow-methods", "").split(",") if name.strip()]
    method = request.headers["access-control-request-method"]
    # The page must be able to read a refusal of the API: a failed preflight would hide it.
    allowed = {"Access-Control-Allow-Methods": ", ".join([*methods, *({method} - set(methods))])}
    if headers := request.headers.get("access-control-request-headers"):
        allowed["Access-Control-Allow-Headers"] = headers
    if request.headers.get("access-control-request-private-network") == "true":
        allowed["Access-Control-Allow-Private-Network"] = "true"
    return allowed
