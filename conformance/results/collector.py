"""What a run has found out so far: how often each requirement was judged, what violated it, what stood in the way."""

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from conformance.contract import Requirement
from conformance.exchange import Exchange
from conformance.results.verdict import Judgement, Verdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """A violation with the calls that show it."""

    expected: str
    actual: str
    history: Sequence[Exchange]

    @property
    def size(self) -> tuple[int, int]:
        """How much there is to read: calls, then bytes sent."""
        return len(self.history), sum(len(one.sent or b"") + len(one.target) for one in self.history)


@dataclass
class ResultCollector:
    """The findings of a run, by requirement.

    `selected` are the ids that are to be judged, `succeeded_operations` the operations that succeeded at least once.
    """

    selected: frozenset[str]
    judged: Counter[str] = field(default_factory=Counter)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    obstacles: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    succeeded_operations: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, requirement: str) -> None:
        """Notes that a requirement was judged once more."""
        with self._lock:
            self.judged[requirement] += 1

    def record_violation(self, requirement: str, evidence: Evidence) -> None:
        """Keeps the evidence against a requirement that is the shortest to read."""
        with self._lock:
            known = self.evidence.get(requirement)
            if known is None or evidence.size < known.size:
                self.evidence[requirement] = evidence

    def record_obstacle(self, requirements: Iterable[str], reason: str) -> None:
        """Notes what stood in the way of judging requirements; the first reason stays."""
        for requirement in requirements:
            self.obstacles.setdefault(requirement, reason)

    def judgement(self, requirement: Requirement, not_run: str = "") -> Judgement:
        """The verdict on a requirement; `not_run` says why it was not selected."""
        identifier = requirement.id
        times = self.judged[identifier]
        if found := self.evidence.get(identifier):
            return Judgement(
                requirement, Verdict.FAIL, "", found.expected, found.actual, tuple(found.history), times_judged=times
            )
        if identifier not in self.selected:
            return Judgement(requirement, Verdict.NOT_RUN, not_run)
        if error := self.errors.get(identifier):
            return Judgement(requirement, Verdict.ERROR, error, times_judged=times)
        if times:
            return Judgement(requirement, Verdict.PASS, times_judged=times)
        reason = self.obstacles.get(identifier, "no request of this run showed whether it holds")
        return Judgement(requirement, Verdict.INCONCLUSIVE, reason)
