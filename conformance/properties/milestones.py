"""Every operation on milestones in any order, and every refusal: what must change, and what must not."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from random import Random
from typing import TypeAlias

from conformance.context.property_context import PropertyContext
from conformance.context.steps import EQUAL_COUNTS, OTHER_COUNTS, SAME_COUNTS, Step
from conformance.context.world import World
from conformance.exchange import Json
from conformance.http.client import Encoding, RequestOptions
from conformance.properties.delete_steps import deleted
from conformance.properties.flags import OTHER, other_flags
from conformance.properties.odd_values import odd_orders_and_flags, odd_records
from conformance.properties.refusals import (
    refused_creations,
    refused_deletions,
    refused_reorders,
    refused_updates,
    taken_beside,
)
from conformance.properties.registry import Examples, judges

MOVED = {"active": "delete/moves-tasks-to-the-default", "archived": "delete/moves-archived-tasks-too"}
GONE = {"active": "delete/the-flag-deletes-the-tasks", "archived": "delete/the-flag-deletes-archived-tasks-too"}


@judges(
    "create/leaves-others-unchanged",
    "create/is-read-back",
    "create/gives-a-new-id",
    "update/changes-the-title",
    "update/changes-the-color",
    "update/answers-200",
    "update/keeps-the-rest",
    "update/leaves-others-unchanged",
    "update/is-read-back",
    "reorder/positions-run-from-one",
    "reorder/changes-only-positions",
    "reorder/leaves-other-projects-alone",
    "delete/answers-200-with-the-id",
    "delete/unknown-id-is-404",
    "delete/removes-the-milestone",
    "delete/moves-tasks-to-the-default",
    "delete/moves-archived-tasks-too",
    "delete/keeps-moved-tasks-intact",
    OTHER,
    "delete/the-flag-deletes-archived-tasks-too",
    "delete/the-flag-deletes-comments-and-timers",
    "delete/accepts-form",
    "delete/accepts-json",
    "delete/the-flag-deletes-the-tasks",
    "delete/the-flag-spares-other-tasks",
    "delete/leaves-others-unchanged",
    "delete/the-default-counts-the-moved-tasks",
    "list/rows-equal-the-milestones",
    EQUAL_COUNTS,
    OTHER_COUNTS,
    SAME_COUNTS,
    "task/names-its-milestone",
    "create/needs-a-project",
    "create/needs-a-title",
    "create/needs-a-color",
    "update/needs-a-title",
    "update/needs-a-color",
    "reorder/needs-milestones",
    "create/refused-creates-nothing",
    "update/refused-changes-nothing",
    "delete/refused-changes-nothing",
    "reorder/refused-changes-nothing",
    "create/duplicate-title-conflicts",
    "create/a-deleted-title-is-free",
    "update/duplicate-title-conflicts",
    "create/the-default-s-title-is-taken",
    "delete/the-default-conflicts",
    examples=Examples.WORLD,
)
def an_operation_changes_its_milestone_alone_and_a_refused_one_nothing(context: PropertyContext) -> None:
    """Carry out all operations in a drawn order, then all refusals, beside a project with the same titles."""
    chance = context.chance()
    world = World.arrange(context, chance, milestones=len(DELETIONS) + (2 if context.thorough else 1))
    title = world.milestones[world.default].title
    judge_operations(world, chance)
    for milestone in [*world.categorised()[:1], world.default] if context.thorough else ():
        context.expect("list/rows-equal-the-milestones").equal(
            replace(world.milestones[milestone], updated=None),
            replace(context.read(milestone), updated=None),
            f"the row of {milestone}, as read by id,",
        )
    milestone, sibling = chance.sample(world.categorised(), 2)
    creation, update = "create/refused-creates-nothing", "update/refused-changes-nothing"
    renamed = rename_default(world) if world.milestones[world.default].title == title else []
    world.send_refused(odd_records(world, chance, milestone))
    world.send_refused(refused_creations(world, sibling) + refused_updates(world, milestone, sibling))
    refused = Step([], creation, creation, fields=dict.fromkeys(("title", "color"), creation))
    steps = [refused, Step([milestone], update, update, update), *renamed]
    world.judge(*steps, everywhere=context.thorough)
    deletion, reorder = "delete/refused-changes-nothing", "reorder/refused-changes-nothing"
    odd = odd_orders_and_flags(world, chance, milestone)
    world.send_refused([*odd, *refused_deletions(world), *refused_reorders(world, chance)])
    # What happened to a milestone that a creation collided with is the creation's fault.
    others = [milestone for milestone in world.milestones if milestone not in taken_beside(world)]
    moved = {"position": reorder}
    untouched = Step(others, deletion, deletion, deletion, fields=moved, elsewhere=reorder, tasks=[*world.tasks])
    world.judge(untouched, before=steps)


DEFAULT_MOVES_DOWN = 0.8
"""The share of reorders with the default first that are reversed."""
FREED = 0.6
"""The share of creations and renamings after a deletion that use the title of a deleted milestone."""
RENAMED_EARLY = 0.6
"""The share of creations before which the default is renamed, so that a deployment must find it by its type."""
REORDER_LATE = 0.7
"""The share of examples that reorder after changes that a reorder could undo."""

FLAGGED_LAST = 0.4
"""The share of quick runs that delete with the flag last; in others, later deletions show whether the flag sticks."""


def judge_operations(world: World, chance: Random) -> None:
    """Judge all operations; read the other project before it becomes unclear which of them changed it."""
    operations = chance.sample(OPERATIONS, len(OPERATIONS))
    if not world.context.thorough:
        last = chance.random() < FLAGGED_LAST
        operations = sorted(
            chance.sample(OPERATIONS_IN_QUICK, len(OPERATIONS_IN_QUICK)), key=lambda done: (done in FLAGGED) is last
        )
    if chance.random() < REORDER_LATE:
        operations.remove(_reorder)
        changed = max(operations.index(change) for change in (_rename, _recolor, _change) if change in operations)
        operations.insert(changed + 1, _reorder)
    steps: list[Step] = []
    for number, operation in enumerate(operations, 1):
        done = world.resume(partial(operation, world, chance))
        unclear = {after in FLAGGED for after in operations[number : number + 1]} != {operation in FLAGGED}
        everywhere = unclear or (world.context.thorough and bool(steps))
        world.judge(*done, everywhere=everywhere, before=steps)
        steps = [] if everywhere else [*steps, *done]


def _create(world: World, chance: Random) -> Sequence[Step]:
    renamed = rename_default(world) if chance.random() < RENAMED_EARLY else ()
    context, title = world.context, _title(world, chance)
    fields = context.milestone_fields(world.project, title, _color(world, chance))
    answer = world.sent(partial(context.client.create_milestone, fields))
    if title in world.freed:
        context.expect("create/a-deleted-title-is-free").succeeds(answer)
        world.freed.remove(title)
        if answer.refused:
            return [*_create(world, chance), *renamed]
    context.obtained(answer, "a milestone")
    made = context.milestone_in(answer)
    context.expect("create/gives-a-new-id").holds(made.id not in world.milestones, "a new id", str(made.id))
    world.milestones[made.id] = made
    world.fresh.add(made.id)
    world.open_positions = True
    own, others = "create/is-read-back", "create/leaves-others-unchanged"
    return [Step([made.id], own, others, fields={"created": "list/rows-equal-the-milestones"}), *renamed]


def _rename(world: World, chance: Random) -> Sequence[Step]:
    return updated(world, chance, title=_title(world, chance), color=None)


def _recolor(world: World, chance: Random) -> Sequence[Step]:
    return updated(world, chance, title=None, color=_color(world, chance))


def _change(world: World, chance: Random) -> Sequence[Step]:
    return updated(world, chance, title=_title(world, chance), color=_color(world, chance))


def updated(world: World, chance: Random, title: str | None, color: str | None) -> Sequence[Step]:
    """Change one field of a milestone, preferably one that holds tasks and has a namesake in the other project."""
    context, milestones = world.context, world.categorised()
    titles = {row.title for row in world.milestones.values() if row.project_id == world.twin}
    namesakes = [milestone for milestone in milestones if world.milestones[milestone].title in titles]
    holders = [milestone for milestone in milestones if world.held(milestone)]
    both = [milestone for milestone in holders if milestone in namesakes]
    milestone = chance.choice(both or [*holders, *namesakes] or milestones)
    row = world.milestones[milestone]
    fields: dict[str, Json] = {"milestone_title": title or row.title, "milestone_color": color or row.color}
    answer = world.sent(partial(context.client.update_milestone, milestone, fields))
    context.expect("update/answers-200").status(answer, 200)
    if title in world.freed:
        world.freed.remove(title)
        if answer.refused:
            return updated(world, chance, context.inputs.plain_title(), color)
    title, color = title or row.title or "", color or row.color or ""
    context.obtained(answer, "an updated milestone")
    for task in world.held(milestone)[:1]:
        context.expect("task/names-its-milestone").equal(
            context.read_task(task).milestone_name, title, "the name of the milestone of a task"
        )
    changed, *others = steps_of_update(world, milestone, title, color)
    return [replace(changed, answered=context.milestone_in(answer), answer_is="update/is-read-back"), *others]


def steps_of_update(world: World, milestone: int, title: str, color: str) -> Sequence[Step]:
    world.change_milestone(milestone, title, color)
    named = {"title": "update/changes-the-title", "color": "update/changes-the-color"}
    rest, others = "update/keeps-the-rest", "update/leaves-others-unchanged"
    return [
        Step([milestone], rest, others, rest, named),
        Step([], others, others, fields={"milestone_name": "task/names-its-milestone"}, tasks=world.held(milestone)),
    ]


def rename_default(world: World) -> Sequence[Step]:
    """Rename the default, if a deployment allows it: from then on, that title is taken."""
    context, row = world.context, world.milestones[world.default]
    title, color = context.inputs.plain_title(), row.color or ""
    fields: dict[str, Json] = {"milestone_title": title, "milestone_color": color}
    answer = context.client.update_milestone(row.id, fields, world.options())
    # Requests before the next comparison may move it, so the answer is not compared with what is shown then.
    return steps_of_update(world, row.id, title, color) if answer.ok else []


def _reorder(world: World, chance: Random) -> Sequence[Step]:
    ids = [*world.categorised(), world.default]
    order = chance.sample(ids, len(ids))
    if order[0] == world.default and chance.random() < DEFAULT_MOVES_DOWN:
        # A deployment that takes the first milestone for the default is right while the default is first.
        order.reverse()
    answer = world.sent(partial(world.context.client.reorder_milestones, order))
    if not answer.ok:
        world.context.obtained(answer, "a reorder")
    world.reorder(order)
    rest, elsewhere = "reorder/changes-only-positions", "reorder/leaves-other-projects-alone"
    named = {"position": "reorder/positions-run-from-one"}
    return [Step(ids, rest, rest, rest, fields=named, elsewhere=elsewhere)]


def _delete(world: World, _: Random) -> Sequence[Step]:
    """Delete without the flag: the tasks move to the default."""
    return deleted(world, None, world.options(), MOVED)


def delete_with_another_flag(world: World, chance: Random) -> Sequence[Step]:
    """Delete with a value other than yes in the body, and another in the query; it may be refused as well."""
    options, flag, in_query = chance.choice([*islice(other_flags(chance), 2)])
    return deleted(world, flag, options, dict.fromkeys(MOVED, OTHER), {"delete_tasks": in_query})


def delete_with_tasks(world: World, _: Random, encoding: Encoding = Encoding.FORM) -> Sequence[Step]:
    """Delete with yes: the tasks are deleted, with their comments and timers."""
    return deleted(world, "yes", RequestOptions(encoding), GONE)


def _title(world: World, chance: Random) -> str:
    """Choose a title that no milestone of the project has: a new one, or that of a deleted milestone."""
    return world.freed[-1] if world.freed and chance.random() < FREED else world.context.inputs.plain_title()


def _color(world: World, chance: Random) -> str:
    return chance.choice(list(world.context.inputs.known_colors))


Operation: TypeAlias = Callable[[World, Random], Sequence[Step]]
FLAGGED: Sequence[Operation] = (delete_with_tasks, partial(delete_with_tasks, encoding=Encoding.JSON))
DELETIONS: Sequence[Operation] = (_delete, delete_with_another_flag, *FLAGGED)
OPERATIONS = (_create, _rename, _recolor, _reorder, *DELETIONS)
OPERATIONS_IN_QUICK = (_create, _change, _reorder, *DELETIONS)
