"""Update a milestone."""

from conformance.context.property_context import Lab
from conformance.exchange import Json
from conformance.generation.strategies import SPECIMENS
from conformance.http.client import How
from conformance.models import Milestone
from conformance.properties.registry import Variety, judges


def _fields(title: str | None, color: str | None) -> dict[str, Json]:
    return {"milestone_title": title, "milestone_color": color}


@judges(
    "update/answers-200",
    "update/changes-the-title",
    "update/changes-the-color",
    "update/is-read-back",
    "update/keeps-the-rest",
    variety=Variety.FEW,
)
def an_update_changes_title_and_color_alone(lab: Lab) -> None:
    """A milestone with a task and a position of its own, renamed and recoloured."""
    project = lab.empty_project()
    first, second = lab.draw(lab.inputs.two_colors)
    made = lab.milestone(project, color=first)
    later = lab.milestone(project)
    if lab.lent.status_id is not None:
        lab.task(project, made.id)
    lab.client.reorder_milestones([later.id, lab.default_id(project), made.id])
    before = lab.read(made.id)
    title = lab.inputs.plain_title()
    answer = lab.client.update_milestone(made.id, _fields(title, second), lab.how())
    lab.expect("update/answers-200").status(answer, 200)
    lab.obtained(answer, "an updated milestone")
    answered, after = lab.milestone_in(answer), lab.read(made.id)
    lab.expect("update/changes-the-title").equal(after.title, title, "title")
    lab.expect("update/changes-the-color").equal(after.color, second, "color")
    lab.expect("update/keeps-the-rest").equal(_rest(after), _rest(before), "position, count, creator and creation")
    lab.expect("update/is-read-back").equal(after, answered, "the milestone as it was answered,")


def _rest(milestone: Milestone) -> tuple[object, ...]:
    return milestone.id, milestone.position, milestone.tasks_count, milestone.creator_id, milestone.created


@judges("update/changes-the-title", variety=Variety.MANY)
def an_update_keeps_the_title_sent(lab: Lab) -> None:
    """Titles of any script and length, in both encodings; a refusal of an unusual one is no violation."""
    milestone = lab.milestone(lab.project())
    title = lab.inputs.titled(lab.draw(lab.inputs.texts()))
    answer = lab.client.update_milestone(milestone.id, _fields(title.text, milestone.color), lab.how())
    if answer.refused and not title.plain:
        return
    lab.obtained(answer, "an updated milestone")
    lab.expect("update/changes-the-title").equal(lab.read(milestone.id).title, title.text, "title")


@judges("update/changes-the-title")
def awkward_titles_are_kept_whole(lab: Lab) -> None:
    """Signs, scripts and lengths that break things, given to one milestone in turn."""
    milestone = lab.milestone(lab.project())
    for how, specimen in zip([*lab.in_both_encodings()[::-1], How()], SPECIMENS, strict=True):
        title = lab.inputs.titled(specimen).text
        answer = lab.client.update_milestone(milestone.id, _fields(title, milestone.color), how)
        if answer.ok:
            lab.expect("update/changes-the-title").equal(lab.read(milestone.id).title, title, "title")
    if lab.thorough:
        number = lab.inputs.numeric_title()
        answer = lab.client.update_milestone(milestone.id, _fields(number, milestone.color), lab.how())
        if answer.ok:
            lab.expect("update/changes-the-title").equal(lab.read(milestone.id).title, number, "title")


@judges("update/accepts-form", "update/accepts-json")
def both_encodings_are_taken(lab: Lab) -> None:
    """The same kind of update, form-encoded and as JSON."""
    milestone = lab.milestone(lab.project())
    for how in lab.in_both_encodings():
        title = lab.inputs.plain_title()
        answer = lab.client.update_milestone(milestone.id, _fields(title, milestone.color), how)
        expect = lab.expect(f"update/accepts-{how.encoding}")
        expect.succeeds(answer)
        if answer.ok:
            expect.equal(lab.milestone_in(answer).title, title, "title")


@judges("update/needs-a-title", "update/needs-a-color", "update/refused-changes-nothing")
def both_fields_are_required(lab: Lab) -> None:
    """One of the two fields left out in turn, in both encodings; afterwards the milestone is as it was."""
    first, second = lab.inputs.known_colors[0], lab.inputs.known_colors[-1]
    milestone = lab.read(lab.milestone(lab.project(), color=first).id)
    refused = True
    for how in lab.in_both_encodings():
        answer = lab.client.update_milestone(milestone.id, _fields(None, second), how)
        lab.expect("update/needs-a-title").status(answer, 422)
        refused = refused and answer.refused
        answer = lab.client.update_milestone(milestone.id, _fields(lab.inputs.plain_title(), None), how)
        lab.expect("update/needs-a-color").status(answer, 422)
        refused = refused and answer.refused
    if refused:
        lab.expect("update/refused-changes-nothing").equal(lab.read(milestone.id), milestone, "the milestone")


@judges("update/unknown-id-is-404")
def updating_what_does_not_exist_is_not_found(lab: Lab) -> None:
    """An id of our own that was deleted, with a body that is valid."""
    gone = lab.deleted_milestone(lab.project())
    body = _fields(lab.inputs.plain_title(), lab.inputs.known_colors[0])
    lab.expect("update/unknown-id-is-404").status(lab.client.update_milestone(gone, body, lab.how()), 404)


@judges("update/duplicate-title-conflicts", "update/refused-changes-nothing", variety=Variety.FEW)
def a_sibling_s_title_is_taken(lab: Lab) -> None:
    """The title of another milestone of the project, made before or after."""
    project = lab.project()
    pair = [lab.milestone(project), _unusual(lab, project) if lab.thorough else lab.milestone(project)]
    if lab.draw(lab.inputs.booleans):
        pair.reverse()
    changed, sibling = pair
    first, second = lab.draw(lab.inputs.two_colors)
    before = lab.read(changed.id)
    color = second if before.color == first else first
    answer = lab.client.update_milestone(changed.id, _fields(sibling.title, color), lab.how())
    lab.expect("update/duplicate-title-conflicts").status(answer, 409)
    if answer.refused:
        lab.expect("update/refused-changes-nothing").equal(lab.read(changed.id), before, "the milestone")


def _unusual(lab: Lab, project: int) -> Milestone:
    """A milestone whose title is not in ASCII, or one like any other where that is refused."""
    fields = lab.milestone_fields(project, f"設計 größe {lab.inputs.word()}")
    answer = lab.client.create_milestone(fields)
    return lab.milestone_in(answer) if answer.ok else lab.milestone(project)


@judges("update/own-title-is-no-conflict", "update/changes-the-color", variety=Variety.FEW)
def a_milestone_s_own_title_is_not_taken(lab: Lab) -> None:
    """A milestone is sent the title it has, with its colour or another."""
    first, second = lab.draw(lab.inputs.two_colors)
    milestone = lab.milestone(lab.project(), color=first)
    for color in (first, second):
        answer = lab.client.update_milestone(milestone.id, _fields(milestone.title, color), lab.how())
        lab.expect("update/own-title-is-no-conflict").succeeds(answer)
        if answer.ok:
            lab.expect("update/changes-the-color").equal(lab.milestone_in(answer).color, color, "color")


@judges("update/title-of-another-project-is-fine")
def a_title_of_another_project_is_not_taken(lab: Lab) -> None:
    """The title of a milestone of another project."""
    elsewhere = lab.milestone(lab.project())
    milestone = lab.milestone(lab.project())
    answer = lab.client.update_milestone(milestone.id, _fields(elsewhere.title, milestone.color), lab.how())
    lab.expect("update/title-of-another-project-is-fine").succeeds(answer)


@judges("update/the-former-title-is-free")
def a_former_title_is_free(lab: Lab) -> None:
    """A title given up by a renaming, used for a new milestone."""
    project = lab.project()
    milestone = lab.milestone(project)
    renamed = lab.client.update_milestone(milestone.id, _fields(lab.inputs.plain_title(), milestone.color))
    lab.obtained(renamed, "a renamed milestone")
    answer = lab.client.create_milestone(lab.milestone_fields(project, milestone.title), lab.how())
    lab.expect("update/the-former-title-is-free").succeeds(answer)


@judges(
    "update/project-is-immutable", "update/type-is-immutable", "update/keeps-the-rest", "update/leaves-others-unchanged"
)
def project_and_type_are_immutable(lab: Lab) -> None:
    """An update that sends another project and type, under the names of the object and of the parameters."""
    project, other = lab.project(), lab.project()
    milestone = lab.milestone(project)
    if lab.thorough:
        milestone, before = lab.read(milestone.id), lab.read(lab.bystander(project))
    else:
        before = milestone
    for how in lab.in_both_encodings():
        body = _fields(lab.inputs.plain_title(), milestone.color)
        body |= {"milestone_projectid": other, "milestone_type": "uncategorised"}
        body |= {"project_id": other, "type": "uncategorised", "position": 77, "creator_id": 2, "id": before.id}
        lab.client.update_milestone(milestone.id, {**body, "milestone_position": 78, "milestone_creatorid": 2}, how)
        after = lab.read(milestone.id)
        lab.expect("update/project-is-immutable").equal(after.project_id, project, "project_id")
        lab.expect("update/type-is-immutable").equal(after.type, "categorised", "type")
    if lab.thorough:
        rest = _rest(lab.read(milestone.id))
        lab.expect("update/keeps-the-rest").equal(rest, _rest(milestone), "position, count, creator and creation")
        others = lab.expect("update/leaves-others-unchanged")
        others.equal(lab.read(before.id), before, "the milestone whose id was sent")


@judges("update/leaves-others-unchanged")
def an_update_changes_no_other_milestone(lab: Lab) -> None:
    """Milestones beside the updated one, in its project and in another."""
    project, other = lab.empty_project(), lab.project()
    milestone = lab.milestone(project)
    lab.milestone(project)
    lab.client.create_milestone(lab.milestone_fields(other, milestone.title))
    before = lab.snapshot(project, other)
    body = _fields(lab.inputs.plain_title(), lab.inputs.known_colors[-1])
    lab.obtained(lab.client.update_milestone(milestone.id, body, lab.how()), "an updated milestone")
    after = lab.snapshot(project, other)
    for one in before.keys() - {milestone.id}:
        lab.expect("update/leaves-others-unchanged").equal(after.get(one), before[one], "another milestone")


@judges("update/answers-200", "update/changes-the-title", variety=Variety.LONG)
def titles_that_are_free_are_taken(lab: Lab) -> None:
    """The title of a deleted milestone, a former title of another, and one's own in other letters."""
    project = lab.project()
    gone, other, changed = (lab.milestone(project) for _ in range(3))
    lab.obtained(lab.client.delete_milestone(gone.id), "a deletion")
    renamed = lab.client.update_milestone(other.id, _fields(lab.inputs.plain_title(), other.color))
    lab.obtained(renamed, "a renamed milestone")
    for title in (gone.title, other.title):
        answer = lab.client.update_milestone(changed.id, _fields(title, changed.color))
        lab.expect("update/answers-200").status(answer, 200)
        lab.expect("update/changes-the-title").equal(lab.read(changed.id).title, title, "title")
    capitals = (other.title or "").upper()
    if lab.client.update_milestone(changed.id, _fields(capitals, changed.color)).ok:
        lab.expect("update/changes-the-title").equal(lab.read(changed.id).title, capitals, "title")
