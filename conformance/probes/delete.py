"""Deletions: spellings of the flag, and the gap left in the positions."""

from collections.abc import Callable, Iterator

from conformance.context.property_context import PropertyContext
from conformance.exchange import Exchange
from conformance.http.client import Encoding, RequestOptions
from conformance.probes.registry import observes


def _fate(context: PropertyContext, delete: Callable[[int], Exchange]) -> str:
    """Return what a deletion does to a task: `deletes`, `moves`, or the status of a refusal."""
    project = context.project()
    milestone = context.milestone(project).id
    task = context.task(project, milestone)
    answer = delete(milestone)
    if not answer.ok:
        return str(answer.status)
    return "moves" if context.client.get_task(task.id).ok else "deletes"


@observes("delete/uppercase-yes", "delete/json-true-for-yes", "delete/flag-in-query")
def flags(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Delete milestones with YES, with the JSON value true, and with yes in the query."""
    client, as_json = context.client, RequestOptions(encoding=Encoding.JSON)
    yield "delete/uppercase-yes", _fate(context, lambda milestone_id: client.delete_milestone(milestone_id, "YES"))
    yield (
        "delete/json-true-for-yes",
        _fate(context, lambda milestone_id: client.delete_milestone(milestone_id, True, as_json)),
    )
    fate = _fate(
        context,
        lambda milestone_id: client.call("deleteMilestone", {"id": milestone_id}, query={"delete_tasks": "yes"}),
    )
    yield "delete/flag-in-query", {"moves": "ignored", "deletes": "honoured"}.get(fate, fate)


@observes("delete/gap-in-positions")
def gaps(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Delete the second of four or more milestones, and read the positions of the rest."""
    project, ids = context.ordered_milestones(3)
    context.client.reorder_milestones(ids)
    context.obtained(context.client.delete_milestone(ids[1]), "a deletion")
    context.drop_ordered_milestone(project, ids[1])
    left = context.snapshot(project)
    places = [left[milestone_id].position for milestone_id in (ids[0], *ids[2:4]) if milestone_id in left]
    choices = {(1, 3, 4): "kept", (1, 2, 3): "closed"}
    yield "delete/gap-in-positions", next((name for key, name in choices.items() if [*key] == places), f"{places}")
