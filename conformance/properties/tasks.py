"""Tasks, as far as they stand between milestones."""

from collections.abc import Mapping

from conformance.context.property_context import PropertyContext
from conformance.exchange import Json
from conformance.models import rows_of
from conformance.properties.count import clone_fields, count_of
from conformance.properties.registry import judges


@judges("task/goes-to-the-default-without-a-milestone", "task/goes-to-the-milestone-named", "task/names-its-milestone")
def a_task_goes_where_it_was_sent(context: PropertyContext) -> None:
    """A task for no milestone, one for a milestone, and that milestone renamed."""
    project = context.project()
    milestone, default = context.milestone(project), context.default(project)
    stray = context.task(project)
    for seen in (stray, context.read_task(stray.id)):
        context.expect("task/goes-to-the-default-without-a-milestone").equal(
            seen.milestone_id, default.id, "the task's milestone, the project's default,"
        )
    task = context.task(project, milestone.id)
    for seen in (task, context.read_task(task.id)):
        context.expect("task/goes-to-the-milestone-named").equal(
            seen.milestone_id, milestone.id, "the task's milestone"
        )
        context.expect("task/names-its-milestone").equal(seen.milestone_name, milestone.title, "the milestone's name")
    title = context.inputs.plain_title()
    fields: dict[str, Json] = {"milestone_title": title, "milestone_color": milestone.color}
    context.obtained(context.client.update_milestone(milestone.id, fields), "a renamed milestone")
    context.expect("task/names-its-milestone").equal(
        context.read_task(task.id).milestone_name, title, "the milestone's name after its renaming"
    )


@judges("task/a-foreign-milestone-conflicts", "task/an-update-to-a-foreign-milestone-conflicts")
def a_milestone_of_another_project_conflicts(context: PropertyContext) -> None:
    """A task made in, and one moved to, a milestone of another project."""
    project = context.project()
    foreign = context.untouched_milestone(context.project())
    task = context.task(project)
    made = context.client.create_task(context.task_fields(project, foreign), context.draw_options())
    context.expect("task/a-foreign-milestone-conflicts").status(made, 409)
    moved = context.client.update_task(task.id, context.task_update(task, foreign), context.draw_options())
    expect = context.expect("task/an-update-to-a-foreign-milestone-conflicts")
    expect.status(moved, 409)
    expect.equal(context.read_task(task.id).milestone_id, task.milestone_id, "the task's milestone after the refusal")


@judges("task/an-update-moves-it")
def an_update_moves_a_task(context: PropertyContext) -> None:
    """A task moved, in both encodings."""
    project = context.project()
    milestones = [context.milestone(project).id, context.untouched_milestone(project)]
    task = context.task(project)
    for options, milestone in zip(context.in_both_encodings(), milestones, strict=True):
        context.obtained(
            context.client.update_task(task.id, context.task_update(task, milestone), options), "a moved task"
        )
        context.expect("task/an-update-moves-it").equal(
            context.read_task(task.id).milestone_id, milestone, "the task's milestone"
        )


@judges("task/list-filters-by-milestone", "task/list-filters-by-project", "task/list-filters-by-active-state")
def the_list_of_tasks_filters(context: PropertyContext) -> None:
    """Tasks of two milestones of one project and of another project, one of them archived."""
    project, other = context.empty_project(), context.empty_project()
    home, next_door = context.milestone(project).id, context.milestone(project).id
    ours = [context.task(project, home), context.task(project, home)]
    neighbour = context.task(project, next_door)
    foreign = context.task(other)
    in_home = [one.id for one in context.tasks(milestone_id=home)]
    context.expect("task/list-filters-by-milestone").same_members(in_home, [one.id for one in ours], "the tasks")
    in_project = [one.id for one in context.tasks(project_id=project)]
    everything = [one.id for one in [*ours, neighbour]]
    context.expect("task/list-filters-by-project").same_members(in_project, everything, "the tasks")
    in_other = [one.id for one in context.tasks(project_id=other)]
    context.expect("task/list-filters-by-project").same_members(
        in_other, [foreign.id], "the tasks of the other project"
    )
    context.archived(ours[0])
    for state, expected in (("archived", [ours[0].id]), ("active", [ours[1].id, neighbour.id])):
        found = [one.id for one in context.tasks(project_id=project, active_state=state)]
        context.expect("task/list-filters-by-active-state").same_members(found, expected, f"the {state} tasks")


@judges("task/unknown-id-is-404", "task/deletion-removes-the-task")
def a_deleted_task_is_gone(context: PropertyContext) -> None:
    """A task deleted, looked for, and used all the same."""
    project = context.project()
    task = context.task(project)
    context.obtained(context.client.delete_task(task.id), "a deleted task")
    context.expect("task/deletion-removes-the-task").status(context.client.get_task(task.id), 404)
    left = [one.id for state in ("active", "archived") for one in context.tasks(project_id=project, active_state=state)]
    context.expect("task/deletion-removes-the-task").holds(
        task.id not in left, f"a list without {task.id}", f"ids {left}"
    )
    for answer in (
        context.client.get_task(task.id + 900_000_000),
        context.client.update_task(task.id, context.task_update(task, None)),
        context.client.delete_task(task.id),
    ):
        context.expect("task/unknown-id-is-404").status(answer, 404)


@judges(
    "task/a-new-status-leaves-it-where-it-is",
    "task/archiving-keeps-its-milestone",
    "task/archiving-twice-is-as-once",
    "task/activating-makes-it-active",
    "count/survives-archiving",
)
def a_task_s_state_changes_and_its_place_does_not(context: PropertyContext) -> None:
    """A task archived, activated, and given a status; what is counted while it is archived is an open point."""
    project = context.project()
    milestone = context.milestone(project).id
    task = context.task(project, milestone)
    count = count_of(context, milestone)
    context.archived(task)
    context.expect("task/archiving-twice-is-as-once").succeeds(context.client.archive_task(task.id))
    after = context.read_task(task.id)
    context.expect("task/archiving-keeps-its-milestone").equal(
        (after.active_state, after.milestone_id), ("archived", milestone), "state and milestone"
    )
    context.obtained(context.client.activate_task(task.id), "an activated task")
    after = context.read_task(task.id)
    context.expect("task/activating-makes-it-active").equal(
        (after.active_state, after.milestone_id), ("active", milestone), "state and milestone"
    )
    context.expect("count/survives-archiving").equal(count_of(context, milestone), count, "tasks_count")
    status = context.other_status()
    context.obtained(context.client.set_task_status(task.id, status), "a task of another status")
    after = context.read_task(task.id)
    context.expect("task/a-new-status-leaves-it-where-it-is").equal(
        (after.status_id, after.milestone_id), (status, milestone), "status and milestone"
    )


@judges("task/a-clone-goes-to-the-milestone-named", "task/a-clone-into-a-foreign-milestone-conflicts")
def a_clone_goes_where_it_was_sent(context: PropertyContext) -> None:
    """A task cloned to another project, into a milestone of it and into one that is not."""
    project, other = context.project(), context.project()
    home, away = context.milestone(project).id, context.milestone(other).id
    task = context.task(project, home)
    answer = context.client.clone_task(task.id, clone_fields(context, task, other, away), context.draw_options())
    context.obtained(answer, "a cloned task")
    copy = context.read_task(context.task_in(answer).id)
    context.expect("task/a-clone-goes-to-the-milestone-named").equal(
        (copy.project_id, copy.milestone_id), (other, away), "project and milestone"
    )
    answer = context.client.clone_task(task.id, clone_fields(context, task, other, home), context.draw_options())
    context.expect("task/a-clone-into-a-foreign-milestone-conflicts").status(answer, 409)


@judges("task/a-comment-is-listed", "task/a-deleted-comment-is-gone")
def comments_come_and_go(context: PropertyContext) -> None:
    """A comment made, listed, deleted."""
    task = context.task(context.project())
    comment = context.obtained(context.client.add_comment(task.id, "A comment"), "a comment")
    context.expect("task/a-comment-is-listed").holds(
        comment in _comments(context, task.id), f"comment {comment}", "it is not"
    )
    answer = context.client.delete_comment(task.id, comment)
    if not answer.ok:
        context.obtained(answer, "a deleted comment")
    context.expect("task/a-deleted-comment-is-gone").holds(
        comment not in _comments(context, task.id), f"no comment {comment}", "it is listed"
    )


def _comments(context: PropertyContext, task: int) -> list[Json]:
    return [row.get("id") for row in rows_of(context.client.list_comments(task)) if isinstance(row, Mapping)]
