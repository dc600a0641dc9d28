"""Find what began to fail and when, what is intermittent, and what got better."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from conformance.history.store import BROKEN, PastRun

LOOKED_AT = 10
"""The number of latest judged runs whose changes are counted."""
INTERMITTENT = 3
"""The number of changes among them from which a violation is called intermittent."""
NOT_REPEATED = "violated once, but not when it was repeated"


class Trend(StrEnum):
    """The kinds of changes of a requirement or an open point, the most urgent first."""

    BEGAN_TO_FAIL = "began to fail"
    UNSTEADY = "unsteady"
    """Violated once in the last run, but not when repeated."""
    INTERMITTENT = "intermittent"
    """Holds in some runs and fails in others."""
    ALWAYS_FAILED = "fails since the first run"
    CHANGED = "behaves differently"
    GOT_BETTER = "got better"


@dataclass(frozen=True, slots=True)
class Turn:
    """A trend of one requirement or open point; `run` is the number of the first run that showed it."""

    trend: Trend
    id: str
    since: str
    run: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Judged:
    run: PastRun
    is_broken: bool


def changes(runs: Sequence[PastRun]) -> list[Turn]:
    """Return the trends in the runs of one deployment, given the oldest first; the most urgent come first."""
    order = list(Trend)
    return sorted(
        [*_verdicts(runs), *_behaviour(runs)], key=lambda change: (order.index(change.trend), change.since, change.id)
    )


def _verdicts(runs: Sequence[PastRun]) -> Iterator[Turn]:
    for requirement in dict.fromkeys(name for run in runs for name in run.statuses):
        judged = [
            _Judged(run, run.statuses[requirement] in BROKEN)
            for run in runs
            if run.statuses.get(requirement) in ("PASS", *BROKEN)
        ]
        last = [run for run in runs if requirement in run.statuses][-1]
        if last.statuses[requirement] == "UNSTEADY":
            yield Turn(Trend.UNSTEADY, requirement, last.started, last.id, NOT_REPEATED)
        elif judged and (change := _change(requirement, judged)) is not None:
            yield change


def _change(requirement: str, judged: Sequence[_Judged]) -> Turn | None:
    flips = [after for before, after in pairwise(judged) if before.is_broken != after.is_broken]
    latest = judged[-LOOKED_AT:]
    recent = sum(before.is_broken != after.is_broken for before, after in pairwise(latest))
    if recent >= INTERMITTENT:
        detail = f"changed {recent} times in its last {len(latest)} judged runs"
        return Turn(Trend.INTERMITTENT, requirement, flips[-1].run.started, flips[-1].run.id, detail)
    if not flips:
        first = judged[0].run
        return Turn(Trend.ALWAYS_FAILED, requirement, first.started, first.id) if judged[0].is_broken else None
    before = judged[judged.index(flips[-1]) - 1].run
    if flips[-1].is_broken:
        detail = f"held in run {before.id}"
        return Turn(Trend.BEGAN_TO_FAIL, requirement, flips[-1].run.started, flips[-1].run.id, detail)
    detail = f"failed in run {before.id}"
    return Turn(Trend.GOT_BETTER, requirement, flips[-1].run.started, flips[-1].run.id, detail)


def _behaviour(runs: Sequence[PastRun]) -> Iterator[Turn]:
    for point in dict.fromkeys(name for run in runs for name in run.behaviour):
        observed = [(run, run.behaviour[point]) for run in runs if point in run.behaviour]
        flips = [(before, after, run) for (_, before), (run, after) in pairwise(observed) if before != after]
        if flips:
            before, after, run = flips[-1]
            yield Turn(Trend.CHANGED, point, run.started, run.id, f"{before} → {after}")
