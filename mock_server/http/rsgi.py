"""Adapter between Granian and the mock: requests from its scopes, responses to its connections.

Granian passes decoded paths, so an encoded slash in a path arrives as a slash. Header values that are not ASCII do not
arrive.
"""

import asyncio
import contextlib
import functools
import logging
import os
import socket
import stat
import string
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, cast
from urllib.parse import quote

from granian._granian import RSGIHTTPProtocol, RSGIProtocolClosed
from granian.rsgi import Scope

from mock_server.http.limits import BODY_SECONDS
from mock_server.messages import MAX_BODY, NORMAL_DELIVERY, Handler, Headers, Request, Response, merge_headers
from mock_server.responses import json_response

logger = logging.getLogger(__name__)

PATH_SAFE = "/!$&'()*+,;=:@~|"
QUERY_SAFE = string.printable.strip()
DESCRIPTORS = Path("/dev/fd")
MAX_READ = 64 * 1024 * 1024
"""The maximum number of bytes read of a body that is too large, before it is refused."""

SLOW_BODY = json_response(408, {"message": f"The body took longer than {BODY_SECONDS} seconds to arrive."})
FAILED = json_response(500, {"message": "The mock failed. Its log says why; please report it."})
# Half a request must not be carried out.
HALF_BODY = json_response(400, {"message": "The body was cut off."})

Answer = Callable[[Request], Awaitable[Response]]

FLUSH_SECONDS = 0.02
"""The seconds for the server to send the first part of a response that is truncated after it."""


class Call(Protocol):
    """A request for which Granian awaits a response."""

    scope: Scope
    proto: RSGIHTTPProtocol

    def done(self) -> None:
        """Tell Granian that the request was answered."""

    def taskref(self, task: object) -> None:
        """Let Granian hold a reference to a task as long as the call lasts."""


class DirectCallbacks:
    """Replaces the event loop for Granian's callbacks: they run at once, on its thread."""

    def call_soon(self, callback: Callable[..., object], *args: object, context: object = None) -> None:  # noqa: ARG002
        """Run a callback."""
        callback(*args)

    call_soon_threadsafe = call_soon


class RsgiApp:
    """Answers calls with a handler.

    Most are answered at once on Granian's thread: going through the event loop would take half of the time of a
    request. Calls that have to wait do so in the loop. With `answer`, which replaces the handler, all calls do.
    """

    def __init__(self, handler: Handler, loop: asyncio.AbstractEventLoop, answer: Answer | None = None) -> None:
        self._handler = handler
        self._loop = loop
        self._answer_later = answer
        self._lock = Lock()
        self._arriving: dict[Any, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, call: Call) -> None:
        """Answer a call, now or later."""
        headers = merge_headers(call.scope.headers.items())
        if call.scope.authority:
            headers["host"] = call.scope.authority
        length = headers.get("content-length")
        if length is None and "transfer-encoding" not in headers and call.scope.http_version != "2":
            self._answer(call, headers, b"")
        elif length is None or int(length) > MAX_BODY:
            self._start(call, self._take_chunks(call, headers))
        else:
            body: Any = call.proto()
            self._arriving[body] = time.monotonic()
            body.add_done_callback(functools.partial(self._take_body, call, headers))

    def refuse_slow(self, now: float) -> None:
        """Refuse the bodies that arrive too slowly; `now` is the time by `time.monotonic`."""
        for body, begun in list(self._arriving.items()):
            if now - begun > BODY_SECONDS:
                body.cancel()

    def break_off(self) -> None:
        """Cancel pending work: bodies that are still arriving, and delayed responses."""
        for body in list(self._arriving):
            body.cancel()
        for task in list(self._tasks):
            task.cancel()

    def _take_body(self, call: Call, headers: dict[str, str], body: Any) -> None:
        self._arriving.pop(body, None)
        try:
            content = body.result()
        except asyncio.CancelledError:
            self._send(call, SLOW_BODY)
        except RSGIProtocolClosed:
            self._send(call, HALF_BODY)
        else:
            # In HTTP/2 the body of a client that disconnects ends like any other.
            is_whole = len(content) == int(headers["content-length"])
            self._answer(call, headers, content) if is_whole else self._send(call, HALF_BODY)

    async def _take_chunks(self, call: Call, headers: dict[str, str]) -> None:
        """Read a body of unknown or excessive length, and keep only enough to see that it is too large.

        Somewhat more is read: most clients do not look for a response before they have sent everything.
        """
        chunks, body, size, empty = aiter(call.proto), bytearray(), 0, 0
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while size < MAX_READ and (chunk := await self._next_chunk(chunks)) is not None:
                    size += len(chunk)
                    empty += not chunk
                    body += chunk[: MAX_BODY + 1 - len(body)]
        except TimeoutError:
            if size <= MAX_BODY:
                self._send(call, SLOW_BODY)
                return
        # Granian marks the end with an empty chunk; a second one means trailers, or a truncated body.
        if empty > 1 and call.scope.http_version != "2" and "trailer" not in headers:
            self._send(call, HALF_BODY)
        else:
            self._answer(call, headers, bytes(body))

    async def _next_chunk(self, chunks: Any) -> bytes | None:
        try:
            chunk: bytes = await self._settled(anext(chunks))
        except StopAsyncIteration:
            return None
        return chunk

    def _answer(self, call: Call, headers: dict[str, str], body: bytes) -> None:
        scope = call.scope
        request = Request(scope.method, encode_path(scope.path), encode_query(scope.query_string), headers, body)
        if self._answer_later is not None:
            self._start(call, self._wait_for(call, self._answer_later(request)))
        else:
            with self._lock:
                response = self._ask(request)
            self._send(call, response)

    async def _wait_for(self, call: Call, answer: Awaitable[Response]) -> None:
        """Send a response once it is available; the task is cancelled if the client disconnects."""
        task, gone = cast("asyncio.Task[None]", asyncio.current_task()), cast("Any", call.proto.client_disconnect())
        gone.add_done_callback(lambda _: self._loop.call_soon_threadsafe(task.cancel))
        try:
            response = await answer
        except asyncio.CancelledError:
            call.done()
            raise
        except Exception:
            logger.exception("%s %s failed", call.scope.method, call.scope.path)
            response = FAILED
        finally:
            gone.cancel()
        self._send(call, response)

    def _ask(self, request: Request) -> Response:
        try:
            return self._handler.handle(request)
        except Exception:
            # An internal error is logged, and does not look like an answer of the API.
            logger.exception("%s %s failed", request.method, request.path)
            return FAILED

    def _send(self, call: Call, response: Response) -> None:
        if response.delivery is NORMAL_DELIVERY:
            call.proto.response_bytes(response.status, encode_headers(response.headers), response.body)
            call.done()
        else:
            self._start(call, self._deliver(call, response))

    def _start(self, call: Call, work: Coroutine[object, object, None]) -> None:
        """Run a coroutine as a task of the loop."""

        def start() -> None:
            task = self._loop.create_task(work)
            call.taskref(task)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        self._loop.call_soon_threadsafe(start)

    async def _settled(self, awaitable: Any) -> Any:
        """Await an awaitable of Granian's in the loop; return its result, or raise its exception."""
        if not hasattr(awaitable, "add_done_callback"):
            return await awaitable
        settled = asyncio.Event()
        awaitable.add_done_callback(lambda _: self._loop.call_soon_threadsafe(settled.set))
        await settled.wait()
        return awaitable.result()

    async def _deliver(self, call: Call, response: Response) -> None:
        """Send a response with its delivery: delayed, truncated or dropped."""
        delivery, headers = response.delivery, encode_headers(response.headers)
        try:
            if delivery.delay:
                await asyncio.sleep(delivery.delay)
            if delivery.drop:
                if not hang_up(call.scope.client):
                    # Windows: the closest to no response is one that is truncated at once.
                    call.proto.response_stream(502, [("content-length", "1")])
            elif delivery.truncate_at is not None and delivery.truncate_at < len(response.body):
                # The head announces the whole body, so the server closes the connection.
                stream = call.proto.response_stream(response.status, headers)
                await self._settled(stream.send_bytes(response.body[: delivery.truncate_at]))
                await asyncio.sleep(FLUSH_SECONDS)
            else:
                call.proto.response_bytes(response.status, headers, response.body)
        finally:
            call.done()


def hang_up(client: str) -> bool:
    """Close a client's connection, `host:port`, below the server; return False if the system does not allow that."""
    host, _, port = client.rpartition(":")
    address = (host.strip("[]"), int(port))
    if not DESCRIPTORS.is_dir():
        return False
    for descriptor in [int(path.name) for path in DESCRIPTORS.iterdir()]:
        with contextlib.suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                continue
            with socket.socket(fileno=os.dup(descriptor)) as connection:
                if connection.getpeername()[:2] == address:
                    connection.shutdown(socket.SHUT_RDWR)
                    return True
    return False


@functools.lru_cache(maxsize=4096)
def encode_path(path: str) -> str:
    """Return a decoded path percent-encoded."""
    return quote(path, safe=PATH_SAFE)


def encode_query(query: str) -> str:
    """Return a query string in ASCII; encoded parts are kept."""
    return query if query.isascii() else quote(query, safe=QUERY_SAFE)


@functools.lru_cache(maxsize=4096)
def encode_headers(headers: Headers) -> list[tuple[str, str]]:
    """Return headers with values in ASCII, the only ones that the server accepts."""
    return [(name, value if value.isascii() else value.encode("ascii", "replace").decode()) for name, value in headers]
