"""Faults of creating tasks."""

from dataclasses import replace
from typing import Any

from conformance.options import Depth
from mock_server.errors import Conflict
from mock_server.operations import tasks
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from mock_server.storage.store import Project
from tests.faulty_mocks.clone_faults import copied_milestones
from tests.faulty_mocks.create_faults import due_at_any_time, unchecked
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original, shown


@breaks(
    "task/goes-to-the-default-without-a-milestone",
    implies=("count/*", "delete/the-flag-spares-other-tasks", "project/deletion-spares-other-projects"),
)
def puts_a_task_without_milestone_into_the_last(builder: MockBuilder) -> None:
    original = tasks.resolve_milestone

    def choose(context: OperationContext, project: Project, otherwise: int | None = None) -> int:
        if context.body.has("task_milestoneid") or otherwise:
            return original(context, project, otherwise)
        return context.store.milestones_of_project.rows(project.id)[-1].id

    builder.patch(tasks, "resolve_milestone", choose)


@breaks("task/goes-to-the-default-without-a-milestone", depth=Depth.STANDARD)
def takes_a_renamed_default_for_none(builder: MockBuilder) -> None:
    first: dict[int, str] = {}

    def update(context: OperationContext, original: Original) -> Result:
        if context.has_milestone() and context.milestone().type == "uncategorised":
            first.setdefault(context.path["id"], context.milestone().title)
        return original(context)

    def choose(context: OperationContext, project: Project, otherwise: int | None = None) -> int:
        home = context.store.milestones.get_or_raise(project.default_milestone_id)
        if context.body.has("task_milestoneid") or otherwise or first.get(home.id, home.title) == home.title:
            return resolve(context, project, otherwise)
        return context.store.milestones_of_project.rows(project.id)[-1].id

    resolve = tasks.resolve_milestone
    builder.patch(tasks, "resolve_milestone", choose)
    builder.operation("updateMilestone", update)


@breaks("task/goes-to-the-milestone-named", implies=("count/*", "task/*", "delete/*", "project/*"))
def puts_every_new_task_into_the_default(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        task = context.store.tasks.get_or_raise(shown(result)["id"])
        home = context.store.milestones.get_or_raise(
            context.store.projects.get_or_raise(task.project_id).default_milestone_id
        )
        context.store.tasks.put(replace(task, milestone_id=home.id))
        return replace(result, data=shown(result) | {"milestone": {"id": home.id, "name": home.title}})

    builder.operation("createTask", faulty)


@breaks("task/goes-to-the-milestone-named", implies=("task/*", "count/*"), depth=Depth.STANDARD)
def makes_no_tasks_in_cloned_milestones(builder: MockBuilder) -> None:
    copies = copied_milestones(builder)

    def create(context: OperationContext, original: Original) -> Result:
        if context.body.has("task_milestoneid") and context.body.integer("task_milestoneid") in copies:
            raise Conflict("The milestone is not of the project.")
        return original(context)

    builder.operation("createTask", create)


def _with_the_first(column: str) -> Inject:
    """Return a mock whose new tasks have the first status, or priority, whatever was sent."""

    def inject(builder: MockBuilder) -> None:
        def faulty(context: OperationContext, original: Original) -> Result:
            result = original(context)
            task = context.store.tasks.get_or_raise(shown(result)["id"])
            changed: dict[str, Any] = {f"{column}_id": 1}
            context.store.tasks.put(replace(task, **changed))
            return replace(result, data=shown(result) | {column: shown(result)[column] | {"id": 1}})

        builder.operation("createTask", faulty)

    return inject


KEPT = ("task/has-the-values-sent",)
add("makes_every_task_of_the_first_status", KEPT, _with_the_first("status"), ("task/*", "count/*"))
add("makes_every_task_of_the_first_priority", KEPT, _with_the_first("priority"), ("task/*", "count/*"))


def _forgets(**values: Any) -> Inject:
    """Return a mock that stores other values of a new task than were sent."""

    def inject(builder: MockBuilder) -> None:
        def faulty(context: OperationContext, original: Original) -> Result:
            made = shown(original(context))["id"]
            context.store.tasks.put(replace(context.store.tasks.get_or_raise(made), **values))
            again = replace(context, path={"id": made})
            return replace(builder.operations["getTask"](again), status=201)

        builder.operation("createTask", faulty)

    return inject


add("makes_tasks_without_a_due_date", KEPT, _forgets(due=None))
INVALID = ("task/invalid-fields-are-refused",)
WITHOUT_TITLE = unchecked("createTask", "task_title", "Untitled")
add("creates_tasks_without_a_title", INVALID, WITHOUT_TITLE, depth=Depth.STANDARD)
WITHOUT_PRIORITY = unchecked("createTask", "task_priority", 1)
add("creates_tasks_without_a_priority", INVALID, WITHOUT_PRIORITY, depth=Depth.STANDARD)
add("creates_tasks_due_before_their_start", INVALID, due_at_any_time("createTask", "task"), KEPT, depth=Depth.STANDARD)
