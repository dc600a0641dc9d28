"""One run of a property, as data: what was sent, what it showed, and what ended it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeAlias

from conformance.exchange import Exchange
from conformance.results.difference import NOTHING_MORE, Basis

Refusal: TypeAlias = tuple[str, int | None, bool, frozenset[str]]
"""A kind of refused write: its route, its status, whether it was sent with our key, and the fields that were sent."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A violation with the calls that show it, and what was looked at."""

    expected: str
    actual: str
    history: Sequence[Exchange]
    basis: Basis = NOTHING_MORE

    @property
    def size(self) -> tuple[int, int]:
        """Return the length of the calls to read: their number, then the bytes sent."""
        return len(self.history), sum(len(exchange.sent or b"") + len(exchange.target) for exchange in self.history)


class ObstacleKind(Enum):
    """The reason why a run ended before its end."""

    UNMET = auto()
    """Something that the property needs could not be had."""
    CONNECTION_LOST = auto()
    """A write got no answer; nobody knows whether it was done."""
    REUSED_ID = auto()
    """An id that was taken for gone was given again."""
    OUT_OF_REQUESTS = auto()
    INTERNAL_ERROR = auto()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """The reason why a run ended early, and its kind."""

    kind: ObstacleKind
    reason: str


@dataclass(frozen=True, slots=True)
class StaleRead:
    """A read that answers something else when it is asked again; `lag` is in seconds, 0 where it alternates."""

    exchange: Exchange
    lag: float

    @property
    def alternates(self) -> bool:
        """Tell if the former answer came back: nodes that share no state answer in turn."""
        return not self.lag

    def __str__(self) -> str:
        what = f"{self.exchange.method} {self.exchange.target}"
        if self.alternates:
            return f"{what} alternates between two answers, as if nodes behind one address did not share their data"
        return f"{what} lags by up to {self.lag:.1f} s behind writes"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run of a property.

    `judges` are the requirements that the property is for; `checks` counts how often each requirement was judged;
    `violations` holds the evidence for each that does not hold. `ended_by` is the requirement whose violation ended
    the run. `stale_read` is a read that answers something else by now; then there are no violations. `repeats` are
    violations of an earlier run that this one was to show again, from scratch. `read_back` are the refused writes whose
    records were seen afterwards.
    """

    judges: Sequence[str]
    history: Sequence[Exchange]
    checks: Mapping[str, int] = field(default_factory=dict)
    violations: Mapping[str, Evidence] = field(default_factory=dict)
    ended_by: str | None = None
    obstacle: Obstacle | None = None
    stale_read: StaleRead | None = None
    repeats: frozenset[str] = frozenset()
    read_back: frozenset[Refusal] = frozenset()


@dataclass(frozen=True, slots=True)
class Before:
    """The operations that had succeeded, the requirements judged and the refusals read back before some moment."""

    succeeded_operations: frozenset[str] = frozenset()
    judged: frozenset[str] = frozenset()
    read_back: frozenset[Refusal] = frozenset()


NOTHING_BEFORE = Before()
