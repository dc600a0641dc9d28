"""The mock as an ASGI application."""

import asyncio
import logging
from typing import TYPE_CHECKING

from mock_server.app import MAX_BODY
from mock_server.envelope import respond
from mock_server.messages import Handler, Request, Response

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

logger = logging.getLogger(__name__)

HANG_UP = "milestones.hang_up"
"""The extension of the scope by which a server lets an application break the connection."""


class BrokenOff(ConnectionError):
    """A connection that was to be broken, under a server that cannot do it otherwise."""


class AsgiApp:
    """Speaks ASGI for a handler; one that waits for others runs `in_thread`, so that it does not keep all waiting."""

    def __init__(self, handler: Handler, *, in_thread: bool = False) -> None:
        self._handler = handler
        self._in_thread = in_thread

    async def __call__(self, scope: "Scope", receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            return
        body = await read_body(receive)
        if body is None:
            return
        request = read_request(scope, body)
        response = await asyncio.to_thread(self._answer, request) if self._in_thread else self._answer(request)
        if response.delivery.delay:
            await asyncio.sleep(response.delivery.delay)
        if response.delivery.drop or not await send_response(response, send):
            await hang_up(scope, receive)

    def _answer(self, request: Request) -> Response:
        """Answer a request; a mistake of ours is logged and does not look like an answer of the API."""
        try:
            return self._handler.handle(request)
        except Exception:
            logger.exception("%s %s failed", request.method, request.path)
            return respond(500, {"message": "The mock failed. Its log says why; please report it."})


async def send_response(response: Response, send: "ASGISendCallable") -> bool:
    """Send a response, or the part of it that is to be sent; tell whether it is whole."""
    headers = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in response.headers]
    await send({"type": "http.response.start", "status": response.status, "headers": headers, "trailers": False})
    part = response.body[: response.delivery.truncate_at]
    is_whole = len(part) == len(response.body)
    await send({"type": "http.response.body", "body": part, "more_body": not is_whole})
    return is_whole


async def hang_up(scope: "HTTPScope", receive: "ASGIReceiveCallable") -> None:
    """Break the connection where it stands."""
    extension = (scope.get("extensions") or {}).get(HANG_UP)
    if extension is None:
        raise BrokenOff("The connection was to be broken.")
    close = extension["close"]
    assert callable(close)
    close()
    while (await receive())["type"] != "http.disconnect":
        pass


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
