"""Runs properties as Hypothesis tests.

The first violation of a property is shrunk to the shortest calls; then the requirement is muted and the property runs
again, so that one defect hides no other.
"""

import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from math import inf
from typing import cast

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky, HypothesisException
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from conformance.context.property_context import PreconditionFailed, PropertyContext
from conformance.exchange import Exchange
from conformance.http.transport import ForbiddenWrite, NoAnswer, OutOfRequests, WriteOutcomeUnknown
from conformance.options import Depth
from conformance.properties.registry import Property
from conformance.results.collector import Evidence
from conformance.results.expect import Violation
from conformance.results.passive_checks import PASSIVE_CHECKS
from conformance.runner.run import Run
from conformance.sandbox.shared_projects import SharedProjects

SHRINKING = {Depth.QUICK: 12, Depth.STANDARD: 40, Depth.DEEP: 150}
STEPS = {Depth.QUICK: 10, Depth.STANDARD: 14, Depth.DEEP: 30}
TRIES = 6
"""How often to try a property whose connections break."""


class PropertyRunner:
    """One property on its way through Hypothesis."""

    def __init__(
        self, run: Run, tested: Property, shared_projects: SharedProjects, *, salt: int = 0, deadline: float = inf
    ) -> None:
        self._run = run
        self._property = tested
        self._shared_projects = shared_projects
        self._seed = _mixed(run.options.seed + salt, tested.name)
        self._deadline = deadline
        self._muted: set[str] = set()
        self._allowance = SHRINKING[run.options.depth]
        self._obstacles = 0
        # A violation is shown again in projects of its own, where nothing of others can be to blame.
        self._sharing = True

    def find_violation(self) -> bool:
        """Runs the property until it is violated or has held often enough; True when another run could show more."""
        self._violated = ""
        self._shrinks = 0
        test = self._as_hypothesis_test()
        for _ in range(TRIES):
            self._lost = False
            # What Hypothesis reports in the end is in the results already: every violation is kept when it happens.
            with suppress(Violation, Flaky, HypothesisException, ExceptionGroup):
                test()
            if self._violated or not self._lost:
                break
        if not self._violated:
            return False
        self._muted.add(self._violated)
        left = self._run.results.selected - self._muted - PASSIVE_CHECKS.keys()
        return not left.isdisjoint(self._property.judges)

    def _as_hypothesis_test(self) -> Callable[[], None]:
        chosen = settings(
            max_examples=self._property.examples.count(self._run.options.depth),
            stateful_step_count=STEPS[self._run.options.depth],
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            verbosity=Verbosity.quiet,
            print_blob=False,
        )
        seeded = seed(self._seed)
        if (machine := self._property.machine) is not None:
            # Any callable that answers a machine will do, whatever its annotation says.
            factory = cast(
                "type[RuleBasedStateMachine]", seeded(lambda: machine(self.begin(), self.run_step, self.finish))
            )
            return lambda: run_state_machine_as_test(factory, settings=chosen)

        @seeded
        @chosen
        @given(st.data())
        def test(source: st.DataObject) -> None:
            context = self.begin(source)
            try:
                self.run_step(context, lambda: self._property.run(context))
            finally:
                self.finish(context)

        return test

    def begin(self, source: st.DataObject | None = None) -> PropertyContext:
        """A context for the next example; halted from the start when enough has been tried."""
        if self._violated:
            self._shrinks += 1
        halted = self._shrinks > self._allowance or self._obstacles > 1 or time.monotonic() > self._deadline
        return self._run.new_context(
            self._shared_projects, source, muted=self._muted, sharing=self._sharing, halted=halted
        )

    def run_step(self, context: PropertyContext, work: Callable[[], None]) -> None:
        """Does a piece of an example; a violation is kept and passed on, an obstacle ends the example."""
        if context.halted:
            return
        try:
            with self._run.recording(context):
                work()
        except Violation as violation:
            self._violated = self._violated or violation.requirement
            self._sharing = False
            self._run.results.record_violation(
                violation.requirement, Evidence(violation.expected, violation.actual, _what_led_to(context))
            )
            raise
        except WriteOutcomeUnknown as silence:
            # Whether the write has happened nobody knows: the example says nothing, and is tried again.
            self._lost = context.halted = context.dirty = True
            self._run.results.record_obstacle(self._property.judges, str(silence))
        except (PreconditionFailed, NoAnswer, ForbiddenWrite) as obstacle:
            context.halted = context.dirty = True
            self._obstacles += 1
            self._run.results.record_obstacle(self._property.judges, str(obstacle))
        except (OutOfRequests, HypothesisException):
            raise
        except Exception:  # noqa: BLE001 - a mistake of ours must not pass for one of the deployment
            self._record_internal_error(context, f"the suite itself failed: {traceback.format_exc(limit=-3)}")

    def finish(self, context: PropertyContext) -> None:
        """Ends an example."""
        self._run.close_context(context, dirty=context.dirty or not self._sharing)

    def _record_internal_error(self, context: PropertyContext, reason: str) -> None:
        context.halted = True
        self._obstacles = 2
        for requirement in self._property.judges:
            self._run.results.errors.setdefault(requirement, reason)


def _what_led_to(context: PropertyContext) -> tuple[Exchange, ...]:
    """The exchanges of an example, and before them all others in the projects that it shared."""
    before = {one.number: one for shared in context.borrowed for one in shared.history}
    return tuple(one for _, one in sorted((before | {one.number: one for one in context.history}).items()))


def _mixed(number: int, name: str) -> int:
    """A seed of its own for each property, so that none repeats another's draws."""
    mixed = number
    for character in name:
        mixed = (mixed * 131 + ord(character)) % (1 << 32)
    return mixed
