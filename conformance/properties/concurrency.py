"""Concurrent requests. Their requirements are only inferred: no sentence documents them, and real deployments race."""

from collections.abc import Set as AbstractSet
from functools import partial

from conformance.context.property_context import PreconditionFailed, PropertyContext
from conformance.exchange import Json
from conformance.properties.registry import judges
from conformance.results.difference import Basis


@judges("race/one-title-is-given-once")
def one_title_is_given_once(context: PropertyContext) -> None:
    """Create three milestones with one title concurrently, or two in a quick run."""
    project = context.project()
    for _ in range(context.rounds):
        fields = context.milestone_fields(project)
        answers = context.concurrently(*[partial(context.client.create_milestone, fields)] * (1 + context.rounds))
        bearers = [
            milestone.id for milestone in context.milestones(project) if milestone.title == fields["milestone_title"]
        ]
        context.expect("race/one-title-is-given-once").holds(
            len(bearers) <= 1 and sum(answer.ok for answer in answers) <= 1,
            "at most one milestone with the title",
            f"milestones {bearers}, answers {[answer.status for answer in answers]}",
        )


@judges("race/reorders-end-in-one-of-both")
def reorders_at_once_end_in_one_of_both(context: PropertyContext) -> None:
    """Send two opposite reorders of one project concurrently."""
    project, ids = context.ordered_milestones(4)
    context.confirm(ids)
    for _ in range(context.rounds):
        orders = (ids, ids[::-1])
        answers = context.concurrently(*[partial(context.client.reorder_milestones, order) for order in orders])
        rows = context.milestones(project, sort="milestone_position", order="asc")
        by_position = [row.id for row in sorted(rows, key=lambda row: row.position or 0)]
        explained = [list(order) for order, answer in zip(orders, answers, strict=True) if answer.ok]
        if explained:
            context.expect("race/reorders-end-in-one-of-both").holds(
                by_position in explained,
                f"the order {' or '.join(map(str, explained))}",
                str(by_position),
                Basis(alternatives=tuple(explained)),
            )


@judges("race/deletion-against-reorder-leaves-a-whole-project")
def a_deletion_against_a_reorder_leaves_a_whole_project(context: PropertyContext) -> None:
    """Delete a milestone and reorder its project concurrently."""
    project, ids = context.ordered_milestones(3)
    context.confirm(ids)
    for _ in range(context.rounds):
        doomed = ids[-1]
        deletion, _ = context.concurrently(
            partial(context.client.delete_milestone, doomed), partial(context.client.reorder_milestones, ids[::-1])
        )
        if not deletion.ok:
            context.obtained(deletion, "a deletion")
        context.drop_ordered_milestone(project, doomed)
        ids = ids[:-1]
        left = [milestone.id for milestone in context.milestones(project)]
        context.expect("race/deletion-against-reorder-leaves-a-whole-project").same_members(
            left, ids, "the milestones left"
        )


@judges("race/creations-of-different-titles-are-all-kept", "race/updates-of-different-milestones-keep-apart")
def what_is_done_to_different_milestones_at_once_is_kept_apart(context: PropertyContext) -> None:
    """Create milestones concurrently, then update each concurrently; refusals under load are not judged."""
    client, project, colors = context.client, context.project(), context.inputs.known_colors
    forms = [
        context.milestone_fields(project, color=colors[place % len(colors)])
        for place in range(4 if context.thorough else 2)
    ]
    answers = context.concurrently(*[partial(client.create_milestone, form) for form in forms])
    made = {}
    for form, answer in zip(forms, answers, strict=True):
        if answer.ok:
            made[context.milestone_in(answer).id] = (form["milestone_title"], form["milestone_color"])
    context.expect("race/creations-of-different-titles-are-all-kept").equal(
        titles_and_colors(context, project, {str(form["milestone_title"]) for form in forms}),
        sorted(made.items()),
        "titles and colours of the new milestones",
    )
    if not made:
        raise PreconditionFailed("none of several creations at once succeeded")
    changes = {
        change: (context.inputs.plain_title(), colors[place % len(colors)]) for place, change in enumerate(made, 1)
    }
    calls = [
        partial(client.update_milestone, change, {"milestone_title": title, "milestone_color": color})
        for change, (title, color) in changes.items()
    ]
    context.confirm(list(changes))
    context.leave_spare(project, next(iter(changes)))
    answers = context.concurrently(*calls)
    settled = {change for change, answer in zip(changes, answers, strict=True) if answer.ok}
    shown = [pair for pair in titles_and_colors(context, project) if pair[0] in settled]
    context.expect("race/updates-of-different-milestones-keep-apart").equal(
        shown,
        sorted((milestone_id, changes[milestone_id]) for milestone_id in settled),
        "titles and colours of the updated milestones",
    )


def titles_and_colors(
    context: PropertyContext, project: int, titles: AbstractSet[str] = frozenset()
) -> list[tuple[int, tuple[Json, Json]]]:
    """Return titles and colours of a project's milestones by id; only of those with certain titles, if given."""
    rows = [milestone for milestone in context.milestones(project) if not titles or milestone.title in titles]
    return sorted((row.id, (row.title, row.color)) for row in rows)
