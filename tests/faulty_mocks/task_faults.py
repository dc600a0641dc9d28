"""Faults of tasks and their comments."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from mock_server import listing, tasks
from mock_server.call import Call
from mock_server.envelope import Result
from mock_server.problems import Conflict, refusal
from mock_server.selections import Filter
from mock_server.store import Project, Task
from tests.faulty_mocks.count_faults import EQUALS
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original, shown


@breaks(
    "task/goes-to-the-default-without-a-milestone",
    implies=("count/*", "delete/the-flag-spares-other-tasks", "project/deletion-spares-other-projects"),
)
def puts_a_task_without_milestone_into_the_last(builder: MockBuilder) -> None:
    original = tasks.choose_milestone

    def choose(call: Call, project: Project, otherwise: int | None = None) -> int:
        if call.body.has("task_milestoneid") or otherwise:
            return original(call, project, otherwise)
        return call.store.milestones_of_project.rows(project.id)[-1].id

    builder.patch(tasks, "choose_milestone", choose)


@breaks("task/goes-to-the-milestone-named", implies=("count/*", "task/*", "delete/*", "project/*"))
def puts_every_new_task_into_the_default(builder: MockBuilder) -> None:
    def faulty(call: Call, original: Original) -> Result:
        result = original(call)
        task = call.store.tasks.take(shown(result)["id"])
        home = call.store.milestones.take(call.store.projects.take(task.project_id).default_milestone_id)
        call.store.tasks.put(replace(task, milestone_id=home.id))
        return replace(result, data=shown(result) | {"milestone": {"id": home.id, "name": home.title}})

    builder.operation("createTask", faulty)


@breaks("task/names-its-milestone", implies=("delete/the-flag-spares-other-tasks",))
def names_the_milestone_as_it_was_when_the_task_was_made(builder: MockBuilder) -> None:
    named: dict[int, str] = {}

    def create(call: Call, original: Original) -> Result:
        result = original(call)
        named[shown(result)["id"]] = shown(result)["milestone"]["name"]
        return result

    def get(data: dict[str, Any]) -> None:
        data["milestone"] = {**data["milestone"], "name": named.get(data["id"], data["milestone"]["name"])}

    builder.operation("createTask", create)
    builder.data("getTask", get)


def _unbound(operation: str) -> Inject:
    """A mock that lets one operation put a task into any project's milestone."""

    def inject(builder: MockBuilder) -> None:
        original = tasks.choose_milestone

        def choose(call: Call, project: Project, otherwise: int | None = None) -> int:
            try:
                return original(call, project, otherwise)
            except Conflict:
                return call.body.integer("task_milestoneid")

        def faulty(call: Call, operate: Original) -> Result:
            tasks.choose_milestone = choose
            try:
                return operate(call)
            finally:
                tasks.choose_milestone = original

        builder.operation(operation, faulty)

    return inject


add("makes_tasks_in_foreign_milestones", ("task/a-foreign-milestone-conflicts",), _unbound("createTask"))
add(
    "moves_tasks_to_foreign_milestones",
    ("task/an-update-to-a-foreign-milestone-conflicts",),
    _unbound("updateTask"),
)
add("clones_tasks_to_foreign_milestones", ("task/a-clone-into-a-foreign-milestone-conflicts",), _unbound("cloneTask"))


@breaks("task/a-foreign-milestone-conflicts")
def calls_a_foreign_milestone_invalid(builder: MockBuilder) -> None:
    def faulty(call: Call, original: Original) -> Result:
        try:
            return original(call)
        except Conflict as conflict:
            raise refusal("422", conflict.message, "task_milestoneid") from conflict

    builder.operation("createTask", faulty)


@breaks("task/an-update-moves-it", "count/follows-a-moved-task", implies=("delete/*",))
def leaves_an_updated_task_where_it_is(builder: MockBuilder) -> None:
    def faulty(call: Call, original: Original) -> Result:
        before = call.task()
        result = original(call)
        task = call.store.tasks.put(replace(call.task(), milestone_id=before.milestone_id))
        name = call.store.milestones.take(task.milestone_id).title
        return replace(result, data=shown(result) | {"milestone": {"id": task.milestone_id, "name": name}})

    builder.operation("updateTask", faulty)


def _lists(wanted: Callable[[Call, Task], bool]) -> Inject:
    """A mock whose list of tasks goes by another filter than it should."""

    def inject(builder: MockBuilder) -> None:
        def find_source(call: Call) -> listing.Source[Task]:
            table = call.store.tasks
            states = [one for one in tasks.read_filters(call) if one.name == "active_state"]
            return listing.Source(table, table.select, (Filter("wanted", object(), partial(wanted, call)), *states))

        builder.patch(tasks, "find_source", find_source)

    return inject


def _in_project(call: Call, task: Task) -> bool:
    return not call.query.has("project_id") or task.project_id == call.query.integer("project_id")


def _in_milestone(call: Call, task: Task) -> bool:
    return not call.query.has("milestone_id") or call.store.home_of(task) == call.query.integer("milestone_id")


add("lists_tasks_of_any_milestone", ("task/list-filters-by-milestone",), _lists(_in_project), (EQUALS, "delete/*"))
add(
    "lists_tasks_of_any_project",
    ("task/list-filters-by-project",),
    _lists(_in_milestone),
    ("task/list-filters-by-active-state", "delete/*"),
)


@breaks("task/list-filters-by-active-state")
def lists_active_tasks_among_the_archived(builder: MockBuilder) -> None:
    original = tasks.choose_state
    builder.patch(tasks, "choose_state", lambda call: "active" if original(call) == "active" else "")


@breaks("task/unknown-id-is-404")
def deletes_deleted_tasks_again(builder: MockBuilder) -> None:
    def faulty(call: Call, original: Original) -> Result:
        gone = call.store.tasks.get(call.path["id"]) is None
        return Result({"id": call.path["id"]}, "Task deleted successfully.") if gone else original(call)

    builder.operation("deleteTask", faulty)


@breaks("task/deletion-removes-the-task", implies=("count/falls-with-a-deleted-task",))
def archives_tasks_instead_of_deleting_them(builder: MockBuilder) -> None:
    gone: dict[int, Task] = {}

    def delete(call: Call, original: Original) -> Result:
        task = call.task()
        result = original(call)
        gone[task.id] = replace(task, archived=True)
        return result

    def faulty(call: Call, original: Original) -> Result:
        ghosts = [task for task in gone.values() if call.store.projects.get(task.project_id) is not None]
        if call.query.text("active_state") != "archived":
            return original(call)
        for ghost in ghosts:
            call.store.tasks.put(ghost)
        try:
            return original(call)
        finally:
            for ghost in ghosts:
                call.store.tasks.remove(ghost)

    builder.operation("deleteTask", delete)
    builder.operation("listTasks", faulty)


@breaks("task/a-new-status-leaves-it-where-it-is")
def does_not_store_the_status(builder: MockBuilder) -> None:
    def faulty(call: Call, original: Original) -> Result:
        before = call.task()
        result = original(call)
        call.store.tasks.put(before)
        return result

    builder.operation("setTaskStatus", faulty)


def _sends_home(operation: str) -> Inject:
    """A mock that puts a task into the default at an operation that should leave it where it is."""

    def inject(builder: MockBuilder) -> None:
        def faulty(call: Call, original: Original) -> Result:
            result = original(call)
            task = call.task()
            home = call.store.projects.take(task.project_id).default_milestone_id
            call.store.tasks.put(replace(task, milestone_id=home))
            return result

        builder.operation(operation, faulty)

    return inject


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
def does_not_activate(builder: MockBuilder) -> None:
    def faulty(call: Call, original: Original) -> Result:
        before = call.task()
        result = original(call)
        call.store.tasks.put(before)
        return result

    builder.operation("activateTask", faulty)


@breaks("task/a-clone-goes-to-the-milestone-named", "count/rises-with-a-cloned-task")
def clones_into_the_default(builder: MockBuilder) -> None:
    def faulty(call: Call, original: Original) -> Result:
        result = original(call)
        copy = call.store.tasks.take(shown(result)["id"])
        home = call.store.projects.take(copy.project_id).default_milestone_id
        call.store.tasks.put(replace(copy, milestone_id=home))
        return result

    builder.operation("cloneTask", faulty)


@breaks("task/a-comment-is-listed", implies=("delete/keeps-moved-tasks-intact", "delete/*"))
def lists_no_comments(builder: MockBuilder) -> None:
    builder.rows("listTaskComments", lambda call, rows: [])


@breaks("task/a-deleted-comment-is-gone")
def keeps_deleted_comments(builder: MockBuilder) -> None:
    builder.operation("deleteTaskComment", lambda call, _: Result({"id": call.path["comment_id"]}, "Deleted."))


@breaks("task/archiving-twice-is-as-once")
def archives_a_task_only_once(builder: MockBuilder) -> None:
    def faulty(call: Call, original: Original) -> Result:
        if call.task().archived:
            raise Conflict("The task is archived already.")
        return original(call)

    builder.operation("archiveTask", faulty)
