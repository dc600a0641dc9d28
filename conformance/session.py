"""A run from its options to its report: explore, judge, clean up. The command line and pytest both use it."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from hypothesis.configuration import set_hypothesis_home_dir

from conformance import contract as contracts
from conformance.http.client import Client
from conformance.http.transport import NoAnswer, Transport
from conformance.options import Depth, Options
from conformance.probes.registry import Observation
from conformance.properties.registry import Property
from conformance.reports.report import Report
from conformance.results.verdict import combine
from conformance.results.waivers import load, waive
from conformance.runner.probe_runner import observe
from conformance.runner.run import Run
from conformance.runner.scheduler import Scheduler
from conformance.sandbox import mock_process
from conformance.sandbox.discovery import IdOverrides, explore
from conformance.sandbox.journal import delete_leftovers, left_behind
from conformance.sandbox.sandbox import Sandbox
from conformance.target import RunError, Target

TYPICAL_REQUESTS = {Depth.QUICK: 490, Depth.STANDARD: 1680, Depth.DEEP: 5800}
"""What a run sends to a deployment that is right."""
TYPICAL_PROBES = 160
ARRANGING = (
    *("listProjects", "createProject", "deleteProject"),
    *("listMilestones", "createMilestone", "getMilestone", "deleteMilestone"),
    *("listTasks", "createTask", "getTask", "updateTask"),
)
"""The operations that properties use to arrange what they judge by others."""


@dataclass(frozen=True, slots=True)
class RunConfig:
    """What a user asked for; without a target our own mock is checked."""

    target: Target | None = None
    contract: Path | None = None
    id_overrides: IdOverrides = field(default_factory=IdOverrides)
    options: Options = field(default_factory=Options)
    strict: bool = False
    observe: bool = False
    waivers: Path | None = None


def remove_left_behind(contract: Path | None, target: Target) -> tuple[int, list[str]]:
    """Removes what killed runs left on a target, by their journals; answers how many runs, and what could not go.

    Raises RunError for a target that gives no answer.
    """
    runs, leftovers = 0, []
    for journal in left_behind(target.url):
        sandbox = Sandbox(run_id=journal.run_id)
        transport = Transport(target, guard=sandbox.guard)
        try:
            stuck = delete_leftovers(Client(_load(contract), transport), sandbox, journal.run_id)
        except NoAnswer as silence:
            raise RunError(f"{target.url} gives no answer: {silence}; try again when it does.") from silence
        runs += 1
        leftovers += [f"project {project}" for project in stuck]
        if not stuck:
            journal.close()
    return runs, leftovers


def _cache() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "milestones-check"


def _load(path: Path | None) -> contracts.Contract:
    try:
        contract = contracts.load(path)
    except contracts.ContractError as error:
        raise RunError(f"{error}.") from error
    missing = [one for one in ARRANGING if one not in contract.operations]
    if missing:
        raise RunError(
            f"{contract.path}: lacks {', '.join(missing)}; the suite needs the operations on projects, milestones and "
            "tasks with which it arranges what it judges. Take them into the contract."
        )
    return contract


@contextmanager
def stop_on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Calls `stop` at the first Ctrl-C or SIGTERM, as a cancelled CI job gets it; the second interrupts at once.

    An exception out of a signal comes anywhere, also where it is swallowed; `stop` takes effect in a good place.
    """

    def heed(*_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        stop()

    former = {number: signal.signal(number, heed) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


class Session(AbstractContextManager["Session"]):
    """A target explored and a run on it; leaving it cleans up. Raises RunError when there is nothing to run."""

    def __init__(self, config: RunConfig) -> None:
        self.config = config
        self.started = datetime.now(UTC)
        self._began = time.monotonic()
        self.interrupted = False
        self.observations: list[Observation] = []
        self._mock: AbstractContextManager[Target] = (
            nullcontext(config.target) if config.target else mock_process.run_mock(config.contract)
        )

    def __enter__(self) -> Self:
        # Hypothesis keeps tables of characters, by default in the folder that it is run in.
        set_hypothesis_home_dir(_cache())
        contract = _load(self.config.contract)
        target = self._mock.__enter__()
        try:
            self.run = Run(contract, target, explore(contract, target, self.config.id_overrides), self.config.options)
            self.scheduler = Scheduler(self.run)
            self.waivers = load(self.config.waivers, contract.requirements) if self.config.waivers else []
            if not self.run.results.selected:
                raise RunError("nothing is selected: no requirement matches; see them all with --list.")
            if self.config.target is not None:
                self.run.keep_journal()
        except BaseException:
            self._mock.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.run.clean_up()
        finally:
            self._mock.__exit__(None, None, None)

    @property
    def announcement(self) -> str:
        """What is about to be checked, and how much of it."""
        where = self.run.target.url if self.config.target else f"our own mock at {self.run.target.url}"
        return (
            f"Checking {where}: {len(self.run.results.selected)} requirements by {len(self.run.plan)} properties, "
            f"depth {self.config.options.depth.value}, seed {self.config.options.seed}; {self._cost}"
        )

    @property
    def _cost(self) -> str:
        options = self.config.options
        share = len(self.run.plan) / max(len(self.run.properties), 1)
        expected = int(TYPICAL_REQUESTS[options.depth] * share)
        if self.config.observe:
            expected += TYPICAL_PROBES
        rounded = -(-min(expected, options.limits.max_requests) // 10) * 10
        more = f", and more for {options.budget:g} s" if options.budget else ""
        return f"about {rounded} requests{more}, more where something is violated"

    def judge_all(self, progress: Callable[[Property], None]) -> None:
        """Runs the whole plan; Ctrl-C or SIGTERM ends it, and what was judged so far stands."""
        try:
            with stop_on_signals(self.run.transport.stop):
                self.scheduler.run_all(progress)
                if self.config.observe:
                    self.observations += observe(self.run)
        except KeyboardInterrupt:
            self.interrupted = True
            self.run.results.record_obstacle(self.run.results.selected, "the run was interrupted")

    def report(self) -> Report:
        """The report on what was judged so far."""
        judgements, stale = waive(self.run.judgements(), self.waivers, self.started.date())
        return Report(
            outcome=combine(judgements, strict=self.config.strict, stale_waivers=bool(stale)),
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
            coverage=self.run.coverage.rows(),
            stale_waivers=stale,
            leftovers=self.run.leftovers,
            interrupted=self.interrupted,
            contract=str(self.config.contract or ""),
        )
