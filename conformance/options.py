"""Options of a run: its depth, its limits, its selection."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum


class Depth(Enum):
    """The number and the variety of inputs that a run tries."""

    QUICK = "quick"
    STANDARD = "standard"
    DEEP = "deep"


@dataclass(frozen=True, slots=True)
class Limits:
    """The cost that a run may have: seconds for one answer, requests in all, requests a second (0: no limit).

    A read waits until the last write is `settle` seconds ago, for deployments whose reads lag.
    """

    timeout: float = 30.0
    max_requests: int = 1_000_000
    rate: float = 0.0
    settle: float = 0.0


@dataclass(frozen=True, slots=True)
class Options:
    """The selection of a run, and its size: `jobs` properties at once, for `budget` seconds (0: each once).

    What judges the requirements in `first` runs first. A violation of a level in `stop_at` ends the run.
    """

    depth: Depth = Depth.STANDARD
    seed: int = 0
    only: Sequence[str] = ()
    exclude: Sequence[str] = ()
    read_only: bool = False
    jobs: int = 1
    budget: float = 0.0
    first: Sequence[str] = ()
    stop_at: Sequence[str] = ()
    limits: Limits = field(default_factory=Limits)
