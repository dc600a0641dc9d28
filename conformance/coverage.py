"""What a run has exercised: how often each operation answered each status to each encoding."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from conformance.client import JSON
from conformance.exchange import Exchange


@dataclass(frozen=True, slots=True, order=True)
class Covered:
    """An operation, a status and an encoding (`form`, `json`, or `none` for a request without a body)."""

    operation: str
    status: int
    encoding: str
    exchanges: int


@dataclass
class Coverage:
    """Counts the exchanges of a run."""

    _counts: Counter[tuple[str, int, str]] = field(default_factory=Counter)

    def note(self, exchange: Exchange) -> None:
        """Counts an exchange; one that got no answer, or is no operation of the contract, does not count."""
        if exchange.status is not None and exchange.operation:
            self._counts[exchange.operation, exchange.status, _encoding(exchange)] += 1

    def rows(self) -> Sequence[Covered]:
        """All that was covered, by operation, status and encoding."""
        return sorted(Covered(*key, exchanges) for key, exchanges in self._counts.items())


def _encoding(exchange: Exchange) -> str:
    if exchange.sent is None:
        return "none"
    return "json" if exchange.content_type == JSON else "form"
