"""Faults of listing and reading tasks."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from conformance.options import Depth
from mock_server.errors import NotFound
from mock_server.messages import Request, Response
from mock_server.operations import pagination, tasks
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from mock_server.storage.sorted_views import Filter
from mock_server.storage.store import Task
from tests.faulty_mocks.count_faults import EQUALS
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original


@breaks("task/pages-are-as-their-meta-says")
def gives_twenty_tasks_a_page_whatever_is_asked_for(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Callable[[Request], Response]) -> Response:
        is_list = request.method == "GET" and request.path.endswith("/tasks")
        query = re.sub(r"limit=\d+", "limit=20", request.query) if is_list else request.query
        return original(replace(request, query=query))

    builder.handle(faulty)


@breaks(
    "task/archiving-keeps-its-milestone",
    implies=("task/*", "count/*", "delete/*", "http/documented-operations-are-there"),
)
def gets_no_archived_tasks(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        if context.task().archived:
            raise NotFound("Task not found.")
        return original(context)

    builder.operation("getTask", faulty)


def _lists(wanted: Callable[[OperationContext, Task], bool]) -> Inject:
    """Return a mock whose list of tasks applies another filter than it should."""

    def inject(builder: MockBuilder) -> None:
        def find_source(context: OperationContext) -> pagination.ListSource[Task]:
            table = context.store.tasks
            others = [query_filter for query_filter in tasks.read_filters(context) if query_filter.name != "project_id"]
            return pagination.ListSource(
                table, table.select, (Filter("wanted", object(), partial(wanted, context)), *others)
            )

        builder.patch(tasks, "find_source", find_source)

    return inject


def _in_project(context: OperationContext, task: Task) -> bool:
    return not context.query.has("project_id") or task.project_id == context.query.integer("project_id")


def _in_milestone(context: OperationContext, task: Task) -> bool:
    return not context.query.has("milestone_id") or context.store.milestone_id_of(task) == context.query.integer(
        "milestone_id"
    )


def _begins_alike(context: OperationContext, task: Task) -> bool:
    sought = str(context.query.integer("milestone_id")) if context.query.has("milestone_id") else ""
    return _in_project(context, task) and str(context.store.milestone_id_of(task)).startswith(sought)


add(
    "lists_tasks_of_milestones_that_begin_alike",
    ("task/list-filters-by-milestone",),
    _lists(_begins_alike),
    (EQUALS,),
    depth=Depth.STANDARD,
)
add("lists_tasks_of_any_milestone", ("task/list-filters-by-milestone",), _lists(_in_project), (EQUALS, "delete/*"))
add(
    "lists_tasks_of_any_project",
    ("task/list-filters-by-project",),
    _lists(_in_milestone),
    ("task/list-filters", "task/list-filters-by-active-state", "delete/*", "project/*"),
)


def _ignores_the_milestone_beside(name: str) -> Inject:
    return _lists(
        lambda context, task: _in_project(context, task) and (context.query.has(name) or _in_milestone(context, task))
    )


for _name in ("project_id", "search", "status"):
    add(
        f"ignores_the_milestone_of_tasks_beside_{_name}",
        ("task/list-filters-by-milestone",),
        _ignores_the_milestone_beside(_name),
        (EQUALS,),
    )


def _ignores(*names: str) -> Inject:
    """Return a mock whose list of tasks leaves these filters out."""
    original = tasks.read_filters
    return lambda builder: builder.patch(
        tasks,
        "read_filters",
        lambda context: (query_filter for query_filter in original(context) if query_filter.name not in names),
    )


add("lists_tasks_of_any_status_and_priority", ("task/list-filters",), _ignores("status", "priority"))
for _name in ("status", "priority"):
    add(f"lists_tasks_of_any_{_name}", ("task/list-filters",), _ignores(_name), depth=Depth.STANDARD)


@breaks("task/list-sorts", depth=Depth.STANDARD)
def sorts_tasks_by_creation_whatever_is_asked_for(builder: MockBuilder) -> None:
    builder.patch(tasks, "SORT_KEYS", dict.fromkeys(tasks.SORT_KEYS, lambda task: task.id))


@breaks("task/list-filters-by-active-state")
def ignores_the_state_of_tasks_beside_a_milestone(builder: MockBuilder) -> None:
    original = tasks.resolve_state
    builder.patch(
        tasks, "resolve_state", lambda context: "" if context.query.has("milestone_id") else original(context)
    )


@breaks("task/list-filters-by-active-state")
def lists_active_tasks_among_the_archived(builder: MockBuilder) -> None:
    original = tasks.resolve_state
    builder.patch(tasks, "resolve_state", lambda context: "active" if original(context) == "active" else "")
