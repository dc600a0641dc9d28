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
