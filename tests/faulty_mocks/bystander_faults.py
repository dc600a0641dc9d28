"""Faults that change other records: namesakes, the record a request conflicted with, the source of a clone."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conformance.options import Depth
from mock_server.errors import Conflict, Problem
from mock_server.messages import Request, Response
from mock_server.operations import projects
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from mock_server.storage.store import Milestone, Project, Store
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original, shown


def _namesakes(context: OperationContext, milestone: Milestone) -> list[Milestone]:
    """Return milestones of the same title in other projects."""
    rows = [row for project in context.store.projects for row in context.store.milestones_of_project.rows(project.id)]
    return [row for row in rows if row.title == milestone.title and row.project_id != milestone.project_id]


def _also(operation: str, act: Callable[[OperationContext, Milestone], None]) -> Inject:
    """Return a mock that changes records related to a milestone in addition to the requested change."""

    def inject(builder: MockBuilder) -> None:
        def faulty(context: OperationContext, original: Original) -> Result:
            before = context.store.milestones.get(context.path["id"])
            result = original(context)
            if before is not None and before.type == "categorised":
                act(context, before)
            return result

        builder.operation(operation, faulty)

    return inject


def _recolor_namesakes(context: OperationContext, milestone: Milestone) -> None:
    for row in _namesakes(context, milestone):
        context.store.milestones.put(row._replace(color="grey"))


def _empty_namesakes(context: OperationContext, milestone: Milestone) -> None:
    for row in _namesakes(context, milestone):
        context.store.delete_tasks(row.id)


add("recolors_namesakes_elsewhere", ("update/leaves-others-unchanged",), _also("updateMilestone", _recolor_namesakes))
add(
    "deletes_the_tasks_of_namesakes_elsewhere",
    ("delete/the-flag-spares-other-tasks",),
    _also("deleteMilestone", _empty_namesakes),
    ("delete/leaves-others-unchanged",),
    depth=Depth.STANDARD,
)


def _before_it_refuses(
    operation: str, act: Callable[[OperationContext], None], reason: type[Problem] = Conflict
) -> Inject:
    """Return a mock that changes something before it refuses a request."""

    def inject(builder: MockBuilder) -> None:
        def faulty(context: OperationContext, original: Original) -> Result:
            try:
                return original(context)
            except reason:
                act(context)
                raise

        builder.operation(operation, faulty)

    return inject


def _recolor_the_one_collided_with(context: OperationContext) -> None:
    title = context.body.text("milestone_title")
    project = context.body.integer("milestone_projectid") or 0
    for row in context.store.milestones_of_project.rows(project):
        if row.title == title and row.type == "categorised":
            context.store.milestones.put(row._replace(color=context.body.text("milestone_color")))


def _give_the_task_its_title(context: OperationContext) -> None:
    if title := context.body.text("task_title"):
        context.store.tasks.put(replace(context.task(), title=title))


def _give_the_project_its_title(context: OperationContext) -> None:
    if title := context.body.text("project_title"):
        context.store.projects.put(replace(context.project(), title=title))


def _retitle_the_task(context: OperationContext) -> None:
    context.store.tasks.put(replace(context.task(), title=f"{context.task().title} (copy)"))


add(
    "recolors_the_milestone_of_that_title",
    ("create/refused-creates-nothing",),
    _before_it_refuses("createMilestone", _recolor_the_one_collided_with),
)
add(
    "changes_a_task_before_it_refuses",
    ("task/refused-changes-nothing",),
    _before_it_refuses("cloneTask", _retitle_the_task),
)
add(
    "gives_a_task_its_title_before_it_refuses",
    ("task/refused-changes-nothing",),
    _before_it_refuses("updateTask", _give_the_task_its_title, Problem),
)
add(
    "gives_a_project_its_title_before_it_refuses",
    ("project/refused-changes-nothing",),
    _before_it_refuses("updateProject", _give_the_project_its_title, Problem),
    depth=Depth.STANDARD,
)


def _carries_out(method: str, pattern: str, status: int) -> Inject:
    """Return a mock that refuses some requests but carries them out all the same."""

    def inject(builder: MockBuilder) -> None:
        def faulty(request: Request, original: Callable[[Request], Response]) -> Response:
            response = original(request)
            if request.method == method and re.search(pattern, request.path) and response.status == status:
                headers = {**request.headers, "authorization": "Bearer test-key"}
                alias = "PATCH" if method == "PUT" and status == 405 else method
                original(replace(request, method=alias, headers=headers))
            return response

        builder.handle(faulty)

    return inject


@breaks("project/refused-changes-nothing", depth=Depth.STANDARD)
def makes_a_project_that_it_refuses(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Callable[[Request], Response]) -> Response:
        response = original(request)
        if (request.method, request.path, response.status) == ("POST", "/api/projects", 422):
            mended = b"&project_clientid=12&project_categoryid=1&project_date_start=2026-01-01"
            original(replace(request, body=request.body + mended))
        return response

    builder.handle(faulty)


add(
    "carries_out_a_put_that_it_refuses",
    ("http/a-refused-method-changes-nothing",),
    _carries_out("PUT", r"/milestones/\d+$", 405),
)
add(
    "carries_out_a_put_on_a_project_that_it_refuses",
    ("http/a-refused-method-changes-nothing",),
    _carries_out("PUT", r"/projects/\d+$", 405),
    depth=Depth.STANDARD,
)
add(
    "updates_projects_of_whom_it_knows_no_key",
    ("project/refused-changes-nothing",),
    _carries_out("PATCH", r"/projects/\d+$", 401),
    depth=Depth.STANDARD,
)
add(
    "deletes_projects_of_whom_it_knows_no_key",
    ("project/refused-changes-nothing",),
    _carries_out("DELETE", r"/projects/\d+$", 401),
    depth=Depth.STANDARD,
)
add(
    "updates_tasks_of_whom_it_knows_no_key",
    ("task/refused-changes-nothing",),
    _carries_out("PATCH", r"/tasks/\d+$", 401),
    depth=Depth.STANDARD,
)
add(
    "archives_tasks_of_whom_it_knows_no_key",
    ("task/refused-changes-nothing",),
    _carries_out("PUT", r"/tasks/\d+/archive$", 401),
    depth=Depth.STANDARD,
)


@breaks("reorder/refused-changes-nothing", depth=Depth.STANDARD)
def moves_the_known_ones_before_it_refuses(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        try:
            return original(context)
        except Problem:
            for place, integer in enumerate(context.body.integers("milestones"), 50):
                if (row := context.store.milestones.get(integer)) is not None:
                    context.store.milestones.put(row._replace(position=place))
            raise

    builder.operation("reorderMilestones", faulty)


# Tasks


@breaks("task/an-action-changes-nothing-else", implies=("task/an-*", "task/a-new-status-*"))
def archives_the_tasks_of_the_same_title(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        title = context.task().title
        result = original(context)
        rows = [row for project in context.store.projects for row in context.store.tasks_of_project.rows(project.id)]
        for row in rows:
            if row.title == title:
                context.store.tasks.put(replace(row, archived=True))
        return result

    builder.operation("archiveTask", faulty)


@breaks("task/an-action-answers-the-task-as-it-is")
def answers_the_task_as_it_was(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        before = get(context).data
        return replace(original(context), data=before)

    get = builder.operations["getTask"]
    builder.operation("activateTask", faulty)


@breaks("task/rows-equal-the-tasks", implies=("task/*",), depth=Depth.STANDARD)
def lists_tasks_with_a_due_date(builder: MockBuilder) -> None:
    def change(_: OperationContext, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "dates": {**row["dates"], "due": "2030-01-01"}} for row in rows]

    builder.rows("listTasks", change)


@breaks("task/an-update-changes-what-was-sent", implies=("task/has-the-values-sent",))
def keeps_the_title_of_an_updated_task(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        title = context.task().title
        result = original(context)
        context.store.tasks.put(replace(context.task(), title=title))
        return replace(result, data=shown(result) | {"title": title})

    builder.operation("updateTask", faulty)


# Projects


@breaks("project/deletion-spares-other-projects")
def deletes_the_milestones_of_namesakes(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        rows = context.store.milestones_of_project.rows(context.path["id"])
        namesakes = [namesake for row in rows if row.type == "categorised" for namesake in _namesakes(context, row)]
        result = original(context)
        for namesake in namesakes:
            context.store.delete_tasks(namesake.id)
            context.store.milestones.remove(namesake)
        return result

    builder.operation("deleteProject", faulty)


@breaks("project/a-clone-leaves-the-source-unchanged")
def activates_the_source_s_tasks_when_it_clones(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        for task in context.store.tasks_of_project.rows(context.path["id"]):
            context.store.tasks.put(replace(task, archived=False))
        return result

    builder.operation("cloneProject", faulty)


@breaks(
    "project/the-tasks-of-a-clone-are-in-its-own-milestones",
    implies=("project/*", "count/*", "task/*", "delete/*", "reorder/*", "update/*", "create/*"),
)
def lists_copied_tasks_in_the_source_s_default(builder: MockBuilder) -> None:
    homes: dict[int, int] = {}

    def clone(context: OperationContext, original: Original) -> Result:
        result = original(context)
        homes[shown(result)["id"]] = context.project().default_milestone_id
        return result

    def change(_: OperationContext, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {**row, "milestone": {**row["milestone"], "id": homes.get(row["project"]["id"], row["milestone"]["id"])}}
            for row in rows
        ]

    builder.operation("cloneProject", clone)
    builder.rows("listTasks", change)


@breaks("project/a-clone-keeps-the-order")
def turns_the_order_of_a_clone_around(builder: MockBuilder) -> None:
    original = projects.copy_milestones

    def copy(store: Store, source: Project, target: Project) -> dict[int, int]:
        homes = original(store, source, target)
        for row in store.milestones_of_project.rows(target.id):
            store.milestones.put(row._replace(position=100 - row.position))
        return homes

    builder.patch(projects, "copy_milestones", copy)
