"""Violations that no example in a project of its own shows again may show when all calls are sent again."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from conformance.options import Depth, Options
from conformance.reproduction.reference import run_reference
from conformance.reproduction.reproduce import Reproduction
from conformance.results.verdict import Verdict
from conformance.runner.reproduction_runner import reproduce
from conformance.runner.scheduler import Scheduler
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from tests.faulty_mocks.mock_builder import MockBuilder, Original
from tests.faulty_mocks.run_suite import read_contracts, run_on

pytestmark = pytest.mark.zoo
MOST_ROWS = 14


def shows_few_rows_at_most(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        return replace(result, data=cast("list[Any]", result.data)[:MOST_ROWS])

    builder.operation("listMilestones", faulty)


def does_so_in_one_project_alone(builder: MockBuilder) -> None:
    projects: list[int | None] = []

    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        rows, project = cast("list[Any]", result.data), context.query.integer("project_id")
        if len(rows) > MOST_ROWS and not projects:
            projects.append(project)
        return replace(result, data=rows[:MOST_ROWS]) if project in projects else result

    builder.operation("listMilestones", faulty)


@pytest.mark.parametrize(
    ("inject", "verdict"),
    [(shows_few_rows_at_most, Verdict.FAIL), (does_so_in_one_project_alone, Verdict.UNSTEADY)],
)
def test_what_shows_whenever_all_calls_are_sent_again_is_no_longer_unsteady(
    inject: Callable[[MockBuilder], None], verdict: Verdict
) -> None:
    name, reproductions = "list/meta-total-counts-all-rows", dict[str, Reproduction]()
    with run_on(inject, Options(depth=Depth.QUICK)) as run, run_reference(read_contracts()[1], None, {}) as reference:
        Scheduler(run).run_all()
        assert run.judgement(name).verdict is Verdict.UNSTEADY
        reproduce(run, reference, reproductions)

    assert run.judgement(name).verdict is verdict
    assert (name in reproductions) is (verdict is Verdict.FAIL)
