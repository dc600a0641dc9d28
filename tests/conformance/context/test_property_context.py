"""Projects for properties: who owns them, what they contain, and who else may change them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from unittest.mock import patch

import pytest

from conformance.context.property_context import PropertyContext
from conformance.exchange import Exchange
from conformance.options import Depth, Options
from conformance.runner.example_context import close_context, new_context, recording
from conformance.runner.run import Run
from conformance.runner.scheduler import Scheduler
from conformance.sandbox.shared_projects import SharedProject, SharedProjects
from mock_server.operations.context import OperationContext
from mock_server.operations.serializers import serialize_milestone
from mock_server.responses import Result
from tests.conformance.deployments import with_milestones_from_templates
from tests.conformance.deployments_by_ids import Wear
from tests.faulty_mocks.mock_builder import MockBuilder, Original
from tests.faulty_mocks.run_suite import run_on


@pytest.fixture
def run() -> Iterator[Run]:
    """Open a run on a correct mock."""
    with run_on(lambda _: None, Options(depth=Depth.QUICK)) as opened:
        yield opened
        opened.clean_up.finish()


@pytest.mark.parametrize("sharing", [True, False])
def test_looking_for_the_untouched_milestone_makes_nothing(run: Run, sharing: bool) -> None:
    context = new_context(run, sharing=sharing)
    with recording(run, context):
        project = context.project()
        before = context.snapshot(project)
        untouched = context.untouched_milestone(project)
        after = context.snapshot(project)

    assert after == before
    assert untouched in before


def test_each_call_gives_another_project(run: Run) -> None:
    context = new_context(run, sharing=True)
    with recording(run, context):
        projects = [context.project() for _ in range(3)]

    assert len(set(projects)) == 3


def test_a_furnished_project_holds_what_others_leave_behind(run: Run) -> None:
    context = new_context(run, sharing=False, furnished=True)
    with recording(run, context):
        project = context.project()
        milestones = context.snapshot(project).values()

    assert sum(milestone.type == "categorised" for milestone in milestones) >= 2
    assert sum(milestone.tasks_count or 0 for milestone in milestones) >= 2


def test_no_two_examples_have_a_project_at_the_same_time() -> None:
    lent: list[int] = []
    twice: list[int] = []
    borrow, release = SharedProjects.borrow, SharedProjects.release

    def borrowed(
        pool: SharedProjects, make: Callable[[], SharedProject], own: list[SharedProject], *, ordered: bool
    ) -> SharedProject:
        shared = borrow(pool, make, own, ordered=ordered)
        twice.extend(project for project in lent if project == shared.id)
        lent.append(shared.id)
        return shared

    def released(pool: SharedProjects, projects: list[SharedProject], history: list[Exchange], *, dirty: bool) -> None:
        for shared in projects:
            lent.remove(shared.id)
        release(pool, projects, history, dirty=dirty)

    with (
        patch.object(SharedProjects, "borrow", borrowed),
        patch.object(SharedProjects, "release", released),
        run_on(lambda _: None, Options(Depth.QUICK, jobs=4)) as run,
    ):
        Scheduler(run).run_all()
        run.clean_up.finish()

    assert twice == []
    assert lent == []


def test_an_example_that_asks_for_several_projects_does_not_wait_for_itself(run: Run) -> None:
    context = new_context(run, sharing=True)
    with recording(run, context):
        orders = [context.ordered_milestones(2)[0] for _ in range(2)]
        projects = [context.project() for _ in range(4)]

    assert len({*orders, *projects}) == 6


def test_an_order_that_is_too_short_is_made_longer(run: Run) -> None:
    orders = []
    for size in (2, 20):
        context = new_context(run, sharing=True)
        with recording(run, context):
            orders.append(context.ordered_milestones(size))
        close_context(run, context, dirty=False)
    (first, short), (second, long) = orders

    assert first == second
    assert len(short) < len(long) == 21


def test_a_project_is_waited_for_instead_of_making_more(run: Run) -> None:
    contexts = [new_context(run, sharing=True) for _ in range(4)]

    def example(context: PropertyContext) -> int:
        with recording(run, context):
            project = context.project()
        close_context(run, context, dirty=False)
        return project

    with ThreadPoolExecutor(4) as pool:
        projects = list(pool.map(example, contexts))

    assert len(set(projects)) <= 2


def _lists_every_project(builder: MockBuilder) -> None:
    """Show the milestones of all projects in each list."""

    def listed(context: OperationContext, original: Original) -> Result:
        rows = [serialize_milestone(row, 0) for row in context.store.milestones]
        return replace(original(context), data=rows)

    builder.operation("listMilestones", listed)


def _has_no_default(builder: MockBuilder) -> None:
    builder.rows("listMilestones", lambda _, rows: [{**row, "type": "categorised"} for row in rows])


@pytest.mark.parametrize(
    ("gives", "count"), [(lambda _: None, 0), (with_milestones_from_templates, 2), (_has_no_default, 0)]
)
def test_only_what_a_deployment_gave_our_own_project_is_deleted_from_it(gives: Wear, count: int) -> None:
    def inject(builder: MockBuilder) -> None:
        _lists_every_project(builder)
        gives(builder)

    with run_on(inject, Options(depth=Depth.QUICK)) as run:
        context = new_context(run)
        with recording(run, context):
            context.empty_project()
        deleted = [exchange.status for exchange in context.history if exchange.method == "DELETE"]
        close_context(run, context, dirty=True)
        run.clean_up.finish()

    assert deleted == [200] * count
