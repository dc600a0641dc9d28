"""Get a milestone."""

import re

from conformance.context.property_context import PropertyContext
from conformance.models import id_in
from conformance.properties.registry import judges

INSTANT = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})$")


@judges("get/answers-the-milestone-asked-for", "get/dates-are-instants")
def getting_answers_the_milestone_asked_for(context: PropertyContext) -> None:
    """Two milestones, each got by its id."""
    project = context.project()
    for made in [context.milestone(project).id, context.milestone(project).id, context.default_id(project)]:
        answer = context.client.get_milestone(made)
        expect = context.expect("get/answers-the-milestone-asked-for")
        expect.status(answer, 200)
        got = context.milestone_in(answer)
        expect.equal(got.id, made, "the id")
        if got.created is not None and got.updated is not None:
            context.expect("get/dates-are-instants").holds(
                bool(INSTANT.match(got.created) and INSTANT.match(got.updated)),
                "instants such as 2026-06-15T09:30:00.000000Z",
                f"{got.created!r} and {got.updated!r}",
            )


@judges("get/unknown-id-is-404")
def getting_what_does_not_exist_is_not_found(context: PropertyContext) -> None:
    """An id of our own that was deleted, and one that no installation has reached."""
    gone = context.deleted_milestone(context.project())
    for unknown in (gone, gone + 900_000_000):
        context.expect("get/unknown-id-is-404").status(context.client.get_milestone(unknown), 404)
    ours = context.untouched_milestone(context.project())
    for power in (32, 31, 53) if context.thorough else ():
        answer = context.client.get_milestone(ours + 2**power)
        if answer.ok:
            context.expect("get/answers-the-milestone-asked-for").equal(id_in(answer), ours + 2**power, "the id")
