"""Records that a deployment loses stand in the way of a verdict at most; the suite itself never fails over it."""

import itertools
from typing import Any

import pytest

from conformance.generation.variation import Chance
from conformance.http.client import PreconditionFailed
from conformance.options import Depth, Options
from conformance.results.verdict import Verdict
from conformance.runner.scheduler import Scheduler
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from tests.faulty_mocks.fault import Inject
from tests.faulty_mocks.mock_builder import MockBuilder, Original, shown
from tests.faulty_mocks.run_suite import run_on

WORLDS = ("create/refused-creates-nothing", "task/refused-changes-nothing", "project/refused-changes-nothing")
"""The last things judged, so that everything before is done whatever comes of it."""


def losing(operation: str, first: int, kept: int) -> Inject:
    """Make lists show only so many rows, from some list on."""

    def inject(builder: MockBuilder) -> None:
        turns = itertools.count(1)

        def lose(_: OperationContext, rows: list[Any]) -> list[Any]:
            return rows[:kept] if next(turns) >= first else rows

        builder.rows(operation, lose)

    return inject


def hides_the_default_once_it_is_deleted(builder: MockBuilder) -> None:
    gone: set[int] = set()

    def delete(context: OperationContext, original: Original) -> Result:
        milestone = context.milestone()
        if milestone.type != "uncategorised":
            return original(context)
        gone.add(milestone.id)
        return Result({"id": milestone.id}, "Milestone deleted successfully.")

    builder.operation("deleteMilestone", delete)
    builder.rows("listMilestones", lambda _, rows: [row for row in rows if row["id"] not in gone])


def moves_the_milestones_into_a_clone(builder: MockBuilder) -> None:
    def clone(context: OperationContext, original: Original) -> Result:
        result = original(context)
        store, copy = context.store, shown(result)["id"]
        for row in [*store.milestones_of_project.rows(context.path["id"])]:
            if row.type == "categorised":
                store.milestones.put(row._replace(project_id=copy, title=f"{row.title} moved"))
        return result

    builder.operation("cloneProject", clone)


@pytest.mark.parametrize(
    "inject",
    [
        hides_the_default_once_it_is_deleted,
        moves_the_milestones_into_a_clone,
        *(losing("listMilestones", first, kept) for first, kept in [(1, 0), (6, 1), (12, 1)]),
        *(losing("listTasks", first, kept) for first, kept in [(1, 0), (8, 1)]),
    ],
)
def test_lost_records_are_no_error_of_the_suite(inject: Inject) -> None:
    with run_on(inject, Options(only=WORLDS)) as run:
        Scheduler(run).run_all()
        judgements = run.judgements()

    assert [judgement.reason for judgement in judgements if judgement.verdict is Verdict.ERROR] == []


@pytest.mark.parametrize("first", [1, 3, 5, 7])
def test_lists_that_stay_empty_are_no_error_of_the_suite(first: int) -> None:
    with run_on(losing("listMilestones", first, 0), Options(depth=Depth.STANDARD, only=["*/*"])) as run:
        scheduler = Scheduler(run)
        scheduler.judge("list/returns-every-milestone")
        judgements = run.judgements()

    assert [judgement.reason for judgement in judgements if judgement.verdict is Verdict.ERROR] == []


def test_a_choice_among_nothing_is_an_obstacle() -> None:
    with pytest.raises(PreconditionFailed):
        Chance(1).choice([])


def test_a_sample_of_more_than_there_is_is_an_obstacle() -> None:
    with pytest.raises(PreconditionFailed):
        Chance(1).sample([1], 2)


def test_enough_to_choose_from_is_chosen_from_as_usual() -> None:
    assert Chance(1).choice([7]) == 7
    assert sorted(Chance(1).sample([1, 2], 2)) == [1, 2]
