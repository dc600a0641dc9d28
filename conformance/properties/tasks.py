"""Tasks, as far as they stand between milestones."""

from collections.abc import Mapping

from conformance.context.property_context import Lab
from conformance.exchange import Json
from conformance.models import rows_of
from conformance.properties.count import clone_fields, count_of
from conformance.properties.registry import judges


@judges("task/goes-to-the-default-without-a-milestone", "task/goes-to-the-milestone-named", "task/names-its-milestone")
def a_task_goes_where_it_was_sent(lab: Lab) -> None:
    """A task for no milestone, one for a milestone, and that milestone renamed."""
    project = lab.project()
    milestone, default = lab.milestone(project), lab.default(project)
    stray = lab.task(project)
    for seen in (stray, lab.read_task(stray.id)):
        lab.expect("task/goes-to-the-default-without-a-milestone").equal(
            seen.milestone_id, default.id, "the task's milestone, the project's default,"
        )
    task = lab.task(project, milestone.id)
    for seen in (task, lab.read_task(task.id)):
        lab.expect("task/goes-to-the-milestone-named").equal(seen.milestone_id, milestone.id, "the task's milestone")
        lab.expect("task/names-its-milestone").equal(seen.milestone_name, milestone.title, "the milestone's name")
    title = lab.inputs.plain_title()
    fields: dict[str, Json] = {"milestone_title": title, "milestone_color": milestone.color}
    lab.obtained(lab.client.update_milestone(milestone.id, fields), "a renamed milestone")
    lab.expect("task/names-its-milestone").equal(
        lab.read_task(task.id).milestone_name, title, "the milestone's name after its renaming"
    )


@judges("task/a-foreign-milestone-conflicts", "task/an-update-to-a-foreign-milestone-conflicts")
def a_milestone_of_another_project_conflicts(lab: Lab) -> None:
    """A task made in, and one moved to, a milestone of another project."""
    project = lab.project()
    foreign = lab.bystander(lab.project())
    task = lab.task(project)
    made = lab.client.create_task(lab.task_fields(project, foreign), lab.how())
    lab.expect("task/a-foreign-milestone-conflicts").status(made, 409)
    moved = lab.client.update_task(task.id, lab.task_update(task, foreign), lab.how())
    expect = lab.expect("task/an-update-to-a-foreign-milestone-conflicts")
    expect.status(moved, 409)
    expect.equal(lab.read_task(task.id).milestone_id, task.milestone_id, "the task's milestone after the refusal")


@judges("task/an-update-moves-it")
def an_update_moves_a_task(lab: Lab) -> None:
    """A task moved, in both encodings."""
    project = lab.project()
    milestones = [lab.milestone(project).id, lab.bystander(project)]
    task = lab.task(project)
    for how, milestone in zip(lab.in_both_encodings(), milestones, strict=True):
        lab.obtained(lab.client.update_task(task.id, lab.task_update(task, milestone), how), "a moved task")
        lab.expect("task/an-update-moves-it").equal(
            lab.read_task(task.id).milestone_id, milestone, "the task's milestone"
        )


@judges("task/list-filters-by-milestone", "task/list-filters-by-project", "task/list-filters-by-active-state")
def the_list_of_tasks_filters(lab: Lab) -> None:
    """Tasks of two milestones of one project and of another project, one of them archived."""
    project, other = lab.empty_project(), lab.empty_project()
    home, next_door = lab.milestone(project).id, lab.milestone(project).id
    ours = [lab.task(project, home), lab.task(project, home)]
    neighbour = lab.task(project, next_door)
    foreign = lab.task(other)
    in_home = [one.id for one in lab.tasks(milestone_id=home)]
    lab.expect("task/list-filters-by-milestone").same_members(in_home, [one.id for one in ours], "the tasks")
    in_project = [one.id for one in lab.tasks(project_id=project)]
    everything = [one.id for one in [*ours, neighbour]]
    lab.expect("task/list-filters-by-project").same_members(in_project, everything, "the tasks")
    in_other = [one.id for one in lab.tasks(project_id=other)]
    lab.expect("task/list-filters-by-project").same_members(in_other, [foreign.id], "the tasks of the other project")
    lab.archived(ours[0])
    for state, expected in (("archived", [ours[0].id]), ("active", [ours[1].id, neighbour.id])):
        found = [one.id for one in lab.tasks(project_id=project, active_state=state)]
        lab.expect("task/list-filters-by-active-state").same_members(found, expected, f"the {state} tasks")


@judges("task/unknown-id-is-404", "task/deletion-removes-the-task")
def a_deleted_task_is_gone(lab: Lab) -> None:
    """A task deleted, looked for, and used all the same."""
    project = lab.project()
    task = lab.task(project)
    lab.obtained(lab.client.delete_task(task.id), "a deleted task")
    lab.expect("task/deletion-removes-the-task").status(lab.client.get_task(task.id), 404)
    left = [one.id for state in ("active", "archived") for one in lab.tasks(project_id=project, active_state=state)]
    lab.expect("task/deletion-removes-the-task").holds(task.id not in left, f"a list without {task.id}", f"ids {left}")
    for answer in (
        lab.client.get_task(task.id + 900_000_000),
        lab.client.update_task(task.id, lab.task_update(task, None)),
        lab.client.delete_task(task.id),
    ):
        lab.expect("task/unknown-id-is-404").status(answer, 404)


@judges(
    "task/a-new-status-leaves-it-where-it-is",
    "task/archiving-keeps-its-milestone",
    "task/archiving-twice-is-as-once",
    "task/activating-makes-it-active",
    "count/survives-archiving",
)
def a_task_s_state_changes_and_its_place_does_not(lab: Lab) -> None:
    """A task archived, activated, and given a status; what is counted while it is archived is an open point."""
    project = lab.project()
    milestone = lab.milestone(project).id
    task = lab.task(project, milestone)
    count = count_of(lab, milestone)
    lab.archived(task)
    lab.expect("task/archiving-twice-is-as-once").succeeds(lab.client.archive_task(task.id))
    after = lab.read_task(task.id)
    lab.expect("task/archiving-keeps-its-milestone").equal(
        (after.active_state, after.milestone_id), ("archived", milestone), "state and milestone"
    )
    lab.obtained(lab.client.activate_task(task.id), "an activated task")
    after = lab.read_task(task.id)
    lab.expect("task/activating-makes-it-active").equal(
        (after.active_state, after.milestone_id), ("active", milestone), "state and milestone"
    )
    lab.expect("count/survives-archiving").equal(count_of(lab, milestone), count, "tasks_count")
    status = lab.other_status()
    lab.obtained(lab.client.set_task_status(task.id, status), "a task of another status")
    after = lab.read_task(task.id)
    lab.expect("task/a-new-status-leaves-it-where-it-is").equal(
        (after.status_id, after.milestone_id), (status, milestone), "status and milestone"
    )


@judges("task/a-clone-goes-to-the-milestone-named", "task/a-clone-into-a-foreign-milestone-conflicts")
def a_clone_goes_where_it_was_sent(lab: Lab) -> None:
    """A task cloned to another project, into a milestone of it and into one that is not."""
    project, other = lab.project(), lab.project()
    home, away = lab.milestone(project).id, lab.milestone(other).id
    task = lab.task(project, home)
    answer = lab.client.clone_task(task.id, clone_fields(lab, task, other, away), lab.how())
    lab.obtained(answer, "a cloned task")
    copy = lab.read_task(lab.task_in(answer).id)
    lab.expect("task/a-clone-goes-to-the-milestone-named").equal(
        (copy.project_id, copy.milestone_id), (other, away), "project and milestone"
    )
    answer = lab.client.clone_task(task.id, clone_fields(lab, task, other, home), lab.how())
    lab.expect("task/a-clone-into-a-foreign-milestone-conflicts").status(answer, 409)


@judges("task/a-comment-is-listed", "task/a-deleted-comment-is-gone")
def comments_come_and_go(lab: Lab) -> None:
    """A comment made, listed, deleted."""
    task = lab.task(lab.project())
    comment = lab.obtained(lab.client.add_comment(task.id, "A comment"), "a comment")
    lab.expect("task/a-comment-is-listed").holds(comment in _comments(lab, task.id), f"comment {comment}", "it is not")
    answer = lab.client.delete_comment(task.id, comment)
    if not answer.ok:
        lab.obtained(answer, "a deleted comment")
    lab.expect("task/a-deleted-comment-is-gone").holds(
        comment not in _comments(lab, task.id), f"no comment {comment}", "it is listed"
    )


def _comments(lab: Lab, task: int) -> list[Json]:
    return [row.get("id") for row in rows_of(lab.client.list_comments(task)) if isinstance(row, Mapping)]
