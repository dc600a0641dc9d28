"""Projects that properties are given: whose they are, what is in them, and who else may touch them."""

from collections.abc import Iterator
from itertools import combinations
from unittest.mock import patch

import pytest

from conformance.context.property_context import PropertyContext
from conformance.options import Depth, Options
from conformance.properties.registry import Property
from conformance.results.outcome import Outcome
from conformance.runner.hypothesis_runner import PropertyRunner
from conformance.runner.run import Run
from conformance.runner.scheduler import Scheduler
from tests.faulty_mocks.run_suite import run_on


@pytest.fixture
def run() -> Iterator[Run]:
    """A run on a mock that is right."""
    with run_on(lambda _: None, Options(depth=Depth.QUICK)) as opened:
        yield opened
        opened.clean_up()


def new_context(run: Run, *, sharing: bool, furnished: bool = False) -> PropertyContext:
    """A context of its own shared projects."""
    return run.new_context(run.new_shared_projects(), sharing=sharing, furnished=furnished)


@pytest.mark.parametrize("sharing", [True, False])
def test_looking_for_the_untouched_milestone_makes_nothing(run: Run, sharing: bool) -> None:
    context = new_context(run, sharing=sharing)
    with run.recording(context):
        project = context.project()
        before = context.snapshot(project)
        untouched = context.untouched_milestone(project)
        after = context.snapshot(project)

    assert after == before
    assert untouched in before


def test_each_call_gives_another_project(run: Run) -> None:
    context = new_context(run, sharing=True)
    with run.recording(context):
        projects = [context.project() for _ in range(3)]

    assert len(set(projects)) == 3


def test_a_furnished_project_holds_what_others_leave_behind(run: Run) -> None:
    context = new_context(run, sharing=False, furnished=True)
    with run.recording(context):
        project = context.project()
        milestones = context.snapshot(project).values()

    assert sum(milestone.type == "categorised" for milestone in milestones) >= 2
    assert sum(milestone.tasks_count or 0 for milestone in milestones) >= 2


def test_no_two_examples_have_a_project_at_the_same_time() -> None:
    used: list[tuple[int, int, int]] = []
    original = PropertyRunner.run

    def recorded(runner: PropertyRunner, tested: Property, context: PropertyContext) -> Outcome:
        outcome = original(runner, tested, context)
        numbers = [exchange.number for exchange in outcome.history]
        used.extend((shared.id, min(numbers), max(numbers)) for shared in context.borrowed)
        return outcome

    with patch.object(PropertyRunner, "run", recorded), run_on(lambda _: None, Options(Depth.QUICK, jobs=4)) as run:
        Scheduler(run).run_all()
        run.clean_up()

    overlapping = [
        (left, right)
        for left, right in combinations(used, 2)
        if left[0] == right[0] and left[1] <= right[2] and right[1] <= left[2]
    ]
    assert used
    assert overlapping == []
