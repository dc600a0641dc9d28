"""tasks_count: what a milestone says of its tasks, after each thing that can happen to a task."""

from conformance.context.property_context import PreconditionFailed, PropertyContext
from conformance.exchange import Json
from conformance.models import Task
from conformance.properties.registry import Examples, judges


def count_of(context: PropertyContext, milestone: int) -> int:
    count = context.read(milestone).tasks_count
    if count is None:
        raise PreconditionFailed(f"milestone {milestone} shows no tasks_count")
    return count


@judges(
    "count/rises-with-a-new-task",
    "count/ignores-other-milestones",
    "count/equals-the-task-list",
    "count/falls-with-a-deleted-task",
)
def a_task_is_counted_where_it_is(context: PropertyContext) -> None:
    """Tasks in one milestone, in another, and in the default; one of them deleted."""
    project = context.empty_project()
    one, other = context.milestone(project).id, context.milestone(project).id
    default = context.default_id(project)
    doomed = context.task(project, one)
    context.expect("count/rises-with-a-new-task").equal(count_of(context, one), 1, "tasks_count")
    context.task(project, one)
    context.expect("count/rises-with-a-new-task").equal(count_of(context, one), 2, "tasks_count")
    context.task(project)
    context.expect("count/rises-with-a-new-task").equal(count_of(context, default), 1, "tasks_count of the default")
    counts = {milestone: count_of(context, milestone) for milestone in (one, other, default)}
    context.expect("count/ignores-other-milestones").equal(counts[other], 0, "tasks_count of the empty milestone")
    context.expect("count/ignores-other-milestones").equal(counts[one], 2, "tasks_count of the first milestone")
    for milestone, count in counts.items():
        listed = context.tasks(milestone_id=milestone)
        context.expect("count/equals-the-task-list").equal(
            count, len(listed), f"tasks_count, as many tasks of milestone {milestone} are listed,"
        )
    if context.thorough:
        for _ in range(2):
            context.obtained(context.client.add_comment(doomed.id, "A comment"), "a comment")
        context.expect("count/equals-the-task-list").equal(
            count_of(context, one), counts[one], "tasks_count after comments"
        )
    context.obtained(context.client.delete_task(doomed.id), "a deleted task")
    context.expect("count/falls-with-a-deleted-task").equal(count_of(context, one), counts[one] - 1, "tasks_count")


@judges("count/follows-a-moved-task", examples=Examples.FEW)
def a_moved_task_is_counted_where_it_went(context: PropertyContext) -> None:
    """A task moved between two milestones, or between a milestone and the default."""
    project = context.project()
    source = context.milestone(project).id
    goal = context.default_id(project) if context.draw(context.inputs.booleans) else context.milestone(project).id
    task = context.task(project, source)
    before = count_of(context, source), count_of(context, goal)
    context.moved(task, goal)
    context.expect("count/follows-a-moved-task").equal(
        (count_of(context, source), count_of(context, goal)),
        (before[0] - 1, before[1] + 1),
        "tasks_count of source and goal",
    )


@judges("count/rises-with-a-cloned-task")
def a_cloned_task_is_counted(context: PropertyContext) -> None:
    """A task cloned into its own milestone, and into one of another project."""
    project, other = context.project(), context.project()
    home, away = context.milestone(project).id, context.milestone(other).id
    task = context.task(project, home)
    for target, milestone, before in ((project, home, 1), (other, away, 0)):
        context.obtained(
            context.client.clone_task(task.id, clone_fields(context, task, target, milestone)), "a cloned task"
        )
        context.expect("count/rises-with-a-cloned-task").equal(count_of(context, milestone), before + 1, "tasks_count")


def clone_fields(context: PropertyContext, task: Task, project: int, milestone: int) -> dict[str, Json]:
    """The fields of a clone of a task."""
    return {
        "task_title": f"Copy {context.inputs.word()}",
        "task_status": task.status_id,
        "project_id": project,
        "task_milestoneid": milestone,
    }


@judges("count/is-the-same-in-list-and-get")
def list_and_get_count_alike(context: PropertyContext) -> None:
    """A milestone of no task, and one of two, one of them archived."""
    project = context.project()
    milestones = [context.milestone(project).id for _ in range(2)]
    context.task(project, milestones[1])
    context.archived(context.task(project, milestones[1]))
    listed = {row.id: row.tasks_count for row in context.milestones(project)}
    context.expect("count/is-the-same-in-list-and-get").equal(
        [listed.get(one) for one in milestones],
        [count_of(context, one) for one in milestones],
        "tasks_count in the list",
    )
