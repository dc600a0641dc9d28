"""The operations on tasks."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from mock_server.errors import Conflict, refusal
from mock_server.operations import pagination
from mock_server.operations.context import Call
from mock_server.operations.projects import check_dates
from mock_server.operations.serializers import task_object
from mock_server.requests.form_data import Form
from mock_server.responses import Result
from mock_server.storage.sorted_views import Filter
from mock_server.storage.store import Project, Task

SORT_KEYS: pagination.SortKeys[Task] = {
    "task_title": pagination.title_key,
    "task_date_due": lambda task: task.due or "",
    "task_created": lambda task: task.created,
    "task_position": lambda task: task.position,
}


def list_tasks(call: Call) -> Result:
    """List a page of the tasks. Implements: Tasks, List tasks."""
    query = call.query
    query.check()
    page, meta = pagination.select(
        find_source(call), query, call.profile, SORT_KEYS, lambda: ("task_created", query.text("order", "desc"))
    )
    data = [task_object(call.store, task) for task in page]
    return Result(data, "Tasks retrieved successfully.", meta=meta)


def find_source(call: Call) -> pagination.Source[Task]:
    """Return where the rows of a list come from: the smallest part of the tasks that has them all."""
    store, query = call.store, call.query
    filters = tuple(read_filters(call))
    if query.has("milestone_id"):
        return pagination.Source(
            store.tasks, partial(store.tasks_of_milestone.select, query.integer("milestone_id")), filters
        )
    if query.has("project_id"):
        return pagination.Source(
            store.tasks, partial(store.tasks_of_project.select, query.integer("project_id")), filters
        )
    return pagination.Source(store.tasks, store.tasks.select, filters)


def read_filters(call: Call) -> Iterator[Filter[Task]]:
    """Yield what a list wants of its rows, the milestone aside."""
    query, projects = call.query, call.store.projects
    if query.has("project_id"):
        project_id = query.integer("project_id")
        yield Filter("project_id", project_id, lambda task: task.project_id == project_id)
    if query.has("client_id"):
        client_id = query.integer("client_id")
        yield Filter("client_id", client_id, lambda task: projects.take(task.project_id).client_id == client_id)
    if query.has("status"):
        status_id = query.integer("status")
        yield Filter("status", status_id, lambda task: task.status_id == status_id)
    if query.has("priority"):
        priority_id = query.integer("priority")
        yield Filter("priority", priority_id, lambda task: task.priority_id == priority_id)
    if query.has("assigned_user_id"):
        user_id = query.integer("assigned_user_id")
        yield Filter("assigned_user_id", user_id, lambda task: user_id in task.assigned)
    if state := choose_state(call):
        archived = state == "archived"
        yield Filter("active_state", state, lambda task: task.archived == archived)


def choose_state(call: Call) -> str:
    """Return the state of the tasks that a list shows, empty for all of them."""
    state = call.query.text("active_state")
    if not state and call.profile["task/list-without-active-state"] == "active":
        state = "active"
    return state


def get_task(call: Call) -> Result:
    """Answer one task. Implements: Tasks, Get a task."""
    return _answer(call, call.task(), "Task retrieved successfully.")


def create_task(call: Call) -> Result:
    """Make a task in the milestone named, or in the project's default. Implements: Tasks, Create a task."""
    form, store = call.body, call.store
    form.require_row("task_projectid", store.projects)
    check_labels(call)
    check_dates(form, "task")
    form.check()
    project = store.projects.take(form.integer("task_projectid"))
    task = Task(
        milestone_id=choose_milestone(call, project),
        id=store.tasks.claim_id(),
        project_id=project.id,
        title=form.text("task_title"),
        status_id=form.integer("task_status"),
        priority_id=form.integer("task_priority"),
        position=store.tasks_of_project.count(project.id) + 1,
        created=call.now,
        updated=call.now,
    )
    return _answer(call, store.tasks.put(change(task, form)), "Task created successfully.", 201)


def update_task(call: Call) -> Result:
    """Change a task; another milestone of its project moves it there. Implements: Tasks, Update a task."""
    task = call.task()
    check_labels(call)
    check_dates(call.body, "task", task.start, task.due)
    call.body.check()
    project = call.store.projects.take(task.project_id)
    milestone_id = choose_milestone(call, project, call.store.home_of(task))
    changed = replace(change(task, call.body), milestone_id=milestone_id, updated=call.now)
    return _answer(call, call.store.tasks.put(changed), "Task updated successfully.")


def delete_task(call: Call) -> Result:
    """Delete a task with its comments and timers. Implements: Tasks, Delete a task."""
    task = call.task()
    call.store.delete_task(task)
    return Result({"id": task.id}, "Task deleted successfully.")


def set_task_status(call: Call) -> Result:
    """Give a task another status. Implements: Tasks, Set status."""
    task = call.task()
    call.body.require_row("status", call.store.statuses)
    call.body.check()
    changed = replace(task, status_id=call.body.integer("status"), updated=call.now)
    return _answer(call, call.store.tasks.put(changed), "Task status updated successfully.")


def archive_task(call: Call) -> Result:
    """Make a task archived. Implements: Tasks, Archive and activate."""
    changed = replace(call.task(), archived=True, updated=call.now)
    return _answer(call, call.store.tasks.put(changed), "Task archived successfully.")


def activate_task(call: Call) -> Result:
    """Make a task active. Implements: Tasks, Archive and activate."""
    changed = replace(call.task(), archived=False, updated=call.now)
    return _answer(call, call.store.tasks.put(changed), "Task activated successfully.")


def clone_task(call: Call) -> Result:
    """Make a task like another one, in any project's milestone. Implements: Tasks, Clone a task."""
    task, form, store = call.task(), call.body, call.store
    form.require_row("project_id", store.projects)
    form.require_row("task_status", store.statuses)
    form.check()
    project = store.projects.take(form.integer("project_id"))
    copy = replace(
        task,
        milestone_id=choose_milestone(call, project),
        id=store.tasks.claim_id(),
        project_id=project.id,
        title=form.text("task_title"),
        status_id=form.integer("task_status"),
        position=store.tasks_of_project.count(project.id) + 1,
        archived=False,
        created=call.now,
        updated=call.now,
    )
    return _answer(call, store.tasks.put(copy), "Task cloned successfully.", 201)


def choose_milestone(call: Call, project: Project, otherwise: int | None = None) -> int:
    """Return the id of the milestone that a task goes to, by default the project's default.

    Raises Conflict for one of another project, and what the profile has for one that does not exist.
    Implements: Tasks, Errors (409).
    """
    if not call.body.has("task_milestoneid"):
        return otherwise or project.default_milestone_id
    milestone = call.store.milestones.get(call.body.integer("task_milestoneid"))
    if milestone is None:
        message = "The selected task milestoneid is invalid."
        raise refusal(call.profile["task/unknown-milestone"], message, "task_milestoneid")
    if milestone.project_id != project.id:
        raise Conflict("The milestone does not belong to the project.")
    return milestone.id


def check_labels(call: Call) -> None:
    """Note a refusal of a status or priority that does not exist."""
    call.body.require_row("task_status", call.store.statuses)
    call.body.require_row("task_priority", call.store.priorities)


def change(task: Task, form: Form) -> Task:
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


def _answer(call: Call, task: Task, message: str, status: int = 200) -> Result:
    return Result(task_object(call.store, task), message, status)
