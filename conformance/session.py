"""A session: explore the target, judge, clean up, report. The command line and the pytest plug-in both use it."""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import UTC, datetime
from enum import Enum
from math import sqrt
from pathlib import Path
from typing import Self

from hypothesis.configuration import set_hypothesis_home_dir

from conformance import contract as contracts
from conformance.http.retry import LOG
from conformance.http.signals import stop_on_signals
from conformance.options import TIMES, TYPICAL_REQUESTS, Limits, RunConfig
from conformance.probes.registry import Observation, profile_of
from conformance.properties.registry import Property, check_globs
from conformance.reports.report import Report
from conformance.results.verdict import Conclusion, combine
from conformance.results.waivers import load, waive
from conformance.runner.probe_runner import observe
from conformance.runner.reproduction_runner import Explanation, explain
from conformance.runner.run import Run, open_run
from conformance.runner.scheduler import Scheduler
from conformance.runner.stale_reads import describe
from conformance.sandbox import mock_process
from conformance.sandbox.clean_up import CLEAN_UP_SECONDS
from conformance.sandbox.cleaner import removal_command
from conformance.sandbox.discovery import explore, looking_only
from conformance.sandbox.first_answer import NotReady
from conformance.target import Prerequisites, RunError, Target

CLEAN_UP_SECONDS_AFTER_SIGNAL = 60.0
PAUSE_OF_WAITING = 2.0
TYPICAL_PROBES = 140
OVERRUN = 1.2
"""The factor by which violations may exceed their budget, as work in progress is completed."""
READ_ONLY_REQUESTS = 25
READ_ONLY_PROBES = 18
ARRANGING = (
    *("listProjects", "createProject", "getProject", "deleteProject"),
    *("listMilestones", "createMilestone", "getMilestone", "deleteMilestone"),
    *("listTasks", "createTask", "getTask", "updateTask"),
)
"""The operations that properties use to arrange what other operations are judged on."""


def contradicts(target: Target, contradiction: str, leftovers: Sequence[str]) -> str:
    """Return the sentences for a target whose answers contradict each other about who owns a record."""
    left = name_left(target, leftovers)
    return f"{target.url} contradicts itself, and nothing more was written to it: {contradiction}.{left}"


def name_left(target: Target, leftovers: Sequence[str]) -> str:
    """Return the lines that name the leftovers, and how to remove them."""
    left = "".join(f"\nLeft behind: {leftover}" for leftover in leftovers)
    return f"{left}\n{removal_command(target.url, target.network.words)}" if leftovers else ""


def _cache() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "milestones-check"


def load_contract(path: Path | None) -> contracts.Contract:
    try:
        contract = contracts.load(path)
    except contracts.ContractError as error:
        raise RunError(f"{error}.") from error
    missing = [operation for operation in ARRANGING if operation not in contract.operations]
    if missing:
        raise RunError(
            f"{contract.path}: lacks {', '.join(missing)}; the suite needs these operations on projects, milestones "
            "and tasks to prepare its checks. Add them to the contract."
        )
    return contract


class Phase(Enum):
    """The progress of a session, which decides what a signal does."""

    OPENING = "opening"
    JUDGING = "judging"
    CLEANING = "cleaning"
    DONE = "done"


class Session(AbstractContextManager["Session"]):
    """An explored target and a run on it; closing it cleans up. Raises RunError if there is nothing to run."""

    def __init__(self, config: RunConfig) -> None:
        self.config = config
        self.started = datetime.now(UTC)
        self._began = time.monotonic()
        self.interrupted = False
        self._phase = Phase.OPENING
        self._signals = 0
        self.observations: list[Observation] = []
        self.explanation = Explanation({}, [])
        self._mock: AbstractContextManager[Target] = (
            nullcontext(config.target) if config.target else mock_process.run_mock(config.contract)
        )

    def __enter__(self) -> Self:
        # Hypothesis stores tables of characters, by default in the current folder.
        set_hypothesis_home_dir(_cache())
        contract = load_contract(self.config.contract)
        self._check_selection(contract)
        with ExitStack() as opened:
            opened.enter_context(stop_on_signals(self._stop, self._cut))
            target = opened.enter_context(self._mock)
            self.run = self._open_run(contract, target)
            opened.callback(self.clean_up)
            self._opened = opened.pop_all()
        return self

    def _check_selection(self, contract: contracts.Contract) -> None:
        options = self.config.options
        # Requirements of a former report may no longer be in the contract.
        only = [glob for glob in options.only if glob not in options.first]
        check_globs(contract.requirements, only, options.exclude)

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            # No report names the leftovers if the run ends with an exception.
            self._opened.callback(self._name_leftovers)
        self._opened.close()

    def _name_leftovers(self) -> None:
        self.clean_up()
        for line in name_left(self.run.target, self.run.clean_up.leftovers).splitlines():
            LOG.warning("%s", line)

    def _open_run(self, contract: contracts.Contract, target: Target) -> Run:
        limits = self.config.options.limits
        prerequisites = self._explore(contract, target, limits)
        run = open_run(contract, target, prerequisites, self.config.options)
        self.scheduler = Scheduler(run)
        self.waivers = load(self.config.waivers, contract.requirements) if self.config.waivers else []
        if not run.results.selected:
            raise RunError("nothing is selected: no requirement matches; see them all with `milestones-check list`.")
        if self.config.target is not None and not self.config.options.read_only:
            # A read-only run makes nothing.
            run.clean_up.keep_journal(prerequisites)
        return run

    def _explore(self, contract: contracts.Contract, target: Target, limits: Limits) -> Prerequisites:
        """Find the existing records; wait for a target that does not answer yet, if the options say so."""
        end, logged = time.monotonic() + self.config.wait, ""
        while True:
            try:
                return explore(contract, target, self.config.id_overrides, looking_only(target, limits))
            except NotReady as reason:
                if time.monotonic() + PAUSE_OF_WAITING > end:
                    raise
                if logged != (logged := str(reason)):
                    LOG.warning("%s Waiting for it.", reason)
            time.sleep(PAUSE_OF_WAITING)

    def _stop(self) -> None:
        """End judging at the first signal, and cleaning up at the second."""
        self._signals += 1
        if self._phase is Phase.OPENING:
            raise KeyboardInterrupt
        if self._phase is Phase.JUDGING or (self._phase is Phase.CLEANING and self._signals > 1):
            self.run.transport.stop()

    def _cut(self) -> None:
        """Close the connections of a run that has begun."""
        if self._phase is not Phase.OPENING:
            self.run.transport.cut()

    def clean_up(self) -> None:
        """Remove what the run made, once; raise RunError if answers contradict each other about who owns a record."""
        if self._phase in (Phase.CLEANING, Phase.DONE):
            return
        self._phase = Phase.CLEANING
        self.run.clean_up.finish(CLEAN_UP_SECONDS_AFTER_SIGNAL if self._signals else CLEAN_UP_SECONDS)
        self._phase = Phase.DONE
        if contradiction := self.run.sandbox.ownership.contradiction:
            raise RunError(contradicts(self.run.target, contradiction, self.run.clean_up.leftovers))
        if self.run.sandbox.failure:
            raise RunError(self.run.sandbox.failure + name_left(self.run.target, self.run.clean_up.leftovers))

    @property
    def announcement(self) -> str:
        """Return a sentence on what is about to be checked, and its cost."""
        where = self.run.target.url if self.config.target else f"our own mock at {self.run.target.url}"
        requirements, properties = len(self.run.results.selected), len(self.run.plan)
        return (
            f"Checking {where}: {requirements} requirement{'s' * (requirements != 1)} by "
            f"{properties} propert{'y' if properties == 1 else 'ies'}, "
            f"depth {self.config.options.depth.value}, seed {self.config.options.seed}; {self._cost}"
        )

    @property
    def _cost(self) -> str:
        options = self.config.options
        examples = [
            sum(tested.examples.count(options.depth) for tested in properties)
            for properties in (self.run.plan, self.run.properties)
        ]
        # Requests that properties share are sent once, so a few properties cost more than their share.
        share = sqrt(examples[0] / max(examples[1], 1))
        judging = READ_ONLY_REQUESTS if options.read_only else TYPICAL_REQUESTS[options.depth]
        probing = READ_ONLY_PROBES if options.read_only else TYPICAL_PROBES
        expected = int(judging * share) + (probing if self.config.observe else 0)
        rounded = -(-min(expected, options.limits.max_requests) // 10) * 10
        more = f", and more for {options.budget:g} s" if options.budget else ""
        most = int(OVERRUN * TIMES[options.depth] * TYPICAL_REQUESTS[options.depth])
        return f"about {rounded} requests{more}, and at most about {most} more if something is violated"

    def judge_all(self, progress: Callable[[Property], None]) -> None:
        """Run the whole plan; Ctrl-C or SIGTERM ends it, and judgements made so far are kept."""
        self._phase = Phase.JUDGING
        try:
            self.scheduler.run_all(progress)
            if self.config.observe:
                self.observations += observe(self.run)
            self.explanation = explain(self.run, self.config.contract, profile_of(self.observations))
        except KeyboardInterrupt:
            self.interrupted = True
            self.run.results.record_obstacle(self.run.results.selected, "the run was interrupted")

    def report(self) -> Report:
        """Return the report on the judgements made so far."""
        judgements, stale = waive(self.run.judgements(), self.waivers, self.started.date())
        outcome = combine(judgements, strict=self.config.strict, stale_waivers=bool(stale))
        alternates = any(stale_read.alternates for stale_read in self.run.results.stale_reads)
        # Somebody must look at the leftovers of a run.
        if (self.interrupted or alternates or self.run.clean_up.leftovers) and outcome is Conclusion.CONFORMANT:
            outcome = Conclusion.INCONCLUSIVE
        return Report(
            outcome=outcome,
            target=self.run.target.url,
            embedded=self.config.target is None,
            contract_version=self.run.contract.version,
            contract_sha256=self.run.contract.sha256,
            seed=self.config.options.seed,
            depth=self.config.options.depth.value,
            strict=self.config.strict,
            read_only=self.config.options.read_only,
            requests=self.run.transport.sent,
            started=self.started.isoformat(timespec="seconds"),
            duration_s=time.monotonic() - self._began,
            judgements=judgements,
            observations=self.observations,
            coverage=self.run.results.coverage.rows(),
            stale_waivers=stale,
            leftovers=self.run.clean_up.leftovers,
            interrupted=self.interrupted,
            notes=[*describe(self.run.results.stale_reads), *self.run.transport.notes],
            network=self.run.target.network,
            seconds=dict(self.scheduler.seconds),
            options=self.config.repeating_options,
            reproductions=self.explanation.reproductions,
            causes=self.explanation.causes,
        )
