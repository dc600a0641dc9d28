"""Updates of what may not be updated, or not change."""

from collections.abc import Iterator

from conformance.context.property_context import Lab
from conformance.exchange import Json
from conformance.probes.registry import observes, refusal_or


def _fields(lab: Lab) -> dict[str, Json]:
    return {"milestone_title": lab.inputs.plain_title(), "milestone_color": lab.inputs.known_colors[0]}


@observes("update/default-milestone", "update/unknown-id-with-invalid-body", "update/immutable-fields-sent")
def refusals(lab: Lab) -> Iterator[tuple[str, str]]:
    """The system default renamed, nothing sent to an unknown id, and a type that is sent along."""
    default = lab.default(lab.empty_project()).id
    yield "update/default-milestone", refusal_or(lab.client.update_milestone(default, _fields(lab)), "accepted")
    project = lab.project()
    gone = lab.client.update_milestone(lab.deleted_milestone(project), {})
    yield "update/unknown-id-with-invalid-body", str(gone.status)
    milestone = lab.milestone(project).id
    sent = lab.client.update_milestone(milestone, {**_fields(lab), "type": "uncategorised"})
    yield "update/immutable-fields-sent", refusal_or(sent, "ignored")


@observes("update/unchanged-updated-date")
def dates(lab: Lab) -> Iterator[tuple[str, str]]:
    """An update, a second later, to what is there already."""
    made = lab.read(lab.milestone(lab.project()).id)
    lab.let_the_clock_tick()
    answer = lab.client.update_milestone(made.id, {"milestone_title": made.title, "milestone_color": made.color})
    same = answer.ok and lab.read(made.id).updated == made.updated
    yield "update/unchanged-updated-date", refusal_or(answer, "kept" if same else "touched")
