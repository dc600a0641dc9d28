"""Delete a milestone, with and without its tasks."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as changed
from itertools import cycle

from conformance.context.property_context import Lab
from conformance.exchange import Exchange, Json
from conformance.http.client import Encoding, How
from conformance.models import Milestone, Task, by_position, rows_of
from conformance.options import Depth
from conformance.properties.registry import Variety, judges

MANY = 26


@dataclass(frozen=True, slots=True)
class Arranged:
    """A project with a milestone to delete that holds an active and an archived task.

    The active one has another status than tasks have from the start, and may have come from another milestone.
    """

    project: int
    default: Milestone
    doomed: Milestone
    active: Task
    archived: Task


def _arrange(lab: Lab) -> Arranged:
    project = lab.project()
    doomed = lab.milestone(project)
    return Arranged(
        project=project,
        default=lab.default(project),
        doomed=doomed,
        active=lab.task(project, doomed.id, status=lab.other_status()),
        archived=lab.archived(lab.task(project, doomed.id)),
    )


def _deleted(lab: Lab, milestone: int, delete_tasks: Json = None, how: How | None = None) -> Exchange:
    answer = lab.client.delete_milestone(milestone, delete_tasks, how or How())
    if not answer.ok:
        lab.obtained(answer, "a deletion")
    return answer


@judges(
    "delete/answers-200-with-the-id",
    "delete/removes-the-milestone",
    "delete/unknown-id-is-404",
    variety=Variety.FEW,
)
def a_deleted_milestone_is_gone(lab: Lab) -> None:
    """A deletion, the milestone looked for, and deleted again."""
    project = lab.project()
    milestone = lab.milestone(project, color=lab.draw(lab.inputs.colors))
    answer = lab.client.delete_milestone(milestone.id)
    expect = lab.expect("delete/answers-200-with-the-id")
    expect.status(answer, 200)
    data = answer.envelope.get("data")
    expect.equal(data.get("id") if isinstance(data, Mapping) else None, milestone.id, "the id in data")
    if not answer.ok:
        lab.obtained(answer, "a deletion")
    lab.expect("delete/removes-the-milestone").status(lab.client.get_milestone(milestone.id), 404)
    left = [one.id for one in lab.milestones(project)]
    lab.expect("delete/removes-the-milestone").holds(
        milestone.id not in left, f"a list without {milestone.id}", f"ids {left}"
    )
    for flag in (None, "yes")[: lab.rounds]:
        lab.expect("delete/unknown-id-is-404").status(lab.client.delete_milestone(milestone.id, flag), 404)


@judges("delete/the-default-conflicts", "delete/refused-changes-nothing")
def the_default_cannot_be_deleted(lab: Lab) -> None:
    """The system default with a task in it, with and without delete_tasks, in both encodings."""
    project = lab.project()
    default = lab.default(project)
    task = lab.task(project) if lab.lent.status_id is not None else None
    before = lab.read(default.id)
    for flag, how in (("yes", How()), ("yes", How(encoding=Encoding.JSON)), (None, How())):
        answer = lab.client.delete_milestone(default.id, flag, how)
        lab.expect("delete/the-default-conflicts").status(answer, 409)
        if not answer.refused:
            return
    lab.expect("delete/refused-changes-nothing").equal(lab.read(default.id), before, "the default")
    if task is not None:
        lab.expect("delete/refused-changes-nothing").status(lab.client.get_task(task.id), 200)


@judges(
    "delete/moves-tasks-to-the-default",
    "delete/moves-archived-tasks-too",
    "delete/keeps-moved-tasks-intact",
    "delete/the-default-counts-the-moved-tasks",
    "delete/removes-the-milestone",
)
def tasks_move_to_the_default(lab: Lab) -> None:
    """A milestone with an active and an archived task, one of them commented on, deleted without the flag."""
    at = _arrange(lab)
    comment = lab.obtained(lab.client.add_comment(at.active.id, "Still here"), "a comment")
    before = lab.read(at.default.id)
    strays = _wander(lab, at) if lab.thorough else []
    _deleted(lab, at.doomed.id)
    if lab.thorough:
        lab.expect("delete/removes-the-milestone").status(lab.client.get_milestone(at.doomed.id), 404)
    for task, milestone in strays:
        lab.expect("delete/moves-tasks-to-the-default").equal(
            lab.read_task(task.id).milestone_id, milestone, f"the milestone of task {task.id}"
        )
    for requirement, task in (
        ("delete/moves-tasks-to-the-default", at.active),
        ("delete/moves-archived-tasks-too", at.archived),
    ):
        answer = lab.client.get_task(task.id)
        lab.expect(requirement).status(answer, 200)
        if not answer.ok:
            continue
        after = lab.task_in(answer)
        lab.expect(requirement).equal(after.milestone_id, at.default.id, "the milestone of the task")
        lab.expect("delete/keeps-moved-tasks-intact").equal(_unplaced(after), _unplaced(task), "the rest of the task")
    lab.expect("delete/keeps-moved-tasks-intact").holds(
        comment in _comments(lab, at.active), f"comment {comment} among the task's", "it is not"
    )
    counted = lab.read(at.default.id).tasks_count or 0
    had = (before.tasks_count or 0) + (1 if strays else 0)
    # Whether archived tasks are counted is an open point.
    lab.expect("delete/the-default-counts-the-moved-tasks").holds(
        counted in (had + 1, had + 2), f"a tasks_count of {had + 1} or, with the archived one, {had + 2}", str(counted)
    )


def _wander(lab: Lab, at: Arranged) -> list[tuple[Task, int]]:
    """A task that came into the doomed milestone, one that left it, and where each must be afterwards."""
    beside = lab.bystander(at.project)
    came = lab.moved(lab.task(at.project, beside), at.doomed.id)
    left = lab.moved(lab.task(at.project, at.doomed.id), beside)
    return [(came, at.default.id), (left, beside)]


def _unplaced(task: Task) -> Task:
    return changed(task, milestone_id=None, milestone_name=None)


def _comments(lab: Lab, task: Task) -> list[Json]:
    answer = lab.client.list_comments(task.id)
    return [row.get("id") for row in rows_of(answer) if isinstance(row, Mapping)]


@judges(
    "delete/the-flag-deletes-the-tasks",
    "delete/the-flag-deletes-archived-tasks-too",
    "delete/the-flag-deletes-comments-and-timers",
    "delete/the-flag-spares-other-tasks",
    "delete/accepts-form",
    "delete/accepts-json",
)
def the_flag_deletes_the_tasks(lab: Lab) -> None:
    """delete_tasks=yes beside tasks of the default, of another milestone and of another project, then as JSON."""
    form, json = lab.in_both_encodings()
    at = _arrange(lab)
    beside, alike = lab.bystander(at.project), at.active.title
    spared = [lab.task(at.project, beside, title=alike), lab.task(at.project), lab.task(lab.project(), title=alike)]
    kept = 0
    if lab.thorough:
        spared.append(lab.moved(lab.task(at.project, at.doomed.id), beside))
        kept = lab.obtained(lab.client.add_comment(spared[0].id, "Still here"), "a comment")
    lab.obtained(lab.client.add_comment(at.active.id, "Gone with the task"), "a comment")
    if _takes_the_flag(lab, at.project, at.doomed.id, at.active, form):
        archived = lab.client.get_task(at.archived.id)
        lab.expect("delete/the-flag-deletes-archived-tasks-too").status(archived, 404)
        for part in (lab.client.list_comments(at.active.id), lab.client.list_timers(at.active.id)):
            lab.expect("delete/the-flag-deletes-comments-and-timers").status(part, 404)
    doomed = lab.milestone(at.project).id
    _takes_the_flag(lab, at.project, doomed, lab.task(at.project, doomed), json)
    for task in spared:
        after = lab.client.get_task(task.id)
        expect = lab.expect("delete/the-flag-spares-other-tasks")
        expect.status(after, 200)
        expect.equal(lab.task_in(after) if after.ok else None, task, "the task")
    if lab.thorough:
        lab.expect("delete/the-flag-spares-other-tasks").holds(
            kept in _comments(lab, spared[0]), f"comment {kept} among those of another task", "it is not"
        )


def _takes_the_flag(lab: Lab, project: int, milestone: int, task: Task, how: How) -> bool:
    _deleted(lab, milestone, "yes", how)
    gone = lab.client.get_task(task.id)
    took = gone.status == 404 or lab.read_task(task.id).milestone_id != lab.default_id(project)
    lab.expect(f"delete/accepts-{how.encoding}").holds(
        took, "delete_tasks=yes to be read", "the task was moved to the default, as without the flag"
    )
    if took:
        lab.expect("delete/the-flag-deletes-the-tasks").status(gone, 404)
    return took


@judges("delete/another-flag-moves-the-tasks")
def another_value_of_the_flag_moves_the_tasks(lab: Lab) -> None:
    """delete_tasks=no, in both encodings; in a quick run in one."""
    for how in lab.in_both_encodings() if lab.depth is not Depth.QUICK else [lab.how()]:
        project = lab.project()
        milestone, default = lab.milestone(project), lab.default_id(project)
        task = lab.task(project, milestone.id)
        _deleted(lab, milestone.id, "no", how)
        answer = lab.client.get_task(task.id)
        expect = lab.expect("delete/another-flag-moves-the-tasks")
        expect.status(answer, 200)
        expect.equal(lab.task_in(answer).milestone_id if answer.ok else None, default, "the milestone of the task")


@judges("delete/leaves-others-unchanged", variety=Variety.FEW)
def a_deletion_changes_no_other_milestone(lab: Lab) -> None:
    """Milestones beside the deleted one, in its project and in another, with the flag or without."""
    project, other = lab.empty_project(), lab.project()
    milestone = lab.milestone(project)
    beside = lab.milestone(project).id
    lab.client.create_milestone(lab.milestone_fields(other, milestone.title))
    if lab.lent.status_id is not None:
        lab.task(project, beside)
    if lab.draw(lab.inputs.booleans):
        lab.client.reorder_milestones([beside, milestone.id, lab.default_id(project)])
    before, elsewhere = lab.snapshot(project), lab.snapshot(other)
    _deleted(lab, milestone.id, "yes" if lab.draw(lab.inputs.booleans) else None, lab.how())
    after = lab.snapshot(project)
    expect = lab.expect("delete/leaves-others-unchanged")
    for one in before.keys() - {milestone.id}:
        expect.equal(_lasting(after.get(one)), _lasting(before[one]), "another milestone")
    expect.equal(by_position(after), [one for one in by_position(before) if one != milestone.id], "the order")
    expect.equal(lab.snapshot(other), elsewhere, "the milestones of another project")


def _lasting(milestone: Milestone | None) -> Milestone | None:
    """The milestone without what a deletion may change: whether the gap in the positions closes is an open point."""
    return milestone and changed(milestone, position=None, updated=None)


@judges(
    "delete/the-default-conflicts",
    "delete/moves-tasks-to-the-default",
    "delete/answers-200-with-the-id",
    "update/is-read-back",
    variety=Variety.LONG,
)
def a_default_stays_the_default(lab: Lab) -> None:
    """A default that was renamed, recoloured and moved to the end is what it was; so is that of a clone."""
    project = lab.empty_project()
    default, milestone, first = lab.default_id(project), lab.milestone(project).id, lab.milestone(project).id
    task = lab.task(project, milestone) if lab.lent.status_id is not None else None
    # Whether a default may be changed at all is an open point.
    title, color = lab.inputs.plain_title(), lab.inputs.known_colors[-1]
    changed = lab.client.update_milestone(default, {"milestone_title": title, "milestone_color": color})
    if changed.ok:
        lab.expect("update/is-read-back").equal(lab.read(default).title, title, "the title of the default")
    lab.client.reorder_milestones([first, milestone, default])
    clone = lab.adopt_project(lab.client.clone_project(project, {"project_title": lab.sandbox.project_title()}))
    for one in (default, lab.default_id(clone)):
        lab.expect("delete/the-default-conflicts").status(lab.client.delete_milestone(one), 409)
    _deleted(lab, milestone)
    if task is not None:
        lab.expect("delete/moves-tasks-to-the-default").equal(
            lab.read_task(task.id).milestone_id, default, "the milestone of the task, the renamed default,"
        )


@judges(
    "delete/moves-tasks-to-the-default",
    "delete/the-flag-deletes-the-tasks",
    "count/equals-the-task-list",
    variety=Variety.LONG,
)
def many_tasks_go_along(lab: Lab) -> None:
    """More tasks than a page has, moved to the default, then deleted."""
    project = lab.empty_project()
    default, milestone = lab.default_id(project), lab.milestone(project).id
    statuses = cycle([lab.lent.status_id, *lab.lent.other_status_ids])
    tasks = sorted(lab.task(project, milestone, status=next(statuses)).id for _ in range(MANY))
    lab.expect("count/equals-the-task-list").equal(lab.read(milestone).tasks_count, MANY, "tasks_count")
    _deleted(lab, milestone)
    moved = sorted(one.id for one in lab.tasks(milestone_id=default))
    lab.expect("delete/moves-tasks-to-the-default").equal(moved, tasks, "the tasks of the default")
    doomed = lab.milestone(project).id
    for task in tasks:
        lab.moved(lab.read_task(task), doomed)
    _deleted(lab, doomed, "yes")
    left = [one.id for one in lab.tasks(project_id=project)]
    lab.expect("delete/the-flag-deletes-the-tasks").equal(left, [], "the tasks left in the project")
