"""tasks_count: what a milestone says of its tasks, after each thing that can happen to a task."""

from conformance.exchange import Json
from conformance.lab import Blocked, Lab
from conformance.objects import Task
from conformance.property import Variety, judges


def _count(lab: Lab, milestone: int) -> int:
    count = lab.read(milestone).tasks_count
    if count is None:
        raise Blocked(f"milestone {milestone} shows no tasks_count")
    return count


@judges("count/rises-with-a-new-task", "count/ignores-other-milestones", "count/equals-the-task-list")
def a_new_task_is_counted_where_it_is(lab: Lab) -> None:
    """Tasks in one milestone, in another, and in the default."""
    project = lab.project()
    one, other = lab.milestone(project).id, lab.milestone(project).id
    default = lab.default(project).id
    for expected in (1, 2):
        lab.task(project, one)
        lab.expect("count/rises-with-a-new-task").equal(_count(lab, one), expected, "tasks_count")
    lab.task(project)
    lab.expect("count/rises-with-a-new-task").equal(_count(lab, default), 1, "tasks_count of the default")
    lab.expect("count/ignores-other-milestones").equal(_count(lab, other), 0, "tasks_count of the empty milestone")
    lab.expect("count/ignores-other-milestones").equal(_count(lab, one), 2, "tasks_count of the first milestone")
    for milestone in (one, other, default):
        listed = lab.tasks(milestone_id=milestone)
        lab.expect("count/equals-the-task-list").equal(
            _count(lab, milestone), len(listed), f"tasks_count, as many tasks of milestone {milestone} are listed,"
        )


@judges("count/follows-a-moved-task", variety=Variety.FEW)
def a_moved_task_is_counted_where_it_went(lab: Lab) -> None:
    """A task moved between two milestones, or between a milestone and the default."""
    project = lab.project()
    source = lab.milestone(project).id
    goal = lab.default(project).id if lab.draw(lab.inputs.booleans) else lab.milestone(project).id
    task = lab.task(project, source)
    before = _count(lab, source), _count(lab, goal)
    lab.moved(task, goal)
    lab.expect("count/follows-a-moved-task").equal(
        (_count(lab, source), _count(lab, goal)), (before[0] - 1, before[1] + 1), "tasks_count of source and goal"
    )


@judges("count/falls-with-a-deleted-task")
def a_deleted_task_is_not_counted(lab: Lab) -> None:
    """One of two tasks deleted."""
    project = lab.project()
    milestone = lab.milestone(project).id
    task = lab.task(project, milestone)
    lab.task(project, milestone)
    before = _count(lab, milestone)
    lab.obtained(lab.client.delete_task(task.id), "a deleted task")
    lab.expect("count/falls-with-a-deleted-task").equal(_count(lab, milestone), before - 1, "tasks_count")


@judges("count/rises-with-a-cloned-task")
def a_cloned_task_is_counted(lab: Lab) -> None:
    """A task cloned into its own milestone, and into one of another project."""
    project, other = lab.project(), lab.project()
    home, away = lab.milestone(project).id, lab.milestone(other).id
    task = lab.task(project, home)
    for target, milestone in ((project, home), (other, away)):
        before = _count(lab, milestone)
        lab.obtained(lab.client.clone_task(task.id, clone_fields(lab, task, target, milestone)), "a cloned task")
        lab.expect("count/rises-with-a-cloned-task").equal(_count(lab, milestone), before + 1, "tasks_count")


def clone_fields(lab: Lab, task: Task, project: int, milestone: int) -> dict[str, Json]:
    """The fields of a clone of a task."""
    return {
        "task_title": f"Copy {lab.inputs.word()}",
        "task_status": task.status_id,
        "project_id": project,
        "task_milestoneid": milestone,
    }


@judges("count/survives-archiving")
def archiving_and_activating_leaves_the_count(lab: Lab) -> None:
    """A task archived and activated; what is counted between is an open point."""
    project = lab.project()
    milestone = lab.milestone(project).id
    task = lab.task(project, milestone)
    before = _count(lab, milestone)
    lab.archived(task)
    lab.obtained(lab.client.activate_task(task.id), "an activated task")
    lab.expect("count/survives-archiving").equal(_count(lab, milestone), before, "tasks_count")


@judges("count/is-the-same-in-list-and-get")
def list_and_get_count_alike(lab: Lab) -> None:
    """Milestones of no task, one and two, one of them archived."""
    project = lab.project()
    milestones = [lab.milestone(project).id for _ in range(3)]
    lab.task(project, milestones[1])
    lab.task(project, milestones[2])
    lab.archived(lab.task(project, milestones[2]))
    listed = {row.id: row.tasks_count for row in lab.milestones(project)}
    lab.expect("count/is-the-same-in-list-and-get").equal(
        [listed.get(one) for one in milestones], [_count(lab, one) for one in milestones], "tasks_count in the list"
    )
