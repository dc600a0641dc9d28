"""Every action on a task, in any order: its effect on the task, on milestones' counts, and on all other records."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from json import dumps
from random import Random

from conformance.context.property_context import PropertyContext
from conformance.context.steps import EQUAL_COUNTS, FALLEN, OTHER_COUNTS, SAME_COUNTS, Refusal, Step
from conformance.context.world import World
from conformance.exchange import Exchange, Json
from conformance.http.client import FORM, JSON, Client, Fields, RequestOptions
from conformance.properties.page_arithmetic import TASKS
from conformance.properties.registry import Examples, judges
from conformance.properties.task_actions import (
    ABROAD,
    ACTIONS,
    ANSWER,
    FROM_ARCHIVED,
    NEEDS_ARCHIVED,
    ON_ARCHIVED,
    OTHERS,
    REFUSED,
    Action,
    archive_again,
    created,
    home_of,
)
from conformance.properties.task_views import ROWS, judge_other_views

PREFERRED = 0.75
"""The share of choices that prefer a task outside the default milestone."""
IN_ONE_LOOK = 4
"""The number of actions between two comparisons of everything in a quick run."""


@judges(
    OTHERS,
    ANSWER,
    ROWS,
    REFUSED,
    "task/invalid-fields-are-refused",
    "task/has-the-values-sent",
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
    "task/list-filters",
    "task/list-sorts",
    TASKS,
    "count/survives-archiving",
    "count/follows-a-moved-task",
    "count/rises-with-a-new-task",
    "count/rises-with-a-cloned-task",
    FALLEN,
    SAME_COUNTS,
    examples=Examples.WORLD,
)
def every_action_changes_its_task_alone(context: PropertyContext) -> None:
    """Carry out all actions in a drawn order, on tasks of any state, beside a project with the same titles."""
    chance = context.chance()
    world = World.arrange(context, chance)
    size = 3 if context.thorough else IN_ONE_LOOK
    for archived in [task.id for task in world.tasks.values() if task.active_state == "archived"][:1]:
        context.expect("task/archiving-keeps-its-milestone").status(context.client.get_task(archived), 200)
    steps: list[Step] = []
    abroad: list[Step] = []
    actions: Sequence[Action] = (*ACTIONS, *ABROAD, *ON_ARCHIVED.values())
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
        # The other project is read at the end, when it must be clear which action changed it.
        abroad += [step for step in steps[-1:] if not {*step.milestones}.isdisjoint(world.categorised(world.twin))]
    world.judge(*steps, everywhere=context.thorough)
    foreign = chance.choice(world.categorised(world.twin) or [context.default_id(world.twin)])
    world.send_refused(refusals(world, chance, foreign))
    world.judge(Step([foreign], REFUSED, REFUSED, REFUSED, elsewhere=OTHERS), *abroad)
    judge_other_views(world, chance)


def act(world: World, chance: Random, action: Action, task: int | None) -> Step:
    """Carry out an action on a task, or on a new one if there is none."""
    existing = task if task in world.tasks else None
    step = action(world, chance, existing or created(world, None).tasks[0])
    if step.own == REFUSED and action is not archive_again:
        # Archived tasks are locked here.
        return FROM_ARCHIVED.get(action, action)(world, chance, created(world, None).tasks[0])
    return step


def refusals(world: World, chance: Random, foreign: int) -> list[Refusal]:
    """Send tasks for milestones of the other project, and requests that lack a field or name an unknown record."""
    client, context = world.context.client, world.context
    # Archived tasks may be locked.
    active = [task for task in world.tasks_of(world.project) if world.tasks[task].active_state == "active"]
    task = chance.choice(active or [created(world, None).tasks[0]])
    gone = deleted_task(world, chance)
    whole = context.task_fields(world.project)
    made = {**whole, "task_milestoneid": foreign}
    copy: dict[str, Json] = {"task_title": "Copy", "task_status": world.tasks[task].status_id}
    copy |= {"project_id": world.project, "task_milestoneid": foreign}

    def changed(milestone: int | None = None, **others: Json) -> dict[str, Json]:
        # Each requests another title, so that the title shown tells which request was carried out.
        title = f"Task {context.inputs.word()}"
        fields = {**context.task_update(world.tasks[task], milestone), "task_title": title, **others}
        return {name: value for name, value in fields.items() if value is not None}

    def update(fields: dict[str, Json]) -> Callable[[RequestOptions], Exchange]:
        return lambda options: context.update_task(world.tasks[task], fields, options)

    put = partial(client.raw, "PUT", f"/tasks/{task}", body=client.form(changed()), content_type=FORM)
    unjudged: list[Refusal] = [
        (None, 422, update(changed(task_title=None, task_status=context.other_status()))),
        (None, 422, update(changed(task_status=None))),
        (None, 422, lambda options: client.set_task_status(task, 0, options)),
        (None, 405, lambda _: put()),
    ]
    invalid: list[Fields] = [{name: None} for name in ("task_title", "task_status", "task_priority")]
    invalid.append({"task_date_start": "2026-01-05", "task_date_due": "2026-01-04"})
    odd: list[tuple[str, str, dict[str, Json]]] = [
        ("PUT", f"/tasks/{task}/status", {"status": {"a": 1}}),
        ("PUT", f"/tasks/{task}/tags", {"tags": 5}),
        ("POST", "/tasks", {**whole, "task_milestoneid": [world.default]}),
    ]
    return [
        ("task/a-foreign-milestone-conflicts", 409, partial(client.create_task, made)),
        *(
            ("task/invalid-fields-are-refused", 422, partial(client.create_task, {**whole, **fields}))
            for fields in (invalid if context.thorough else [chance.choice(invalid)])
        ),
        ("task/an-update-to-a-foreign-milestone-conflicts", 409, update(changed(foreign))),
        (
            "task/a-clone-into-a-foreign-milestone-conflicts",
            409,
            lambda options: client.clone_task(task, copy, options),
        ),
        *(unjudged if context.thorough else chance.sample(unjudged, 2)),
        *((None, 422, partial(send_odd, client, *request)) for request in chance.sample(odd, 2 * context.rounds - 1)),
        ("task/unknown-id-is-404", 404, partial(client.get_task, gone)),
        (
            "task/unknown-id-is-404",
            404,
            lambda options: context.update_task(replace(world.tasks[task], id=gone), changed(), options),
        ),
        ("task/unknown-id-is-404", 404, partial(client.delete_task, gone)),
    ]


def deleted_task(world: World, chance: Random) -> int:
    """Return the id of a task that an action has deleted, or of another one if its id may have been given again."""
    left = [task for task in world.deleted_tasks if task not in world.tasks]
    if left and not world.context.reuses_ids:
        return chance.choice(left)
    return world.context.deleted_task(world.context.project())


def send_odd(client: Client, method: str, path: str, body: dict[str, Json], _: RequestOptions) -> Exchange:
    """Send a value of a wrong type as JSON: only JSON has types."""
    return client.raw(method, path, body=dumps(body).encode(), content_type=JSON)


def choose(world: World, chance: Random, steps: Sequence[Step], *, archived: bool) -> int | None:
    """Choose a task that no step has changed, nor the count of its milestone, so that a difference has one cause."""
    tasks = world.tasks_of(world.project)
    left = [task for task in tasks if world.tasks[task].active_state == "archived"] if archived else tasks
    # The effect on an archived task shows best if it is not in the default already.
    left = [task for task in left if home_of(world, task) != world.default] if archived and left else left
    touched, counted = {task for step in steps for task in step.tasks}, _counted(steps)
    free = [task for task in left or tasks if task not in touched and home_of(world, task) not in counted]
    if chance.random() < PREFERRED:
        # A move to the default shows only on a task that is not there.
        free = [task for task in free if home_of(world, task) != world.default] or free
    return chance.choice(free) if free else None


def _counted(steps: Sequence[Step]) -> set[int]:
    """Return the milestones whose count some step changes."""
    return {milestone for step in steps if step.counts != EQUAL_COUNTS for milestone in step.milestones}
