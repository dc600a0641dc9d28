"""Run properties as Hypothesis tests, and repeat every violation from scratch before it counts.

The first violation of a property is shrunk to the shortest calls and repeated; then the requirement is muted and the
property runs again, so that one defect hides no other.
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
"""The obstacles that another try may not meet."""
TRIES = 6
"""The number of tries for a property that met one of these."""


class SearchOver(KeyboardInterrupt):
    """Ends a Hypothesis test. Any other exception Hypothesis takes for a failure of the example."""


class ExampleFailed(Exception):
    """Tells Hypothesis that an example violates what is looked for."""


@dataclass
class _Search:
    """The outcomes of a property's examples until one violation is found and shrunk.

    `budget` pays for all that comes after a violation, and for all examples where it is a search for `more`.
    `variation` repeats the free choices of the example that showed the violation.
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
        """Return the requirements that the first violating example violated; empty while there is none."""
        return next((new for outcome in self.outcomes if (new := self._new_violations(outcome))), frozenset())

    @property
    def is_over(self) -> bool:
        """Tell if enough was tried."""
        first = next((number for number, outcome in enumerate(self.outcomes) if self._new_violations(outcome)), None)
        if first is not None:
            # What any exchange shows needs no shrinking: its evidence ends with that exchange.
            allowed = SHRINKING[self.depth] if self.outcomes[first].ended_by and not self.budget.is_spent else 0
            # The next example is as long as the one that is shrunk, more or less.
            return (
                sum(len(outcome.history) for outcome in [*self.outcomes[first + 1 :], self.outcomes[first]]) > allowed
            )
        met = [outcome.obstacle.kind for outcome in self.outcomes if outcome.obstacle]
        final = {ObstacleKind.INTERNAL_ERROR, ObstacleKind.OUT_OF_REQUESTS}
        return met.count(ObstacleKind.UNMET) > 1 or not final.isdisjoint(met) or time.monotonic() > self.deadline

    def add(self, outcome: Outcome) -> None:
        """Take in the outcome of an example."""
        if self.more or self.target:
            self.budget.spend(len(outcome.history))
        self.outcomes.append(outcome)

    @property
    def lag(self) -> float:
        """Return the seconds by which reads were seen to lag behind writes; 0 where they were not."""
        return max((outcome.stale_read.lag for outcome in self.outcomes if outcome.stale_read), default=0.0)

    @property
    def last_obstacle(self) -> ObstacleKind | None:
        """Return the kind of obstacle that ended the last example, if any did."""
        obstacle = self.outcomes[-1].obstacle if self.outcomes else None
        return obstacle.kind if obstacle else None

    @property
    def is_repeated(self) -> bool:
        """Tell if the last example showed all of the target again, from scratch."""
        return self.shows_target(self.outcomes[-1]) and bool(self.outcomes[-1].repeats)

    def shows_target(self, outcome: Outcome) -> bool:
        """Tell if an outcome violates all of the target."""
        return bool(self.target) and self.target <= outcome.violations.keys()

    def _new_violations(self, outcome: Outcome) -> frozenset[str]:
        return frozenset([outcome.ended_by] if outcome.ended_by else outcome.violations.keys() - self.ignored)


class PropertyRunner:
    """Runs one property after another, in projects that they share."""

    def __init__(self, run: Run, *, salt: int = 0, deadline: float = inf) -> None:
        self._run = run
        self._seed = run.options.seed + salt
        self._deadline = deadline

    def run(self, tested: Property, context: PropertyContext) -> Outcome:
        """Run one example of a property."""
        return run_example(self._run, tested.judges, context, tested.run)

    def explore(self, tested: Property) -> None:
        """Run a property with many inputs and fold what they show; raises OutOfRequests."""
        results = self._run.results
        context_of = partial(new_context, self._run, before=results.before())
        muted: frozenset[str] = frozenset()
        active = (results.selected & frozenset(tested.judges)) - PASSIVE_CHECKS.keys()
        while True:
            # A violation that any exchange shows is looked into once, whatever property meets it first.
            ignored = muted | results.violated
            budget = self._run.violation_budget
            search = _Search(self._run.options.depth, budget, bool(muted), self._deadline, ignored)
            self._search(tested, partial(context_of, selected=results.selected - muted), search)
            if search.lag:
                # From now on reads wait for writes to be seen; what was looked into before says nothing.
                if self._run.transport.settle(search.lag):
                    continue
                results.record_obstacle(tested.judges, f"reads lag by more than {MAX_SETTLE:g} s behind writes")
                return
            muted |= search.target
            if not search.target or active <= muted:
                return
            if budget.is_spent:
                results.record_obstacle(active - muted, "the run has spent on violations what it may")
                return

    def _search(self, tested: Property, context_of: Callable[..., PropertyContext], search: _Search) -> None:
        """Look for one violation, shrink it, and repeat it from scratch."""

        def example(source: st.DataObject) -> None:
            if search.is_over:
                raise SearchOver
            target = search.target
            # A violation is shrunk in projects of its own, where nothing of others can be to blame.
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
            # What else an exchange showed before, and shows again now, is repeated as well.
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
            # What others had left in a shared project may have been needed to show it.
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
        # The settings stand above the seed, which would take the database away from them.
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

        # Nothing that Hypothesis reports in the end is new: every outcome is folded when it comes.
        for _ in range(TRIES):
            with suppress(SearchOver, ExampleFailed, HypothesisException, ExceptionGroup, SkipTest):
                test()
            if search.last_obstacle not in PASSING:
                break


def _mixed(number: int, name: str) -> int:
    """Return a seed of its own for each property, so that none repeats another's draws."""
    mixed = number
    for character in name:
        mixed = (mixed * 131 + ord(character)) % (1 << 32)
    return mixed
