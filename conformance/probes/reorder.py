"""Reorders with lists other than all milestones of the project."""

from collections.abc import Iterator, Mapping, Sequence

from conformance.context.property_context import PropertyContext
from conformance.exchange import Exchange, Json
from conformance.http.client import Encoding, RequestOptions
from conformance.probes.registry import observes, status_if_refused_or

AS_JSON = RequestOptions(encoding=Encoding.JSON)


class OrderedProject:
    """A project of four or more milestones, put back into the order of their creation before each reorder."""

    def __init__(self, context: PropertyContext) -> None:
        self.context = context
        self.project, self.ids = context.ordered_milestones(3)

    def reordered(self, ids: Sequence[Json]) -> tuple[Exchange, Mapping[int, int | None]]:
        """Reorder milestones; return the answer, and the positions afterwards."""
        self.context.client.reorder_milestones(self.ids)
        answer = self.context.client.reorder_milestones(ids, AS_JSON)
        rows = self.context.snapshot(self.project)
        return answer, {identifier: rows[identifier].position for identifier in self.ids if identifier in rows}


@observes("reorder/answer-data", "reorder/partial-list", "reorder/unknown-id", "reorder/duplicate-id")
def lists(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Send the complete list, and lists with milestones missing, with a deleted one, and with one twice."""
    row = OrderedProject(context)
    default, first, second, third, *further = row.ids
    answer, _ = row.reordered(row.ids)
    yield "reorder/answer-data", status_if_refused_or(answer, kind(answer.envelope.get("data")))
    answer, places = row.reordered([third, first])
    behind = {(1, 3): "others-keep", (3, 4): "others-follow"}
    rest = places.get(default), places.get(second)
    named = next((name for key, name in behind.items() if key == rest), f"the others at {rest[0]} and {rest[1]}")
    yield "reorder/partial-list", status_if_refused_or(answer, named)
    gone = context.deleted_milestone(context.project())
    answer, places = row.reordered([third, gone, second, first, default, *further])
    closed = [places.get(milestone_id) for milestone_id in (third, second, first, default)] == [1, 2, 3, 4]
    yield "reorder/unknown-id", status_if_refused_or(answer, "ignored" if closed else "its place is left empty")
    answer, places = row.reordered([third, second, first, default, third, *further])
    last = (places.get(third) or 0) > (places.get(default) or 0)
    yield "reorder/duplicate-id", status_if_refused_or(answer, "last-place" if last else "first-place")


@observes("reorder/foreign-id", "reorder/empty-list", "reorder/non-integer-id")
def odd_lists(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Send a list with a milestone of another project, an empty list, and a list with letters."""
    row = OrderedProject(context)
    _, *made = row.ids
    # After the default and an untouched milestone, it is neither first nor second in its project.
    stranger = context.milestone(context.project()).id
    before = context.read(stranger).position
    answer, _ = row.reordered([made[0], stranger, *made[1:], row.ids[0]])
    after = context.read(stranger).position
    effect = "one-count" if after == 2 else "ignored" if after == before else f"the other's goes to {after}"
    yield "reorder/foreign-id", status_if_refused_or(answer, effect)
    answer, _ = row.reordered([])
    yield "reorder/empty-list", status_if_refused_or(answer, "accepted")
    answer, _ = row.reordered([made[0], "abc", *made[1:], row.ids[0]])
    yield "reorder/non-integer-id", status_if_refused_or(answer, "ignored")


def kind(data: Json) -> str:
    """Return the content of a reorder's data: `ids`, `milestones`, `nothing` or `something else`."""
    inner = data.get("milestones") if isinstance(data, Mapping) else data
    if inner is None:
        return "nothing"
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return "ids" if all(isinstance(element, int) for element in inner) else "milestones"
    return "something else"
