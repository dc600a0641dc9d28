"""Options of a run: its depth, limits and selection, and the options that repeat it."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from conformance.target import Target


class Depth(Enum):
    """The number and variety of inputs that a run tries."""

    QUICK = "quick"
    STANDARD = "standard"
    DEEP = "deep"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a run: seconds for one answer, requests in all, requests a second (0: no limit).

    A read waits until the last write is `settle` seconds ago, for deployments whose reads lag.
    """

    timeout: float = 30.0
    max_requests: int = 1_000_000
    rate: float = 0.0
    settle: float = 0.0


@dataclass(frozen=True, slots=True)
class Options:
    """The selection and the size of a run: `jobs` concurrent properties, for `budget` seconds (0: each property once).

    Properties that judge the requirements in `first` run first. A violation of a level in `stop_at` ends the run.
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
    """Ids named by the user, because the deployment does not show them or others are wanted."""

    client_id: int | None = None
    category_id: int | None = None
    status_id: int | None = None
    priority_id: int | None = None
    project_fields: Mapping[str, str] = field(default_factory=dict)
    task_fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunConfig:
    """The configuration of a run; without a target, the embedded mock is checked."""

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
        """Return the options that repeat a judgement, besides its id, depth, seed and target, as words of a shell."""
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
"""The requests for judging a correct deployment, by depth."""
TIMES = {Depth.QUICK: 4, Depth.STANDARD: 2, Depth.DEEP: 1}
"""The budget for violations, as a multiple of the typical requests."""
SHRINKING = {Depth.QUICK: 40, Depth.STANDARD: 80, Depth.DEEP: 600}
"""The maximum number of requests for shrinking one violation."""
MINIMISING = {Depth.QUICK: 160, Depth.STANDARD: 300, Depth.DEEP: 900}
"""The requests for minimising the calls of one violation if there are many violations."""
MOST_TIMES = 3
"""The maximum for one violation if there are few, as a multiple of that."""


@dataclass
class ViolationBudget:
    """The requests left for repeating and shrinking violations, and for finding further ones.

    A quarter of them is reserved for minimising their calls.
    """

    depth: Depth
    spent: int = 0

    def spend(self, requests: int) -> None:
        """Count requests that were sent because of a violation."""
        self.spent += requests

    @property
    def is_spent(self) -> bool:
        """Return whether judging may spend no more requests."""
        return self.spent >= self._whole * 3 // 4

    @property
    def for_minimising(self) -> int:
        """Return the number of requests available for minimising."""
        return max(self._whole - self.spent, 0)

    def share(self, requests: int, violations: int, *, follows: bool) -> int:
        """Return the share of the available requests for minimising the next of the remaining violations.

        A violation that follows from others takes nothing from those after it.
        """
        usual = MINIMISING[self.depth]
        return min(max(requests // violations, 0 if follows else usual), MOST_TIMES * usual)

    @property
    def _whole(self) -> int:
        return TIMES[self.depth] * TYPICAL_REQUESTS[self.depth]
