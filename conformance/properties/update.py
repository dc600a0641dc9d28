"""Update a milestone."""

from datetime import datetime

from conformance.context.property_context import PropertyContext
from conformance.exchange import Json
from conformance.generation.strategies import SPECIMENS
from conformance.http.client import FORM, RequestOptions
from conformance.properties.registry import Examples, judges
from conformance.records import Milestone
from conformance.results.difference import Basis

CLOCKS_DIFFER = 60
UNCHANGED, NOT_MODIFIED = "http/a-changed-milestone-is-no-304", 304


def _fields(title: str | None, color: str | None) -> dict[str, Json]:
    return {"milestone_title": title, "milestone_color": color}


def _rest(milestone: Milestone) -> tuple[object, ...]:
    return milestone.id, milestone.position, milestone.tasks_count, milestone.creator_id, milestone.created


@judges("update/changes-the-title", examples=Examples.SEVERAL)
def an_update_keeps_the_title_sent(context: PropertyContext) -> None:
    """Send titles of any script and length, in both encodings; refusing an unusual one is no violation."""
    milestone = context.spare_milestone(context.project())
    title = context.inputs.titled(context.draw(context.inputs.texts()))
    fields = _fields(title.text, context.inputs.known_colors[0])
    answer = context.client.update_milestone(milestone, fields, context.draw_options())
    if answer.refused and not title.plain:
        return
    context.obtained(answer, "an updated milestone")
    context.expect("update/changes-the-title").equal(context.read(milestone).title, title.text, "title")


@judges("update/changes-the-title")
def awkward_titles_are_kept_whole(context: PropertyContext) -> None:
    """Give one milestone titles with special characters, in other scripts and of much text, in turn."""
    milestone, color = context.spare_milestone(context.project()), context.inputs.known_colors[0]
    specimens = list(zip([*context.in_both_encodings()[::-1], RequestOptions()], SPECIMENS, strict=True))
    for options, specimen in specimens[: 3 if context.thorough else 2]:
        title = context.inputs.titled(specimen).text
        answer = context.client.update_milestone(milestone, _fields(title, color), options)
        if answer.ok:
            kept = context.read(milestone) if context.thorough else context.milestone_in(answer)
            context.expect("update/changes-the-title").equal(kept.title, title, "title")
    if context.thorough:
        number = context.inputs.numeric_title()
        answer = context.client.update_milestone(milestone, _fields(number, color), context.draw_options())
        if answer.ok:
            context.expect("update/changes-the-title").equal(context.read(milestone).title, number, "title")


@judges("update/accepts-form", "update/accepts-json")
def both_encodings_are_taken(context: PropertyContext) -> None:
    """Send equivalent updates, form-encoded and as JSON."""
    milestone = context.spare_milestone(context.project())
    for options in context.in_both_encodings():
        title = context.inputs.plain_title()
        answer = context.client.update_milestone(milestone, _fields(title, context.inputs.known_colors[0]), options)
        expect = context.expect(f"update/accepts-{options.encoding}")
        expect.succeeds(answer)
        if answer.ok:
            expect.equal(context.milestone_in(answer).title, title, "title")


@judges("update/needs-a-title", "update/needs-a-color", "update/refused-changes-nothing", examples=Examples.NOT_QUICK)
def both_fields_are_required(context: PropertyContext) -> None:
    """Leave out each of the two fields in turn, in both encodings."""
    first, second = context.inputs.known_colors[0], context.inputs.known_colors[-1]
    milestone = context.milestone(context.project(), color=first)
    for options in context.in_both_encodings():
        answer = context.client.update_milestone(milestone.id, _fields(None, second), options)
        context.expect("update/needs-a-title").status(answer, 422)
        answer = context.client.update_milestone(milestone.id, _fields(context.inputs.plain_title(), None), options)
        context.expect("update/needs-a-color").status(answer, 422)
    # Whether a default may be changed at all is an open point: then it may be refused for that.
    default, body = context.default_id(milestone.project_id or 0), context.client.form({"milestone_color": second})
    answer = context.client.raw("PATCH", f"/milestones/{default}", body=body, content_type=FORM)
    refused = Basis(answer.number, ("4??", "5??"))
    context.expect("update/needs-a-title").holds(not answer.ok, "a refusal", answer.summary, refused)


@judges("update/unknown-id-is-404")
def updating_what_does_not_exist_is_not_found(context: PropertyContext) -> None:
    """Update a deleted milestone with a valid body."""
    gone = context.deleted_milestone(context.project())
    body = _fields(context.inputs.plain_title(), context.inputs.known_colors[0])
    context.expect("update/unknown-id-is-404").status(
        context.client.update_milestone(gone, body, context.draw_options()), 404
    )


@judges("update/duplicate-title-conflicts", "update/refused-changes-nothing", examples=Examples.NOT_QUICK)
def a_sibling_s_title_is_taken(context: PropertyContext) -> None:
    """Send the title of another milestone of the project, created before or after."""
    project = context.project()
    pair = [context.milestone(project), unusual(context, project) if context.thorough else context.milestone(project)]
    if context.draw(context.inputs.booleans):
        pair.reverse()
    changed, sibling = pair
    first, second = context.draw(context.inputs.two_colors)
    color = second if changed.color == first else first
    answer = context.client.update_milestone(changed.id, _fields(sibling.title, color), context.draw_options())
    context.expect("update/duplicate-title-conflicts").status(answer, 409)


def unusual(context: PropertyContext, project: int) -> Milestone:
    """Create a milestone whose title is not ASCII, or with a plain title if that is refused."""
    fields = context.milestone_fields(project, f"設計 größe {context.inputs.word()}")
    answer = context.client.create_milestone(fields)
    return context.milestone_in(answer) if answer.ok else context.milestone(project)


@judges("update/own-title-is-no-conflict", "update/changes-the-color", examples=Examples.FEW)
def a_milestone_s_own_title_is_not_taken(context: PropertyContext) -> None:
    """Send a milestone its current title, with its colour and with another."""
    first, second = context.draw(context.inputs.two_colors)
    milestone, title = context.spare_milestone(context.project()), context.inputs.plain_title()
    renamed = context.client.update_milestone(milestone, _fields(title, second))
    context.obtained(renamed, "a renamed milestone")
    for color in (second, first):
        answer = context.client.update_milestone(milestone, _fields(title, color), context.draw_options())
        context.expect("update/own-title-is-no-conflict").succeeds(answer)
        if answer.ok:
            shown = context.milestone_in(answer).color
            # A wrong answer although reading is right violates another requirement.
            stored = shown if shown == color else context.read(milestone).color
            context.expect("update/changes-the-color").equal(stored, color, "color")


@judges("update/title-of-another-project-is-fine")
def a_title_of_another_project_is_not_taken(context: PropertyContext) -> None:
    """Send the title of a milestone of another project."""
    milestone = context.spare_milestone(context.project())
    elsewhere = context.milestone(context.project())
    answer = context.client.update_milestone(
        milestone, _fields(elsewhere.title, elsewhere.color), context.draw_options()
    )
    context.expect("update/title-of-another-project-is-fine").succeeds(answer)


BACK = 0.4
"""The share of quick runs in which a milestone gets its former title back, instead of a new milestone."""


@judges("update/the-former-title-is-free")
def a_former_title_is_free(context: PropertyContext) -> None:
    """Free a title by renaming, and use it for a new milestone, or for the same one again."""
    project = context.project()
    milestone, former = context.spare_milestone(project), context.milestone_fields(project)
    for title in (str(former["milestone_title"]), context.inputs.plain_title()):
        renamed = context.client.update_milestone(milestone, _fields(title, context.inputs.known_colors[0]))
        context.obtained(renamed, "a renamed milestone")
    title = str(former["milestone_title"])
    if context.thorough or context.chance().random() < BACK:
        answer = context.client.update_milestone(milestone, _fields(title, context.inputs.known_colors[0]))
        context.expect("update/the-former-title-is-free").succeeds(answer)
        if not context.thorough:
            return
        context.client.update_milestone(milestone, _fields(context.inputs.plain_title(), "success"))
    answer = context.client.create_milestone(former, context.draw_options())
    context.expect("update/the-former-title-is-free").succeeds(answer)


@judges(
    "update/project-is-immutable",
    "update/type-is-immutable",
    "update/keeps-the-rest",
    "update/leaves-others-unchanged",
    UNCHANGED,
)
def project_and_type_are_immutable(context: PropertyContext) -> None:
    """Send another project and type in an update, named as in the object and as parameters."""
    project, target = context.project(), context.project()
    milestone = context.milestone(project)
    if context.thorough:
        milestone, before = context.read(milestone.id), context.read(context.untouched_milestone(project))
    else:
        before = milestone
    for options in context.in_both_encodings() if context.thorough else [context.draw_options()]:
        body = _fields(context.inputs.plain_title(), milestone.color)
        body |= {"milestone_projectid": target, "milestone_type": "uncategorised"}
        body |= {"project_id": target, "type": "uncategorised", "position": 77, "creator_id": 2, "id": before.id}
        context.client.update_milestone(
            milestone.id, {**body, "milestone_position": 78, "milestone_creatorid": 2}, options
        )
        judge_former_etag(context, milestone.id)
        after = context.read(milestone.id)
        context.expect("update/project-is-immutable").equal(after.project_id, project, "project_id")
        context.expect("update/type-is-immutable").equal(after.type, "categorised", "type")
        context.expect("update/keeps-the-rest").equal(after.position, milestone.position, "position")
        if after.creator_id and milestone.creator_id:
            context.expect("update/keeps-the-rest").equal(after.creator_id, milestone.creator_id, "creator_id")
    if context.thorough:
        rest = _rest(context.read(milestone.id))
        context.expect("update/keeps-the-rest").equal(rest, _rest(milestone), "position, count, creator and creation")
        untouched = context.expect("update/leaves-others-unchanged")
        untouched.equal(context.read(before.id), before, "the milestone whose id was sent")


def judge_former_etag(context: PropertyContext, milestone: int) -> None:
    """Get a milestone that has just been updated with the ETag it had before, if the deployment sends ETags."""
    reads = [exchange for exchange in context.history if exchange.ok and exchange.path == f"/milestones/{milestone}"]
    tags = [exchange.headers["etag"] for exchange in reads if exchange.method == "GET" and "etag" in exchange.headers]
    expect = context.expect(UNCHANGED)
    # A weak one need not change with every change.
    for tag in [tag for tag in tags if not tag.startswith("W/")][:1]:
        answer = context.client.get_milestone(milestone, RequestOptions(headers={"If-None-Match": tag}))
        expect.holds(answer.status != NOT_MODIFIED, "the milestone as it is now", answer.summary)
    expect.holds(True, "", "")


@judges("update/answers-200", "update/changes-the-title", examples=Examples.LONG_LIST)
def titles_that_are_free_are_taken(context: PropertyContext) -> None:
    """Send the title of a deleted milestone, a former title of another, and the current one in capitals."""
    project = context.project()
    gone, sibling, changed = (context.milestone(project) for _ in range(3))
    context.obtained(context.client.delete_milestone(gone.id), "a deletion")
    renamed = context.client.update_milestone(sibling.id, _fields(context.inputs.plain_title(), sibling.color))
    context.obtained(renamed, "a renamed milestone")
    for title in (gone.title, sibling.title):
        answer = context.client.update_milestone(changed.id, _fields(title, changed.color))
        context.expect("update/answers-200").status(answer, 200)
        if answer.ok:
            context.expect("update/changes-the-title").equal(context.read(changed.id).title, title, "title")
    capitals = (sibling.title or "").upper()
    if context.client.update_milestone(changed.id, _fields(capitals, changed.color)).ok:
        context.expect("update/changes-the-title").equal(context.read(changed.id).title, capitals, "title")


@judges("update/moves-the-date-of-the-last-update", "update/leaves-others-unchanged", "list/rows-equal-the-milestones")
def the_date_of_the_last_update_moves(context: PropertyContext) -> None:
    """Update only the colour after the deployment's clock has advanced, as a later creation shows."""
    project = context.project()
    milestone, former = context.milestone(project), context.inputs.plain_title()
    context.obtained(
        context.client.update_milestone(milestone.id, _fields(former, milestone.color)), "an updated milestone"
    )
    context.let_the_clock_tick()
    later = context.milestone(project)
    if seconds_between(milestone.created, later.created) <= 0:
        # The clock shown is frozen, or advances in longer steps.
        context.expect("update/moves-the-date-of-the-last-update").holds(True, "", "")
        return
    colors = context.inputs.known_colors
    color = next((candidate for candidate in colors if candidate != milestone.color), None)
    title = former if color else context.inputs.plain_title()
    answer = context.client.update_milestone(milestone.id, _fields(title, color or milestone.color))
    context.obtained(answer, "an updated milestone")
    after = context.read(milestone.id)
    context.expect("update/moves-the-date-of-the-last-update").holds(
        seconds_between(later.created, after.updated) >= 0,
        f"updated {later.created} or later",
        f"updated {after.updated}",
        Basis(actual=after.updated, expected=later.created, subject="updated"),
    )
    context.expect("update/moves-the-date-of-the-last-update").equal(after.created, milestone.created, "created")
    # An order by the last update shows here.
    rows = context.snapshot(project, sort="milestone_created", order="asc")
    if context.thorough:
        listed = context.expect("list/rows-equal-the-milestones")
        listed.equal(rows[milestone.id].updated, after.updated, f"the last update of {milestone.id}, as read by id,")
        context.expect("update/leaves-others-unchanged").equal(
            rows[later.id].updated, later.updated, f"the last update of {later.id}, which was not updated,"
        )
    last = context.milestone(project)
    context.expect("update/moves-the-date-of-the-last-update").holds(
        # The clocks of a deployment's nodes may differ.
        seconds_between(last.created, after.updated) <= CLOCKS_DIFFER,
        f"updated {last.created} or before, as was created afterwards",
        f"updated {after.updated}",
        Basis(actual=last.created, expected=after.updated, subject="created", slack=CLOCKS_DIFFER),
    )


def seconds_between(first: str | None, second: str | None) -> float:
    """Return the seconds from one instant to another; 0 if a text is no instant, which is judged elsewhere."""
    try:
        return (datetime.fromisoformat(second or "") - datetime.fromisoformat(first or "")).total_seconds()
    except (ValueError, TypeError):
        return 0
