"""The suite let loose on a faulty mock."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from conformance import contract as contracts
from conformance.depth import Depth
from conformance.discovery import Given, explore
from conformance.engine import Options, Run
from conformance.schedule import Schedule
from conformance.target import Target
from conformance.transport import Transport
from conformance.verdict import Judgement
from mock_server.contract.contract import Contract, load_contract
from mock_server.scenarios.loader import load_scenario
from tests.zoo.fault import Fault, Plant
from tests.zoo.in_process import InProcess
from tests.zoo.seams import Seams


@cache
def read_contracts() -> tuple[Contract, contracts.Contract]:
    """The contract as either room reads it, once for all hunts."""
    return load_contract(), contracts.load()


def hunt(fault: Fault | None, *, seed: int = 0) -> list[Judgement]:
    """The judgements on a mock with a fault, or on an honest one."""
    if fault is None:
        return hunt_on(lambda _: None, seed=seed)
    return hunt_on(fault.plant, seed=seed, depth=fault.depth)


def hunt_on(plant: Plant, *, seed: int = 0, depth: Depth = Depth.QUICK) -> list[Judgement]:
    """The judgements on a mock that was changed."""
    with run_on(plant, Options(depth=depth, seed=seed)) as run:
        Schedule(run).run_all()
        run.clean_up()
        return run.judgements()


@contextmanager
def run_on(plant: Plant, options: Options) -> Iterator[Run]:
    """A run that is about to begin, on a mock that was changed, in this very process."""
    served, judged = read_contracts()
    seams = Seams(served, load_scenario("default"))
    plant(seams)
    with seams.built() as handle:
        target = Target("http://mock/api", "test-key")

        def adapter() -> InProcess:
            return InProcess(handle)

        lent = explore(judged, target, Given(), Transport(target, guard=print, adapter=adapter))
        yield Run(judged, target, lent, options, adapter=adapter, sleep=lambda _: None)
