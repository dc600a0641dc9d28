"""Reorder milestones. Only whole lists are judged, the default among them: partial ones are an open point."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from conformance.exchange import Exchange
from conformance.lab import Lab
from conformance.objects import Milestone
from conformance.property import Variety, judges
from conformance.strategies import rotations


def _project_of(lab: Lab, size: int) -> tuple[int, list[int]]:
    """A project with `size` milestones beside its default, and the ids of all in the order they stand."""
    project = lab.project()
    made = [lab.milestone(project).id for _ in range(size)]
    return project, [lab.default(project).id, *made]


def _order(lab: Lab, ids: Sequence[int]) -> list[int]:
    return [ids[place] for place in lab.draw(rotations(len(ids)))]


def _places(lab: Lab, ids: Sequence[int]) -> list[int | None]:
    return [lab.read(one).position for one in ids]


def _ranked(lab: Lab, ids: Sequence[int]) -> list[int]:
    """The ids in the order of their positions, whatever those begin with."""
    return _ranked_by(_places(lab, ids), ids)


def _ranked_by(places: Sequence[int | None], ids: Sequence[int]) -> list[int]:
    return [one for _, one in sorted(zip((place or 0 for place in places), ids, strict=True))]


def _reordered(lab: Lab, order: Sequence[int]) -> Exchange:
    answer = lab.client.reorder_milestones(list(order), lab.how())
    if not answer.ok:
        lab.obtained(answer, "a reorder")
    return answer


@judges(
    "reorder/answers-200",
    "reorder/positions-run-from-one",
    "reorder/list-follows-the-order",
    "reorder/is-idempotent",
    "reorder/the-last-order-wins",
    variety=Variety.FEW,
)
def positions_follow_the_list_sent(lab: Lab) -> None:
    """All milestones of a project in a new order, twice, then in another."""
    project, ids = _project_of(lab, lab.draw(st.integers(2, 5)))
    order = _order(lab, ids)
    answer = lab.client.reorder_milestones(order, lab.how())
    lab.expect("reorder/answers-200").status(answer, 200)
    counted = list(range(1, len(order) + 1))
    lab.expect("reorder/positions-run-from-one").equal(_places(lab, order), counted, "the positions in the order sent")
    rows = lab.milestones(project, sort="milestone_position", order="asc")
    lab.expect("reorder/list-follows-the-order").equal([row.id for row in rows], order, "the list by position")
    once = _places(lab, order)
    again = lab.client.reorder_milestones(order, lab.how())
    lab.expect("reorder/is-idempotent").succeeds(again)
    lab.expect("reorder/is-idempotent").equal(_places(lab, order), once, "unchanged positions")
    _reordered(lab, order[::-1])
    lab.expect("reorder/the-last-order-wins").equal(
        _ranked(lab, order), _ranked_by(once, order)[::-1], "the ids by position after the reversed order"
    )


@judges("reorder/positions-run-from-one")
def positions_run_past_ten(lab: Lab) -> None:
    """A dozen milestones: more than one digit, more than a short page."""
    _, ids = _project_of(lab, 11)
    order = ids[::-1]
    _reordered(lab, order)
    lab.expect("reorder/positions-run-from-one").equal(
        _places(lab, order), list(range(1, len(order) + 1)), "the positions in the order sent"
    )


@judges("reorder/accepts-form", "reorder/accepts-json")
def both_encodings_are_taken(lab: Lab) -> None:
    """The same kind of reorder, form-encoded and as JSON."""
    _, ids = _project_of(lab, 2)
    orders = ([ids[2], ids[1], ids[0]], [ids[1], ids[0], ids[2]])
    for how, order in zip(lab.in_both_encodings(), orders, strict=True):
        answer = lab.client.reorder_milestones(order, how)
        expect = lab.expect(f"reorder/accepts-{how.encoding}")
        expect.succeeds(answer)
        if answer.ok:
            first, last = lab.read(order[0]).position or 0, lab.read(order[-1]).position or 0
            expect.holds(first < last, "the first of the list before the last", f"positions {first} and {last}")


@judges("reorder/changes-only-positions", "reorder/leaves-other-projects-alone")
def a_reorder_changes_positions_alone(lab: Lab) -> None:
    """A reorder beside a task and another project."""
    project, ids = _project_of(lab, 2)
    if lab.lent.status_id is not None:
        lab.task(project, ids[1])
    elsewhere, others = _project_of(lab, 2)
    before = {one: lab.read(one) for one in ids + others}
    _reordered(lab, ids[::-1])
    after = {one: lab.read(one) for one in ids + others}
    lab.expect("reorder/changes-only-positions").equal(
        [_unplaced(after[one]) for one in ids], [_unplaced(before[one]) for one in ids], "all but the positions"
    )
    lab.expect("reorder/leaves-other-projects-alone").equal(
        [after[one] for one in others], [before[one] for one in others], f"the milestones of project {elsewhere}"
    )


def _unplaced(milestone: Milestone) -> Milestone:
    return replace(milestone, position=None, updated=None)


@judges("reorder/needs-milestones", "reorder/refused-changes-nothing")
def the_list_is_required(lab: Lab) -> None:
    """A reorder without its list, in both encodings."""
    _, ids = _project_of(lab, 2)
    before = _places(lab, ids)
    for how in lab.in_both_encodings():
        answer = lab.client.reorder_milestones(None, how)
        lab.expect("reorder/needs-milestones").status(answer, 422)
        if answer.refused:
            lab.expect("reorder/refused-changes-nothing").equal(_places(lab, ids), before, "the positions")
