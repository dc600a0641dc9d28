"""Options of a run: its depth, its limits, its selection, and those that do the same again."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from conformance.target import Target


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


@dataclass(frozen=True, slots=True)
class IdOverrides:
    """Ids that the user names, where the deployment does not show them or others are wanted."""

    client_id: int | None = None
    category_id: int | None = None
    status_id: int | None = None
    priority_id: int | None = None
    project_fields: Mapping[str, str] = field(default_factory=dict)
    task_fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunConfig:
    """The options of a user; without a target the embedded mock is checked."""

    target: Target | None = None
    contract: Path | None = None
    id_overrides: IdOverrides = field(default_factory=IdOverrides)
    options: Options = field(default_factory=Options)
    strict: bool = False
    observe: bool = False
    waivers: Path | None = None
    wait: float = 0.0

    @property
    def repeating_options(self) -> Sequence[str]:
        """Return what judges a requirement again as here, beside its id, depth, seed and target: words of a shell."""
        flags = {"--read-only": self.options.read_only, "--strict": self.strict}
        return [
            *(flag for flag, is_set in flags.items() if is_set),
            *(word for name, value in self._values() for word in (f"--{name}", shlex.quote(str(value)))),
            *(self.target.network.words if self.target is not None else ()),
        ]

    def _values(self) -> Iterator[tuple[str, object]]:
        ids, limits, usual = self.id_overrides, self.options.limits, Limits()
        named = {
            "contract": self.contract,
            "client-id": ids.client_id,
            "category-id": ids.category_id,
            "status-id": ids.status_id,
            "priority-id": ids.priority_id,
            "timeout": limits.timeout if limits.timeout != usual.timeout else None,
            "rate": limits.rate or None,
            "settle": limits.settle or None,
        }
        yield from ((name, value) for name, value in named.items() if value is not None)
        yield from (("project-field", f"{name}={value}") for name, value in ids.project_fields.items())
        yield from (("task-field", f"{name}={value}") for name, value in ids.task_fields.items())


TYPICAL_REQUESTS = {Depth.QUICK: 490, Depth.STANDARD: 2040, Depth.DEEP: 9700}
"""The requests that judging takes on a deployment that is right."""
TIMES = {Depth.QUICK: 4, Depth.STANDARD: 2, Depth.DEEP: 1}
"""The budget for violations, as a multiple of these."""
SHRINKING = {Depth.QUICK: 40, Depth.STANDARD: 80, Depth.DEEP: 600}
"""The requests that shrinking one violation may cost."""
MINIMISING = {Depth.QUICK: 160, Depth.STANDARD: 300, Depth.DEEP: 900}
"""The requests that minimising the calls of one violation may cost where there are many."""
MOST_TIMES = 3
"""The same where there are few, as a multiple."""


@dataclass
class ViolationBudget:
    """The requests that are left to repeat and shrink violations, and to look for more behind them.

    A quarter of all is kept for minimising their calls.
    """

    depth: Depth
    spent: int = 0

    def spend(self, requests: int) -> None:
        """Take in what was sent because of a violation."""
        self.spent += requests

    @property
    def is_spent(self) -> bool:
        """Tell if judging may spend no more."""
        return self.spent >= self._whole * 3 // 4

    @property
    def for_minimising(self) -> int:
        """Return how many requests minimising may take."""
        return max(self._whole - self.spent, 0)

    def share(self, requests: int, violations: int, *, follows: bool) -> int:
        """Return how many of some requests minimising the next of some violations may take.

        One that follows from others takes nothing from those after it.
        """
        usual = MINIMISING[self.depth]
        return min(max(requests // violations, 0 if follows else usual), MOST_TIMES * usual)

    @property
    def _whole(self) -> int:
        return TIMES[self.depth] * TYPICAL_REQUESTS[self.depth]
