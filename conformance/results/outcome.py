"""The outcome of one run of a property: the exchanges, the judgements, and the reason why it ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeAlias

from conformance.exchange import Exchange
from conformance.results.difference import NOTHING_MORE, Basis

Refusal: TypeAlias = tuple[str, int | None, bool, frozenset[str]]
"""A kind of refused write: its route, its status, whether it was sent with the run's key, and the fields sent."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A violation with the calls that show it, and its basis."""

    expected: str
    actual: str
    history: Sequence[Exchange]
    basis: Basis = NOTHING_MORE

    @property
    def size(self) -> tuple[int, int]:
        """Return the amount to read: the number of calls, then the bytes sent."""
        return len(self.history), sum(len(exchange.sent or b"") + len(exchange.target) for exchange in self.history)


class ObstacleKind(Enum):
    """The kinds of reasons why a run of a property ended early."""

    UNMET = auto()
    """A precondition of the property could not be met."""
    CONNECTION_LOST = auto()
    """A write got no answer, so its outcome is unknown."""
    REUSED_ID = auto()
    """The id of a deleted record was given again."""
    OUT_OF_REQUESTS = auto()
    INTERNAL_ERROR = auto()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """The reason why a run of a property ended early, and its kind."""

    kind: ObstacleKind
    reason: str


@dataclass(frozen=True, slots=True)
class StaleRead:
    """A read whose answer changes when it is repeated; `lag` is in seconds, and 0 if answers alternate."""

    exchange: Exchange
    lag: float

    @property
    def alternates(self) -> bool:
        """Return whether the former answer came back: nodes that share no state answer in turn."""
        return not self.lag

    def __str__(self) -> str:
        read = f"{self.exchange.method} {self.exchange.target}"
        if self.alternates:
            return f"{read} alternates between two answers, as if nodes behind one address did not share their data"
        return f"{read} lags by up to {self.lag:.1f} s behind writes"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one run of a property.

    `judges` are the requirements that the property is for; `checks` counts how often each requirement was judged;
    `violations` holds the evidence for each violated one. `ended_by` is the requirement whose violation ended the run.
    `stale_read` is a read whose answer has changed since; then there are no violations. `repeats` are violations of an
    earlier run that this one had to repeat from scratch. `read_back` are the refused writes whose records were read
    afterwards.
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
    """The state of a run at some moment: succeeded operations, judged requirements, and refusals read back."""

    succeeded_operations: frozenset[str] = frozenset()
    judged: frozenset[str] = frozenset()
    read_back: frozenset[Refusal] = frozenset()


NOTHING_BEFORE = Before()
