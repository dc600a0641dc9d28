"""Decide which old runs go: all stay for 30 days, then the last of each day for a year, then the last of each month.

A run whose verdicts differ from the run before it always stays, so that it can be told when something began to fail.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol, TypeVar

ALL_FOR = timedelta(days=30)
DAILY_FOR = timedelta(days=365)


class Dated(Protocol):
    """A run, as far as thinning looks at it."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def started(self) -> str:
        """When it began (ISO 8601)."""

    @property
    def verdict(self) -> str:
        """Its verdict."""

    @property
    def statuses(self) -> Mapping[str, str]:
        """The status of each requirement."""

    @property
    def behaviour(self) -> Mapping[str, str]:
        """Return the behaviour seen at each open point."""


Run = TypeVar("Run", bound=Dated)


def surplus(runs: Sequence[Run], now: datetime) -> list[Run]:
    """Return the runs of one deployment, given the oldest first, that may go."""
    last_of_period = {_period(run.started, now): run.id for run in runs}
    changed = {after.id for before, after in pairwise(runs) if _content(before) != _content(after)}
    kept = {*last_of_period.values(), *changed, *(run.id for run in runs[:1])}
    return [run for run in runs if run.id not in kept]


def _period(started: str, now: datetime) -> str:
    age = now - datetime.fromisoformat(started)
    if age <= ALL_FOR:
        return started
    return started[:10] if age <= DAILY_FOR else started[:7]


def _content(run: Dated) -> tuple[object, ...]:
    return run.verdict, run.statuses, run.behaviour
