"""Create a milestone."""

from collections.abc import Mapping
from dataclasses import replace

from conformance.context.property_context import Lab
from conformance.exchange import Json
from conformance.generation.strategies import SPECIMENS
from conformance.http.client import Encoding, How
from conformance.models import Milestone, by_position
from conformance.properties.registry import Variety, judges


@judges(
    "create/answers-201",
    "create/type-is-categorised",
    "create/keeps-the-project",
    "create/keeps-the-color",
    "create/starts-without-tasks",
    "create/creator-is-the-main-administrator",
    "create/is-read-back",
    variety=Variety.FEW,
)
def a_new_milestone_is_what_was_asked_for(lab: Lab) -> None:
    """One creation, its answer, and the milestone read back."""
    project = lab.project()
    color = lab.draw(lab.inputs.colors)
    fields, kind = lab.milestone_fields(project, color=color), "uncategorised"
    answer = lab.client.create_milestone({**fields, "type": kind, "milestone_type": kind}, lab.how())
    if answer.status == 422 and lab.judging("create/answers-201"):
        # Whether fields that are not documented are ignored or refused is an open point.
        answer = lab.client.create_milestone(fields, lab.how())
    lab.expect("create/answers-201").status(answer, 201)
    lab.obtained(answer, "a milestone")
    made = lab.milestone_in(answer)
    lab.expect("create/type-is-categorised").equal(made.type, "categorised", "type")
    lab.expect("create/keeps-the-project").equal(made.project_id, project, "project_id")
    lab.expect("create/keeps-the-color").equal(made.color, color, "color")
    lab.expect("create/starts-without-tasks").equal(made.tasks_count, 0, "tasks_count")
    lab.expect("create/creator-is-the-main-administrator").equal(made.creator_id, 1, "creator_id")
    lab.expect("create/is-read-back").equal(lab.read(made.id), made, "the milestone as it was answered,")


@judges("create/keeps-the-title", variety=Variety.MANY)
def a_new_milestone_bears_the_title_sent(lab: Lab) -> None:
    """Titles of any script and length, in both encodings; a refusal of an unusual one is no violation."""
    title = lab.inputs.titled(lab.draw(lab.inputs.texts()))
    answer = lab.client.create_milestone(lab.milestone_fields(lab.project(), title.text), lab.how())
    if answer.refused and not title.plain:
        return
    lab.obtained(answer, "a milestone")
    made = lab.milestone_in(answer)
    expect = lab.expect("create/keeps-the-title")
    expect.equal(made.title, title.text, "title")
    expect.equal(lab.read(made.id).title, title.text, "the title read back")


@judges("create/keeps-the-title")
def awkward_titles_are_kept_whole(lab: Lab) -> None:
    """Signs, scripts and lengths that break things, in one project."""
    project = lab.project()
    for how, specimen in zip([*lab.in_both_encodings(), How()], SPECIMENS, strict=True):
        title = lab.inputs.titled(specimen)
        answer = lab.client.create_milestone(lab.milestone_fields(project, title.text), how)
        if answer.refused:
            continue
        made = lab.obtained(answer, "a milestone")
        lab.expect("create/keeps-the-title").equal(lab.read(made).title, title.text, "title")
    if lab.thorough:
        number = lab.inputs.numeric_title()
        answer = lab.client.create_milestone(lab.milestone_fields(project, number), How(encoding=Encoding.JSON))
        if not answer.refused:
            shown = answer.envelope.get("data")
            lab.expect("create/keeps-the-title").equal(
                shown.get("title") if isinstance(shown, Mapping) else None, number, "title"
            )
            lab.expect("create/keeps-the-title").equal(lab.read(lab.milestone_in(answer).id).title, number, "title")


@judges("create/accepts-form", "create/accepts-json")
def both_encodings_are_taken(lab: Lab) -> None:
    """The same kind of creation, form-encoded and as JSON."""
    project = lab.project()
    for how in lab.in_both_encodings():
        fields = lab.milestone_fields(project)
        answer = lab.client.create_milestone(fields, how)
        expect = lab.expect(f"create/accepts-{how.encoding}")
        expect.succeeds(answer)
        if answer.ok:
            expect.equal(lab.milestone_in(answer).title, fields["milestone_title"], "title")


@judges("create/gives-a-new-id", "create/leaves-others-unchanged")
def a_new_milestone_is_another_one(lab: Lab) -> None:
    """A creation beside milestones with and without tasks, in the same project and in another."""
    project, other = lab.empty_project(), lab.project()
    beside = lab.milestone(project).id
    lab.bystander(other)
    if lab.thorough:
        lab.client.reorder_milestones([beside, lab.milestone(project).id, lab.default_id(project)])
        lab.task(project)
    before, elsewhere = lab.snapshot(project), lab.snapshot(other)
    made = lab.milestone(project, color=lab.inputs.known_colors[-1])
    after, expect = lab.snapshot(project), lab.expect("create/leaves-others-unchanged")
    lab.expect("create/gives-a-new-id").holds(
        made.id not in before, f"an id that is none of {sorted(before)}", str(made.id)
    )
    for one, was in before.items():
        # Whether a new one moves the others along is an open point.
        expect.equal(_lasting(after.get(one)), _lasting(was), "another milestone but for its position")
    order = [one for one in by_position(after) if one != made.id]
    expect.equal(order, by_position(before), "the order of the others")
    expect.equal(lab.snapshot(other), elsewhere, "the milestones of another project")


def _lasting(milestone: Milestone | None) -> Milestone | None:
    return milestone and replace(milestone, position=None, updated=None)


@judges("create/needs-a-project", "create/needs-a-title", "create/needs-a-color", "create/refused-creates-nothing")
def each_field_is_required(lab: Lab) -> None:
    """One field left out in turn, in both encodings; afterwards nothing is there that was not."""
    project = lab.project()
    refused, titles, last = True, set[Json](), ""
    for how in lab.in_both_encodings():
        for requirement, name in (
            ("create/needs-a-project", "milestone_projectid"),
            ("create/needs-a-title", "milestone_title"),
            ("create/needs-a-color", "milestone_color"),
        ):
            fields = lab.milestone_fields(project) | {name: None}
            last = str(fields["milestone_title"])
            titles.add(fields["milestone_title"])
            answer = lab.client.create_milestone(fields, how)
            lab.expect(requirement).status(answer, 422)
            refused = refused and answer.refused
    if refused:
        made = [one.id for one in lab.milestones(project) if one.title in titles or not one.title]
        lab.expect("create/refused-creates-nothing").equal(made, [], "the milestones of what was refused")
    if lab.thorough and refused:
        lab.milestone(project, last)


@judges("create/refuses-an-unknown-project")
def an_unknown_project_is_refused(lab: Lab) -> None:
    """A project of our own that was deleted."""
    project = lab.deleted_project()
    for how in lab.in_both_encodings():
        answer = lab.client.create_milestone(lab.milestone_fields(project), how)
        lab.expect("create/refuses-an-unknown-project").status(answer, 422)


@judges("create/duplicate-title-conflicts", "create/refused-creates-nothing", "create/answers-201", variety=Variety.FEW)
def a_title_is_unique_within_its_project(lab: Lab) -> None:
    """The very same title again, with the same colour or another."""
    project = lab.project()
    title = lab.inputs.titled(lab.draw(lab.inputs.texts())).text
    first, second = lab.draw(lab.inputs.two_colors)
    made = lab.client.create_milestone(lab.milestone_fields(project, title, first), lab.how())
    if made.refused:
        return
    lab.obtained(made, "a milestone")
    if lab.thorough:
        lab.milestone(project)
    for color in (first, second):
        answer = lab.client.create_milestone(lab.milestone_fields(project, title, color), lab.how())
        lab.expect("create/duplicate-title-conflicts").status(answer, 409)
        if answer.refused and lab.judging("create/refused-creates-nothing"):
            bearers = [one.id for one in lab.milestones(project) if one.title == title]
            lab.expect("create/refused-creates-nothing").equal(
                bearers, [lab.milestone_in(made).id], "the milestones of that title"
            )
    if lab.thorough:
        answer = lab.client.create_milestone(lab.milestone_fields(project), lab.how())
        lab.expect("create/answers-201").status(answer, 201)


@judges("create/same-title-elsewhere-is-fine", variety=Variety.FEW)
def a_title_may_be_used_in_another_project(lab: Lab) -> None:
    """One title in two projects."""
    title = lab.inputs.plain_title()
    lab.milestone(lab.project(), title)
    answer = lab.client.create_milestone(lab.milestone_fields(lab.project(), title), lab.how())
    lab.expect("create/same-title-elsewhere-is-fine").succeeds(answer)


@judges("create/a-deleted-title-is-free", "create/gives-a-new-id", "create/keeps-the-color", variety=Variety.FEW)
def the_title_of_a_deleted_milestone_is_free(lab: Lab) -> None:
    """A title used, freed, used again in another colour."""
    project = lab.project()
    first, second = lab.draw(lab.inputs.two_colors)
    gone = lab.milestone(project, color=first)
    lab.obtained(lab.client.delete_milestone(gone.id), "a deletion")
    how = How(encoding=lab.draw(lab.inputs.encodings))
    answer = lab.client.create_milestone(lab.milestone_fields(project, gone.title, second), how)
    lab.expect("create/a-deleted-title-is-free").succeeds(answer)
    if answer.ok:
        made = lab.milestone_in(answer)
        lab.expect("create/gives-a-new-id").holds(made.id != gone.id, f"an id other than {gone.id}", str(made.id))
        lab.expect("create/keeps-the-color").equal(made.color, second, "color")


@judges("create/answers-201", "update/answers-200", variety=Variety.LONG)
def titles_that_share_most_are_not_the_same(lab: Lab) -> None:
    """Titles that contain one another, that begin alike, that differ in a sign only."""
    project, word = lab.project(), lab.inputs.word()
    long = f"{word} {'phase ' * 8}"
    for title in (f"one {word} two", word, f"one {word}", f"{word} two", f"{long}one", f"{long}two", f"{word} 1.2"):
        lab.milestone(project, title)
    answer = lab.client.create_milestone(lab.milestone_fields(project, f"{word} 12"))
    lab.expect("create/answers-201").status(answer, 201)
    changed = lab.milestone(project)
    lab.milestone(project, f"{word} 3.4")
    for title in (f"one {word} tw", f"{long}three", f"{word} 34"):
        answer = lab.client.update_milestone(changed.id, {"milestone_title": title, "milestone_color": changed.color})
        lab.expect("update/answers-200").status(answer, 200)
