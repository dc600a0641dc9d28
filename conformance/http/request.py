"""A request to send, and the exceptions for one that is not sent or not answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.exchange import AuthVariant, Exchange

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class NoAnswer(Exception):
    """No answer came; `exchange` is the request. The outcome of a write is unknown."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(f"no answer to {exchange.method} {exchange.path}: {exchange.error}")
        self.exchange = exchange


class WriteOutcomeUnknown(NoAnswer):
    """The connection broke during a write."""


class Outage(NoAnswer):
    """The application no longer answers, or something in front of it answers in its place."""

    def __str__(self) -> str:
        return self.exchange.error


class Throttled(NoAnswer):
    """The deployment still answers 429 after all pauses."""

    def __str__(self) -> str:
        return f"{self.exchange.method} {self.exchange.path} was answered with 429, after all pauses that are allowed"


class OutOfRequests(Exception):
    """The run has sent as many requests as it may."""


class ForbiddenWrite(Exception):
    """A write to a record that is not known to be the run's own was stopped before it was sent."""


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A request to send; `body` is already encoded."""

    operation: str
    method: str
    path: str
    query: str = ""
    body: bytes | None = None
    content_type: str | None = None
    key: AuthVariant = AuthVariant.OURS
    headers: Mapping[str, str] = field(default_factory=dict)


def unsent(call: OutgoingRequest, reason: str) -> Exchange:
    """Return the exchange of a request that was not sent."""
    return Exchange(
        number=0,
        operation=call.operation,
        method=call.method,
        path=call.path,
        query=call.query,
        key=call.key,
        content_type=call.content_type,
        sent=call.body,
        status=None,
        headers={},
        received=b"",
        seconds=0.0,
        error=reason,
    )
