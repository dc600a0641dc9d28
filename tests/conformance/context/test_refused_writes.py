"""A refused write that is carried out all the same is detected, and nothing else is mistaken for one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from conformance.context.property_context import PropertyContext
from conformance.context.refused_writes import judge_refused_writes
from conformance.exchange import AuthVariant, Json
from conformance.http.client import FORM, RequestOptions
from conformance.options import Options
from conformance.records import Milestone, Task
from conformance.results.expect import Violation
from conformance.runner.example_context import new_context, recording
from conformance.runner.run import Run
from tests.faulty_mocks.fault import FAULTS, Inject, load_all
from tests.faulty_mocks.run_suite import run_on

load_all()
NO_KEY = RequestOptions(key=AuthVariant.NONE)


@contextmanager
def example(inject: Inject = lambda _: None) -> Iterator[tuple[Run, PropertyContext]]:
    """Open an example on a mock that may have a fault."""
    with run_on(inject, Options()) as run:
        context = new_context(run, sharing=False)
        with recording(run, context):
            yield run, context
        run.clean_up.finish()


def rename(context: PropertyContext, milestone: Milestone, color: str | None = None) -> None:
    """Send an update of the title without a colour, or with one."""
    fields: dict[str, Json] = {"milestone_title": context.inputs.plain_title(), "milestone_color": color}
    context.client.update_milestone(milestone.id, fields)


def move_abroad(context: PropertyContext, task: Task) -> None:
    """Send an update that names a milestone of another project."""
    foreign = context.milestone(context.project())
    fields = context.task_update(task, foreign.id) | {"task_title": "Another title"}
    context.client.update_task(task.id, fields)


def put_a_milestone(context: PropertyContext) -> None:
    milestone = context.milestone(context.project())
    fields: dict[str, Json] = {"milestone_title": "Another", "milestone_color": milestone.color}
    body = context.client.form(fields)
    context.client.raw("PUT", f"/milestones/{milestone.id}", body=body, content_type=FORM)


def move_a_task_abroad(context: PropertyContext) -> None:
    move_abroad(context, context.task(context.project()))


def delete_a_project_without_a_key(context: PropertyContext) -> None:
    project = context.project()
    context.client.get_project(project)
    context.client.delete_project(project, NO_KEY)


@pytest.mark.parametrize(
    ("fault", "act", "requirement"),
    [
        ("carries_out_a_put_that_it_refuses", put_a_milestone, "http/a-refused-method-changes-nothing"),
        ("gives_a_task_its_title_before_it_refuses", move_a_task_abroad, "task/refused-changes-nothing"),
        (
            "deletes_projects_of_whom_it_knows_no_key",
            delete_a_project_without_a_key,
            "project/refused-changes-nothing",
        ),
    ],
)
def test_what_was_refused_and_done_is_seen_whatever_the_example_was_for(
    fault: str, act: Callable[[PropertyContext], None], requirement: str
) -> None:
    with example(FAULTS[fault].inject) as (_, context):
        act(context)
        with pytest.raises(Violation) as violation:
            judge_refused_writes(context)

    assert violation.value.requirement == requirement


def test_what_an_answer_shows_anyway_is_not_read_again() -> None:
    with example() as (run, context):
        milestone = context.milestone(context.project())
        rename(context, milestone)
        context.milestones(milestone.project_id or 0)
        sent = run.transport.sent
        judge_refused_writes(context)

        assert run.transport.sent == sent
        assert context.checks["update/refused-changes-nothing"] == 1


def test_a_kind_of_refusal_is_read_back_once_in_a_run() -> None:
    with example() as (run, context):
        rename(context, context.milestone(context.project()))
        sent = run.transport.sent
        judge_refused_writes(context)
        assert run.transport.sent == sent + 1

        run.results.read_back |= context.read_back
        later = new_context(run, sharing=False, before=run.results.before())
        with recording(run, later):
            rename(later, later.milestone(later.project()))
            sent = run.transport.sent
            judge_refused_writes(later)
            assert run.transport.sent == sent


def test_what_was_granted_later_is_not_blamed_on_a_refusal() -> None:
    with example() as (_, context):
        milestone = context.milestone(context.project())
        rename(context, milestone)
        rename(context, milestone, milestone.color)
        judge_refused_writes(context)

        assert context.checks["update/refused-changes-nothing"] == 0


def test_a_record_that_went_with_its_project_is_not_missed() -> None:
    with example() as (_, context):
        project = context.project()
        milestone = context.read(context.milestone(project).id)
        context.client.delete_project(project)
        rename(context, milestone, milestone.color)
        judge_refused_writes(context)

        assert context.checks["update/refused-changes-nothing"] == 0
