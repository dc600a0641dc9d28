"""A mock as a transport adapter of `requests`: no socket, no thread, and no waiting except for faults."""

import time
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPHeaderDict, HTTPResponse

from mock_server.messages import Handler, Request, Response


class MockAdapter(BaseAdapter):
    """Passes the requests of a session to a mock; mount it at the address of the deployment."""

    def __init__(self, handler: Handler) -> None:
        super().__init__()
        self._handler = handler

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002 - the signature is that of `requests`
        timeout: Any = None,
        verify: Any = True,  # noqa: ARG002
        cert: Any = None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> requests.Response:
        """Return the answer; raise the exceptions of `requests` for dropped connections and late answers."""
        answered = self._handler.handle(read_prepared(request))
        self._deliver(answered, timeout, request)
        body = answered.body[: answered.delivery.truncate_at]
        response = requests.Response()
        response.status_code = answered.status
        response.headers = CaseInsensitiveDict(dict(answered.headers))
        # With the length of the whole body, a truncated one is detected as it would be on a connection.
        headers = HTTPHeaderDict(dict(answered.headers))
        response.raw = HTTPResponse(
            BytesIO(body), headers, answered.status, preload_content=False, request_method=request.method
        )
        response.url = str(request.url)
        response.request = request
        response.encoding = "utf-8"
        return response

    def _deliver(self, answered: Response, timeout: Any, request: requests.PreparedRequest) -> None:
        read_timeout = timeout[1] if isinstance(timeout, tuple) else timeout
        if read_timeout is not None and answered.delivery.delay > read_timeout:
            raise requests.ReadTimeout(f"No answer within {read_timeout} s.", request=request)
        time.sleep(answered.delivery.delay)
        if answered.delivery.drop:
            raise requests.ConnectionError("The connection was dropped.", request=request)

    def close(self) -> None:
        """Do nothing: there is nothing to close."""


def read_prepared(request: requests.PreparedRequest) -> Request:
    """Return a request of `requests` as a request of the mock."""
    parts = urlsplit(request.url or "")
    body = request.body or b""
    return Request(
        method=request.method or "",
        path=str(parts.path) or "/",
        query=str(parts.query),
        headers={str(name).lower(): _text(value) for name, value in request.headers.items()},
        body=body if isinstance(body, bytes) else str(body).encode(),
    )


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
