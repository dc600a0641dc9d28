"""The configuration of a run, and the options that do the same again."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conformance.options import Limits, Options
from conformance.sandbox.discovery import IdOverrides
from conformance.target import Target


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
