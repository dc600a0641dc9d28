"""Updates of records and fields that may be immutable, and updates without a change."""

from collections.abc import Iterator

from conformance.context.property_context import PropertyContext
from conformance.exchange import Json
from conformance.probes.registry import observes, status_if_refused_or


def _fields(context: PropertyContext) -> dict[str, Json]:
    return {"milestone_title": context.inputs.plain_title(), "milestone_color": context.inputs.known_colors[0]}


@observes("update/default-milestone", "update/unknown-id-with-invalid-body", "update/immutable-fields-sent")
def refusals(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Rename the system default, send an empty body to a deleted milestone, and send a type in an update."""
    default = context.default(context.empty_project()).id
    yield (
        "update/default-milestone",
        status_if_refused_or(context.client.update_milestone(default, _fields(context)), "accepted"),
    )
    project = context.project()
    gone = context.client.update_milestone(context.deleted_milestone(project), {})
    yield "update/unknown-id-with-invalid-body", str(gone.status)
    milestone = context.milestone(project).id
    sent = context.client.update_milestone(milestone, {**_fields(context), "type": "uncategorised"})
    yield "update/immutable-fields-sent", status_if_refused_or(sent, "ignored")


@observes("update/unchanged-updated-date")
def dates(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Update a milestone to its current values one second later."""
    made = context.read(context.milestone(context.project()).id)
    context.let_the_clock_tick()
    answer = context.client.update_milestone(made.id, {"milestone_title": made.title, "milestone_color": made.color})
    same = answer.ok and context.read(made.id).updated == made.updated
    yield "update/unchanged-updated-date", status_if_refused_or(answer, "kept" if same else "touched")
