"""What comes in and what goes out, as values: requests, responses and the JSON inside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = Mapping[str, Json]
Headers: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request; `path` and `query` as they came, still percent-encoded, header names in small letters."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_write(self) -> bool:
        """Whether the method may change state."""
        return self.method not in {"GET", "HEAD", "OPTIONS", "TRACE"}


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response, complete but for the headers that the connection needs."""

    status: int
    headers: Headers
    body: bytes = b""

    def without_body(self) -> "Response":
        """Return the same answer as a HEAD request gets it."""
        return Response(self.status, self.headers)


class Handler(Protocol):
    """What answers requests: the app, or what wraps it."""

    def handle(self, request: Request) -> Response:
        """Answer a request."""
