"""HTTP/1.1 on a connection: bytes become requests, responses become bytes, and no client can make others wait.

This is the hot path between socket and app. It is ours, on httptools' parser, because a mock has to break off answers,
hang up and stall on command, and because it costs a fraction of what an ASGI server does (see docs/performance.md).
"""

import asyncio
import functools
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TypeAlias, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from mock_server.http.connections import Connections
from mock_server.http.heads import Heads, read_header
from mock_server.messages import MAX_BODY, NORMAL_DELIVERY, Handler, Headers, Request, Response
from mock_server.responses import json_response, usual_headers

logger = logging.getLogger(__name__)

MAX_HEAD = 64 * 1024
"""The largest request line and headers in bytes."""

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
CLOSE = ("Connection", "close")

_STATUSES = frozenset(HTTPStatus)
_HEADS = Heads()

Ask: TypeAlias = "Callable[[Request], Response | asyncio.Future[Response]]"
Steer: TypeAlias = Callable[[asyncio.Transport, bytes], bool]


@dataclass(slots=True)
class Incoming:
    """A complete request, and whether the connection goes on after it."""

    request: Request
    keeps_alive: bool


class HttpProtocol(asyncio.Protocol):
    """One connection.

    Requests are answered in the order in which they came, each as soon as its last byte is here. While an answer is
    delayed, or the client does not read, the requests behind it wait unread.

    `steer`, if there is one, is shown the first bytes of the connection, and tells whether it has taken it over; who
    takes it over begins with these bytes as `begun`.
    """

    def __init__(self, ask: Ask, connections: Connections, steer: Steer | None = None, begun: bytes = b"") -> None:
        self._ask = ask
        self._steer = steer
        self._begun = begun
        self._connections = connections
        self._parser = HttpRequestParser(self)
        self._is_arriving = False
        self._last: Request | None = None
        self._waiting: deque[Incoming] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._is_blocked = False
        self._is_closing = False
        self.began_at: float | None = None
        self.active_at = time.monotonic()
        self._forget()

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        self._connections.add(self)
        if self._begun:
            self.data_received(self._begun)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio names it
        """End; what was not answered yet is forgotten."""
        self._is_closing = True
        self._waiting.clear()
        self._connections.discard(self)
        # The parser knows this connection, and holds what it did not finish.
        del self._parser
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Take in what came; the parser calls the methods below, and with them the handler."""
        if self._is_closing:
            return
        if self._steer is not None:
            steer, self._steer = self._steer, None
            if steer(self._transport, data):
                self.abort()
                return
        if not self._is_arriving:
            known = _HEADS.recall(data)
            if known is not None:
                self._take_in(known, keeps_alive=True)
                return
        self._read(data)

    def _read(self, data: bytes) -> None:
        """Let the parser read what came, and remember it if it was exactly one request."""
        is_beginning = not self._is_arriving
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            # The request was answered in HTTP/1.1 and with `Connection: close`; what follows is in another protocol.
            return
        except HttpParserError:
            self._refuse(400, "This is not HTTP.")
            return
        last, self._last = self._last, None
        if self._is_in_head:
            self._head_size += len(data)
            if self._head_size > MAX_HEAD:
                self._refuse(431, f"The headers must not be greater than {MAX_HEAD} bytes.")
        elif is_beginning and last is not None:
            _HEADS.remember(data, last)

    def eof_received(self) -> bool:
        """Keep a connection open for answers that are still due; the client has said all that it will say."""
        return self.is_busy

    def pause_writing(self) -> None:
        """Wait for a client that does not read its answers."""
        self._block()

    def resume_writing(self) -> None:
        """Go on."""
        if self._timer is None:
            self._unblock()

    # What the parser calls

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._forget()
        self._is_in_head = self._is_arriving = True
        self.began_at = time.monotonic()

    def on_url(self, url: bytes) -> None:
        """Take in a piece of the target."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take in a header."""
        key, text = read_header(name, value)
        self._headers[key] = text

    def on_headers_complete(self) -> None:
        """Ask for the body if the client waits to be asked."""
        self._is_in_head = False
        if self._headers.get("expect", "").lower() == "100-continue":
            self._transport.write(CONTINUE)

    def on_body(self, body: bytes) -> None:
        """Take in a piece of the body, as far as anybody will look at it."""
        if self._size <= MAX_BODY:
            self._body.append(body)
            self._size += len(body)

    def on_message_complete(self) -> None:
        """Answer a request, or let it wait for those before it."""
        path, _, query = self._target.decode("latin-1").partition("?")
        body = b"".join(self._body)[: MAX_BODY + 1] if self._body else b""
        request = Request(self._parser.get_method().decode("latin-1"), path, query, self._headers, body)
        keeps_alive = self._parser.should_keep_alive() and not self._parser.should_upgrade()
        self._is_arriving, self.began_at = False, None
        self._last = request if keeps_alive else None
        self._take_in(request, keeps_alive=keeps_alive)

    # Answering

    def _take_in(self, request: Request, *, keeps_alive: bool) -> None:
        if self._is_blocked:
            self._waiting.append(Incoming(request, keeps_alive))
        elif not self._is_closing:
            self._answer(request, keeps_alive)

    def _answer(self, request: Request, keeps_alive: bool) -> None:
        self.active_at = time.monotonic()
        response = self._ask(request)
        if isinstance(response, asyncio.Future):
            self._block()
            response.add_done_callback(lambda done: self._take(done.result(), keeps_alive))
        elif response.delivery.delay:
            self._block()
            self._delay(response, keeps_alive)
        else:
            self._send(response, keeps_alive)

    def _take(self, response: Response, keeps_alive: bool) -> None:
        """Go on with an answer that was waited for, unless the client has left."""
        if self._transport.is_closing():
            return
        if response.delivery.delay:
            self._delay(response, keeps_alive)
        else:
            self._resume(response, keeps_alive)

    def _delay(self, response: Response, keeps_alive: bool) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(response.delivery.delay, self._resume, response, keeps_alive)

    def _resume(self, response: Response, keeps_alive: bool) -> None:
        """Send a delayed answer, and those that waited behind it."""
        self._timer = None
        self._send(response, keeps_alive)
        self._unblock()

    def _send(self, response: Response, keeps_alive: bool) -> None:
        delivery = response.delivery
        if delivery is not NORMAL_DELIVERY and delivery.drop:
            self._is_closing = True
            self._transport.abort()
            return
        if not keeps_alive or self._connections.is_stopping:
            response = replace(response, headers=(CLOSE, *response.headers))
            self._is_closing = True
        written = write_response(response)
        if delivery is not NORMAL_DELIVERY and delivery.truncate_at is not None:
            # The head has promised the whole body.
            written = written[: len(written) - len(response.body) + delivery.truncate_at]
            self._is_closing = True
        self._transport.write(written)
        if self._is_closing:
            self._transport.close()

    def _refuse(self, status: int, message: str) -> None:
        """Answer what cannot be read, and hang up."""
        if not self._is_closing and not self._is_blocked:
            self._send(json_response(status, {"message": message}), keeps_alive=False)
        else:
            self.close()

    def _block(self) -> None:
        self._is_blocked = True
        self._transport.pause_reading()

    def _unblock(self) -> None:
        self._is_blocked = False
        while self._waiting and not self._is_blocked and not self._is_closing:
            waiting = self._waiting.popleft()
            self._answer(waiting.request, waiting.keeps_alive)
        if not self._is_blocked and not self._is_closing:
            self._transport.resume_reading()

    def _forget(self) -> None:
        self._target = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._size = self._head_size = 0
        self._is_in_head = False

    # What the server asks and does

    @property
    def is_busy(self) -> bool:
        """Whether an answer is due."""
        return self._is_blocked or bool(self._waiting)

    def give_up(self) -> None:
        """Refuse a request that takes too long to arrive."""
        self._refuse(408, "The request took too long to arrive.")

    def close(self) -> None:
        """Hang up after what was written."""
        self._is_closing = True
        self._transport.close()

    def abort(self) -> None:
        """Hang up at once."""
        self._is_closing = True
        self._transport.abort()


def ask_at_once(handler: Handler) -> Callable[[Request], Response]:
    """Return what asks a handler, while everybody else waits."""

    def ask(request: Request) -> Response:
        try:
            return handler.handle(request)
        except Exception:
            # A mistake of ours is logged and does not look like an answer of the API.
            logger.exception("%s %s failed", request.method, request.path)
            return json_response(500, {"message": "The mock failed. Its log says why; please report it."})

    return ask


def ask_in_thread(handler: Handler) -> Ask:
    """Return what asks a handler that waits for others in a thread, so that nobody else has to wait."""
    ask = ask_at_once(handler)
    return lambda request: asyncio.get_running_loop().run_in_executor(None, ask, request)


def write_response(response: Response) -> bytes:
    """Return a response as it goes over the wire."""
    status, headers, body = response.status, response.headers, response.body
    head = _write_usual_head(status, len(body)) if headers is usual_headers(len(body)) else _write_head(status, headers)
    return head + body


@functools.lru_cache(maxsize=4096)
def _write_usual_head(status: int, length: int) -> bytes:
    """Return the head of an answer without headers of its own; what others bring along is not kept."""
    return _write_head(status, usual_headers(length))


def _write_head(status: int, headers: Headers) -> bytes:
    phrase = HTTPStatus(status).phrase if status in _STATUSES else ""
    lines = [f"{name}: {value}\r\n" for name, value in headers]
    return f"HTTP/1.1 {status} {phrase}\r\n{''.join(lines)}\r\n".encode("latin-1", "replace")
