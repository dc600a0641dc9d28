"""Create a milestone."""

from collections.abc import Mapping

from conformance.context.property_context import PropertyContext
from conformance.exchange import Json
from conformance.generation.strategies import SPECIMENS
from conformance.http.client import Encoding, RequestOptions
from conformance.properties.flags import OTHER, judge_other_flags
from conformance.properties.registry import Examples, judges
from conformance.records import id_in


@judges(
    "create/answers-201",
    "create/type-is-categorised",
    "create/keeps-the-project",
    "create/keeps-the-color",
    "create/starts-without-tasks",
    "create/creator-is-the-main-administrator",
    "create/is-read-back",
    examples=Examples.FEW,
)
def a_new_milestone_is_what_was_asked_for(context: PropertyContext) -> None:
    """Create a milestone, judge the answer, and read the milestone back."""
    project = context.project()
    color = context.draw(context.inputs.colors)
    fields, kind = context.milestone_fields(project, color=color), "uncategorised"
    answer = context.client.create_milestone({**fields, "type": kind, "milestone_type": kind}, context.draw_options())
    if answer.status == 422 and context.judging("create/answers-201"):
        # Whether fields that are not documented are ignored or refused is an open point.
        answer = context.client.create_milestone(fields, context.draw_options())
    context.expect("create/answers-201").status(answer, 201)
    context.obtained(answer, "a milestone")
    made = context.milestone_in(answer)
    context.expect("create/type-is-categorised").equal(made.type, "categorised", "type")
    context.expect("create/keeps-the-project").equal(made.project_id, project, "project_id")
    context.expect("create/keeps-the-color").equal(made.color, color, "color")
    context.expect("create/starts-without-tasks").equal(made.tasks_count, 0, "tasks_count")
    context.expect("create/creator-is-the-main-administrator").equal(made.creator_id, 1, "creator_id")
    context.expect("create/is-read-back").equal(context.read(made.id), made, "the milestone as it was answered,")


@judges("create/keeps-the-title", examples=Examples.SEVERAL)
def a_new_milestone_bears_the_title_sent(context: PropertyContext) -> None:
    """Send titles of any script and length, in both encodings; refusing an unusual one is no violation."""
    title = context.inputs.titled(context.draw(context.inputs.texts()))
    answer = context.client.create_milestone(
        context.milestone_fields(context.project(), title.text), context.draw_options()
    )
    if answer.refused and not title.plain:
        return
    context.obtained(answer, "a milestone")
    made = context.milestone_in(answer)
    expect = context.expect("create/keeps-the-title")
    expect.equal(made.title, title.text, "title")
    expect.equal(context.read(made.id).title, title.text, "the title read back")


@judges("create/keeps-the-title", "create/duplicate-title-conflicts")
def awkward_titles_are_kept_whole(context: PropertyContext) -> None:
    """Create milestones in one project whose titles contain special characters, other scripts or much text, each twice.

    The special characters are sent in a form, where they must be escaped.
    """
    project = context.project()
    specimens = zip([*context.in_both_encodings(), RequestOptions()], SPECIMENS, strict=True)
    # In a quick run, all other milestones have unusual titles, many of them long.
    for options, specimen in list(specimens)[: 3 if context.thorough else 2]:
        title = context.inputs.titled(specimen)
        answer = context.client.create_milestone(context.milestone_fields(project, title.text), options)
        if answer.refused:
            continue
        context.obtained(answer, "a milestone")
        made = context.milestone_in(answer)
        kept = context.read(made.id) if context.thorough else made
        context.expect("create/keeps-the-title").equal(kept.title, title.text, "title")
        again = context.client.create_milestone(context.milestone_fields(project, title.text), options)
        context.expect("create/duplicate-title-conflicts").status(again, 409)
    if context.thorough:
        number = context.inputs.numeric_title()
        answer = context.client.create_milestone(
            context.milestone_fields(project, number), RequestOptions(encoding=Encoding.JSON)
        )
        if not answer.refused:
            shown = answer.envelope.get("data")
            context.expect("create/keeps-the-title").equal(
                shown.get("title") if isinstance(shown, Mapping) else None, number, "title"
            )
            context.expect("create/keeps-the-title").equal(
                context.read(context.milestone_in(answer).id).title, number, "title"
            )


@judges("create/accepts-form", "create/accepts-json")
def both_encodings_are_taken(context: PropertyContext) -> None:
    """Create milestones that differ only in title, form-encoded and as JSON."""
    project = context.project()
    for options in context.in_both_encodings():
        fields = context.milestone_fields(project)
        answer = context.client.create_milestone(fields, options)
        expect = context.expect(f"create/accepts-{options.encoding}")
        expect.succeeds(answer)
        if answer.ok:
            expect.equal(context.milestone_in(answer).title, fields["milestone_title"], "title")


@judges(
    "create/needs-a-project",
    "create/needs-a-title",
    "create/needs-a-color",
    "create/refused-creates-nothing",
    examples=Examples.NOT_QUICK,
)
def each_field_is_required(context: PropertyContext) -> None:
    """Leave out each field in turn, in both encodings; judge that nothing was created."""
    project = context.project()
    refused, titles, last = True, set[Json](), ""
    for options in context.in_both_encodings():
        for requirement, name in (
            ("create/needs-a-project", "milestone_projectid"),
            ("create/needs-a-title", "milestone_title"),
            ("create/needs-a-color", "milestone_color"),
        ):
            fields = context.milestone_fields(project) | {name: None}
            last = str(fields["milestone_title"])
            titles.add(fields["milestone_title"])
            answer = context.client.create_milestone(fields, options)
            context.expect(requirement).status(answer, 422)
            refused = refused and answer.refused
    if refused:
        made = [
            milestone.id
            for milestone in context.milestones(project)
            if milestone.title in titles or not milestone.title
        ]
        context.expect("create/refused-creates-nothing").equal(made, [], "the milestones made by refused requests")
    if context.thorough and refused:
        context.milestone(project, last)


@judges("create/refuses-an-unknown-project")
def an_unknown_project_is_refused(context: PropertyContext) -> None:
    """Create a milestone in a deleted project."""
    project = context.deleted_project()
    for options in context.in_both_encodings() if context.thorough else [context.draw_options()]:
        answer = context.client.create_milestone(context.milestone_fields(project), options)
        context.expect("create/refuses-an-unknown-project").status(answer, 422)


@judges(
    "create/duplicate-title-conflicts",
    "create/refused-creates-nothing",
    "create/answers-201",
    examples=Examples.NOT_QUICK,
)
def a_title_is_unique_within_its_project(context: PropertyContext) -> None:
    """Create a milestone with a title that is taken, with the same colour or another."""
    project = context.project()
    title = context.inputs.titled(context.draw(context.inputs.texts())).text
    first, second = context.draw(context.inputs.two_colors)
    made = context.client.create_milestone(context.milestone_fields(project, title, first), context.draw_options())
    if made.refused:
        return
    context.obtained(made, "a milestone")
    if context.thorough:
        context.milestone(project)
    for color in (first, second) if context.thorough else (second,):
        answer = context.client.create_milestone(
            context.milestone_fields(project, title, color), context.draw_options()
        )
        context.expect("create/duplicate-title-conflicts").status(answer, 409)
        if answer.refused and context.judging("create/refused-creates-nothing"):
            bearers = [milestone.id for milestone in context.milestones(project) if milestone.title == title]
            context.expect("create/refused-creates-nothing").equal(
                bearers, [context.milestone_in(made).id], "the milestones of that title"
            )
    if context.thorough:
        answer = context.client.create_milestone(context.milestone_fields(project), context.draw_options())
        context.expect("create/answers-201").status(answer, 201)


@judges("create/same-title-elsewhere-is-fine", "create/gives-a-new-id", examples=Examples.FEW)
def a_title_may_be_used_in_another_project(context: PropertyContext) -> None:
    """Use one title in two projects."""
    title = context.inputs.plain_title()
    first = context.milestone(context.project(), title)
    answer = context.client.create_milestone(context.milestone_fields(context.project(), title), context.draw_options())
    context.expect("create/same-title-elsewhere-is-fine").succeeds(answer)
    context.expect("create/gives-a-new-id").holds(id_in(answer) != first.id, "a new id", f"that of another: {first.id}")


@judges("create/a-deleted-title-is-free", "create/keeps-the-color", OTHER, examples=Examples.WORLD)
def the_title_of_a_deleted_milestone_is_free(context: PropertyContext) -> None:
    """Use a title, free it by a deletion with a flag other than yes, and use it again with another colour."""
    project = context.project()
    first, second = context.draw(context.inputs.two_colors)
    gone = context.milestone(project, color=first)
    flagged = context.prerequisites.status_id is not None and judge_other_flags(context, project, [gone.id])
    if not flagged:
        context.obtained(context.client.delete_milestone(gone.id), "a deletion")
    options = RequestOptions(encoding=context.draw(context.inputs.encodings))
    answer = context.client.create_milestone(context.milestone_fields(project, gone.title, second), options)
    context.expect("create/a-deleted-title-is-free").succeeds(answer)
    if answer.ok:
        made = context.milestone_in(answer)
        context.expect("create/keeps-the-color").equal(made.color, second, "color")


@judges("create/answers-201", "update/answers-200", examples=Examples.LONG_LIST)
def titles_that_share_most_are_not_the_same(context: PropertyContext) -> None:
    """Create titles that contain one another or differ in one character only."""
    project, word = context.project(), context.inputs.word()
    for title in (f"one {word} two", word, f"one {word}", f"{word} two", f"{word} 1.2"):
        context.milestone(project, title)
    answer = context.client.create_milestone(context.milestone_fields(project, f"{word} 12"))
    context.expect("create/answers-201").status(answer, 201)
    changed = context.milestone(project)
    context.milestone(project, f"{word} 3.4")
    for title in (f"one {word} tw", f"{word} 34"):
        answer = context.client.update_milestone(
            changed.id, {"milestone_title": title, "milestone_color": changed.color}
        )
        context.expect("update/answers-200").status(answer, 200)
