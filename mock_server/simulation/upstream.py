"""A real deployment that answers in the place of the mock."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterable
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from mock_server.messages import Departure, Headers, Request, Response
from mock_server.responses import json_response

TIMEOUT = urllib3.Timeout(connect=10, read=60)
DEADLINE = 120
"""How many seconds an answer may take in all, however steadily it trickles."""

MAX_ANSWER = 16 * 1024 * 1024
"""The largest body in bytes that is handed on."""

CHUNK = 64 * 1024
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding"}
    | {"upgrade", "content-length", "host"}
)
"""Headers that belong to one connection, and are not passed on. Implements: RFC 9110, 7.6.1."""

PRINTABLE = re.compile(r"[\x21-\x7e]*")
SEPARATORS = re.compile(r"[/\\]")


class UnsafeTarget(ValueError):
    """A target that could lead out of the base path."""


class AnswerRefused(Exception):
    """An answer that is not handed on."""


class Upstream:
    """Forwards requests below the base path of the contract to a deployment, and hands its answers back unchanged.

    `url` is the deployment's base URL, such as `https://crm.example.com/api`. All connections go to its host: what a
    request has for a target is only ever a path there.
    """

    def __init__(self, url: str, base_path: str) -> None:
        self.url = url.rstrip("/")
        self._base_path = base_path.rstrip("/")
        self._own_path = urlsplit(self.url).path
        self._pool = urllib3.connection_from_url(self.url, retries=False, maxsize=10)
        self._waiting = _end_with_clients(self._pool)

    def handle(self, request: Request) -> Response:
        """Forward a request; one that cannot be answered with an error, in the shape of the API's errors."""
        try:
            target = self.join(request.path, request.query)
        except UnsafeTarget as error:
            return json_response(404, {"message": str(error)})
        try:
            return self._ask(request, target)
        except AnswerRefused as error:
            return json_response(502, {"message": f"The answer of {self.url} {error}"})
        except HTTPError as error:
            if request.departure is not None and request.departure.is_over:
                return json_response(502, {"message": "The client left before the answer came."})
            return json_response(502, {"message": f"{self.url} could not be reached: {error}"})
        except ValueError:
            # Its text would have the header's value, and with it perhaps the key.
            return json_response(400, {"message": "The request has a header that cannot be sent on."})

    def join(self, path: str, query: str) -> str:
        """Return the target for a path and query of the mock; raises UnsafeTarget.

        The path is below the base path by itself: segments of dots, encoded or with parameters, are refused.
        """
        rest = path.removeprefix(self._base_path)
        if not path.startswith(self._base_path) or (rest and not rest.startswith("/")):
            raise UnsafeTarget(f"Only what is below {self._base_path}/ is forwarded to {self.url}.")
        segments = [segment.partition(";")[0] for segment in SEPARATORS.split(unquote(unquote(rest)))]
        # A target that begins with two slashes would name a host.
        names_host = len(segments) > 2 and not segments[1]
        if names_host or not {".", ".."}.isdisjoint(segments) or not PRINTABLE.fullmatch(rest + query):
            raise UnsafeTarget("The path has segments of dots, an empty one or characters that are not forwarded.")
        return (self._own_path + rest or "/") + (f"?{query}" if query else "")

    def _ask(self, request: Request, target: str) -> Response:
        end = time.monotonic() + DEADLINE
        departure = request.departure or Departure()
        self._waiting.departure = departure
        try:
            answer = self._pool.urlopen(
                request.method,
                target,
                body=request.body or None,
                # The body is handed on as it comes, so it must not be packed for us alone.
                headers={**dict(_pass_on(request.headers.items())), "accept-encoding": "identity"},
                redirect=False,
                decode_content=False,
                preload_content=False,
                timeout=TIMEOUT,
            )
            try:
                body = _read(answer, end)
            finally:
                answer.close()
        finally:
            # The connection is another request's from here on.
            departure.forget()
        headers = (*_pass_on(answer.headers.items()), ("Content-Length", str(len(body))))
        return Response(answer.status, headers, body)


class _Waiting(threading.local):
    """The client whose request a thread has sent on."""

    departure = Departure()


def _end_with_clients(pool: urllib3.HTTPConnectionPool) -> _Waiting:
    """Let each connection of a pool end with the client whose request it carries; return where a thread names it."""
    waiting = _Waiting()

    class Connection(pool.ConnectionCls):  # type: ignore[misc,name-defined]
        def request(self, *args: Any, **options: Any) -> None:
            super().request(*args, **options)
            waiting.departure.then(partial(_shut_down, self.sock))

    pool.ConnectionCls = Connection
    return waiting


def _shut_down(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _read(answer: urllib3.BaseHTTPResponse, end: float) -> bytes:
    """Return a body, still packed; raises AnswerRefused for a large one and for one that takes too long."""
    body = bytearray()
    while chunk := answer.read1(CHUNK, decode_content=False):
        body += chunk
        if len(body) > MAX_ANSWER:
            raise AnswerRefused(f"is greater than {MAX_ANSWER} bytes.")
        if time.monotonic() > end:
            raise AnswerRefused(f"takes longer than {DEADLINE} seconds.")
    return bytes(body)


def _pass_on(headers: Iterable[tuple[str, str]]) -> Headers:
    pairs = tuple(headers)
    connection = ",".join(value for name, value in pairs if name.lower() == "connection")
    dropped = HOP_BY_HOP | {name.strip().lower() for name in connection.split(",")}
    return tuple((name, value) for name, value in pairs if name.lower() not in dropped)
