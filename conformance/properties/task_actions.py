"""Actions on a task: each sends a request and returns the step with the expected result."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import TypeAlias

from conformance.context.steps import EQUAL_COUNTS, FALLEN, Step
from conformance.context.world import World
from conformance.exchange import Exchange, Json
from conformance.records import records_of, task_of

OTHERS = "task/an-action-changes-nothing-else"
ANSWER = "task/an-action-answers-the-task-as-it-is"
REFUSED = "task/refused-changes-nothing"
LOCKED = (409, 422, 423)
"""The statuses with which a deployment may refuse to change an archived task."""
Action: TypeAlias = Callable[[World, Random, int], Step]


def _step(
    world: World, answer: Exchange, task: int, own: str, *, also: Sequence[int] = (), counts: str = EQUAL_COUNTS
) -> Step:
    """Return the step for an answer that shows the task; `also` are other milestones that it concerns."""
    if not answer.ok:
        world.context.obtained(answer, "an action on a task")
    answered = task_of(answer.envelope.get("data"))
    homes = [home_of(world, task), *also]
    return Step(homes, own, OTHERS, counts, answered=answered, answer_is=ANSWER, tasks=[task])


def is_locked(world: World, task: int, answer: Exchange) -> bool:
    """Return whether an archived task was not to be changed; whether it can be is not documented."""
    return world.tasks[task].active_state == "archived" and answer.status in LOCKED


def _left_alone(world: World, task: int) -> Step:
    return Step([home_of(world, task)], REFUSED, REFUSED, tasks=[task])


def set_status(world: World, chance: Random, task: int) -> Step:
    prerequisites = world.context.prerequisites
    existing = [
        status_id for status_id in (prerequisites.status_id, *prerequisites.other_status_ids) if status_id is not None
    ]
    status = chance.choice(
        [status_id for status_id in existing if status_id != world.tasks[task].status_id] or existing
    )
    answer = world.context.client.set_task_status(task, status)
    if is_locked(world, task, answer):
        return _left_alone(world, task)
    world.tasks[task] = replace(world.tasks[task], status_id=status)
    return _step(world, answer, task, "task/a-new-status-leaves-it-where-it-is")


def _archive(world: World, _: Random, task: int) -> Step:
    answer = world.context.client.archive_task(task)
    world.tasks[task] = replace(world.tasks[task], active_state="archived")
    return _step(world, answer, task, "task/archiving-keeps-its-milestone")


def archive_again(world: World, _: Random, task: int) -> Step:
    task = _archived(world, task)
    answer = world.context.client.archive_task(task)
    world.context.expect("task/archiving-twice-is-as-once").succeeds(answer)
    if answer.refused:
        return _left_alone(world, task)
    return _step(world, answer, task, "task/archiving-keeps-its-milestone")


def set_status_of_archived(world: World, chance: Random, task: int) -> Step:
    return set_status(world, chance, _archived(world, task))


def clone_archived(world: World, chance: Random, task: int) -> Step:
    return clone(world, chance, _archived(world, task))


def _activate(world: World, _: Random, task: int) -> Step:
    task = _archived(world, task)
    answer = world.context.client.activate_task(task)
    if answer.ok and world.context.thorough:
        world.context.client.activate_task(task)
    world.tasks[task] = replace(world.tasks[task], active_state="active")
    return _step(world, answer, task, "task/activating-makes-it-active", counts="count/survives-archiving")


def _archived(world: World, task: int) -> int:
    """Archive a task unless it is archived already; return its id."""
    if world.tasks[task].active_state != "archived":
        world.tasks[task] = replace(world.context.archived(world.tasks[task]), active_state="archived")
    return task


def _move(world: World, chance: Random, task: int) -> Step:
    source = home_of(world, task)
    goals = [milestone_id for milestone_id in [*world.categorised(), world.default] if milestone_id != source]
    goal = chance.choice([goal for goal in goals if goal not in world.busy] or goals)
    fields = world.context.task_update(world.tasks[task], goal)
    answer = world.context.update_task(world.tasks[task], fields)
    if is_locked(world, task, answer):
        return _left_alone(world, task)
    world.move_task(task, goal)
    return _step(world, answer, task, "task/an-update-moves-it", also=[source], counts="count/follows-a-moved-task")


def _update(world: World, _: Random, task: int) -> Step:
    """Change the title; the other project that is sent changes nothing, and may be refused."""
    title = f"Task {world.context.inputs.word()}"
    fields = world.context.task_update(world.tasks[task], home_of(world, task))
    fields["task_title"] = title
    answer = world.context.client.update_task(task, {**fields, "task_projectid": world.twin})
    if answer.refused:
        answer = world.context.update_task(world.tasks[task], fields)
    if is_locked(world, task, answer):
        return _left_alone(world, task)
    world.tasks[task] = replace(world.tasks[task], title=title)
    return _step(world, answer, task, "task/an-update-changes-what-was-sent")


def label(world: World, chance: Random, task: int) -> Step:
    """Set and clear tags and assignees. A refusal is not judged: the contract does not describe these operations."""
    users = [*world.context.prerequisites.user_ids][:2]
    bodies: Sequence[tuple[str, Json]] = [
        ("tags", ["first", "second"]),
        ("assigned", users),
        ("assigned", []),
        ("tags", []),
    ]
    taken = False
    # A count that is multiplied by tags or assignees shows only while the task has some.
    for name, value in bodies[: chance.randint(1, 4 if world.context.thorough else 2)]:
        taken = world.context.client.put_on_task(task, name, {name: value}).ok or taken
    if taken:
        after = world.context.read_task(task)
        world.tasks[task] = replace(world.tasks[task], assigned=after.assigned, tags=after.tags)
    return Step([home_of(world, task)], OTHERS, OTHERS, tasks=[task])


def _comment(world: World, __: Random, task: int) -> Step:
    """Add comments, delete one of them, list timers and stop them: none of it may change the task's milestone."""
    client, context, home = world.context.client, world.context, home_of(world, task)
    first = client.add_comment(task, "A comment")
    if is_locked(world, task, first):
        return _left_alone(world, task)
    comment = context.obtained(first, "a comment")
    others = [
        # A count over a join with comments counts a task once for each of them.
        context.obtained(client.add_comment(task, "Another comment"), "a comment")
        for _ in range(2 if context.thorough else 0)
    ]
    if context.thorough and world.tasks[task].active_state == "active":
        # A task takes its comments along, here to another milestone and back.
        for place in [place for place in (*world.categorised(), world.default) if place != home][:1]:
            context.moved(context.moved(world.tasks[task], place), home)
    listed = [row.get("id") for row in records_of(client.list_comments(task))]
    context.expect("task/a-comment-is-listed").holds(comment in listed, f"comment {comment}", f"comments {listed}")
    for beside in [beside for beside in world.tasks_of(world.project) if beside != task][: context.rounds - 1]:
        strays = [row.get("id") for row in records_of(client.list_comments(beside)) if row.get("id") == comment]
        context.expect("task/a-comment-is-listed").equal(strays, [], f"comments of task {task} at task {beside}")
    answer = client.delete_comment(task, comment)
    if not answer.ok:
        context.obtained(answer, "a deleted comment")
    listed = [row.get("id") for row in records_of(client.list_comments(task))]
    context.expect("task/a-deleted-comment-is-gone").holds(comment not in listed, f"no comment {comment}", f"{listed}")
    left = [other for other in others if other in listed]
    context.expect("task/a-comment-is-listed").equal(left, others, "the other comments")
    client.list_timers(task)
    client.stop_timers(task)
    return Step([home], OTHERS, OTHERS, tasks=[task])


def _create(world: World, chance: Random, _: int) -> Step:
    return _created_in(world, chance, world.project if world.context.thorough else world.any_project(chance))


def create_abroad(world: World, chance: Random, _: int) -> Step:
    """Create a task in the other project: one of the two is a clone."""
    return _created_in(world, chance, world.twin)


def _created_in(world: World, chance: Random, project: int) -> Step:
    goals = world.categorised(project) or world.categorised()
    return created(world, chance.choice([goal for goal in goals if goal not in world.busy] or goals))


def create_for_the_default(world: World, _: Random, __: int) -> Step:
    return created(world, None)


def created(world: World, goal: int | None) -> Step:
    project = world.milestones[goal].project_id if goal else None
    made = world.context.task(project or world.project, goal, status=world.context.other_status())
    requirement = "task/goes-to-the-milestone-named" if goal else "task/goes-to-the-default-without-a-milestone"
    home = goal or world.default
    world.tasks[made.id] = made
    world.move_task(made.id, home)
    return Step([home], requirement, OTHERS, "count/rises-with-a-new-task", tasks=[made.id])


def clone(world: World, chance: Random, task: int) -> Step:
    """Clone a task into a milestone of either project; the state of the clone is not documented."""
    # That the source stays where it is shows only if the copy goes elsewhere.
    goals = [place for place in world.categorised(world.any_project(chance)) if place != home_of(world, task)]
    goal = chance.choice([goal for goal in goals if goal not in world.busy] or goals or [world.default])
    title = f"Copy {world.context.inputs.word()}"
    fields: dict[str, Json] = {"task_title": title, "task_status": world.tasks[task].status_id}
    fields |= {"project_id": world.milestones[goal].project_id, "task_milestoneid": goal}
    answer = world.context.client.clone_task(task, fields, world.options())
    if is_locked(world, task, answer):
        return _left_alone(world, task)
    world.context.obtained(answer, "a cloned task")
    copy = world.context.task_in(answer)
    world.tasks[copy.id] = replace(copy, title=title, project_id=world.milestones[goal].project_id)
    world.move_task(copy.id, goal)
    own, counts = "task/a-clone-goes-to-the-milestone-named", "count/rises-with-a-cloned-task"
    return Step([goal], own, OTHERS, counts, tasks=[copy.id])


def _delete(world: World, _: Random, task: int) -> Step:
    home = home_of(world, task)
    own = "task/deletion-removes-the-task"
    answer = world.context.client.delete_task(task)
    if answer.status == 404 and world.context.client.get_task(task).ok:
        world.context.expect(own).status(answer, 200)
    if not answer.ok:
        world.context.obtained(answer, "a deleted task")
    world.delete_task(task)
    return Step([home], own, OTHERS, FALLEN, tasks=[task])


def delete_archived(world: World, chance: Random, task: int) -> Step:
    return _delete(world, chance, _archived(world, task))


def home_of(world: World, task: int) -> int:
    return world.tasks[task].milestone_id or world.default


ACTIONS: Sequence[Action] = (
    set_status,
    _archive,
    _activate,
    archive_again,
    _move,
    _move,
    _update,
    label,
    _comment,
    _create,
    create_for_the_default,
    clone,
    _delete,
    delete_archived,
)
ABROAD: Sequence[Action] = (create_abroad,)
"""Further actions, which a quick run leaves out."""
ON_ARCHIVED: Mapping[Action, Action] = {set_status: set_status_of_archived, clone: clone_archived}
"""The action on an archived task that corresponds to an action; a quick run carries out either."""
FROM_ARCHIVED: Mapping[Action, Action] = {archived: usual for usual, archived in ON_ARCHIVED.items()}
NEEDS_ARCHIVED = (_activate, archive_again, delete_archived, *ON_ARCHIVED.values())
