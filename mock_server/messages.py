"""Define requests, responses and the JSON inside them as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias

from orjson import Fragment

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | Fragment | None"
JsonObject: TypeAlias = Mapping[str, Json]
Headers: TypeAlias = tuple[tuple[str, str], ...]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

MAX_BODY = 1024 * 1024
"""The largest body in bytes that is read; one byte more tells that there was more."""


def merge_headers(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return headers by name in lower case; the values of repeated ones are joined, as RFC 9110 (5.3) has it."""
    headers = dict(pairs)
    if len(headers) == len(pairs):
        return headers
    headers = {}
    for name, value in pairs:
        separator = "; " if name == "cookie" else ", "
        headers[name] = f"{headers[name]}{separator}{value}" if name in headers else value
    return headers


# Made for every request: what is frozen takes three times as long to make. Nobody changes them once they are complete.
@dataclass(slots=True)
class Request:
    """An HTTP request; `path` and `query` as they came, still percent-encoded, header names in small letters."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The way a response is sent: wait first, break off, or hang up without an answer.

    `delay` is in seconds; `truncate_at` is how many bytes of the body are sent before the connection breaks.
    """

    delay: float = 0
    truncate_at: int | None = None
    drop: bool = False


NORMAL_DELIVERY = Delivery()


@dataclass(slots=True)
class Trace:
    """A record of the way to an answer: the account's key, the operation, the open points it looked up.

    `points` has the choice that was found at each.
    """

    key: str = ""
    operation: str = ""
    points: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Response:
    """An HTTP response, complete but for the headers that the connection needs."""

    status: int
    headers: Headers
    body: bytes = b""
    delivery: Delivery = NORMAL_DELIVERY
    trace: Trace | None = field(default=None, compare=False)

    def without_body(self) -> "Response":
        """Return the same answer as a HEAD request gets it."""
        return replace(self, body=b"")


class AsyncHandler(Protocol):
    """Something that answers requests once it has waited for others: a deployment."""

    async def ask(self, request: Request) -> Response:
        """Answer a request."""


class Handler(Protocol):
    """Something that answers requests: the app, or a wrapper of it."""

    def handle(self, request: Request) -> Response:
        """Answer a request."""
