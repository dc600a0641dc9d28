"""Run the suite on a faulty mock."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from conformance import contract as contracts
from conformance.http.transport import Transport
from conformance.options import Depth, IdOverrides, Options
from conformance.results.verdict import Judgement
from conformance.runner.run import Run, open_run
from conformance.runner.scheduler import Scheduler
from conformance.sandbox.discovery import explore
from conformance.target import Target
from mock_server.contract.contract import Contract, load_contract
from mock_server.scenarios.loader import load_scenario
from tests.faulty_mocks.fault import Fault, Inject
from tests.faulty_mocks.in_process import InProcess
from tests.faulty_mocks.mock_builder import MockBuilder


@cache
def read_contracts() -> tuple[Contract, contracts.Contract]:
    """Read the contract as both rooms read it, once for all runs."""
    return load_contract(), contracts.load()


def run_suite(fault: Fault | None, *, seed: int = 0) -> list[Judgement]:
    """Return the judgements on a mock with a fault, or on an honest one."""
    if fault is None:
        return run_suite_on(lambda _: None, seed=seed)
    return run_suite_on(fault.inject, seed=seed, depth=fault.depth)


def run_suite_on(inject: Inject, *, seed: int = 0, depth: Depth = Depth.QUICK) -> list[Judgement]:
    """Return the judgements on a mock that was changed."""
    with run_on(inject, Options(depth=depth, seed=seed)) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()
        return run.judgements()


@contextmanager
def run_on(inject: Inject, options: Options) -> Iterator[Run]:
    """Open a run that is about to begin, on a mock that was changed, in this very process."""
    served, judged = read_contracts()
    builder = MockBuilder(served, load_scenario("default"))
    inject(builder)
    with builder.built() as handle:
        target = Target("http://mock/api", "test-key")

        def adapter() -> InProcess:
            return InProcess(handle)

        prerequisites = explore(judged, target, IdOverrides(), Transport(target, guard=print, adapter=adapter))
        run = open_run(judged, target, prerequisites, options, adapter=adapter, sleep=builder.sleep)
        run.transport.clock = builder.now
        yield run
