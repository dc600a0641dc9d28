"""A real deployment that answers in the place of the mock."""

from collections.abc import Iterable

import urllib3
from urllib3.exceptions import HTTPError

from mock_server.messages import Request, Response
from mock_server.responses import json_response

TIMEOUT = urllib3.Timeout(connect=10, read=60)
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding"}
    | {"upgrade", "content-length", "host"}
)
"""Headers that belong to one connection, and are not passed on. Implements: RFC 9110, 7.6.1."""


class Upstream:
    """Forwards requests below the base path of the contract to a deployment, and hands its answers back unchanged.

    `url` is the deployment's base URL, such as `https://crm.example.com/api`.
    """

    def __init__(self, url: str, base_path: str) -> None:
        self.url = url.rstrip("/")
        self._base_path = base_path
        self._pool = urllib3.PoolManager(retries=False, maxsize=10)

    def handle(self, request: Request) -> Response:
        """Forward a request; one that cannot be answered with 502, in the shape of the API's errors."""
        path = request.path.removeprefix(self._base_path)
        query = f"?{request.query}" if request.query else ""
        try:
            answer = self._pool.request(
                request.method,
                f"{self.url}{path}{query}",
                body=request.body or None,
                # The body is handed on as it comes, so it must not be packed for us alone.
                headers={**dict(_pass_on(request.headers.items())), "accept-encoding": "identity"},
                redirect=False,
                decode_content=False,
                timeout=TIMEOUT,
            )
        except HTTPError as error:
            return json_response(502, {"message": f"{self.url} could not be reached: {error}"})
        body = answer.data
        headers = (*_pass_on(answer.headers.items()), ("Content-Length", str(len(body))))
        return Response(answer.status, headers, body)


def _pass_on(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in headers if name.lower() not in HOP_BY_HOP)
