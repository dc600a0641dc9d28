"""Run properties as Hypothesis tests, and repeat every violation from scratch before it counts.

The first violation of a property is shrunk to the shortest calls and repeated. Then its requirement is muted and the
property runs again, so that one defect does not hide another.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf
from unittest import SkipTest

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.database import InMemoryExampleDatabase
from hypothesis.errors import HypothesisException

from conformance.context.property_context import PropertyContext
from conformance.generation.variation import Variation
from conformance.http.request import OutOfRequests
from conformance.http.transport import MAX_SETTLE
from conformance.options import SHRINKING, Depth, ViolationBudget
from conformance.properties.registry import Property
from conformance.results.collector import fold
from conformance.results.outcome import ObstacleKind, Outcome
from conformance.results.passive_checks import PASSIVE_CHECKS
from conformance.runner.example import run_example
from conformance.runner.example_context import new_context
from conformance.runner.run import Run

PASSING = (ObstacleKind.CONNECTION_LOST, ObstacleKind.REUSED_ID)
"""Obstacles that may not occur again."""
TRIES = 6
"""The maximum number of tries for a property that meets such an obstacle."""


class SearchOver(KeyboardInterrupt):
    """Ends a Hypothesis test; Hypothesis takes any other exception for a failure of the example."""


class ExampleFailed(Exception):
    """Signals to Hypothesis that an example violates the target requirements."""


@dataclass
class _Search:
    """The outcomes of a property's examples, until one violation is found and shrunk.

    `budget` pays for everything after a violation, and for all examples of a search for `more` violations. `variation`
    repeats the free choices of the example that showed the violation.
    """

    depth: Depth
    budget: ViolationBudget
    more: bool
    deadline: float
    ignored: frozenset[str]
    outcomes: list[Outcome] = field(default_factory=list)
    variation: Variation | None = None

    @property
    def target(self) -> frozenset[str]:
        """Return the requirements that the first violating example violated; empty if there is none yet."""
        return next((new for outcome in self.outcomes if (new := self._new_violations(outcome))), frozenset())

    @property
    def is_over(self) -> bool:
        """Return whether the search should end."""
        first = next((number for number, outcome in enumerate(self.outcomes) if self._new_violations(outcome)), None)
        if first is not None:
            # Violations found by passive checks need no shrinking: their evidence ends with the exchange.
            allowed = SHRINKING[self.depth] if self.outcomes[first].ended_by and not self.budget.is_spent else 0
            # The next example will be about as long as the one that is shrunk.
            return (
                sum(len(outcome.history) for outcome in [*self.outcomes[first + 1 :], self.outcomes[first]]) > allowed
            )
        met = [outcome.obstacle.kind for outcome in self.outcomes if outcome.obstacle]
        final = {ObstacleKind.INTERNAL_ERROR, ObstacleKind.OUT_OF_REQUESTS}
        return met.count(ObstacleKind.UNMET) > 1 or not final.isdisjoint(met) or time.monotonic() > self.deadline

    def add(self, outcome: Outcome) -> None:
        """Add the outcome of an example."""
        if self.more or self.target:
            self.budget.spend(len(outcome.history))
        self.outcomes.append(outcome)

    @property
    def lag(self) -> float:
        """Return the observed seconds by which reads lag behind writes; 0 if they do not."""
        return max((outcome.stale_read.lag for outcome in self.outcomes if outcome.stale_read), default=0.0)

    @property
    def last_obstacle(self) -> ObstacleKind | None:
        """Return the kind of obstacle that ended the last example, if any."""
        obstacle = self.outcomes[-1].obstacle if self.outcomes else None
        return obstacle.kind if obstacle else None

    @property
    def is_repeated(self) -> bool:
        """Return whether the last example repeated all violations of the target from scratch."""
        return self.shows_target(self.outcomes[-1]) and bool(self.outcomes[-1].repeats)

    def shows_target(self, outcome: Outcome) -> bool:
        """Return whether an outcome violates all of the target."""
        return bool(self.target) and self.target <= outcome.violations.keys()

    def _new_violations(self, outcome: Outcome) -> frozenset[str]:
        return frozenset([outcome.ended_by] if outcome.ended_by else outcome.violations.keys() - self.ignored)


class PropertyRunner:
    """Runs properties one after another, in shared projects."""

    def __init__(self, run: Run, *, salt: int = 0, deadline: float = inf) -> None:
        self._run = run
        self._seed = run.options.seed + salt
        self._deadline = deadline

    def run(self, tested: Property, context: PropertyContext) -> Outcome:
        """Run one example of a property."""
        return run_example(self._run, tested.judges, context, tested.run)

    def explore(self, tested: Property) -> None:
        """Run a property with many inputs and fold the outcomes into the results; raise OutOfRequests."""
        results = self._run.results
        context_of = partial(new_context, self._run, before=results.before())
        muted: frozenset[str] = frozenset()
        active = (results.selected & frozenset(tested.judges)) - PASSIVE_CHECKS.keys()
        while True:
            # A violation found by a passive check is examined once, for the first property that meets it.
            ignored = muted | results.violated
            budget = self._run.violation_budget
            search = _Search(self._run.options.depth, budget, bool(muted), self._deadline, ignored)
            self._search(tested, partial(context_of, selected=results.selected - muted), search)
            if search.lag:
                # From now on reads wait until writes are visible, so the search begins again.
                if self._run.transport.settle(search.lag):
                    continue
                results.record_obstacle(tested.judges, f"reads lag by more than {MAX_SETTLE:g} s behind writes")
                return
            muted |= search.target
            if not search.target or active <= muted:
                return
            if budget.is_spent:
                results.record_obstacle(active - muted, "the run has used its budget for violations")
                return

    def _search(self, tested: Property, context_of: Callable[..., PropertyContext], search: _Search) -> None:
        """Search for one violation, shrink it, and repeat it from scratch."""

        def example(source: st.DataObject) -> None:
            if search.is_over:
                raise SearchOver
            target = search.target
            # A violation is shrunk in projects of its own, so that records of other examples cannot cause it.
            context = context_of(source=source, target=target, sharing=not target, variation=search.variation)
            outcome = self.run(tested, context)
            fold(self._run.results, outcome)
            search.add(outcome)
            if not target and search.target:
                shown = outcome.violations[next(iter(search.target))].history
                search.variation = context.variation.repeated(shown)
            if outcome.stale_read is not None:
                raise SearchOver
            if search.shows_target(outcome):
                raise ExampleFailed

        def repetition(source: st.DataObject, *, furnished: bool = False) -> None:
            variation = search.variation and search.variation.again(last=furnished)
            context = context_of(
                source=source, target=search.target, sharing=False, furnished=furnished, variation=variation
            )
            outcome = self.run(tested, context)
            # Other violations found by passive checks count as repeated if they show again.
            again = outcome.violations.keys() & self._run.results.violated & PASSIVE_CHECKS.keys()
            outcome = replace(outcome, repeats=search.target | again)
            fold(self._run.results, outcome)
            search.add(outcome)
            raise SearchOver

        database = InMemoryExampleDatabase()
        self._run_hypothesis(tested, search, example, database, Phase.generate, Phase.shrink)
        if search.target:
            self._run_hypothesis(tested, search, repetition, database, Phase.reuse)
        if search.target and not search.is_repeated:
            # The violation may depend on records that other examples left in a shared project.
            self._run_hypothesis(tested, search, partial(repetition, furnished=True), database, Phase.reuse)
        if search.last_obstacle is ObstacleKind.OUT_OF_REQUESTS:
            raise OutOfRequests

    def _run_hypothesis(
        self,
        tested: Property,
        search: _Search,
        example: Callable[[st.DataObject], None],
        database: InMemoryExampleDatabase,
        *phases: Phase,
    ) -> None:
        # The decorator for settings must come before the one for the seed, which would remove the database.
        @settings(
            max_examples=tested.examples.count(self._run.options.depth),
            database=database,
            deadline=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            verbosity=Verbosity.quiet,
            print_blob=False,
        )
        @seed(_mixed(self._seed, tested.name))
        @given(st.data())
        def test(source: st.DataObject) -> None:
            example(source)

        # The final report of Hypothesis is not needed: every outcome is folded as it comes.
        for _ in range(TRIES):
            with suppress(SearchOver, ExampleFailed, HypothesisException, ExceptionGroup, SkipTest):
                test()
            if search.last_obstacle not in PASSING:
                break


def _mixed(number: int, name: str) -> int:
    """Return a distinct seed for each property, so that none repeats another's draws."""
    mixed = number
    for character in name:
        mixed = (mixed * 131 + ord(character)) % (1 << 32)
    return mixed
