"""Reorder milestones. Only whole lists are judged, the default among them: partial ones are an open point."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from conformance.context.property_context import Lab
from conformance.exchange import Exchange
from conformance.models import Milestone
from conformance.properties.registry import Variety, judges


def _order(lab: Lab, ids: Sequence[int]) -> list[int]:
    """A drawn order, other than the one given; how many there are to put in order may differ from run to run."""
    shuffle = lab.draw(st.integers(0, 9999))
    order = Random(shuffle).sample(ids, len(ids)) if shuffle else list(ids)  # noqa: S311 - no secret
    return order if order != list(ids) else list(ids[::-1])


def _rows(lab: Lab, project: int) -> dict[int, Milestone]:
    return {row.id: row for row in lab.milestones(project)}


def _places(lab: Lab, project: int, ids: Sequence[int]) -> list[int | None]:
    """The positions of milestones, as the list shows them."""
    rows = _rows(lab, project)
    return [rows[one].position if one in rows else None for one in ids]


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
    project, ids = lab.row(lab.draw(st.integers(2, 5)))
    order = _order(lab, ids)
    answer = lab.client.reorder_milestones(order, lab.how())
    lab.expect("reorder/answers-200").status(answer, 200)
    counted = list(range(1, len(order) + 1))
    read = [lab.read(one).position for one in (order[0], order[1], order[-1])]
    lab.expect("reorder/positions-run-from-one").equal(
        read, [counted[0], counted[1], counted[-1]], "the positions of the first two and the last of the order sent"
    )
    once = _places(lab, project, order)
    lab.expect("reorder/positions-run-from-one").equal(once, counted, "the positions in the order sent")
    rows = lab.milestones(project, sort="milestone_position", order="asc")
    lab.expect("reorder/list-follows-the-order").equal([row.id for row in rows], order, "the list by position")
    again = lab.client.reorder_milestones(order, lab.how())
    lab.expect("reorder/is-idempotent").succeeds(again)
    lab.expect("reorder/is-idempotent").equal(_places(lab, project, order), once, "unchanged positions")
    _reordered(lab, order[::-1])
    lab.expect("reorder/the-last-order-wins").equal(
        _ranked_by(_places(lab, project, order), order),
        _ranked_by(once, order)[::-1],
        "the ids by position after the reversed order",
    )


@judges("reorder/positions-run-from-one")
def positions_run_past_ten(lab: Lab) -> None:
    """A dozen milestones: more than one digit, more than a short page."""
    project, ids = lab.row(11)
    order = ids[::-1]
    _reordered(lab, order)
    lab.expect("reorder/positions-run-from-one").equal(
        _places(lab, project, order), list(range(1, len(order) + 1)), "the positions in the order sent"
    )


@judges("reorder/positions-run-from-one", "reorder/changes-only-positions", variety=Variety.LONG)
def positions_run_past_a_page(lab: Lab) -> None:
    """More milestones than a page has where no limit is given, with tasks in some."""
    project, ids = lab.new_row(27)
    task = lab.task(project, ids[3]) if lab.lent.status_id is not None else None
    order = _order(lab, ids)
    for _ in range(2):
        _reordered(lab, order)
        lab.expect("reorder/positions-run-from-one").equal(
            _places(lab, project, order), list(range(1, len(order) + 1)), "the positions in the order sent"
        )
        # The second time one is gone, and a new one has come.
        gone = next(one for one in order if one not in (ids[0], ids[3]))
        lab.obtained(lab.client.delete_milestone(gone), "a deletion")
        order = [lab.milestone(project).id, *(one for one in order[::-1] if one != gone)]
    if task is not None:
        lab.expect("reorder/changes-only-positions").equal(lab.read_task(task.id), task, "a task")


@judges("reorder/changes-only-positions", variety=Variety.LONG)
def a_partial_list_costs_nobody_anything(lab: Lab) -> None:
    """Two of four milestones put in order: whether that is taken is open, that nothing is lost by it is not."""
    project, ids = lab.new_row(3)
    before = _rows(lab, project)
    lab.client.reorder_milestones([ids[3], ids[1]], lab.how())
    after = _rows(lab, project)
    lab.expect("reorder/changes-only-positions").equal(_unplaced(after), _unplaced(before), "all but the positions")


@judges("reorder/accepts-form", "reorder/accepts-json")
def both_encodings_are_taken(lab: Lab) -> None:
    """The same kind of reorder, form-encoded and as JSON."""
    project, ids = lab.row(2)
    orders = (ids[1:] + ids[:1], ids[2:] + ids[:2])
    for how, order in zip(lab.in_both_encodings(), orders, strict=True):
        answer = lab.client.reorder_milestones(order, how)
        expect = lab.expect(f"reorder/accepts-{how.encoding}")
        expect.succeeds(answer)
        if answer.ok:
            first, *_, last = (place or 0 for place in _places(lab, project, order))
            expect.holds(first < last, "the first of the list before the last", f"positions {first} and {last}")


@judges("reorder/changes-only-positions", "reorder/leaves-other-projects-alone")
def a_reorder_changes_positions_alone(lab: Lab) -> None:
    """A reorder beside a task and another project."""
    project, ids = lab.new_row(2)
    if lab.lent.status_id is not None:
        lab.task(project, ids[1])
    elsewhere, _ = lab.row(2)
    before, before_elsewhere = _rows(lab, project), _rows(lab, elsewhere)
    _reordered(lab, sorted(ids, key=lambda one: before[one].position or 0, reverse=True))
    after, after_elsewhere = _rows(lab, project), _rows(lab, elsewhere)
    lab.expect("reorder/changes-only-positions").equal(_unplaced(after), _unplaced(before), "all but the positions")
    lab.expect("reorder/leaves-other-projects-alone").equal(
        after_elsewhere, before_elsewhere, f"the milestones of project {elsewhere}"
    )


def _unplaced(rows: Mapping[int, Milestone]) -> dict[int, Milestone]:
    return {one: replace(row, position=None, updated=None) for one, row in rows.items()}


@judges("reorder/needs-milestones", "reorder/refused-changes-nothing")
def the_list_is_required(lab: Lab) -> None:
    """A reorder without its list, in both encodings."""
    project, ids = lab.row(2)
    before = _places(lab, project, ids)
    for how in lab.in_both_encodings():
        answer = lab.client.reorder_milestones(None, how)
        lab.expect("reorder/needs-milestones").status(answer, 422)
        if answer.refused:
            lab.expect("reorder/refused-changes-nothing").equal(_places(lab, project, ids), before, "the positions")
