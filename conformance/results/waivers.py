"""Waivers: known deviations that are accepted for now. A waiver without a reason left is reported as stale.

The file is YAML or JSON: a list of `requirement` (a glob), `reason`, and optionally `until`, the last day it is valid;
without it, a waiver is valid as long as it waives something.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from conformance.results.verdict import Judgement, Verdict
from conformance.target import RunError

EXAMPLE = "a list of entries such as {requirement: create/*, reason: Ticket 4711, until: 2027-01-31}"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A pattern of requirements whose violation is accepted, the reason, and the last day."""

    requirement: str
    reason: str
    until: date | None = None

    def covers(self, requirement: str, today: date) -> bool:
        """Return whether a violation of a requirement is accepted today."""
        return not self.has_expired(today) and fnmatchcase(requirement, self.requirement)

    def has_expired(self, today: date) -> bool:
        """Return whether the waiver's last day is over."""
        return self.until is not None and today > self.until


def load(path: Path, requirements: Collection[str]) -> list[Waiver]:
    """Read a waiver file. Raises RunError if it cannot be read, or an entry matches no requirement."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunError(f"{path} cannot be read ({error.strerror}); name a waiver file.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RunError(f"{path} is not YAML ({' '.join(str(error).split())}).") from error
    if not isinstance(content, list):
        raise RunError(f"{path} is not a waiver file; write {EXAMPLE}.")
    waivers = [_read(path, number, entry) for number, entry in enumerate(content, 1)]
    for waiver in waivers:
        if not any(fnmatchcase(requirement, waiver.requirement) for requirement in requirements):
            raise RunError(
                f"{path}: {waiver.requirement} matches no requirement; see them all with `milestones-check list`."
            )
    return waivers


def _read(path: Path, number: int, entry: object) -> Waiver:
    if not isinstance(entry, dict) or not entry.keys() <= {"requirement", "reason", "until"}:
        raise RunError(f"{path}: entry {number} is not a waiver; write {EXAMPLE}.")
    requirement, reason, until = entry.get("requirement"), entry.get("reason"), entry.get("until")
    if not isinstance(requirement, str) or not isinstance(reason, str) or not reason.strip():
        raise RunError(f"{path}: entry {number} needs a requirement and a reason, both texts.")
    if isinstance(until, str):
        try:
            until = date.fromisoformat(until)
        except ValueError as error:
            raise RunError(f"{path}: entry {number} has an until that is not a day such as 2027-01-31.") from error
    if until is not None and type(until) is not date:
        raise RunError(f"{path}: entry {number} has an until that is not a day such as 2027-01-31.")
    return Waiver(requirement, reason, until)


def waive(judgements: Iterable[Judgement], waivers: Sequence[Waiver], today: date) -> tuple[list[Judgement], list[str]]:
    """Return the judgements with accepted violations waived, and a sentence for each stale waiver."""
    waived = [_waive(judgement, waivers, today) for judgement in judgements]
    stale = [problem for waiver in waivers if (problem := _staleness(waiver, waived, today))]
    return waived, stale


def _waive(judgement: Judgement, waivers: Sequence[Waiver], today: date) -> Judgement:
    reason = next((waiver.reason for waiver in waivers if waiver.covers(judgement.requirement.id, today)), None)
    if judgement.verdict is not Verdict.FAIL or reason is None:
        return judgement
    return replace(judgement, verdict=Verdict.WAIVED, reason=f"waived: {reason}")


def _staleness(waiver: Waiver, judgements: Sequence[Judgement], today: date) -> str:
    if waiver.has_expired(today):
        return f"the waiver of {waiver.requirement} ({waiver.reason}) has expired on {waiver.until}"
    verdicts = [
        judgement.verdict for judgement in judgements if fnmatchcase(judgement.requirement.id, waiver.requirement)
    ]
    needed = any(verdict is not Verdict.PASS for verdict in verdicts)
    return "" if needed else f"the waiver of {waiver.requirement} ({waiver.reason}) is no longer needed"
