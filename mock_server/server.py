"""The app behind a socket: an ASGI application on uvicorn."""

import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mock_server.app import MAX_BODY
from mock_server.envelope import respond
from mock_server.messages import Handler, Request, Response

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

logger = logging.getLogger(__name__)


class AsgiApp:
    """Speaks ASGI for a handler."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def __call__(self, scope: "Scope", receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            return
        body = await read_body(receive)
        if body is None:
            return
        response = self._answer(read_request(scope, body))
        headers = [(name.lower().encode(), value.encode()) for name, value in response.headers]
        await send({"type": "http.response.start", "status": response.status, "headers": headers, "trailers": False})
        await send({"type": "http.response.body", "body": response.body, "more_body": False})

    def _answer(self, request: Request) -> Response:
        """Answer a request; a mistake of ours is logged and does not look like an answer of the API."""
        try:
            return self._handler.handle(request)
        except Exception:
            logger.exception("%s %s failed", request.method, request.path)
            return respond(500, {"message": "The mock failed. Its log says why; please report it."})


def read_request(scope: "HTTPScope", body: bytes) -> Request:
    """Return the request of an ASGI scope."""
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=body,
    )


async def read_body(receive: "ASGIReceiveCallable") -> bytes | None:
    """Return the body of a request, at most one byte over the limit, which is enough to refuse it.

    Returns None if the client hung up in the middle: half a request must not be carried out.
    """
    chunks, size = [], 0
    while size <= MAX_BODY:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunks.append(message["body"])
        size += len(message["body"])
        if not message["more_body"]:
            break
    return b"".join(chunks)[: MAX_BODY + 1]


class JsonHttpProtocol(HttpToolsProtocol):
    """HTTP whose parse errors are answered in JSON, as all else is."""

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP, and hang up."""
        response = respond(400, {"message": msg})
        lines = [f"HTTP/1.1 400 {HTTPStatus.BAD_REQUEST.phrase}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in response.headers]
        self.transport.write("\r\n".join([*lines, "", ""]).encode("latin-1") + response.body)
        self.transport.close()


class QuietServer(Server):
    """A server that tells when it answers, and stops without a trace on SIGINT and SIGTERM."""

    def __init__(self, config: Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, and tell so."""
        await super().startup(sockets)
        self._on_start()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on the usual signals; unlike uvicorn, do not raise them again afterwards."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to the address, with port 0 to a free one; raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def serve(handler: Handler, listener: socket.socket, on_start: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM."""
    config = Config(
        AsgiApp(handler),
        http=JsonHttpProtocol,
        ws="none",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    QuietServer(config, on_start).run(sockets=[listener])
