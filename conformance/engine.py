"""Runs properties against a target and collects judgements: the one engine behind both doors.

A property runs as a Hypothesis test. Its first violation is shrunk to the shortest calls; then the requirement is muted
and the property runs again, so that one defect hides no other.
"""

import secrets
import string
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky, HypothesisException
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

import conformance.properties  # noqa: F401 - registers the properties
from conformance.client import Client
from conformance.commons import Commons
from conformance.contract import Contract
from conformance.depth import Depth
from conformance.exchange import Exchange
from conformance.expect import Violation
from conformance.journal import Journal, sweep
from conformance.lab import Blocked, Lab
from conformance.ledger import Evidence, Ledger
from conformance.property import PROPERTIES, Property, matching
from conformance.sandbox import LABEL, Sandbox
from conformance.strategies import Inputs
from conformance.target import Lent, Target
from conformance.transport import (
    AdapterFactory,
    ForbiddenWrite,
    Limits,
    NoAnswer,
    OutOfRequests,
    Socket,
    Transport,
)
from conformance.verdict import Judgement
from conformance.watch import WATCHERS, Watch

SHRINKING = {Depth.QUICK: 12, Depth.STANDARD: 40, Depth.DEEP: 150}
STEPS = {Depth.QUICK: 10, Depth.STANDARD: 14, Depth.DEEP: 30}


@dataclass(frozen=True, slots=True)
class Options:
    """What to run and how much of it."""

    depth: Depth = Depth.STANDARD
    seed: int = 0
    only: Sequence[str] = ()
    read_only: bool = False
    limits: Limits = field(default_factory=Limits)


class Run:
    """One run against one target: its sandbox, its ledger, its exchanges."""

    def __init__(
        self,
        contract: Contract,
        target: Target,
        lent: Lent,
        options: Options,
        *,
        adapter: AdapterFactory = Socket,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.contract = contract
        self.target = target
        self.options = options
        self.lent = lent
        self.sandbox = Sandbox(run_id=_run_id(), strangers=lent.strangers)
        self.transport = Transport(
            target,
            options.limits,
            guard=self.sandbox.guard,
            read_only=options.read_only,
            adapter=adapter,
            sleep=sleep,
        )
        self.client = Client(contract, self.transport)
        self.inputs = Inputs(contract)
        self.commons = Commons(retire=self.remove_project)
        self.properties = [
            one
            for one in PROPERTIES
            if one.variety.examples(options.depth) and (one.read_only or not options.read_only)
        ]
        self.ledger = Ledger(selected=self._select())
        self.watch = Watch(contract, self.ledger, WATCHERS)
        self.leftovers: list[str] = []
        self._ran: set[str] = set()
        self._journal: Journal | None = None

    def _select(self) -> frozenset[str]:
        judgeable = {identifier for one in self.properties for identifier in one.judges}
        return matching(list(self.contract.requirements), self.options.only) & frozenset(judgeable)

    @property
    def plan(self) -> list[Property]:
        """The properties that judge anything selected, in the order they run."""
        chosen = [one for one in self.properties if one.concerns(self.ledger.selected)]
        return sorted(chosen, key=lambda one: one.last)

    def run(self, progress: Callable[[Property], None] = lambda _: None) -> None:
        """Runs every property of the plan; stops early when the run may send no more."""
        for one in self.plan:
            progress(one)
            if not self.run_property(one):
                break

    def run_property(self, one: Property) -> bool:
        """Runs a property, once; False when the run may send no more requests."""
        if one.name in self._ran:
            return True
        self._ran.add(one.name)
        trial = Trial(self, one)
        try:
            while trial.find_violation():
                pass
        except OutOfRequests as stop:
            self.ledger.obstruct(self.ledger.selected, f"{stop}; raise --max-requests")
            return False
        finally:
            self.ledger.muted.clear()
        return True

    def judge(self, requirement: str) -> Judgement:
        """The verdict on a requirement, running what has not run yet and judges it."""
        for one in self.plan:
            if requirement in one.judges:
                self.run_property(one)
        return self.judgement(requirement)

    def judgement(self, requirement: str) -> Judgement:
        """The verdict on a requirement, as far as the run has come."""
        reason = "not selected"
        if self.options.read_only and not matching([requirement], self.options.only).isdisjoint([requirement]):
            reason = "judging it takes writing, and this run is read-only"
        return self.ledger.judgement(self.contract.requirements[requirement], not_run=reason)

    def judgements(self) -> list[Judgement]:
        """The verdicts on all requirements of the contract."""
        return [self.judgement(one) for one in self.contract.requirements]

    def keep_journal(self) -> None:
        """From now on enters what is made into a journal; a read-only run makes nothing."""
        if not self.options.read_only:
            self._journal = Journal.open(self.sandbox.run_id, self.target.url)
            self.sandbox.before_making = self._journal.note

    def clean_up(self) -> None:
        """Removes what is left of ours, also what was made without an answer; notes what cannot be removed."""
        self.transport.lift_limit()
        for project in sorted(self.sandbox.open_projects):
            self.remove_project(project)
        if self.sandbox.projects:
            try:
                self.leftovers = [f"project {one}" for one in sweep(self.client, self.sandbox, self.sandbox.run_id)]
            except NoAnswer as silence:
                self.leftovers = [f"projects titled {LABEL}{self.sandbox.run_id}_… ({silence})"]
        if self._journal is not None and not self.leftovers:
            self._journal.close()

    def remove_project(self, project: int) -> None:
        """Deletes a project of ours; what fails is tried again when the run ends."""
        try:
            deleted = self.client.delete_project(project)
            self.sandbox.learn(deleted)
            if deleted.ok:
                self.commons.gone.project = project
        except (NoAnswer, OutOfRequests):
            return


class Trial:
    """One property on its way through Hypothesis."""

    def __init__(self, run: Run, tested: Property) -> None:
        self._run = run
        self._property = tested
        self._allowance = SHRINKING[run.options.depth]
        self._obstacles = 0
        # A violation is shown again in projects of its own, where nothing of others can be to blame.
        self._sharing = True

    @property
    def _unjudged(self) -> Iterable[str]:
        return [one for one in self._property.judges if self._run.ledger.is_judging(one)]

    def find_violation(self) -> bool:
        """Runs the property until it is violated or has held often enough; True when another run could show more."""
        self._violated = ""
        self._shrinks = 0
        test = self._as_hypothesis_test()
        # What Hypothesis reports in the end is the ledger's already: every violation is kept when it happens.
        with suppress(Violation, Flaky, HypothesisException, ExceptionGroup):
            test()
        if self._violated:
            self._run.ledger.muted.add(self._violated)
        return bool(self._violated) and any(one not in WATCHERS for one in self._unjudged)

    def _as_hypothesis_test(self) -> Callable[[], None]:
        chosen = settings(
            max_examples=self._property.variety.examples(self._run.options.depth),
            stateful_step_count=STEPS[self._run.options.depth],
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            verbosity=Verbosity.quiet,
            print_blob=False,
        )
        seeded = seed(_mixed(self._run.options.seed, self._property.name))
        if (machine := self._property.machine) is not None:
            # Any callable that answers a machine will do, whatever its annotation says.
            factory = cast(
                "type[RuleBasedStateMachine]", seeded(lambda: machine(self.begin(), self.attempt, self.finish))
            )
            return lambda: run_state_machine_as_test(factory, settings=chosen)

        @seeded
        @chosen
        @given(st.data())
        def test(source: st.DataObject) -> None:
            lab = self.begin(source)
            try:
                self.attempt(lab, lambda: self._property.run(lab))
            finally:
                self.finish(lab)

        return test

    def begin(self, source: st.DataObject | None = None) -> Lab:
        """A lab for the next example; halted from the start when enough has been tried."""
        if self._violated:
            self._shrinks += 1
        run = self._run
        return Lab(
            contract=run.contract,
            client=run.client,
            inputs=run.inputs,
            sandbox=run.sandbox,
            lent=run.lent,
            ledger=run.ledger,
            commons=run.commons,
            depth=run.options.depth,
            source=source,
            read_only=run.options.read_only,
            sharing=self._sharing,
            halted=self._shrinks > self._allowance or self._obstacles > 1,
        )

    def attempt(self, lab: Lab, work: Callable[[], None]) -> None:
        """Does a piece of an example; a violation is kept and passed on, an obstacle ends the example."""
        if lab.halted:
            return
        try:
            with self._run.transport.listening(lambda exchange: self._note(lab, exchange)):
                work()
        except Violation as violation:
            self._violated = self._violated or violation.requirement
            self._sharing = False
            self._run.ledger.convict(
                violation.requirement, Evidence(violation.expected, violation.actual, _what_led_to(lab))
            )
            raise
        except (Blocked, NoAnswer, ForbiddenWrite) as obstacle:
            lab.halted = lab.spoilt = True
            self._obstacles += 1
            self._run.ledger.obstruct(self._property.judges, str(obstacle))
        except (OutOfRequests, HypothesisException):
            raise
        except Exception:  # noqa: BLE001 - a mistake of ours must not pass for one of the deployment
            self._fail_ourselves(lab, f"the suite itself failed: {traceback.format_exc(limit=-3)}")

    def finish(self, lab: Lab) -> None:
        """Removes the projects of an example, and gives back what it shared."""
        for project in lab.projects:
            if project in self._run.sandbox.open_projects:
                self._run.remove_project(project)
        self._run.commons.give_back(lab.borrowed, lab.history, spoilt=lab.spoilt or not self._sharing)

    def _fail_ourselves(self, lab: Lab, reason: str) -> None:
        lab.halted = True
        self._obstacles = 2
        for requirement in self._property.judges:
            self._run.ledger.errors.setdefault(requirement, reason)

    def _note(self, lab: Lab, exchange: Exchange) -> None:
        lab.history.append(exchange)
        self._run.sandbox.learn(exchange)
        if exchange.ok:
            self._run.ledger.shown.add(exchange.operation)
        if exchange.status is not None:
            self._run.watch.see(exchange, lab.history)


def _what_led_to(lab: Lab) -> tuple[Exchange, ...]:
    """The exchanges of an example, and before them all others in the projects that it shared."""
    before = {one.number: one for shared in lab.borrowed for one in shared.history}
    return tuple(one for _, one in sorted((before | {one.number: one for one in lab.history}).items()))


def _run_id() -> str:
    return "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(8))


def _mixed(number: int, name: str) -> int:
    """A seed of its own for each property, so that none repeats another's draws."""
    mixed = number
    for character in name:
        mixed = (mixed * 131 + ord(character)) % (1 << 32)
    return mixed
