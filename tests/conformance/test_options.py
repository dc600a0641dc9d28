"""The cost of violations is bounded, and several violated requirements are still found."""

import pytest

from conformance.options import MINIMISING, MOST_TIMES, TIMES, TYPICAL_REQUESTS, Depth, Options, ViolationBudget
from conformance.results.verdict import Verdict
from conformance.runner.reproduction_runner import explain
from conformance.runner.scheduler import Scheduler
from conformance.session import OVERRUN
from tests.faulty_mocks.fault import load_all
from tests.faulty_mocks.mock_builder import MockBuilder
from tests.faulty_mocks.run_suite import run_on

FAULTS = [
    load_all()[name]
    for name in (
        "does_not_count_new_tasks",
        "recolors_namesakes_elsewhere",
        "counts_deleted_tasks",
        "reorders_from_zero",
        "changes_a_task_before_it_refuses",
    )
]


def faulty(builder: MockBuilder) -> None:
    """Inject five faults."""
    for fault in FAULTS:
        fault.inject(builder)


@pytest.mark.zoo
def test_a_run_on_a_mock_with_five_faults_keeps_to_its_budget() -> None:
    with run_on(faulty, Options(depth=Depth.QUICK)) as run:
        Scheduler(run).run_all()
        explain(run, None, {})
        run.clean_up.finish()
        failed = {judgement.requirement.id for judgement in run.judgements() if judgement.verdict is Verdict.FAIL}

    assert run.transport.sent <= (1 + OVERRUN * TIMES[Depth.QUICK]) * TYPICAL_REQUESTS[Depth.QUICK]
    assert len(failed & frozenset[str]().union(*(fault.breaks for fault in FAULTS))) >= 4


@pytest.mark.parametrize("depth", Depth)
def test_a_quarter_of_the_budget_is_kept_for_minimising(depth: Depth) -> None:
    budget = ViolationBudget(depth)
    while not budget.is_spent:
        budget.spend(10)

    assert budget.for_minimising >= TIMES[depth] * TYPICAL_REQUESTS[depth] // 4 - 10


def test_few_violations_may_cost_more_each_and_what_follows_from_others_waits_for_its_turn() -> None:
    budget, usual = ViolationBudget(Depth.QUICK), MINIMISING[Depth.QUICK]

    assert budget.share(1000, 1, follows=False) == MOST_TIMES * usual
    assert budget.share(1000, 20, follows=False) == usual
    assert budget.share(1000, 20, follows=True) == 50
