"""Lists and filters of tasks agree with reading them, in whatever state the tasks are."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from random import Random

from conformance.context.steps import EQUAL_COUNTS, SAME_COUNTS
from conformance.context.world import World
from conformance.exchange import Json
from conformance.http.client import Fields
from conformance.records import Task

ROWS = "task/rows-equal-the-tasks"
COMBINED = 0.7
"""The share of examples that filter tasks by project as well as by milestone."""


VALUES_OF: Mapping[str, Callable[[Task], Sequence[int | None]]] = {
    "status": lambda task: [task.status_id],
    "priority": lambda task: [task.priority_id],
    "assigned_user_id": lambda task: task.assigned,
}
"""The values of a task that a parameter of the list of tasks asks for."""


def judge_other_views(world: World, chance: Random) -> None:
    """Judge that lists and filters agree with reading, for tasks that were changed in several ways."""
    rounds = world.context.rounds
    home = max([*world.categorised(), world.default], key=lambda milestone_id: len(world.held(milestone_id)))
    own: dict[str, Json] = {"project_id": world.project} if chance.random() < COMBINED else {}
    orders = chance.sample(("asc", "desc"), 2)
    due, turned = [dict[str, Json](sort="task_date_due", order=order, limit=100) for order in orders]
    shown = [task.id for task in world.context.tasks(milestone_id=home, **own, **turned)]
    if world.lists_archived and world.counts_archived:
        count = world.milestones[home].tasks_count
        world.context.expect(EQUAL_COUNTS).equal(count, len(shown), "tasks_count, as listed,")
    expected = [
        task_id
        for task_id in world.held(home)
        if world.lists_archived or world.tasks[task_id].active_state != "archived"
    ]
    world.context.expect("task/list-filters-by-milestone").same_members(shown, expected, "the tasks")
    # The last comparison listed the tasks of both projects by project.
    strays = [task.id for task in world.tasks.values() if task.project_id not in (world.project, world.twin)]
    world.context.expect("task/list-filters-by-project").equal(strays, [], "tasks of other projects")
    for state, sort in (("archived", {"sort": "task_created"}), ("active", due))[: world.context.rounds]:
        shown = [task.id for task in world.context.tasks(project_id=world.project, active_state=state, **sort)]
        expected = [task_id for task_id in world.tasks_of(world.project) if world.tasks[task_id].active_state == state]
        gone = [task_id for task_id in shown if task_id not in world.tasks]
        world.context.expect("task/deletion-removes-the-task").equal(gone, [], "deleted tasks in the list")
        shown = [task_id for task_id in shown if task_id not in gone]
        world.context.expect("task/list-filters-by-active-state").same_members(shown, expected, f"the {state} tasks")
    judge_combined_filters(world, chance, home)
    judge_other_filters(world, chance)
    for part in (str(home)[:-1], str(home)[1:]) if world.context.thorough else ():
        # An id within another one is another one; watched on every list.
        world.context.client.list_tasks({"milestone_id": part})
    for task in chance.sample(world.tasks_of(world.project), rounds):
        world.context.expect(ROWS).equal(
            world.tasks[task], world.context.read_task(task), f"task {task} as read by id,"
        )
    for milestone in [*chance.sample(world.categorised(), 1), world.default][:rounds]:
        row, got = world.milestones[milestone], world.context.read(milestone)
        world.context.expect(SAME_COUNTS).equal(
            row.tasks_count, got.tasks_count, f"tasks_count of milestone {milestone} as read by id,"
        )


def judge_other_filters(world: World, chance: Random) -> None:
    """Judge that filters by status, priority and assigned user show the project's tasks that have the values."""
    tried = (("status",), ("priority",), ("assigned_user_id",)) if world.context.thorough else (("status", "priority"),)
    tasks = [world.tasks[task] for task in world.tasks_of(world.project)]
    active = [task for task in tasks if task.active_state == "active"]
    if world.context.thorough and active and not any(task.assigned for task in active):
        active[0] = world.tasks[active[0].id] = world.context.labelled(active[0])
    for names in tried:
        filters = [
            dict(zip(names, values, strict=True))
            for task in active
            for values in product(*(VALUES_OF[name](task) for name in names))
        ]
        # A filter that shows all tasks may have been ignored.
        telling = [wanted for wanted in filters if not all(_has(task, wanted) for task in active)]
        if telling or filters:
            wanted = chance.choice(telling or filters)
            shown = [task.id for task in world.context.tasks(project_id=world.project, active_state="active", **wanted)]
            expected = [task.id for task in active if _has(task, wanted)]
            world.context.expect("task/list-filters").same_members(shown, expected, f"the tasks by {', '.join(names)}")


def _has(task: Task, wanted: Mapping[str, int | None]) -> bool:
    return all(value in VALUES_OF[name](task) for name, value in wanted.items())


def judge_combined_filters(world: World, chance: Random, milestone: int) -> None:
    """Judge that each filter holds beside the filter by milestone; a quick run combines most of them in one request."""
    context, held = world.context, world.held(milestone)
    tasks = [world.tasks[task] for task in world.tasks_of(world.project)]
    # A filter that is ignored shows this task among those of the milestone.
    beside = [task for task in tasks if task.id not in held and task.active_state == "active"]
    example = chance.choice(beside or tasks)
    status: Fields = {"status": example.status_id}
    title: Fields = {"search": example.title}
    archived: Fields = {"active_state": "archived"}
    active: Fields = {"active_state": "active"}
    project: Fields = {"project_id": world.project}
    everything: Fields = {**active, **status, **title, **project}
    tried = (archived, active, status, title) if context.thorough else (archived, everything)
    for filters in tried:
        # A row of a deleted task is not judged here.
        rows = [task for task in context.tasks(milestone_id=milestone, **filters) if task.id in world.tasks]
        strays = [task.id for task in rows if task.id not in held]
        subject = f"with {', '.join(filters)}, tasks of other milestones"
        context.expect("task/list-filters-by-milestone").equal(strays, [], subject)
        state = filters.get("active_state", "")
        others = [task.id for task in rows if state and task.active_state != state]
        context.expect("task/list-filters-by-active-state").equal(others, [], f"tasks that are not {state}")
        if filters == archived:
            expected = [task for task in held if world.tasks[task].active_state == "archived"]
            shown = [task.id for task in rows if task.active_state == "archived"]
            context.expect("task/list-filters-by-milestone").same_members(shown, expected, "the archived tasks")
