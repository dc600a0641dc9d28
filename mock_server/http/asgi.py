"""The mock as an ASGI application, for clients that accept one in place of a server."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from mock_server.messages import MAX_BODY, Handler, Request, Response, merge_headers

# ASGI passes dictionaries whose keys and values depend on their kind.
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class BrokenOff(ConnectionError):
    """Tells the server to close the connection, which an application cannot do itself."""


class AsgiApp:
    """An ASGI application around a handler; raises BrokenOff if the connection must be closed."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            return
        body = await read_body(receive)
        if body is None:
            return
        response = self._handler.handle(read_request(scope, body))
        if response.delivery.delay:
            await asyncio.sleep(response.delivery.delay)
        if response.delivery.drop or not await send_response(response, send):
            raise BrokenOff("The connection was broken on purpose.")


async def send_response(response: Response, send: Send) -> bool:
    """Send a response, or the part of it that its delivery allows; return whether it was complete."""
    headers = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in response.headers]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    part = response.body[: response.delivery.truncate_at]
    is_whole = len(part) == len(response.body)
    await send({"type": "http.response.body", "body": part, "more_body": not is_whole})
    return is_whole


def read_request(scope: Message, body: bytes) -> Request:
    """Return the request of an ASGI scope."""
    return Request(
        method=scope["method"],
        path=scope.get("raw_path", scope["path"].encode()).decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=merge_headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]),
        body=body,
    )


async def read_body(receive: Receive) -> bytes | None:
    """Return the body of a request, at most one byte over the limit, which is enough to refuse it.

    Return None if the client disconnected before its end: half a request must not be carried out.
    """
    chunks, size = [], 0
    while size <= MAX_BODY:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if not message.get("more_body"):
            break
    return b"".join(chunks)[: MAX_BODY + 1]
