"""Faults around milestones: counts, tasks, comments, projects, clones, races."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mock_server import cloning, tasks, titles
from mock_server.call import Call
from mock_server.envelope import Result
from mock_server.problems import Conflict, NotFound, refusal
from mock_server.profile import Profile
from mock_server.store import Milestone, Project, Store, Task
from tests.zoo.fault import Plant, add, breaks
from tests.zoo.seams import Honest, Seams, shown

EQUALS = "count/equals-the-task-list"
SAME = "count/is-the-same-in-list-and-get"
COUNTS = (
    "count/rises-with-a-new-task",
    "count/follows-a-moved-task",
    "count/falls-with-a-deleted-task",
    "count/rises-with-a-cloned-task",
    "count/survives-archiving",
    "count/ignores-other-milestones",
    "delete/the-default-counts-the-moved-tasks",
    "project/a-clone-copies-the-tasks-into-their-milestones",
    EQUALS,
    SAME,
)


def _drifts(operation: str, change: Callable[[dict[int, int], Call, Result], None]) -> Plant:
    """A mock that keeps count by itself and gets it wrong at one operation: `change` notes by how much and where."""

    def plant(seams: Seams) -> None:
        drift: dict[int, int] = {}

        def faulty(call: Call, honest: Honest) -> Result:
            task = call.store.tasks.get(call.path.get("id", 0))
            result = honest(call)
            change(drift, replace(call, path={**call.path, "was": task.milestone_id if task else 0}), result)
            return result

        def counted(data: dict[str, Any]) -> None:
            data["tasks_count"] = max(0, data["tasks_count"] + drift.get(data["id"], 0))

        def rows(_: Call, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
            for row in (copies := [dict(row) for row in listed]):
                counted(row)
            return copies

        seams.operation(operation, faulty)
        for name in ("getMilestone", "updateMilestone"):
            seams.data(name, counted)
        seams.rows("listMilestones", rows)

    return plant


def _home(result: Result) -> int:
    return int(shown(result)["milestone"]["id"])


def _misses_new(drift: dict[int, int], _: Call, result: Result) -> None:
    drift[_home(result)] = drift.get(_home(result), 0) - 1


def _misses_moved(drift: dict[int, int], call: Call, result: Result) -> None:
    if call.path["was"] != _home(result):
        drift[call.path["was"]] = drift.get(call.path["was"], 0) + 1


def _misses_deleted(drift: dict[int, int], call: Call, _: Result) -> None:
    drift[call.path["was"]] = drift.get(call.path["was"], 0) + 1


add("does_not_count_new_tasks", ("count/rises-with-a-new-task", EQUALS), _drifts("createTask", _misses_new), COUNTS)
add("counts_moved_tasks_twice", ("count/follows-a-moved-task",), _drifts("updateTask", _misses_moved), COUNTS)
add("counts_deleted_tasks", ("count/falls-with-a-deleted-task",), _drifts("deleteTask", _misses_deleted))
add("does_not_count_cloned_tasks", ("count/rises-with-a-cloned-task",), _drifts("cloneTask", _misses_new))
add("does_not_count_activated_tasks", ("count/survives-archiving",), _drifts("activateTask", _misses_new))


@breaks(EQUALS, "task/list-filters-by-milestone")
def lists_one_task_of_two(seams: Seams) -> None:
    def faulty(call: Call, honest: Honest) -> Result:
        result = honest(call)
        if call.query.has("milestone_id") and isinstance(result.data, list) and len(result.data) == 2:
            return replace(result, data=result.data[:1])
        return result

    seams.operation("listTasks", faulty)


@breaks(
    SAME,
    "list/rows-equal-the-milestones",
    implies=(EQUALS, "create/leaves-others-unchanged", "project/starts-with-its-default"),
)
def lists_milestones_with_one_task_more(seams: Seams) -> None:
    def change(_: Call, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "tasks_count": row["tasks_count"] + 1} for row in rows]

    seams.rows("listMilestones", change)


@breaks("count/ignores-other-milestones", implies=COUNTS)
def counts_the_tasks_of_the_whole_project(seams: Seams) -> None:
    from mock_server import objects

    def count(store: Store, _: Profile, milestone: Milestone) -> int:
        return store.tasks_of_project.count(milestone.project_id)

    seams.patch(objects, "count_tasks", count)


# Tasks


@breaks("task/goes-to-the-default-without-a-milestone", implies=("count/*",))
def puts_a_task_without_milestone_into_the_last(seams: Seams) -> None:
    honest = tasks.choose_milestone

    def choose(call: Call, project: Project, otherwise: int | None = None) -> int:
        if call.body.has("task_milestoneid") or otherwise:
            return honest(call, project, otherwise)
        return call.store.milestones_of_project.rows(project.id)[-1].id

    seams.patch(tasks, "choose_milestone", choose)


@breaks("task/goes-to-the-milestone-named", implies=("count/*", "task/*", "delete/*", "project/*"))
def puts_every_new_task_into_the_default(seams: Seams) -> None:
    def faulty(call: Call, honest: Honest) -> Result:
        result = honest(call)
        task = call.store.tasks.take(shown(result)["id"])
        home = call.store.milestones.take(call.store.projects.take(task.project_id).default_milestone_id)
        call.store.tasks.put(replace(task, milestone_id=home.id))
        return replace(result, data=shown(result) | {"milestone": {"id": home.id, "name": home.title}})

    seams.operation("createTask", faulty)


@breaks("task/names-its-milestone")
def names_the_milestone_as_it_was_when_the_task_was_made(seams: Seams) -> None:
    named: dict[int, str] = {}

    def create(call: Call, honest: Honest) -> Result:
        result = honest(call)
        named[shown(result)["id"]] = shown(result)["milestone"]["name"]
        return result

    def get(data: dict[str, Any]) -> None:
        data["milestone"] = {**data["milestone"], "name": named.get(data["id"], data["milestone"]["name"])}

    seams.operation("createTask", create)
    seams.data("getTask", get)


def _unbound(operation: str) -> Plant:
    """A mock that lets one operation put a task into any project's milestone."""

    def plant(seams: Seams) -> None:
        honest = tasks.choose_milestone

        def choose(call: Call, project: Project, otherwise: int | None = None) -> int:
            try:
                return honest(call, project, otherwise)
            except Conflict:
                return call.body.integer("task_milestoneid")

        def faulty(call: Call, operate: Honest) -> Result:
            tasks.choose_milestone = choose
            try:
                return operate(call)
            finally:
                tasks.choose_milestone = honest

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
    def faulty(call: Call, honest: Honest) -> Result:
        try:
            return honest(call)
        except Conflict as conflict:
            raise refusal("422", conflict.message, "task_milestoneid") from conflict

    seams.operation("createTask", faulty)


@breaks("task/an-update-moves-it", "count/follows-a-moved-task")
def leaves_an_updated_task_where_it_is(seams: Seams) -> None:
    def faulty(call: Call, honest: Honest) -> Result:
        before = call.task()
        result = honest(call)
        task = call.store.tasks.put(replace(call.task(), milestone_id=before.milestone_id))
        name = call.store.milestones.take(task.milestone_id).title
        return replace(result, data=shown(result) | {"milestone": {"id": task.milestone_id, "name": name}})

    seams.operation("updateTask", faulty)


def _lists(wanted: Callable[[Call, Task], bool]) -> Plant:
    """A mock whose list of tasks goes by another filter than it should."""

    def plant(seams: Seams) -> None:
        seams.patch(tasks, "find_candidates", lambda call: list(call.store.tasks))
        seams.patch(tasks, "is_wanted", wanted)

    return plant


def _in_project(call: Call, task: Task) -> bool:
    return not call.query.has("project_id") or task.project_id == call.query.integer("project_id")


def _in_milestone(call: Call, task: Task) -> bool:
    return not call.query.has("milestone_id") or task.milestone_id == call.query.integer("milestone_id")


add("lists_tasks_of_any_milestone", ("task/list-filters-by-milestone",), _lists(_in_project), (EQUALS,))
add(
    "lists_tasks_of_any_project",
    ("task/list-filters-by-project",),
    _lists(_in_milestone),
    ("task/list-filters-by-active-state",),
)


@breaks("task/list-filters-by-active-state")
def lists_active_tasks_among_the_archived(seams: Seams) -> None:
    seams.patch(tasks, "has_state", lambda task, state: state != "active" or not task.archived)


@breaks("task/unknown-id-is-404")
def deletes_deleted_tasks_again(seams: Seams) -> None:
    def faulty(call: Call, honest: Honest) -> Result:
        gone = call.store.tasks.get(call.path["id"]) is None
        return Result({"id": call.path["id"]}, "Task deleted successfully.") if gone else honest(call)

    seams.operation("deleteTask", faulty)


@breaks("task/deletion-removes-the-task", implies=("count/falls-with-a-deleted-task",))
def archives_tasks_instead_of_deleting_them(seams: Seams) -> None:
    gone: dict[int, Task] = {}

    def delete(call: Call, honest: Honest) -> Result:
        task = call.task()
        result = honest(call)
        gone[task.id] = replace(task, archived=True)
        return result

    def faulty(call: Call, honest: Honest) -> Result:
        ghosts = [task for task in gone.values() if call.store.projects.get(task.project_id) is not None]
        if call.query.text("active_state") != "archived":
            return honest(call)
        for ghost in ghosts:
            call.store.tasks.put(ghost)
        try:
            return honest(call)
        finally:
            for ghost in ghosts:
                call.store.tasks.remove(ghost)

    seams.operation("deleteTask", delete)
    seams.operation("listTasks", faulty)


@breaks("task/a-new-status-leaves-it-where-it-is")
def does_not_store_the_status(seams: Seams) -> None:
    def faulty(call: Call, honest: Honest) -> Result:
        before = call.task()
        result = honest(call)
        call.store.tasks.put(before)
        return result

    seams.operation("setTaskStatus", faulty)


def _sends_home(operation: str) -> Plant:
    """A mock that puts a task into the default at an operation that should leave it where it is."""

    def plant(seams: Seams) -> None:
        def faulty(call: Call, honest: Honest) -> Result:
            result = honest(call)
            task = call.task()
            home = call.store.projects.take(task.project_id).default_milestone_id
            call.store.tasks.put(replace(task, milestone_id=home))
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
    def faulty(call: Call, honest: Honest) -> Result:
        before = call.task()
        result = honest(call)
        call.store.tasks.put(before)
        return result

    seams.operation("activateTask", faulty)


@breaks("task/a-clone-goes-to-the-milestone-named", "count/rises-with-a-cloned-task")
def clones_into_the_default(seams: Seams) -> None:
    def faulty(call: Call, honest: Honest) -> Result:
        result = honest(call)
        copy = call.store.tasks.take(shown(result)["id"])
        home = call.store.projects.take(copy.project_id).default_milestone_id
        call.store.tasks.put(replace(copy, milestone_id=home))
        return result

    seams.operation("cloneTask", faulty)


@breaks("task/a-comment-is-listed", implies=("delete/keeps-moved-tasks-intact",))
def lists_no_comments(seams: Seams) -> None:
    seams.rows("listTaskComments", lambda call, rows: [])


@breaks("task/a-deleted-comment-is-gone")
def keeps_deleted_comments(seams: Seams) -> None:
    seams.operation("deleteTaskComment", lambda call, _: Result({"id": call.path["comment_id"]}, "Deleted."))


# Projects


@breaks(
    "project/starts-with-its-default",
    implies=("project/a-clone-has-a-default-of-its-own", "list/rows-equal-the-milestones"),
)
def opens_a_project_with_a_first_phase(seams: Seams) -> None:
    def change(call: Call, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        plain = not call.query.has("sort") and not call.query.has("type") and not call.query.has("search")
        fresh = (
            len(rows) == 1 and plain and len(call.store.tasks_of_project.rows(call.query.integer("project_id"))) == 0
        )
        return [*rows, {**rows[0], "id": rows[0]["id"], "title": "Phase 1"}] if fresh else rows

    seams.rows("listMilestones", change)


@breaks("project/deletion-answers-200-with-the-id")
def answers_a_deleted_project_with_nothing(seams: Seams) -> None:
    seams.operation("deleteProject", lambda call, honest: replace(honest(call), data={}))


def _outlives(what: str) -> Plant:
    """A mock that still gets what belonged to a deleted project."""

    def plant(seams: Seams) -> None:
        kept: dict[int, object] = {}

        def delete(call: Call, honest: Honest) -> Result:
            project = call.project().id
            milestones = [row.id for row in call.store.milestones_of_project.rows(project)]
            ids = (
                milestones if what == "getMilestone" else [row.id for row in call.store.tasks_of_project.rows(project)]
            )
            kept.update({one: honest_get(replace(call, path={"id": one})).data for one in ids})
            return honest(call)

        def get(call: Call, honest: Honest) -> Result:
            data: Any = kept.get(call.path["id"])
            return Result(data, "Here it is.") if data else honest(call)

        honest_get = seams.operations[what]
        seams.operation("deleteProject", delete)
        seams.operation(what, get)

    return plant


add("keeps_milestones_of_deleted_projects", ("project/deletion-takes-its-milestones",), _outlives("getMilestone"))
add("keeps_tasks_of_deleted_projects", ("project/deletion-takes-its-tasks",), _outlives("getTask"))


@breaks("project/deletion-spares-other-projects", implies=("project/deletion-answers-200-with-the-id",))
def clears_the_tasks_of_the_newest_project_along(seams: Seams) -> None:
    def faulty(call: Call, honest: Honest) -> Result:
        project = call.project()
        newest = max(one.id for one in call.store.projects)
        if newest != project.id:
            for task in call.store.tasks_of_project.rows(newest):
                call.store.delete_task(task)
        return honest(call)

    seams.operation("deleteProject", faulty)


@breaks("project/a-deleted-one-takes-no-milestones")
def lists_a_deleted_project_as_unknown(seams: Seams) -> None:
    gone: set[int] = set()

    def delete(call: Call, honest: Honest) -> Result:
        if call.store.milestones_of_project.count(call.path["id"]) > 1:
            gone.add(call.path["id"])
        return honest(call)

    def create(call: Call, honest: Honest) -> Result:
        if call.body.has("milestone_projectid") and call.body.integer("milestone_projectid") in gone:
            raise NotFound("Project not found.")
        return honest(call)

    seams.operation("deleteProject", delete)
    seams.operation("createMilestone", create)


@breaks("project/unknown-id-is-404")
def refuses_an_unknown_project_with_422(seams: Seams) -> None:
    def faulty(call: Call, honest: Honest) -> Result:
        if call.store.projects.get(call.path["id"]) is None:
            raise refusal("422", "The project is invalid.", "id")
        return honest(call)

    seams.operation("getProject", faulty)


@breaks("project/an-update-leaves-milestones-alone")
def renames_the_default_with_its_project(seams: Seams) -> None:
    def faulty(call: Call, honest: Honest) -> Result:
        result = honest(call)
        home = call.store.milestones.take(call.project().default_milestone_id)
        call.store.milestones.put(replace(home, title=call.project().title))
        return result

    seams.operation("updateProject", faulty)


def _clones(change: Callable[[Store, Project, Project], None]) -> Plant:
    def plant(seams: Seams) -> None:
        def faulty(call: Call, honest: Honest) -> Result:
            source = call.project()
            result = honest(call)
            change(call.store, source, call.store.projects.take(shown(result)["id"]))
            return result

        seams.operation("cloneProject", faulty)

    return plant


def _second_default(store: Store, _: Project, copy: Project) -> None:
    home = store.milestones.take(copy.default_milestone_id)
    store.milestones.put(replace(home, id=store.milestones.claim_id(), title="Uncategorised 2"))


def _grey(store: Store, _: Project, copy: Project) -> None:
    for one in store.milestones_of_project.rows(copy.id):
        if one.type == "categorised":
            store.milestones.put(replace(one, color="grey"))


def _all_home(store: Store, _: Project, copy: Project) -> None:
    for task in store.tasks_of_project.rows(copy.id):
        store.tasks.put(replace(task, milestone_id=copy.default_milestone_id))


def _takes_tasks(store: Store, source: Project, _: Project) -> None:
    for task in store.tasks_of_project.rows(source.id):
        store.delete_task(task)


COPIES_TASKS = "project/a-clone-copies-the-tasks-into-their-milestones"
add("clones_a_second_default", ("project/a-clone-has-a-default-of-its-own",), _clones(_second_default))
add("clones_milestones_without_their_colors", ("project/a-clone-copies-the-milestones",), _clones(_grey))
add("clones_tasks_into_the_default", (COPIES_TASKS,), _clones(_all_home))
add("takes_the_tasks_out_of_a_cloned_project", ("project/a-clone-leaves-the-source-unchanged",), _clones(_takes_tasks))


@breaks("project/a-clone-without-the-flag-copies-no-milestones")
def clones_milestones_without_being_told(seams: Seams) -> None:
    def faulty(call: Call, honest: Honest) -> Result:
        source = call.project()
        result = honest(call)
        copy = call.store.projects.take(shown(result)["id"])
        if "copy_milestones" not in call.body.sent:
            cloning.copy_milestones(call.store, source, copy)
        return result

    seams.operation("cloneProject", faulty)


# Races: what a check that is apart from its write lets through.


@breaks("race/one-title-is-given-once")
def checks_titles_before_it_waits_for_others(seams: Seams) -> None:
    honest = titles.check_unique
    together = threading.Barrier(2)

    def check(store: Store, profile: Profile, project_id: int, title: str, own_id: int | None = None) -> None:
        honest(store, profile, project_id, title, own_id)
        if threading.current_thread() is not threading.main_thread():
            try:
                together.wait(1)
            except threading.BrokenBarrierError:
                together.reset()

    seams.one_at_a_time = False
    seams.patch(titles, "check_unique", check)


@breaks("race/reorders-end-in-one-of-both")
def mixes_two_reorders(seams: Seams) -> None:
    def faulty(call: Call, honest: Honest) -> Result:
        result = honest(call)
        if threading.current_thread() is not threading.main_thread():
            first = call.store.milestones.take(call.body.integers("milestones")[0])
            call.store.milestones.put(replace(first, position=first.position + 1))
        return result

    seams.operation("reorderMilestones", faulty)


@breaks("race/deletion-against-reorder-leaves-a-whole-project")
def brings_a_deleted_milestone_back(seams: Seams) -> None:
    gone: dict[int, Milestone] = {}

    def delete(call: Call, honest: Honest) -> Result:
        doomed = call.milestone()
        result = honest(call)
        if threading.current_thread() is not threading.main_thread():
            call.store.milestones.put(doomed)
            gone[doomed.id] = doomed
        return result

    seams.operation("deleteMilestone", delete)
