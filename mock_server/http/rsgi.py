"""The mock as an RSGI application, the interface of Granian: requests out of its scopes, responses onto the wire.

Granian hands over paths decoded, so an encoded slash in a path arrives as a slash. Header values that are not ASCII do
not arrive.
"""

import asyncio
import contextlib
import logging
import os
import socket
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from granian._granian import RSGIHTTPProtocol, RSGIProtocolClosed
from granian.rsgi import Scope

from mock_server.http.heads import encode_headers, encode_path, encode_query, merge_headers
from mock_server.http.limits import BODY_SECONDS
from mock_server.messages import MAX_BODY, NORMAL_DELIVERY, Handler, Request, Response
from mock_server.responses import json_response

logger = logging.getLogger(__name__)

DESCRIPTORS = Path("/dev/fd")
FLUSH_SECONDS = 0.02
"""How long the server is given to send the part of an answer that goes out before it breaks off."""


class RsgiApp:
    """Answers the requests of a server by a handler; one that `waits` for others is called in threads."""

    def __init__(self, handler: Handler, *, waits: bool = False) -> None:
        self._handler = handler
        self._waits = waits
        self._unfinished: set[asyncio.Task[object]] = set()
        self.started = asyncio.Event()

    def __rsgi_init__(self, _: asyncio.AbstractEventLoop) -> None:
        """Note that the server is about to accept connections, and can be stopped."""
        self.started.set()

    async def __rsgi__(self, scope: Scope, protocol: RSGIHTTPProtocol) -> None:
        """Answer a request."""
        headers = merge_headers(scope.headers.items())
        if scope.authority:
            headers["host"] = scope.authority
        body = b""
        if "content-length" in headers or "transfer-encoding" in headers or scope.http_version == "2":
            with self._cancellable():
                received = await receive_body(headers, protocol)
            if isinstance(received, Response):
                await self._send(received, scope, protocol)
                return
            body = received
        request = Request(scope.method, encode_path(scope.path), encode_query(scope.query_string), headers, body)
        if self._waits:
            response = await asyncio.get_running_loop().run_in_executor(None, self._ask, request)
        else:
            response = self._ask(request)
        if response.delivery is NORMAL_DELIVERY:
            protocol.response_bytes(response.status, encode_headers(response.headers), response.body)
        else:
            await self._send(response, scope, protocol)

    def cancel(self) -> None:
        """Break off what takes long: bodies that still arrive, and answers that are delayed."""
        for task in tuple(self._unfinished):
            task.cancel()

    def _ask(self, request: Request) -> Response:
        try:
            return self._handler.handle(request)
        except Exception:
            # A mistake of ours is logged and does not look like an answer of the API.
            logger.exception("%s %s failed", request.method, request.path)
            return json_response(500, {"message": "The mock failed. Its log says why; please report it."})

    async def _send(self, response: Response, scope: Scope, protocol: RSGIHTTPProtocol) -> None:
        """Send a response in the way that its delivery asks for."""
        delivery, headers = response.delivery, encode_headers(response.headers)
        if delivery.delay:
            with self._cancellable():
                await asyncio.sleep(delivery.delay)
        if delivery.drop:
            if not hang_up(scope.client):
                # Windows: the nearest to no answer is one that breaks off at once.
                protocol.response_stream(502, [("content-length", "1")])
        elif delivery.truncate_at is not None and delivery.truncate_at < len(response.body):
            # The head promises the whole body, so the server breaks off the connection.
            stream = protocol.response_stream(response.status, headers)
            await stream.send_bytes(response.body[: delivery.truncate_at])
            with self._cancellable():
                await asyncio.sleep(FLUSH_SECONDS)
        else:
            protocol.response_bytes(response.status, headers, response.body)

    @contextlib.contextmanager
    def _cancellable(self) -> Iterator[None]:
        task = asyncio.current_task()
        assert task is not None
        self._unfinished.add(task)
        try:
            yield
        finally:
            self._unfinished.discard(task)


async def receive_body(headers: Mapping[str, str], protocol: RSGIHTTPProtocol) -> bytes | Response:
    """Return the body of a request, at most one byte over the limit, which is enough to refuse it.

    Returns a refusal for a body that does not arrive in time or in whole: half a request must not be carried out.
    """
    try:
        async with asyncio.timeout(BODY_SECONDS):
            if int(headers.get("content-length", 0)) <= MAX_BODY:
                return (await protocol())[: MAX_BODY + 1]
            # Read to its end all the same: most clients do not look for an answer before.
            async for _ in protocol:
                pass
            return bytes(MAX_BODY + 1)
    except TimeoutError:
        return json_response(408, {"message": f"The body took longer than {BODY_SECONDS} seconds to arrive."})
    except RSGIProtocolClosed:
        return json_response(400, {"message": "The body broke off."})


def hang_up(client: str) -> bool:
    """Close the connection of a client, `host:port`, under the server; return False where the system cannot."""
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
