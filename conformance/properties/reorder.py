"""Reordering milestones. Only complete lists, the default included, are judged: partial ones are an open point."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from conformance.context.property_context import PreconditionFailed, PropertyContext
from conformance.exchange import Exchange
from conformance.properties.registry import Examples, judges
from conformance.records import Milestone


def _order(context: PropertyContext, ids: Sequence[int]) -> list[int]:
    """Draw a different order of the given ids; their number may differ from run to run."""
    shuffle = context.draw(st.integers(0, 9999))
    order = Random(shuffle).sample(ids, len(ids)) if shuffle else list(ids)  # noqa: S311 - no secret
    return order if order != list(ids) else list(ids[::-1])


def _rows(context: PropertyContext, project: int) -> dict[int, Milestone]:
    return {row.id: row for row in context.milestones(project)}


def _places(context: PropertyContext, project: int, ids: Sequence[int]) -> list[int | None]:
    """Return the positions of milestones as the list shows them."""
    rows = _rows(context, project)
    for identifier in ids:
        if identifier not in rows and context.client.get_milestone(identifier).ok:
            raise PreconditionFailed(f"milestone {identifier} is not in the list of its project")
    return [rows[identifier].position if identifier in rows else None for identifier in ids]


def ranked_by(places: Sequence[int | None], ids: Sequence[int]) -> list[int]:
    return [milestone_id for _, milestone_id in sorted(zip((place or 0 for place in places), ids, strict=True))]


def _reordered(context: PropertyContext, order: Sequence[int]) -> Exchange:
    answer = context.client.reorder_milestones(list(order), context.draw_options())
    if not answer.ok:
        context.obtained(answer, "a reorder")
    return answer


@judges(
    "reorder/answers-200",
    "reorder/positions-run-from-one",
    "reorder/list-follows-the-order",
    "reorder/is-idempotent",
    "reorder/the-last-order-wins",
    examples=Examples.WORLD,
)
def positions_follow_the_list_sent(context: PropertyContext) -> None:
    """Put all milestones of a project into a new order, twice, then into another."""
    project, ids = context.ordered_milestones(context.draw(st.integers(2, 5)))
    order = _order(context, ids)
    answer = context.client.reorder_milestones(order, context.draw_options())
    context.expect("reorder/answers-200").status(answer, 200)
    counted = list(range(1, len(order) + 1))
    read = [context.read(milestone_id).position for milestone_id in (order[0], order[-1])]
    context.expect("reorder/positions-run-from-one").equal(
        read, [counted[0], counted[-1]], "the positions of the first and the last of the order sent"
    )
    once = _places(context, project, order)
    context.expect("reorder/positions-run-from-one").equal(once, counted, "the positions in the order sent")
    rows = context.milestones(project, sort="milestone_position", order="asc")
    context.expect("reorder/list-follows-the-order").equal([row.id for row in rows], order, "the list by position")
    again = context.client.reorder_milestones(order, context.draw_options())
    context.expect("reorder/is-idempotent").succeeds(again)
    context.expect("reorder/is-idempotent").equal(_places(context, project, order), once, "unchanged positions")
    _reordered(context, order[::-1])
    context.expect("reorder/the-last-order-wins").equal(
        ranked_by(_places(context, project, order), order),
        ranked_by(once, order)[::-1],
        "the ids by position after the reversed order",
    )
    # It was read before: a cached copy would be outdated.
    context.expect("reorder/the-last-order-wins").equal(
        context.read(order[0]).position, once[-1], "the position of the milestone that is now last"
    )


@judges("reorder/positions-run-from-one", examples=Examples.NOT_QUICK)
def positions_run_past_ten(context: PropertyContext) -> None:
    """Reorder a dozen milestones, then exchange two of them: more than one digit, and more than a short page."""
    project, ids = context.ordered_milestones(10)
    order = ids[::-1]
    for sent in (order, [*order[:4], order[5], order[4], *order[6:]]):
        _reordered(context, sent)
        context.expect("reorder/positions-run-from-one").equal(
            _places(context, project, sent), list(range(1, len(sent) + 1)), "the positions in the order sent"
        )


@judges("reorder/changes-only-positions", examples=Examples.LONG_LIST)
def a_partial_list_costs_nobody_anything(context: PropertyContext) -> None:
    """Reorder two of four milestones: whether that is accepted is open, but nothing may be lost."""
    project, ids = context.new_ordered_milestones(3)
    before = _rows(context, project)
    context.client.reorder_milestones([ids[3], ids[1]], context.draw_options())
    after = _rows(context, project)
    context.expect("reorder/changes-only-positions").equal(_unplaced(after), _unplaced(before), "all but the positions")


@judges("reorder/accepts-form", "reorder/accepts-json")
def both_encodings_are_taken(context: PropertyContext) -> None:
    """Send equivalent reorders, form-encoded and as JSON."""
    project, ids = context.ordered_milestones(2)
    orders = (ids[1:] + ids[:1], ids[2:] + ids[:2])
    for options, order in zip(context.in_both_encodings(), orders, strict=True):
        answer = context.client.reorder_milestones(order, options)
        expect = context.expect(f"reorder/accepts-{options.encoding}")
        expect.succeeds(answer)
        if answer.ok:
            first, *_, last = (place or 0 for place in _places(context, project, order))
            expect.holds(first < last, "the first of the list before the last", f"positions {first} and {last}")


def _unplaced(rows: Mapping[int, Milestone]) -> dict[int, Milestone]:
    return {milestone_id: replace(row, position=None, updated=None) for milestone_id, row in rows.items()}


@judges("reorder/needs-milestones", "reorder/refused-changes-nothing", examples=Examples.NOT_QUICK)
def the_list_is_required(context: PropertyContext) -> None:
    """Send a reorder without its list, in both encodings."""
    project, ids = context.ordered_milestones(2)
    before = _places(context, project, ids)
    for options in context.in_both_encodings():
        answer = context.client.reorder_milestones(None, options)
        context.expect("reorder/needs-milestones").status(answer, 422)
        if answer.refused:
            context.expect("reorder/refused-changes-nothing").equal(
                _places(context, project, ids), before, "the positions"
            )
