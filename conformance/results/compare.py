"""Compare two reports: verdicts, and behaviour that is not documented."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.target import RunError

ABSENT = "not in the report"
Columns = tuple[Mapping[str, str], Mapping[str, str]]
"""The compared parts of a run: the statuses of requirements, and the behaviour at open points."""


@dataclass(frozen=True, slots=True)
class Change:
    """A requirement or an open point that differs, with its value in the first and the second report."""

    id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences between two reports."""

    verdicts: Sequence[Change]
    behaviour: Sequence[Change]

    def __bool__(self) -> bool:
        return bool(self.verdicts or self.behaviour)


def compare(first: Path, second: Path) -> Comparison:
    """Compare two files report.json. Raises RunError for any other file."""
    before, after = _read(first), _read(second)
    return compare_columns(
        (_column(before, "requirements", "status"), _column(before, "profile", "seen")),
        (_column(after, "requirements", "status"), _column(after, "profile", "seen")),
    )


def compare_columns(before: Columns, after: Columns) -> Comparison:
    """Compare two runs by their statuses and observed behaviour."""
    return Comparison(list(_changes(before[0], after[0])), list(_changes(before[1], after[1])))


def failures(path: Path) -> tuple[list[str], int]:
    """Return the requirements that a report lists as violated or unsteady, and the seed of its run; raise RunError."""
    report = _read(path)
    statuses = _column(report, "requirements", "status")
    seed = report.get("seed")
    violated = [identifier for identifier, status in statuses.items() if status in ("FAIL", "UNSTEADY")]
    return violated, seed if isinstance(seed, int) else 0


def _read(path: Path) -> Mapping[str, object]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunError(f"{path} cannot be read ({error.strerror}); name a report.json.") from error
    except ValueError as error:
        raise RunError(f"{path} is not JSON; name a report.json of milestones-check.") from error
    if not isinstance(content, dict) or not isinstance(content.get("requirements"), list):
        raise RunError(f"{path} is not a report of milestones-check.")
    return content


def _column(report: Mapping[str, object], table: str, name: str) -> dict[str, str]:
    rows = report.get(table)
    return {
        str(row.get("id")): str(row.get(name))
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    }


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for identifier in {**before, **after}:
        old, new = before.get(identifier, ABSENT), after.get(identifier, ABSENT)
        if old != new:
            yield Change(identifier, old, new)
