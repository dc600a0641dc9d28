"""Collect the results of a run: how often each requirement was judged, its violations and its obstacles."""

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter

from conformance.contract import Requirement
from conformance.exchange import Exchange
from conformance.results.coverage import Coverage
from conformance.results.outcome import Before, Evidence, ObstacleKind, Outcome, Refusal, StaleRead
from conformance.results.verdict import Judgement, Verdict

NOT_REPEATED = "violated once, and the run ended before the violation was shown again"
NOT_SHOWN_AGAIN = "violated once; when the same was done again from scratch, it held"


@dataclass(frozen=True, slots=True)
class UnsteadyViolation:
    """A violation that could not be repeated: its evidence, the calls of the second run, and the reason."""

    evidence: Evidence
    reason: str = NOT_REPEATED
    repetition: Sequence[Exchange] = ()


@dataclass
class ResultCollector:
    """The results of a run, by requirement; while properties run, only `fold` changes them.

    `selected` are the ids to be judged, `succeeded_operations` those that succeeded at least once. `evidence` holds the
    violations that were repeated from scratch, and `unsteady` those that were not (yet).
    """

    selected: frozenset[str]
    coverage: Coverage = field(default_factory=lambda: Coverage({}))
    judged: Counter[str] = field(default_factory=Counter)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    unsteady: dict[str, UnsteadyViolation] = field(default_factory=dict)
    obstacles: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    stale_reads: list[StaleRead] = field(default_factory=list)
    succeeded_operations: set[str] = field(default_factory=set)
    read_back: set[Refusal] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def violated(self) -> frozenset[str]:
        """Return the violated requirements, whether the violation was repeated or not."""
        with self.lock:
            return frozenset(self.evidence) | frozenset(self.unsteady)

    def before(self) -> Before:
        """Return what the run has shown so far."""
        with self.lock:
            return Before(frozenset(self.succeeded_operations), frozenset(self.judged), frozenset(self.read_back))

    def record_obstacle(self, requirements: Iterable[str], reason: str) -> None:
        """Record the obstacle that prevented judging requirements; the first reason is kept."""
        with self.lock:
            for requirement in requirements:
                self.obstacles.setdefault(requirement, reason)

    def judgement(self, requirement: Requirement, not_run: str = "") -> Judgement:
        """Return the verdict on a requirement; `not_run` says why it was not selected."""
        identifier = requirement.id
        times = self.judged[identifier]
        if evidence := self.evidence.get(identifier):
            return with_evidence(Judgement(requirement, Verdict.FAIL, times_judged=times), evidence)
        if identifier not in self.selected:
            return Judgement(requirement, Verdict.NOT_RUN, not_run)
        if error := self.errors.get(identifier):
            return Judgement(requirement, Verdict.ERROR, error, times_judged=times)
        if unsteady := self.unsteady.get(identifier):
            judgement = Judgement(requirement, Verdict.UNSTEADY, unsteady.reason, times_judged=times)
            return replace(with_evidence(judgement, unsteady.evidence), repetition=tuple(unsteady.repetition))
        if times:
            return Judgement(requirement, Verdict.PASS, times_judged=times)
        reason = self.obstacles.get(identifier, "no request of this run showed whether the requirement holds")
        return Judgement(requirement, Verdict.INCONCLUSIVE, reason)


def fold(results: ResultCollector, outcome: Outcome) -> None:
    """Add the outcome of one run of a property to the results.

    A violation counts once a run from scratch repeats it; until then it is unsteady.
    """
    with results.lock:
        results.judged.update(outcome.checks)
        results.read_back |= outcome.read_back
        for exchange in outcome.history:
            results.coverage.note(exchange)
            if exchange.ok:
                results.succeeded_operations.add(exchange.operation)
        for requirement, evidence in outcome.violations.items():
            fold_violation(results, requirement, evidence, repeated=requirement in outcome.repeats)
        for requirement in outcome.repeats - outcome.violations.keys():
            fold_repetition_without_violation(results, requirement, outcome)
        if outcome.stale_read is not None:
            results.stale_reads.append(outcome.stale_read)
            if outcome.stale_read.alternates:
                results.record_obstacle(outcome.judges, str(outcome.stale_read))
        if outcome.obstacle is not None:
            results.record_obstacle(outcome.judges, outcome.obstacle.reason)
            if outcome.obstacle.kind is ObstacleKind.INTERNAL_ERROR:
                for requirement in outcome.judges:
                    results.errors.setdefault(requirement, outcome.obstacle.reason)


def fold_violation(results: ResultCollector, requirement: str, evidence: Evidence, *, repeated: bool) -> None:
    """Record a violation, keeping the evidence that is the shortest to read."""
    convicted = results.evidence.get(requirement)
    unsteady = results.unsteady.get(requirement)
    former = [convicted, unsteady.evidence if unsteady else None]
    shortest = min([evidence, *filter(None, former)], key=attrgetter("size"))
    if repeated or convicted:
        results.evidence[requirement] = shortest
        results.unsteady.pop(requirement, None)
    else:
        results.unsteady[requirement] = (
            replace(unsteady, evidence=shortest) if unsteady else UnsteadyViolation(evidence)
        )


def fold_repetition_without_violation(results: ResultCollector, requirement: str, outcome: Outcome) -> None:
    if unsteady := results.unsteady.get(requirement):
        reason = f"violated once, and then: {outcome.obstacle.reason}" if outcome.obstacle else NOT_SHOWN_AGAIN
        results.unsteady[requirement] = replace(unsteady, reason=reason, repetition=tuple(outcome.history))


def fold_replay(results: ResultCollector, requirement: str) -> None:
    """Promote an unsteady violation to one that counts: replaying the same calls showed it each time."""
    with results.lock:
        results.evidence[requirement] = results.unsteady.pop(requirement).evidence


def with_evidence(judgement: Judgement, evidence: Evidence) -> Judgement:
    return replace(judgement, expected=evidence.expected, actual=evidence.actual, reproduction=tuple(evidence.history))
