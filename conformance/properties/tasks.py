"""Every action on a task, in any order: what becomes of it, of its milestone's count, and of everything else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from json import dumps
from random import Random
from typing import TypeAlias

from conformance.context.property_context import PropertyContext
from conformance.context.world import EQUAL_COUNTS, OTHER_COUNTS, SAME_COUNTS, Refusal, Step, World
from conformance.exchange import Exchange, Json
from conformance.http.client import FORM, JSON, Client, RequestOptions
from conformance.properties.page_arithmetic import TASKS
from conformance.properties.registry import Examples, judges
from conformance.records import records_of, task_of

OTHERS = "task/an-action-changes-nothing-else"
ANSWER = "task/an-action-answers-the-task-as-it-is"
REFUSED = "task/refused-changes-nothing"
ROWS = "task/rows-equal-the-tasks"
Action: TypeAlias = Callable[[World, Random, int], Step]
PREFERRED = 0.75
"""How likely a task is taken that is not in the default, where there is one."""
IN_ONE_LOOK = 4
"""Actions between two looks at everything in a quick run."""


@judges(
    OTHERS,
    ANSWER,
    ROWS,
    REFUSED,
    "task/a-foreign-milestone-conflicts",
    "task/an-update-to-a-foreign-milestone-conflicts",
    "task/a-clone-into-a-foreign-milestone-conflicts",
    EQUAL_COUNTS,
    OTHER_COUNTS,
    "task/a-new-status-leaves-it-where-it-is",
    "task/archiving-keeps-its-milestone",
    "task/activating-makes-it-active",
    "task/archiving-twice-is-as-once",
    "task/an-update-moves-it",
    "task/an-update-changes-what-was-sent",
    "task/a-clone-goes-to-the-milestone-named",
    "task/goes-to-the-milestone-named",
    "task/goes-to-the-default-without-a-milestone",
    "task/deletion-removes-the-task",
    "task/unknown-id-is-404",
    "task/a-comment-is-listed",
    "task/a-deleted-comment-is-gone",
    "task/list-filters-by-milestone",
    "task/list-filters-by-project",
    "task/list-filters-by-active-state",
    TASKS,
    "count/survives-archiving",
    "count/follows-a-moved-task",
    "count/rises-with-a-new-task",
    "count/rises-with-a-cloned-task",
    "count/falls-with-a-deleted-task",
    SAME_COUNTS,
    examples=Examples.WORLD,
)
def every_action_changes_its_task_alone(context: PropertyContext) -> None:
    """All actions in a drawn order, each on a task of any state, beside a project of the same names."""
    chance = context.chance()
    world = World.arrange(context, chance)
    size = 2 if context.thorough else IN_ONE_LOOK
    steps: list[Step] = []
    abroad: list[Step] = []
    actions: Sequence[Action] = (*ACTIONS, *ON_ARCHIVED.values())
    if not context.thorough:
        actions = [chance.choice((action, ON_ARCHIVED.get(action, action))) for action in ACTIONS]
    for action in chance.sample(actions, len(actions)):
        task = choose(world, chance, steps, archived=action in NEEDS_ARCHIVED)
        if steps and (task is None or len(steps) >= size):
            world.judge(*steps, everywhere=context.thorough)
            steps = []
            task = choose(world, chance, steps, archived=action in NEEDS_ARCHIVED)
        world.busy = _counted(steps)
        steps.append(world.resume(partial(act, world, chance, action, task)))
        # The other project is looked at in the end, and then it must be clear what was done there.
        abroad += [step for step in steps[-1:] if not {*step.milestones}.isdisjoint(world.categorised(world.twin))]
    world.judge(*steps, everywhere=context.thorough)
    foreign = chance.choice(world.categorised(world.twin) or [world.default])
    world.send_refused(refusals(world, chance, foreign))
    world.judge(Step([foreign], REFUSED, REFUSED, REFUSED, elsewhere=OTHERS), *abroad)
    judge_other_views(world, chance)


def act(world: World, chance: Random, action: Action, task: int | None) -> Step:
    """Act on a task, or on a new one where there is none."""
    existing = task if task in world.tasks else None
    return action(world, chance, existing or _created(world, None).tasks[0])


def refusals(world: World, chance: Random, foreign: int) -> list[Refusal]:
    """Send tasks for milestones of the other project, and what lacks a field or names what is not there."""
    client, context = world.context.client, world.context
    task = chance.choice(world.tasks_of(world.project) or [_created(world, None).tasks[0]])
    gone = context.deleted_task(context.project())
    made = context.task_fields(world.project, foreign)
    copy: dict[str, Json] = {"task_title": "Copy", "task_status": world.tasks[task].status_id}
    copy |= {"project_id": world.project, "task_milestoneid": foreign}

    def changed(milestone: int | None = None, **others: Json) -> dict[str, Json]:
        # No two ask for the same title: what is shown then names the request that was carried out.
        title = f"Task {context.inputs.word()}"
        fields = {**context.task_update(world.tasks[task], milestone), "task_title": title, **others}
        return {name: value for name, value in fields.items() if value is not None}

    def update(fields: dict[str, Json]) -> Callable[[RequestOptions], Exchange]:
        return lambda options: client.update_task(task, fields, options)

    put = partial(client.raw, "PUT", f"/tasks/{task}", body=client.form(changed()), content_type=FORM)
    unjudged: list[Refusal] = [
        (None, 422, update(changed(task_title=None, task_status=context.other_status()))),
        (None, 422, update(changed(task_status=None))),
        (None, 422, lambda options: client.set_task_status(task, 0, options)),
        (None, 405, lambda _: put()),
    ]
    odd: list[tuple[str, str, dict[str, Json]]] = [
        ("PUT", f"/tasks/{task}/status", {"status": {"a": 1}}),
        ("PUT", f"/tasks/{task}/tags", {"tags": 5}),
        ("POST", "/tasks", {**context.task_fields(world.project), "task_milestoneid": [world.default]}),
    ]
    return [
        ("task/a-foreign-milestone-conflicts", 409, partial(client.create_task, made)),
        ("task/an-update-to-a-foreign-milestone-conflicts", 409, update(changed(foreign))),
        (
            "task/a-clone-into-a-foreign-milestone-conflicts",
            409,
            lambda options: client.clone_task(task, copy, options),
        ),
        *(unjudged if context.thorough else chance.sample(unjudged, 2)),
        *((None, 422, partial(send_odd, client, *request)) for request in chance.sample(odd, 2 * context.rounds - 1)),
        ("task/unknown-id-is-404", 404, partial(client.get_task, gone)),
        ("task/unknown-id-is-404", 404, lambda options: client.update_task(gone, changed(), options)),
        ("task/unknown-id-is-404", 404, partial(client.delete_task, gone)),
    ]


def send_odd(client: Client, method: str, path: str, body: dict[str, Json], _: RequestOptions) -> Exchange:
    """Send a value of a wrong type as JSON: only JSON has types."""
    return client.raw(method, path, body=dumps(body).encode(), content_type=JSON)


def choose(world: World, chance: Random, steps: Sequence[Step], *, archived: bool) -> int | None:
    """A task that no step has touched, nor the count of its milestone, so that it is clear what is to blame."""
    tasks = world.tasks_of(world.project)
    left = [task for task in tasks if world.tasks[task].active_state == "archived"] if archived else tasks
    # One that is archived stands out more where it is not in the default already.
    left = [task for task in left if _home(world, task) != world.default] if archived and left else left
    touched, counted = {task for step in steps for task in step.tasks}, _counted(steps)
    free = [task for task in left or tasks if task not in touched and _home(world, task) not in counted]
    if chance.random() < PREFERRED:
        # What moves a task to the default shows on one that is not there.
        free = [task for task in free if _home(world, task) != world.default] or free
    return chance.choice(free) if free else None


def _counted(steps: Sequence[Step]) -> set[int]:
    """The milestones whose count some step changes."""
    return {milestone for step in steps if step.counts != EQUAL_COUNTS for milestone in step.milestones}


def judge_other_views(world: World, chance: Random) -> None:
    """Judge that lists and filters agree with getting, for tasks that have come around."""
    rounds = world.context.rounds
    home = max([*world.categorised(), world.default], key=lambda milestone_id: len(world.held(milestone_id)))
    shown = [task.id for task in world.context.tasks(milestone_id=home)]
    if world.lists_archived and world.counts_archived:
        count = world.milestones[home].tasks_count
        world.context.expect(EQUAL_COUNTS).equal(count, len(shown), "tasks_count, as listed,")
    wanted = [
        task_id
        for task_id in world.held(home)
        if world.lists_archived or world.tasks[task_id].active_state != "archived"
    ]
    world.context.expect("task/list-filters-by-milestone").same_members(shown, wanted, "the tasks")
    # The tasks of both projects were listed by project at the last look.
    strays = [task.id for task in world.tasks.values() if task.project_id not in (world.project, world.twin)]
    world.context.expect("task/list-filters-by-project").equal(strays, [], "tasks of other projects")
    for state in ("archived", "active"):
        shown = [task.id for task in world.context.tasks(project_id=world.project, active_state=state)]
        wanted = [task_id for task_id in world.tasks_of(world.project) if world.tasks[task_id].active_state == state]
        gone = [task_id for task_id in shown if task_id not in world.tasks]
        world.context.expect("task/deletion-removes-the-task").equal(gone, [], "deleted tasks in the list")
        shown = [task_id for task_id in shown if task_id not in gone]
        world.context.expect("task/list-filters-by-active-state").same_members(shown, wanted, f"the {state} tasks")
    if world.context.thorough or chance.random() < 0.5:
        shown = [task.id for task in world.context.tasks(milestone_id=home, active_state="archived")]
        wanted = [task_id for task_id in world.held(home) if world.tasks[task_id].active_state == "archived"]
        world.context.expect("task/list-filters-by-milestone").same_members(shown, wanted, "the archived tasks")
    for task in chance.sample(world.tasks_of(world.project), rounds):
        world.context.expect(ROWS).equal(world.tasks[task], world.context.read_task(task), f"task {task} as got,")
    for milestone in [*chance.sample(world.categorised(), 1), world.default][:rounds]:
        row, got = world.milestones[milestone], world.context.read(milestone)
        world.context.expect(SAME_COUNTS).equal(
            row.tasks_count, got.tasks_count, f"tasks_count of milestone {milestone} as got,"
        )


def _step(
    world: World, answer: Exchange, task: int, own: str, *, also: Sequence[int] = (), counts: str = EQUAL_COUNTS
) -> Step:
    """Return the step of a call whose answer shows the task; `also` are other milestones that it concerns."""
    if not answer.ok:
        world.context.obtained(answer, "an action on a task")
    answered = task_of(answer.envelope.get("data"))
    homes = [_home(world, task), *also]
    return Step(homes, own, OTHERS, counts, answered=answered, answer_is=ANSWER, tasks=[task])


def set_status(world: World, chance: Random, task: int) -> Step:
    prerequisites = world.context.prerequisites
    existing = [
        status_id for status_id in (prerequisites.status_id, *prerequisites.other_status_ids) if status_id is not None
    ]
    status = chance.choice(
        [status_id for status_id in existing if status_id != world.tasks[task].status_id] or existing
    )
    answer = world.context.client.set_task_status(task, status)
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
        return Step([_home(world, task)], REFUSED, REFUSED, tasks=[task])
    return _step(world, answer, task, "task/archiving-keeps-its-milestone")


def set_status_of_archived(world: World, chance: Random, task: int) -> Step:
    return set_status(world, chance, _archived(world, task))


def clone_archived(world: World, chance: Random, task: int) -> Step:
    return clone(world, chance, _archived(world, task))


def _activate(world: World, _: Random, task: int) -> Step:
    task = _archived(world, task)
    answer = world.context.client.activate_task(task)
    if answer.ok:
        world.context.client.activate_task(task)
    world.tasks[task] = replace(world.tasks[task], active_state="active")
    return _step(world, answer, task, "task/activating-makes-it-active", counts="count/survives-archiving")


def _archived(world: World, task: int) -> int:
    """The task, archived first where there was none that is."""
    if world.tasks[task].active_state != "archived":
        world.tasks[task] = replace(world.context.archived(world.tasks[task]), active_state="archived")
    return task


def _move(world: World, chance: Random, task: int) -> Step:
    source = _home(world, task)
    goals = [milestone_id for milestone_id in [*world.categorised(), world.default] if milestone_id != source]
    goal = chance.choice([goal for goal in goals if goal not in world.busy] or goals)
    fields = world.context.task_update(world.tasks[task], goal)
    answer = world.context.client.update_task(task, fields | {"task_status": world.tasks[task].status_id})
    world.move_task(task, goal)
    return _step(world, answer, task, "task/an-update-moves-it", also=[source], counts="count/follows-a-moved-task")


def _update(world: World, _: Random, task: int) -> Step:
    title = f"Task {world.context.inputs.word()}"
    fields = world.context.task_update(world.tasks[task], _home(world, task))
    fields |= {"task_title": title, "task_status": world.tasks[task].status_id}
    answer = world.context.client.update_task(task, fields)
    world.tasks[task] = replace(world.tasks[task], title=title)
    return _step(world, answer, task, "task/an-update-changes-what-was-sent")


def label(world: World, chance: Random, task: int) -> Step:
    """Set and clear tags and assignees. What a deployment does not take is not judged: no contract describes it."""
    bodies: list[tuple[str, Json]] = [("tags", ["first", "second"]), ("assigned", [1]), ("assigned", []), ("tags", [])]
    taken = False
    for name, value in bodies if world.context.thorough else bodies[: chance.choice((2, 4))]:
        taken = world.context.client.put_on_task(task, name, {name: value}).ok or taken
    if taken:
        after = world.context.read_task(task)
        world.tasks[task] = replace(world.tasks[task], assigned=after.assigned, tags=after.tags)
    return Step([_home(world, task)], OTHERS, OTHERS, tasks=[task])


def _comment(world: World, __: Random, task: int) -> Step:
    """Add comments, delete one of them, ask for timers and stop them: none of it concerns the task's place."""
    client, context = world.context.client, world.context
    for _ in range(2 if context.thorough else 0):
        # A count that joins comments counts a task as often as it has some.
        context.obtained(client.add_comment(task, "Another comment"), "a comment")
    comment = context.obtained(client.add_comment(task, "A comment"), "a comment")
    listed = [row.get("id") for row in records_of(client.list_comments(task))]
    context.expect("task/a-comment-is-listed").holds(comment in listed, f"comment {comment}", f"comments {listed}")
    answer = client.delete_comment(task, comment)
    if not answer.ok:
        context.obtained(answer, "a deleted comment")
    listed = [row.get("id") for row in records_of(client.list_comments(task))]
    context.expect("task/a-deleted-comment-is-gone").holds(comment not in listed, f"no comment {comment}", f"{listed}")
    client.list_timers(task)
    client.stop_timers(task)
    return Step([_home(world, task)], OTHERS, OTHERS, tasks=[task])


def _create(world: World, chance: Random, _: int) -> Step:
    goals = world.categorised()
    return _created(world, chance.choice([goal for goal in goals if goal not in world.busy] or goals))


def create_for_the_default(world: World, _: Random, __: int) -> Step:
    return _created(world, None)


def _created(world: World, goal: int | None) -> Step:
    made = world.context.task(world.project, goal, status=world.context.other_status())
    requirement = "task/goes-to-the-milestone-named" if goal else "task/goes-to-the-default-without-a-milestone"
    home = goal or world.default
    world.tasks[made.id] = made
    world.move_task(made.id, home)
    return Step([home], requirement, OTHERS, "count/rises-with-a-new-task", tasks=[made.id])


def clone(world: World, chance: Random, task: int) -> Step:
    """Into a milestone of either project; what becomes of its state is not documented."""
    project = chance.choice([world.project, world.twin])
    goals = world.categorised(project) or [world.default]
    goal = chance.choice([milestone for milestone in goals if milestone not in world.busy] or goals)
    title = f"Copy {world.context.inputs.word()}"
    fields: dict[str, Json] = {"task_title": title, "task_status": world.tasks[task].status_id}
    fields |= {"project_id": world.milestones[goal].project_id, "task_milestoneid": goal}
    answer = world.context.client.clone_task(task, fields, world.options())
    world.context.obtained(answer, "a cloned task")
    copy = world.context.task_in(answer)
    world.tasks[copy.id] = replace(copy, title=title, project_id=world.milestones[goal].project_id)
    world.move_task(copy.id, goal)
    own, counts = "task/a-clone-goes-to-the-milestone-named", "count/rises-with-a-cloned-task"
    return Step([goal], own, OTHERS, counts, tasks=[copy.id])


def _delete(world: World, _: Random, task: int) -> Step:
    home = _home(world, task)
    answer = world.context.client.delete_task(task)
    if not answer.ok:
        world.context.obtained(answer, "a deleted task")
    world.tasks.pop(task, None)
    own, counts = "task/deletion-removes-the-task", "count/falls-with-a-deleted-task"
    return Step([home], own, OTHERS, counts, tasks=[task])


def delete_archived(world: World, chance: Random, task: int) -> Step:
    return _delete(world, chance, _archived(world, task))


def _home(world: World, task: int) -> int:
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
ON_ARCHIVED: Mapping[Action, Action] = {set_status: set_status_of_archived, clone: clone_archived}
"""Actions with what they are on an archived task; a quick run does either."""
NEEDS_ARCHIVED = (_activate, archive_again, delete_archived, *ON_ARCHIVED.values())
