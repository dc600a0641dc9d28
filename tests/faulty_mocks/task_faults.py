"""Faults of tasks and their comments."""

from dataclasses import replace
from typing import Any

from conformance.options import Depth
from mock_server.errors import Conflict, problem_for_status
from mock_server.operations import tasks
from mock_server.operations.context import OperationContext
from mock_server.operations.serializers import serialize_comment
from mock_server.responses import Result
from mock_server.storage.store import Project, Task
from tests.faulty_mocks.count_faults import EQUALS
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original, shown

ANSWER = "task/an-action-answers-the-task-as-it-is"


@breaks(
    "task/names-its-milestone",
    implies=("delete/the-flag-spares-other-tasks", "task/rows-equal-the-tasks"),
    depth=Depth.STANDARD,
)
def names_the_milestone_as_it_was_when_the_task_was_made(builder: MockBuilder) -> None:
    named: dict[int, str] = {}

    def create(context: OperationContext, original: Original) -> Result:
        result = original(context)
        named[shown(result)["id"]] = shown(result)["milestone"]["name"]
        return result

    def get(data: dict[str, Any]) -> None:
        data["milestone"] = {**data["milestone"], "name": named.get(data["id"], data["milestone"]["name"])}

    builder.operation("createTask", create)
    builder.data("getTask", get)


def _unbound(operation: str) -> Inject:
    """Return a mock that lets one operation put a task into any project's milestone."""

    def inject(builder: MockBuilder) -> None:
        original = tasks.resolve_milestone

        def choose(context: OperationContext, project: Project, otherwise: int | None = None) -> int:
            try:
                return original(context, project, otherwise)
            except Conflict:
                return context.body.integer("task_milestoneid")

        def faulty(context: OperationContext, operate: Original) -> Result:
            tasks.resolve_milestone = choose
            try:
                return operate(context)
            finally:
                tasks.resolve_milestone = original

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
    def faulty(context: OperationContext, original: Original) -> Result:
        try:
            return original(context)
        except Conflict as conflict:
            raise problem_for_status("422", conflict.message, "task_milestoneid") from conflict

    builder.operation("createTask", faulty)


@breaks("task/an-update-moves-it", implies=("delete/*", "count/follows-a-moved-task"))
def leaves_an_updated_task_where_it_is(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        before = context.task()
        result = original(context)
        task = context.store.tasks.put(replace(context.task(), milestone_id=before.milestone_id))
        name = context.store.milestones.get_or_raise(task.milestone_id).title
        return replace(result, data=shown(result) | {"milestone": {"id": task.milestone_id, "name": name}})

    builder.operation("updateTask", faulty)


@breaks("task/an-update-changes-what-was-sent", implies=("task/*", "count/*"))
def lets_an_update_change_the_project(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        if context.body.has("task_projectid"):
            project = context.store.projects.get_or_raise(int(context.body.text("task_projectid")))
            task = replace(context.task(), project_id=project.id, milestone_id=project.default_milestone_id)
            context.store.tasks.put(task)
        return result

    builder.operation("updateTask", faulty)


@breaks("task/unknown-id-is-404")
def deletes_deleted_tasks_again(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        gone = context.store.tasks.get(context.path["id"]) is None
        return Result({"id": context.path["id"]}, "Task deleted successfully.") if gone else original(context)

    builder.operation("deleteTask", faulty)


@breaks(
    "task/deletion-removes-the-task",
    implies=("count/falls-with-a-deleted-task", "task/list-filters-by-active-state"),
)
def archives_tasks_instead_of_deleting_them(builder: MockBuilder) -> None:
    gone: dict[int, Task] = {}

    def delete(context: OperationContext, original: Original) -> Result:
        task = context.task()
        result = original(context)
        gone[task.id] = replace(task, archived=True)
        return result

    def faulty(context: OperationContext, original: Original) -> Result:
        ghosts = [task for task in gone.values() if context.store.projects.get(task.project_id) is not None]
        if context.query.text("active_state") != "archived":
            return original(context)
        for ghost in ghosts:
            context.store.tasks.put(ghost)
        try:
            return original(context)
        finally:
            for ghost in ghosts:
                context.store.tasks.remove(ghost)

    builder.operation("deleteTask", delete)
    builder.operation("listTasks", faulty)


@breaks("task/a-new-status-leaves-it-where-it-is", implies=(ANSWER,))
def does_not_store_the_status(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        before = context.task()
        result = original(context)
        context.store.tasks.put(before)
        return result

    builder.operation("setTaskStatus", faulty)


def _sends_home(operation: str) -> Inject:
    """Return a mock that puts a task into the default at an operation that should leave it where it is."""

    def inject(builder: MockBuilder) -> None:
        def faulty(context: OperationContext, original: Original) -> Result:
            result = original(context)
            task = context.task()
            home = context.store.projects.get_or_raise(task.project_id).default_milestone_id
            context.store.tasks.put(replace(task, milestone_id=home))
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
    (*STATE, *DELETED, ANSWER, "task/activating-makes-it-active", "task/a-new-status-leaves-it-where-it-is", "count/*"),
)
add(
    "sends_activated_tasks_home",
    ("task/activating-makes-it-active",),
    _sends_home("activateTask"),
    (*STATE, ANSWER, "task/a-new-status-leaves-it-where-it-is"),
)


@breaks("task/activating-makes-it-active", implies=(ANSWER,))
def does_not_activate(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        before = context.task()
        result = original(context)
        context.store.tasks.put(before)
        return result

    builder.operation("activateTask", faulty)


@breaks(
    "task/a-clone-goes-to-the-milestone-named",
    implies=("count/rises-with-a-cloned-task", "task/an-action-answers-the-task-as-it-is"),
)
def clones_into_the_default(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        copy = context.store.tasks.get_or_raise(shown(result)["id"])
        home = context.store.projects.get_or_raise(copy.project_id).default_milestone_id
        context.store.tasks.put(replace(copy, milestone_id=home))
        return result

    builder.operation("cloneTask", faulty)


@breaks("task/a-comment-is-listed", implies=("delete/keeps-moved-tasks-intact", "delete/*"))
def lists_no_comments(builder: MockBuilder) -> None:
    builder.rows("listTaskComments", lambda context, rows: [])


@breaks("task/a-comment-is-listed", depth=Depth.STANDARD)
def lists_the_comments_of_all_tasks(builder: MockBuilder) -> None:
    def everywhere(context: OperationContext, _: list[Any]) -> list[Any]:
        return [serialize_comment(context.store, comment) for comment in context.store.comments]

    builder.rows("listTaskComments", everywhere)


@breaks("task/a-deleted-comment-is-gone")
def keeps_deleted_comments(builder: MockBuilder) -> None:
    builder.operation("deleteTaskComment", lambda context, _: Result({"id": context.path["comment_id"]}, "Deleted."))


@breaks("task/archiving-twice-is-as-once")
def archives_a_task_only_once(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        if context.task().archived:
            raise Conflict("The task is archived already.")
        return original(context)

    builder.operation("archiveTask", faulty)


@breaks("task/a-comment-is-listed", implies=("delete/*",), depth=Depth.STANDARD)
def drops_the_comments_of_a_task_that_moves(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        home = context.store.milestone_id_of(context.task())
        result = original(context)
        moved = context.store.milestone_id_of(context.task()) != home
        for comment in context.store.comments_of_task.rows(context.path["id"]) if moved else ():
            context.store.comments.remove(comment)
        return result

    builder.operation("updateTask", faulty)
