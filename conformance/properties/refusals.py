"""Requests on milestones that must be refused, each with the requirement violated if it is accepted."""

from collections.abc import Callable
from functools import partial
from random import Random

from conformance.context.steps import Refusal
from conformance.context.world import World
from conformance.exchange import Exchange, Json
from conformance.http.client import RequestOptions


def refused_creations(world: World, sibling: int) -> list[Refusal]:
    context, taken = world.context, world.milestones[sibling]
    default = world.milestones[world.default].title
    new_color = other_color(world, taken.color)
    whole = context.milestone_fields(world.project, color=new_color)

    def create(fields: dict[str, Json]) -> Callable[[RequestOptions], Exchange]:
        return lambda options: context.client.create_milestone(fields, options)

    refusals: list[Refusal] = [
        ("create/duplicate-title-conflicts", 409, create({**whole, "milestone_title": taken.title})),
        ("create/needs-a-project", 422, create({**whole, "milestone_projectid": None})),
        ("create/needs-a-title", 422, create({**whole, "milestone_title": None})),
        ("create/needs-a-color", 422, create({**whole, "milestone_color": None})),
    ]
    for beside in taken_beside(world):
        there: dict[str, Json] = {"milestone_projectid": world.twin, "milestone_title": world.milestones[beside].title}
        refusals.append(("create/duplicate-title-conflicts", 409, create({**whole, **there})))
    if default:
        refusals.append(("create/the-default-s-title-is-taken", 409, create({**whole, "milestone_title": default})))
    return refusals


def taken_beside(world: World) -> list[int]:
    """Return a milestone of the other project whose title is sent again: one of the two projects is a clone."""
    return world.categorised(world.twin)[:1]


def refused_updates(world: World, milestone: int, sibling: int) -> list[Refusal]:
    context = world.context
    color = other_color(world, world.milestones[milestone].color, world.milestones[sibling].color)

    def update(identifier: int, title: str | None, color: str | None) -> Callable[[RequestOptions], Exchange]:
        fields: dict[str, Json] = {"milestone_title": title, "milestone_color": color}
        return lambda options: context.client.update_milestone(identifier, fields, options)

    title = context.inputs.plain_title()
    # Titles of older and of younger milestones are taken.
    beyond = [other for other in world.categorised() if (other < milestone) is not (sibling < milestone)]
    taken = [sibling, *[other for other in beyond if other != milestone][:1]] if context.thorough else [sibling]
    return [
        *(
            ("update/duplicate-title-conflicts", 409, update(milestone, world.milestones[other].title, color))
            for other in taken
        ),
        ("update/needs-a-color", 422, update(milestone, title, None)),
        ("update/needs-a-title", 422, update(milestone, None, color)),
    ]


def refused_deletions(world: World) -> list[Refusal]:
    client, gone = world.context.client, world.context.deleted_milestone(world.context.project())

    def delete(milestone: int, flag: str | None) -> Callable[[RequestOptions], Exchange]:
        return lambda options: client.delete_milestone(milestone, flag, options)

    return [
        ("delete/the-default-conflicts", 409, delete(world.default, "yes")),
        ("delete/the-default-conflicts", 409, delete(world.default, None)),
        ("delete/unknown-id-is-404", 404, delete(gone, "yes")),
    ]


def refused_reorders(world: World, chance: Random) -> list[Refusal]:
    """Return reorders that may be refused; if one is accepted, only the other project is judged."""
    client = world.context.client
    ids = [*world.categorised(), world.default]
    order = sorted(ids, key=lambda identifier: -(world.milestones[identifier].position or 0))
    gone = world.context.deleted_milestone(world.context.project())
    bad: list[list[Json]] = [[*order, gone], [order[0], gone, *order[1:]], [*order, "abc"], [*order, [order[0]]]]
    chosen = bad if world.context.thorough else [chance.choice(bad)]
    without: list[Refusal] = [("reorder/needs-milestones", 422, partial(client.reorder_milestones, None))]
    return without + [(None, 422, partial(client.reorder_milestones, order)) for order in chosen]


def other_color(world: World, *colors: str | None) -> str:
    return next((left for left in world.context.inputs.known_colors if left not in colors), "default")
