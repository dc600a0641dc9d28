"""A mock without a socket, as a transport adapter of `requests`."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse
from urllib3.util import SKIP_HEADER

from mock_server.messages import Request, Response

ANNOUNCED = "X-Announced-Length"
"""The header by which a fault has another Content-Length than its body has bytes."""


class InProcess(BaseAdapter):
    """Hands prepared requests to a function instead of a connection."""

    def __init__(self, handle: Callable[[Request], Response]) -> None:
        super().__init__()
        self._handle = handle

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Answer a request; an answer comes as it would from a socket."""
        parts = urlsplit(request.url or "")
        body = request.body or b""
        answered = self._handle(
            Request(
                method=request.method or "",
                path=str(parts.path),
                query=str(parts.query),
                headers={
                    str(name).lower(): str(value) for name, value in request.headers.items() if value != SKIP_HEADER
                },
                body=body if isinstance(body, bytes) else body.encode(),
            )
        )
        response = requests.Response()
        response.status_code = answered.status
        response.headers = CaseInsensitiveDict(dict(answered.headers))
        response.headers["Content-Length"] = response.headers.pop(ANNOUNCED, str(len(answered.body)))
        response.raw = HTTPResponse(
            BytesIO(answered.body),
            response.headers,
            preload_content=False,
            status=answered.status,
            request_method=request.method,
        )
        response.url = str(request.url)
        response.request = request
        return response

    def close(self) -> None:
        """Do nothing: there is nothing to close."""
