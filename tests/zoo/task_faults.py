"""Faults of tasks and their comments."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from mock_server.errors import Conflict, problem_for_status
from mock_server.operations import pagination, tasks
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from mock_server.storage.sorted_views import Filter
from mock_server.storage.store import Project, Task
from tests.zoo.count_faults import EQUALS
from tests.zoo.fault import Plant, add, breaks
from tests.zoo.seams import Honest, Seams, shown


@breaks(
    "task/goes-to-the-default-without-a-milestone",
    implies=("count/*", "delete/the-flag-spares-other-tasks", "project/deletion-spares-other-projects"),
)
def puts_a_task_without_milestone_into_the_last(seams: Seams) -> None:
    honest = tasks.resolve_milestone

    def choose(context: OperationContext, project: Project, otherwise: int | None = None) -> int:
        if context.body.has("task_milestoneid") or otherwise:
            return honest(context, project, otherwise)
        return context.store.milestones_of_project.rows(project.id)[-1].id

    seams.patch(tasks, "resolve_milestone", choose)


@breaks("task/goes-to-the-milestone-named", implies=("count/*", "task/*", "delete/*", "project/*"))
def puts_every_new_task_into_the_default(seams: Seams) -> None:
    def faulty(context: OperationContext, honest: Honest) -> Result:
        result = honest(context)
        task = context.store.tasks.get_or_raise(shown(result)["id"])
        home = context.store.milestones.get_or_raise(
            context.store.projects.get_or_raise(task.project_id).default_milestone_id
        )
        context.store.tasks.put(replace(task, milestone_id=home.id))
        return replace(result, data=shown(result) | {"milestone": {"id": home.id, "name": home.title}})

    seams.operation("createTask", faulty)


@breaks("task/names-its-milestone", implies=("delete/the-flag-spares-other-tasks",))
def names_the_milestone_as_it_was_when_the_task_was_made(seams: Seams) -> None:
    named: dict[int, str] = {}

    def create(context: OperationContext, honest: Honest) -> Result:
        result = honest(context)
        named[shown(result)["id"]] = shown(result)["milestone"]["name"]
        return result

    def get(data: dict[str, Any]) -> None:
        data["milestone"] = {**data["milestone"], "name": named.get(data["id"], data["milestone"]["name"])}

    seams.operation("createTask", create)
    seams.data("getTask", get)


def _unbound(operation: str) -> Plant:
    """A mock that lets one operation put a task into any project's milestone."""

    def plant(seams: Seams) -> None:
        honest = tasks.resolve_milestone

        def choose(context: OperationContext, project: Project, otherwise: int | None = None) -> int:
            try:
                return honest(context, project, otherwise)
            except Conflict:
                return context.body.integer("task_milestoneid")

        def faulty(context: OperationContext, operate: Honest) -> Result:
            tasks.resolve_milestone = choose
            try:
                return operate(context)
            finally:
                tasks.resolve_milestone = honest

        seams.operation(operation, faulty)

    return plant


add("makes_tasks_in_foreign_milestones", ("task/a-foreign-milestone-conflicts",), _unbound("createTask"))
add(
    "moves_tasks_to_foreign_milestones",
    ("task/an-update-to-a-foreign-milestone-conflicts",),
    _unbound("updateTask"),
)
add("clones_tasks_to_foreign_milestones", ("task/a-clone-into-a-foreign-milestone-conflicts",), _unbound("cloneTask"))


@breaks("task/a-foreign-milestone-conflicts")
def calls_a_foreign_milestone_invalid(seams: Seams) -> None:
    def faulty(context: OperationContext, honest: Honest) -> Result:
        try:
            return honest(context)
        except Conflict as conflict:
            raise problem_for_status("422", conflict.message, "task_milestoneid") from conflict

    seams.operation("createTask", faulty)


@breaks("task/an-update-moves-it", "count/follows-a-moved-task", implies=("delete/*",))
def leaves_an_updated_task_where_it_is(seams: Seams) -> None:
    def faulty(context: OperationContext, honest: Honest) -> Result:
        before = context.task()
        result = honest(context)
        task = context.store.tasks.put(replace(context.task(), milestone_id=before.milestone_id))
        name = context.store.milestones.get_or_raise(task.milestone_id).title
        return replace(result, data=shown(result) | {"milestone": {"id": task.milestone_id, "name": name}})

    seams.operation("updateTask", faulty)


def _lists(wanted: Callable[[OperationContext, Task], bool]) -> Plant:
    """A mock whose list of tasks goes by another filter than it should."""

    def plant(seams: Seams) -> None:
        def find_source(context: OperationContext) -> pagination.ListSource[Task]:
            table = context.store.tasks
            states = [one for one in tasks.read_filters(context) if one.name == "active_state"]
            return pagination.ListSource(
                table, table.select, (Filter("wanted", object(), partial(wanted, context)), *states)
            )

        seams.patch(tasks, "find_source", find_source)

    return plant


def _in_project(context: OperationContext, task: Task) -> bool:
    return not context.query.has("project_id") or task.project_id == context.query.integer("project_id")


def _in_milestone(context: OperationContext, task: Task) -> bool:
    return not context.query.has("milestone_id") or context.store.milestone_id_of(task) == context.query.integer(
        "milestone_id"
    )


add("lists_tasks_of_any_milestone", ("task/list-filters-by-milestone",), _lists(_in_project), (EQUALS, "delete/*"))
add(
    "lists_tasks_of_any_project",
    ("task/list-filters-by-project",),
    _lists(_in_milestone),
    ("task/list-filters-by-active-state", "delete/*"),
)


@breaks("task/list-filters-by-active-state")
def lists_active_tasks_among_the_archived(seams: Seams) -> None:
    honest = tasks.resolve_state
    seams.patch(tasks, "resolve_state", lambda context: "active" if honest(context) == "active" else "")


@breaks("task/unknown-id-is-404")
def deletes_deleted_tasks_again(seams: Seams) -> None:
    def faulty(context: OperationContext, honest: Honest) -> Result:
        gone = context.store.tasks.get(context.path["id"]) is None
        return Result({"id": context.path["id"]}, "Task deleted successfully.") if gone else honest(context)

    seams.operation("deleteTask", faulty)


@breaks("task/deletion-removes-the-task", implies=("count/falls-with-a-deleted-task",))
def archives_tasks_instead_of_deleting_them(seams: Seams) -> None:
    gone: dict[int, Task] = {}

    def delete(context: OperationContext, honest: Honest) -> Result:
        task = context.task()
        result = honest(context)
        gone[task.id] = replace(task, archived=True)
        return result

    def faulty(context: OperationContext, honest: Honest) -> Result:
        ghosts = [task for task in gone.values() if context.store.projects.get(task.project_id) is not None]
        if context.query.text("active_state") != "archived":
            return honest(context)
        for ghost in ghosts:
            context.store.tasks.put(ghost)
        try:
            return honest(context)
        finally:
            for ghost in ghosts:
                context.store.tasks.remove(ghost)

    seams.operation("deleteTask", delete)
    seams.operation("listTasks", faulty)


@breaks("task/a-new-status-leaves-it-where-it-is")
def does_not_store_the_status(seams: Seams) -> None:
    def faulty(context: OperationContext, honest: Honest) -> Result:
        before = context.task()
        result = honest(context)
        context.store.tasks.put(before)
        return result

    seams.operation("setTaskStatus", faulty)


def _sends_home(operation: str) -> Plant:
    """A mock that puts a task into the default at an operation that should leave it where it is."""

    def plant(seams: Seams) -> None:
        def faulty(context: OperationContext, honest: Honest) -> Result:
            result = honest(context)
            task = context.task()
            home = context.store.projects.get_or_raise(task.project_id).default_milestone_id
            context.store.tasks.put(replace(task, milestone_id=home))
            return result

        seams.operation(operation, faulty)

    return plant


STATE = ("count/survives-archiving", "count/is-the-same-in-list-and-get", EQUALS)
DELETED = (
    "delete/the-flag-deletes-archived-tasks-too",
    "delete/the-flag-deletes-the-tasks",
    "delete/the-default-counts-the-moved-tasks",
    "delete/keeps-moved-tasks-intact",
)
add(
    "sends_archived_tasks_home",
    ("task/archiving-keeps-its-milestone",),
    _sends_home("archiveTask"),
    (*STATE, *DELETED, "task/activating-makes-it-active", "task/a-new-status-leaves-it-where-it-is"),
)
add(
    "sends_activated_tasks_home",
    ("task/activating-makes-it-active",),
    _sends_home("activateTask"),
    (*STATE, "task/a-new-status-leaves-it-where-it-is"),
)


@breaks("task/activating-makes-it-active")
def does_not_activate(seams: Seams) -> None:
    def faulty(context: OperationContext, honest: Honest) -> Result:
        before = context.task()
        result = honest(context)
        context.store.tasks.put(before)
        return result

    seams.operation("activateTask", faulty)


@breaks("task/a-clone-goes-to-the-milestone-named", "count/rises-with-a-cloned-task")
def clones_into_the_default(seams: Seams) -> None:
    def faulty(context: OperationContext, honest: Honest) -> Result:
        result = honest(context)
        copy = context.store.tasks.get_or_raise(shown(result)["id"])
        home = context.store.projects.get_or_raise(copy.project_id).default_milestone_id
        context.store.tasks.put(replace(copy, milestone_id=home))
        return result

    seams.operation("cloneTask", faulty)


@breaks("task/a-comment-is-listed", implies=("delete/keeps-moved-tasks-intact", "delete/*"))
def lists_no_comments(seams: Seams) -> None:
    seams.rows("listTaskComments", lambda context, rows: [])


@breaks("task/a-deleted-comment-is-gone")
def keeps_deleted_comments(seams: Seams) -> None:
    seams.operation("deleteTaskComment", lambda context, _: Result({"id": context.path["comment_id"]}, "Deleted."))


@breaks("task/archiving-twice-is-as-once")
def archives_a_task_only_once(seams: Seams) -> None:
    def faulty(context: OperationContext, honest: Honest) -> Result:
        if context.task().archived:
            raise Conflict("The task is archived already.")
        return honest(context)

    seams.operation("archiveTask", faulty)
