"""The operations on tasks."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from mock_server.errors import Conflict, problem_for_status
from mock_server.operations import pagination
from mock_server.operations.context import OperationContext
from mock_server.operations.projects import check_dates
from mock_server.operations.serializers import serialize_task
from mock_server.requests.form_data import FormData
from mock_server.responses import Result
from mock_server.storage.sorted_views import Filter
from mock_server.storage.store import Project, Task

SORT_KEYS: pagination.SortKeys[Task] = {
    "task_title": pagination.sort_title,
    "task_date_due": lambda task: task.due or "",
    "task_created": lambda task: task.created,
    "task_position": lambda task: task.position,
}


def list_tasks(context: OperationContext) -> Result:
    """Return a page of the tasks. Implements: Tasks, List tasks."""
    query = context.query
    query.raise_if_invalid()
    page, meta = pagination.select(
        find_source(context), query, context.profile, SORT_KEYS, lambda: ("task_created", query.text("order", "desc"))
    )
    data = [serialize_task(context.store, task) for task in page]
    return Result(data, "Tasks retrieved successfully.", meta=meta)


def find_source(context: OperationContext) -> pagination.ListSource[Task]:
    """Return the source of a list's rows: the smallest group of tasks that contains all of them."""
    store, query = context.store, context.query
    filters = tuple(read_filters(context))
    if query.has("milestone_id"):
        return pagination.ListSource(
            store.tasks, partial(store.tasks_of_milestone.select, query.integer("milestone_id")), filters
        )
    if query.has("project_id"):
        return pagination.ListSource(
            store.tasks, partial(store.tasks_of_project.select, query.integer("project_id")), filters
        )
    return pagination.ListSource(store.tasks, store.tasks.select, filters)


def read_filters(context: OperationContext) -> Iterator[Filter[Task]]:
    """Yield the filters of a list, except the milestone."""
    query, projects = context.query, context.store.projects
    if query.has("project_id"):
        project_id = query.integer("project_id")
        yield Filter("project_id", project_id, lambda task: task.project_id == project_id)
    if query.has("client_id"):
        client_id = query.integer("client_id")
        yield Filter("client_id", client_id, lambda task: projects.get_or_raise(task.project_id).client_id == client_id)
    if query.has("status"):
        status_id = query.integer("status")
        yield Filter("status", status_id, lambda task: task.status_id == status_id)
    if query.has("priority"):
        priority_id = query.integer("priority")
        yield Filter("priority", priority_id, lambda task: task.priority_id == priority_id)
    if query.has("assigned_user_id"):
        user_id = query.integer("assigned_user_id")
        yield Filter("assigned_user_id", user_id, lambda task: user_id in task.assigned)
    if state := resolve_state(context):
        archived = state == "archived"
        yield Filter("active_state", state, lambda task: task.archived == archived)


def resolve_state(context: OperationContext) -> str:
    """Return the state of the tasks in a list, empty for all states."""
    state = context.query.text("active_state")
    if not state and context.decide("task/list-without-active-state") == "active":
        state = "active"
    return state


def get_task(context: OperationContext) -> Result:
    """Return one task. Implements: Tasks, Get a task."""
    return _answer(context, context.task(), "Task retrieved successfully.")


def create_task(context: OperationContext) -> Result:
    """Create a task in the given milestone, or in the project's default. Implements: Tasks, Create a task."""
    form, store = context.body, context.store
    form.get_related("task_projectid", store.projects)
    check_labels(context)
    check_dates(form, "task")
    form.raise_if_invalid()
    project = store.projects.get_or_raise(form.integer("task_projectid"))
    task = Task(
        milestone_id=resolve_milestone(context, project),
        id=store.tasks.next_id(),
        project_id=project.id,
        title=form.text("task_title"),
        status_id=form.integer("task_status"),
        priority_id=form.integer("task_priority"),
        position=store.tasks_of_project.count(project.id) + 1,
        created=context.now,
        updated=context.now,
    )
    return _answer(context, store.tasks.put(change(task, form)), "Task created successfully.", 201)


def update_task(context: OperationContext) -> Result:
    """Change a task; another milestone of its project moves it there. Implements: Tasks, Update a task."""
    task = context.task()
    check_labels(context)
    check_dates(context.body, "task", task.start, task.due)
    context.body.raise_if_invalid()
    project = context.store.projects.get_or_raise(task.project_id)
    milestone_id = resolve_milestone(context, project, context.store.milestone_id_of(task))
    changed = replace(change(task, context.body), milestone_id=milestone_id, updated=context.now)
    return _answer(context, context.store.tasks.put(changed), "Task updated successfully.")


def delete_task(context: OperationContext) -> Result:
    """Delete a task with its comments and timers. Implements: Tasks, Delete a task."""
    task = context.task()
    context.store.delete_task(task)
    return Result({"id": task.id}, "Task deleted successfully.")


def set_task_status(context: OperationContext) -> Result:
    """Give a task another status. Implements: Tasks, Set status."""
    task = context.task()
    context.body.get_related("status", context.store.statuses)
    context.body.raise_if_invalid()
    changed = replace(task, status_id=context.body.integer("status"), updated=context.now)
    return _answer(context, context.store.tasks.put(changed), "Task status updated successfully.")


def archive_task(context: OperationContext) -> Result:
    """Archive a task. Implements: Tasks, Archive and activate."""
    changed = replace(context.task(), archived=True, updated=context.now)
    return _answer(context, context.store.tasks.put(changed), "Task archived successfully.")


def activate_task(context: OperationContext) -> Result:
    """Activate a task. Implements: Tasks, Archive and activate."""
    changed = replace(context.task(), archived=False, updated=context.now)
    return _answer(context, context.store.tasks.put(changed), "Task activated successfully.")


def clone_task(context: OperationContext) -> Result:
    """Create a copy of a task in a milestone of any project. Implements: Tasks, Clone a task."""
    task, form, store = context.task(), context.body, context.store
    form.get_related("project_id", store.projects)
    form.get_related("task_status", store.statuses)
    form.raise_if_invalid()
    project = store.projects.get_or_raise(form.integer("project_id"))
    copy = replace(
        task,
        milestone_id=resolve_milestone(context, project),
        id=store.tasks.next_id(),
        project_id=project.id,
        title=form.text("task_title"),
        status_id=form.integer("task_status"),
        position=store.tasks_of_project.count(project.id) + 1,
        archived=False,
        created=context.now,
        updated=context.now,
    )
    return _answer(context, store.tasks.put(copy), "Task cloned successfully.", 201)


def resolve_milestone(context: OperationContext, project: Project, otherwise: int | None = None) -> int:
    """Return the id of the milestone for a task, by default the project's default.

    Raises Conflict for a milestone of another project, and the problem that the profile says for an unknown one.
    Implements: Tasks, Errors (409).
    """
    if not context.body.has("task_milestoneid"):
        return otherwise or project.default_milestone_id
    milestone = context.store.milestones.get(context.body.integer("task_milestoneid"))
    if milestone is None:
        message = "The selected task milestoneid is invalid."
        raise problem_for_status(context.decide("task/unknown-milestone"), message, "task_milestoneid")
    if milestone.project_id != project.id:
        raise Conflict("The milestone does not belong to the project.")
    return milestone.id


def check_labels(context: OperationContext) -> None:
    """Refuse an unknown status or priority."""
    context.body.get_related("task_status", context.store.statuses)
    context.body.get_related("task_priority", context.store.priorities)


def change(task: Task, form: FormData) -> Task:
    """Return a task with the fields that were sent."""
    return replace(
        task,
        title=form.text("task_title", task.title),
        status_id=form.integer("task_status", task.status_id),
        priority_id=form.integer("task_priority", task.priority_id),
        start=form.optional_text("task_date_start", task.start),
        due=form.optional_text("task_date_due", task.due),
        description=form.optional_text("task_description", task.description),
        client_visibility=form.flag("task_client_visibility", task.client_visibility),
        billable=form.flag("task_billable", task.billable),
    )


def _answer(context: OperationContext, task: Task, message: str, status: int = 200) -> Result:
    return Result(serialize_task(context.store, task), message, status)
