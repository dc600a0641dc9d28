"""Requests, responses and JSON as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias

from orjson import Fragment

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | Fragment | None"
JsonObject: TypeAlias = Mapping[str, Json]
Headers: TypeAlias = tuple[tuple[str, str], ...]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

MAX_BODY = 1024 * 1024
"""The maximum size of a body in bytes; one byte more is read, which shows that it is exceeded."""


def merge_headers(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return headers by lower-case name; values of repeated ones are joined, as in RFC 9110 (5.3)."""
    headers = dict(pairs)
    if len(headers) == len(pairs):
        return headers
    headers = {}
    for name, value in pairs:
        separator = "; " if name == "cookie" else ", "
        headers[name] = f"{headers[name]}{separator}{value}" if name in headers else value
    return headers


# Created for every request: frozen ones take three times as long to create. They are not changed once complete.
@dataclass(slots=True)
class Request:
    """An HTTP request; `path` and `query` are still percent-encoded, header names are in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The way a response is sent: delayed, truncated, or not at all.

    `delay` is in seconds; `truncate_at` is the number of bytes of the body that are sent before the connection is
    closed.
    """

    delay: float = 0
    truncate_at: int | None = None
    drop: bool = False


NORMAL_DELIVERY = Delivery()


@dataclass(slots=True)
class Trace:
    """A record of how a response came about: the account's key, the operation, and the open points that were looked up.

    `points` has the choice at each.
    """

    key: str = ""
    operation: str = ""
    points: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Response:
    """An HTTP response, complete except for the headers of the connection."""

    status: int
    headers: Headers
    body: bytes = b""
    delivery: Delivery = NORMAL_DELIVERY
    trace: Trace | None = field(default=None, compare=False)

    def without_body(self) -> "Response":
        """Return the response to the same request with HEAD."""
        return replace(self, body=b"")


class AsyncHandler(Protocol):
    """A handler that answers requests after waiting for others, such as a deployment."""

    async def ask(self, request: Request) -> Response:
        """Answer a request."""


class Handler(Protocol):
    """A handler of requests: the app, or a wrapper around it."""

    def handle(self, request: Request) -> Response:
        """Answer a request."""
