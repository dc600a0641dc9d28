"""Faults of projects and their clones."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conformance.exchange import Json
from conformance.options import Depth
from mock_server.errors import NotFound, problem_for_status
from mock_server.messages import Request, Response
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from tests.faulty_mocks.create_faults import due_at_any_time, unchecked
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original, shown


@breaks(
    "project/starts-with-its-default",
    implies=(
        "project/a-clone-has-a-default-of-its-own",
        "list/rows-equal-the-milestones",
        "list/pages-partition-the-list",
        "list/meta-total-counts-all-rows",
    ),
)
def opens_a_project_with_a_first_phase(builder: MockBuilder) -> None:
    def change(context: OperationContext, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        plain = not context.query.has("sort") and not context.query.has("type") and not context.query.has("search")
        fresh = (
            len(rows) == 1
            and plain
            and len(context.store.tasks_of_project.rows(context.query.integer("project_id"))) == 0
        )
        return [*rows, {**rows[0], "id": rows[0]["id"], "title": "Phase 1"}] if fresh else rows

    builder.rows("listMilestones", change)


@breaks("project/deletion-answers-200-with-the-id")
def answers_a_deleted_project_with_nothing(builder: MockBuilder) -> None:
    builder.operation("deleteProject", lambda context, original: replace(original(context), data={}))


def _outlives(what: str) -> Inject:
    """Return a mock that still gets what belonged to a deleted project."""

    def inject(builder: MockBuilder) -> None:
        kept: dict[int, object] = {}

        def delete(context: OperationContext, original: Original) -> Result:
            project = context.project().id
            milestones = [row.id for row in context.store.milestones_of_project.rows(project)]
            ids = (
                milestones
                if what == "getMilestone"
                else [row.id for row in context.store.tasks_of_project.rows(project)]
            )
            kept.update({identifier: honest_get(replace(context, path={"id": identifier})).data for identifier in ids})
            return original(context)

        def get(context: OperationContext, original: Original) -> Result:
            data: Any = kept.get(context.path["id"])
            return Result(data, "Here it is.") if data else original(context)

        honest_get = builder.operations[what]
        builder.operation("deleteProject", delete)
        builder.operation(what, get)

    return inject


add("keeps_milestones_of_deleted_projects", ("project/deletion-takes-its-milestones",), _outlives("getMilestone"))
add("keeps_tasks_of_deleted_projects", ("project/deletion-takes-its-tasks",), _outlives("getTask"))


@breaks("project/deletion-spares-other-projects", implies=("project/deletion-answers-200-with-the-id",))
def clears_the_tasks_of_the_newest_project_along(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        project = context.project()
        newest = max(project.id for project in context.store.projects)
        if newest != project.id:
            for task in context.store.tasks_of_project.rows(newest):
                context.store.delete_task(task)
        return original(context)

    builder.operation("deleteProject", faulty)


@breaks("project/a-deleted-one-takes-no-milestones", implies=("create/refuses-an-unknown-project",))
def lists_a_deleted_project_as_unknown(builder: MockBuilder) -> None:
    gone: set[int] = set()

    def delete(context: OperationContext, original: Original) -> Result:
        if context.store.milestones_of_project.count(context.path["id"]) > 1:
            gone.add(context.path["id"])
        return original(context)

    def create(context: OperationContext, original: Original) -> Result:
        if context.body.has("milestone_projectid") and context.body.integer("milestone_projectid") in gone:
            raise NotFound("Project not found.")
        return original(context)

    builder.operation("deleteProject", delete)
    builder.operation("createMilestone", create)


INVALID = ("project/invalid-fields-are-refused",)
SENT = "project/has-the-values-sent"
TAKES_NO_DATE = unchecked("createProject", "project_date_start", "2026-01-01")
add("creates_projects_without_a_date", INVALID, TAKES_NO_DATE, depth=Depth.STANDARD)
DUE_AT_ANY_TIME = due_at_any_time("createProject", "project")
add("creates_projects_due_before_their_start", INVALID, DUE_AT_ANY_TIME, (SENT,), depth=Depth.STANDARD)


@breaks(*INVALID, depth=Depth.STANDARD)
def answers_an_unknown_client_with_404(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        client = context.body.has("project_clientid") and context.body.integer("project_clientid")
        if client and context.store.clients.get(client) is None:
            raise NotFound("Client not found.")
        return original(context)

    builder.operation("createProject", faulty)


@breaks(
    "project/an-update-keeps-the-client",
    implies=("project/a-clone-has-the-values-of-its-source",),
    depth=Depth.STANDARD,
)
def updates_the_client_of_a_project(builder: MockBuilder) -> None:
    clients: dict[object, Json] = {}

    def update(context: OperationContext, original: Original) -> Result:
        result = original(context)
        if context.body.has("project_clientid"):
            clients[context.path["id"]] = {"id": 900, "name": "Another"}
        return result

    builder.operation("updateProject", update)
    builder.data("getProject", lambda data: data.update(client=clients.get(data["id"], data["client"])))


def _ignores(parameter: str) -> Inject:
    """Return a mock that lists projects as if a parameter had not been sent."""

    def inject(builder: MockBuilder) -> None:
        def faulty(request: Request, original: Callable[[Request], Response]) -> Response:
            if request.method == "GET" and request.path.endswith("/projects"):
                request = replace(request, query=re.sub(rf"&?{parameter}=[^&]*", "", request.query))
            return original(request)

        builder.handle(faulty)

    return inject


add("lists_projects_of_any_category", ("project/list-filters",), _ignores("category_id"), depth=Depth.STANDARD)
add("lists_projects_in_descending_order_alone", ("project/list-sorts",), _ignores("order"), depth=Depth.STANDARD)
add("lists_projects_in_the_order_of_their_creation", ("project/list-sorts",), _ignores("sort"), depth=Depth.STANDARD)
add("lists_projects_whatever_is_searched", ("project/search-leaves-others-out",), _ignores("search"))


@breaks("project/unknown-id-is-404")
def refuses_an_unknown_project_with_422(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        if context.store.projects.get(context.path["id"]) is None:
            raise problem_for_status("422", "The project is invalid.", "id")
        return original(context)

    builder.operation("getProject", faulty)


@breaks("project/has-the-title-sent")
def keeps_the_title_of_a_project(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        before = context.project().title
        result = original(context)
        context.store.projects.put(replace(context.project(), title=before))
        return replace(result, data=shown(result) | {"title": before})

    builder.operation("updateProject", faulty)


@breaks(SENT)
def keeps_the_start_of_a_project(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        before = context.project().start
        original(context)
        context.store.projects.put(replace(context.project(), start=before))
        return builder.operations["getProject"](context)

    builder.operation("updateProject", faulty)


@breaks("project/an-update-leaves-milestones-alone")
def renames_the_default_with_its_project(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        home = context.store.milestones.get_or_raise(context.project().default_milestone_id)
        context.store.milestones.put(home._replace(title=context.project().title))
        return result

    builder.operation("updateProject", faulty)
