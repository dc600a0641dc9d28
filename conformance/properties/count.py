"""tasks_count: what a milestone says of its tasks, after each thing that can happen to a task."""

from conformance.context.property_context import Blocked, Lab
from conformance.exchange import Json
from conformance.models import Task
from conformance.properties.registry import Variety, judges


def count_of(lab: Lab, milestone: int) -> int:
    count = lab.read(milestone).tasks_count
    if count is None:
        raise Blocked(f"milestone {milestone} shows no tasks_count")
    return count


@judges(
    "count/rises-with-a-new-task",
    "count/ignores-other-milestones",
    "count/equals-the-task-list",
    "count/falls-with-a-deleted-task",
)
def a_task_is_counted_where_it_is(lab: Lab) -> None:
    """Tasks in one milestone, in another, and in the default; one of them deleted."""
    project = lab.empty_project()
    one, other = lab.milestone(project).id, lab.milestone(project).id
    default = lab.default_id(project)
    doomed = lab.task(project, one)
    lab.expect("count/rises-with-a-new-task").equal(count_of(lab, one), 1, "tasks_count")
    lab.task(project, one)
    lab.expect("count/rises-with-a-new-task").equal(count_of(lab, one), 2, "tasks_count")
    lab.task(project)
    lab.expect("count/rises-with-a-new-task").equal(count_of(lab, default), 1, "tasks_count of the default")
    counts = {milestone: count_of(lab, milestone) for milestone in (one, other, default)}
    lab.expect("count/ignores-other-milestones").equal(counts[other], 0, "tasks_count of the empty milestone")
    lab.expect("count/ignores-other-milestones").equal(counts[one], 2, "tasks_count of the first milestone")
    for milestone, count in counts.items():
        listed = lab.tasks(milestone_id=milestone)
        lab.expect("count/equals-the-task-list").equal(
            count, len(listed), f"tasks_count, as many tasks of milestone {milestone} are listed,"
        )
    if lab.thorough:
        for _ in range(2):
            lab.obtained(lab.client.add_comment(doomed.id, "A comment"), "a comment")
        lab.expect("count/equals-the-task-list").equal(count_of(lab, one), counts[one], "tasks_count after comments")
    lab.obtained(lab.client.delete_task(doomed.id), "a deleted task")
    lab.expect("count/falls-with-a-deleted-task").equal(count_of(lab, one), counts[one] - 1, "tasks_count")


@judges("count/follows-a-moved-task", variety=Variety.FEW)
def a_moved_task_is_counted_where_it_went(lab: Lab) -> None:
    """A task moved between two milestones, or between a milestone and the default."""
    project = lab.project()
    source = lab.milestone(project).id
    goal = lab.default_id(project) if lab.draw(lab.inputs.booleans) else lab.milestone(project).id
    task = lab.task(project, source)
    before = count_of(lab, source), count_of(lab, goal)
    lab.moved(task, goal)
    lab.expect("count/follows-a-moved-task").equal(
        (count_of(lab, source), count_of(lab, goal)), (before[0] - 1, before[1] + 1), "tasks_count of source and goal"
    )


@judges("count/rises-with-a-cloned-task")
def a_cloned_task_is_counted(lab: Lab) -> None:
    """A task cloned into its own milestone, and into one of another project."""
    project, other = lab.project(), lab.project()
    home, away = lab.milestone(project).id, lab.milestone(other).id
    task = lab.task(project, home)
    for target, milestone, before in ((project, home, 1), (other, away, 0)):
        lab.obtained(lab.client.clone_task(task.id, clone_fields(lab, task, target, milestone)), "a cloned task")
        lab.expect("count/rises-with-a-cloned-task").equal(count_of(lab, milestone), before + 1, "tasks_count")


def clone_fields(lab: Lab, task: Task, project: int, milestone: int) -> dict[str, Json]:
    """The fields of a clone of a task."""
    return {
        "task_title": f"Copy {lab.inputs.word()}",
        "task_status": task.status_id,
        "project_id": project,
        "task_milestoneid": milestone,
    }


@judges("count/is-the-same-in-list-and-get")
def list_and_get_count_alike(lab: Lab) -> None:
    """A milestone of no task, and one of two, one of them archived."""
    project = lab.project()
    milestones = [lab.milestone(project).id for _ in range(2)]
    lab.task(project, milestones[1])
    lab.archived(lab.task(project, milestones[1]))
    listed = {row.id: row.tasks_count for row in lab.milestones(project)}
    lab.expect("count/is-the-same-in-list-and-get").equal(
        [listed.get(one) for one in milestones], [count_of(lab, one) for one in milestones], "tasks_count in the list"
    )
