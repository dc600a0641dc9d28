"""Delete a milestone, with and without its tasks."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as changed
from itertools import cycle

from conformance.context.property_context import PropertyContext
from conformance.exchange import Exchange, Json
from conformance.http.client import Fields, RequestOptions
from conformance.properties.registry import Examples, judges
from conformance.records import Milestone, Task, rows_of
from conformance.results.difference import Basis

MANY = 101
ACTIONS: Mapping[str, Fields] = {
    "status": {"status": "on_hold"},
    "tags": {"tags": ["labelled"]},
    "progress": {"progress": 50},
}
"""Actions on a project that leave it as it is but for a value."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """A project with a milestone to delete, which holds an active and an archived task.

    The active one has another status than new tasks have, a tag and an assignee.
    """

    project: int
    default: Milestone
    doomed: Milestone
    active: Task
    archived: Task


def _arrange(context: PropertyContext) -> Arranged:
    project = context.project()
    doomed = context.milestone(project)
    return Arranged(
        project=project,
        default=context.default(project),
        doomed=doomed,
        active=context.labelled(context.task(project, doomed.id, status=context.other_status())),
        archived=context.archived(context.task(project, doomed.id)),
    )


def _deleted(
    context: PropertyContext, milestone: int, delete_tasks: Json = None, options: RequestOptions | None = None
) -> Exchange:
    answer = context.client.delete_milestone(milestone, delete_tasks, options or RequestOptions())
    if not answer.ok:
        context.obtained(answer, "a deletion")
    return answer


@judges(
    "delete/answers-200-with-the-id",
    "delete/removes-the-milestone",
    "delete/unknown-id-is-404",
    examples=Examples.NOT_QUICK,
)
def a_deleted_milestone_is_gone(context: PropertyContext) -> None:
    """Delete a milestone, look for it, and delete it again."""
    project = context.project()
    milestone = context.milestone(project, color=context.draw(context.inputs.colors))
    answer = context.client.delete_milestone(milestone.id)
    expect = context.expect("delete/answers-200-with-the-id")
    expect.status(answer, 200)
    data = answer.envelope.get("data")
    expect.equal(data.get("id") if isinstance(data, Mapping) else None, milestone.id, "the id in data")
    if not answer.ok:
        context.obtained(answer, "a deletion")
    context.expect("delete/removes-the-milestone").status(context.client.get_milestone(milestone.id), 404)
    left = [milestone.id for milestone in context.milestones(project)]
    context.expect("delete/removes-the-milestone").holds(
        milestone.id not in left, f"a list without {milestone.id}", f"ids {left}"
    )
    for flag in (None, "yes")[: context.rounds]:
        context.expect("delete/unknown-id-is-404").status(context.client.delete_milestone(milestone.id, flag), 404)


@judges(
    "delete/moves-tasks-to-the-default",
    "delete/moves-archived-tasks-too",
    "delete/keeps-moved-tasks-intact",
    "delete/the-default-counts-the-moved-tasks",
    "delete/removes-the-milestone",
    examples=Examples.NOT_QUICK,
)
def tasks_move_to_the_default(context: PropertyContext) -> None:
    """Delete a milestone with an active and an archived task, one with a comment, without the flag."""
    at = _arrange(context)
    comment = context.obtained(context.client.add_comment(at.active.id, "Still here"), "a comment")
    before = context.read(at.default.id)
    strays = wander(context, at) if context.thorough else []
    _deleted(context, at.doomed.id)
    if context.thorough:
        context.expect("delete/removes-the-milestone").status(context.client.get_milestone(at.doomed.id), 404)
    for task, milestone in strays:
        context.expect("delete/moves-tasks-to-the-default").equal(
            context.read_task(task.id).milestone_id, milestone, f"the milestone of task {task.id}"
        )
    for requirement, task in (
        ("delete/moves-tasks-to-the-default", at.active),
        ("delete/moves-archived-tasks-too", at.archived),
    ):
        answer = context.client.get_task(task.id)
        context.expect(requirement).status(answer, 200)
        if not answer.ok:
            continue
        after = context.task_in(answer)
        context.expect(requirement).equal(after.milestone_id, at.default.id, "the milestone of the task")
        context.expect("delete/keeps-moved-tasks-intact").equal(
            _unplaced(after), _unplaced(task), "the rest of the task"
        )
    context.expect("delete/keeps-moved-tasks-intact").holds(
        comment in _comments(context, at.active), f"comment {comment} among the task's", "it is not"
    )
    counted = context.read(at.default.id).tasks_count or 0
    had = (before.tasks_count or 0) + (1 if strays else 0)
    # Whether archived tasks are counted is an open point.
    context.expect("delete/the-default-counts-the-moved-tasks").holds(
        counted in (had + 1, had + 2), f"a tasks_count of {had + 1} or, with the archived one, {had + 2}", str(counted)
    )


def wander(context: PropertyContext, at: Arranged) -> list[tuple[Task, int]]:
    """Move a task into the milestone to be deleted and one out of it; return both with their expected milestones."""
    beside = context.untouched_milestone(at.project)
    came = context.moved(context.task(at.project, beside), at.doomed.id)
    left = context.moved(context.task(at.project, at.doomed.id), beside)
    return [(came, at.default.id), (left, beside)]


def _unplaced(task: Task) -> Task:
    return changed(task, milestone_id=None, milestone_name=None)


def _comments(context: PropertyContext, task: Task) -> list[Json]:
    answer = context.client.list_comments(task.id)
    return [row.get("id") for row in rows_of(answer) if isinstance(row, Mapping)]


@judges(
    "delete/the-default-conflicts",
    "delete/moves-tasks-to-the-default",
    "delete/answers-200-with-the-id",
    "reorder/positions-run-from-one",
    "update/is-read-back",
    "task/goes-to-the-default-without-a-milestone",
    "project/an-update-leaves-milestones-alone",
    "count/equals-the-task-list",
    examples=Examples.LONG_LIST,
)
def a_default_stays_the_default(context: PropertyContext) -> None:
    """Rename, recolour and move a default to the end: it and the default of a clone must stay defaults."""
    project = context.empty_project()
    default, milestone = context.default_id(project), context.milestone(project).id
    is_second = context.client.reorder_milestones([milestone, default]).ok
    usual = context.default(project)
    if is_second:
        context.expect("reorder/positions-run-from-one").equal(usual.position, 2, "the position of the second of two")
    title, colors = context.inputs.plain_title(), context.inputs.known_colors
    # A default is not known by its colour; one that has a colour of its own may keep it to itself.
    first = context.milestone(project, color=usual.color if usual.color in colors else None).id
    task = context.task(project, milestone) if context.prerequisites.status_id is not None else None
    # Whether a default may be changed at all is an open point.
    color = next((color for color in colors if color != usual.color), colors[0])
    changed = context.client.update_milestone(default, {"milestone_title": title, "milestone_color": color})
    if changed.ok:
        answered = context.milestone_in(changed).title
        context.expect("update/is-read-back").equal(context.read(default).title, answered, "the title of the default")
    context.client.reorder_milestones([first, milestone, default])
    clone = context.adopt_project(
        context.client.clone_project(project, {"project_title": context.sandbox.project_title()})
    )
    if task is not None:
        context.expect("task/goes-to-the-default-without-a-milestone").equal(
            context.task(project).milestone_id, default, "the milestone of a new task, the renamed default,"
        )
    for milestone_id in (default, context.default_id(clone)):
        context.expect("delete/the-default-conflicts").status(context.client.delete_milestone(milestone_id), 409)
    _deleted(context, milestone)
    if task is not None:
        context.expect("delete/moves-tasks-to-the-default").equal(
            context.read_task(task.id).milestone_id, default, "the milestone of the task, the renamed default,"
        )
    judge_actions_on_the_project(context, project, default)


def judge_actions_on_the_project(context: PropertyContext, project: int, default: int) -> None:
    """Act on a project, archive and restore it: it has the milestones that it had, and a default that stays."""
    before = context.snapshot(project)
    for action, body in ACTIONS.items():
        context.client.put_on_project(project, action, body)
    if context.client.put_on_project(project, "archive").ok:
        answer = context.client.delete_milestone(default)
        # Another status may stand for the archived project.
        conflicts, refused = context.expect("delete/the-default-conflicts"), Basis(answer.number, ("4??", "5??"))
        conflicts.holds(not answer.ok, "the default of an archived project to stay", answer.summary, refused)
        context.obtained(context.client.put_on_project(project, "restore"), "a restored project")
    after = context.snapshot(project)
    for milestone, row in before.items():
        context.expect("project/an-update-leaves-milestones-alone").equal(
            uncounted(after[milestone]), uncounted(row), f"milestone {milestone}, after actions on its project,"
        )
    active = [task for task in context.tasks(project_id=project) if task.active_state == "active"]
    for milestone, row in after.items():
        held = sum(task.milestone_id == milestone for task in active)
        context.expect("count/equals-the-task-list").holds(
            (row.tasks_count or 0) >= held, f"milestone {milestone} to count {held}", f"{row.tasks_count}"
        )


def uncounted(milestone: Milestone) -> Milestone:
    """Leave out what may follow from tasks that were archived along with their project."""
    return changed(milestone, tasks_count=None, updated=None)


@judges(
    "delete/moves-tasks-to-the-default",
    "delete/the-flag-deletes-the-tasks",
    "count/equals-the-task-list",
    "project/a-clone-copies-the-tasks-into-their-milestones",
    "project/deletion-takes-its-tasks",
    examples=Examples.LONG_LIST,
)
def many_tasks_go_along(context: PropertyContext) -> None:
    """Delete milestones with more tasks than fit on a page: the tasks move, or are deleted; so are the project's."""
    project = context.empty_project()
    default, milestone = context.default_id(project), context.milestone(project).id
    statuses = cycle([context.prerequisites.status_id, *context.prerequisites.other_status_ids])
    tasks = sorted(context.task(project, milestone, status=next(statuses)).id for _ in range(MANY))
    context.labelled(context.read_task(tasks[0]))
    counted = context.expect("count/equals-the-task-list")
    counted.equal(context.read(milestone).tasks_count, MANY, "tasks_count")
    copy = {"project_title": context.sandbox.project_title(), "copy_milestones": "on", "copy_tasks": "on"}
    clone = context.adopt_project(context.client.clone_project(project, copy))
    doomed = {task.id for task in context.tasks(project_id=clone) if task.milestone_id != context.default_id(clone)}
    context.expect("project/a-clone-copies-the-tasks-into-their-milestones").equal(len(doomed), MANY, "tasks copied")
    _deleted(context, milestone)
    moved = sorted(task.id for task in context.tasks(milestone_id=default))
    context.expect("delete/moves-tasks-to-the-default").equal(moved, tasks, "the tasks of the default")
    counted.equal(context.read(default).tasks_count, MANY, "tasks_count of the default")
    for copied in [milestone.id for milestone in context.milestones(clone, type="categorised")]:
        _deleted(context, copied, "yes")
    left = [task.id for task in context.tasks(project_id=clone) if task.id in doomed]
    context.expect("delete/the-flag-deletes-the-tasks").equal(left, [], "tasks left of the deleted milestones")
    context.obtained(context.client.delete_project(project), "a deleted project")
    for task in (tasks[0], tasks[-1]):
        context.expect("project/deletion-takes-its-tasks").status(context.client.get_task(task), 404)
