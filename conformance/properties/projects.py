"""Projects, as far as milestones come and go with them."""

from collections.abc import Sequence
from dataclasses import replace

from conformance.context.property_context import Lab
from conformance.exchange import Json
from conformance.models import Milestone, id_in
from conformance.properties.registry import judges


@judges(
    "project/starts-with-its-default",
    "project/deletion-answers-200-with-the-id",
    "project/deletion-takes-its-milestones",
    "project/deletion-takes-its-tasks",
    "project/deletion-spares-other-projects",
    "project/a-deleted-one-takes-no-milestones",
    "project/unknown-id-is-404",
)
def a_deleted_project_takes_everything_along(lab: Lab) -> None:
    """A new project, then with a milestone and tasks, deleted beside another such project."""
    project, other = lab.empty_project(), lab.empty_project()
    rows = lab.milestones(project)
    lab.expect("project/starts-with-its-default").equal(
        [(row.type, row.tasks_count) for row in rows], [("uncategorised", 0)], "types and counts"
    )
    default = lab.default_among(rows)
    milestone, spared = lab.milestone(project), lab.read(lab.bystander(other))
    with_tasks = lab.lent.status_id is not None
    tasks = [lab.task(project, milestone.id), lab.archived(lab.task(project))] if with_tasks else []
    spared_tasks = [lab.task(other)] if with_tasks else []
    answer = lab.client.delete_project(project)
    lab.expect("project/deletion-answers-200-with-the-id").status(answer, 200)
    lab.expect("project/deletion-answers-200-with-the-id").equal(id_in(answer), project, "the id in data")
    if not answer.ok:
        lab.obtained(answer, "a deleted project")
    for one in (milestone, default):
        lab.expect("project/deletion-takes-its-milestones").status(lab.client.get_milestone(one.id), 404)
    for task in tasks:
        lab.expect("project/deletion-takes-its-tasks").status(lab.client.get_task(task.id), 404)
    lab.expect("project/deletion-spares-other-projects").equal(lab.read(spared.id), spared, "the milestone")
    for task in spared_tasks:
        lab.expect("project/deletion-spares-other-projects").status(lab.client.get_task(task.id), 200)
    _refuses_everything(lab, project)


def _refuses_everything(lab: Lab, project: int) -> None:
    refuses = lab.expect("project/a-deleted-one-takes-no-milestones")
    refuses.status(lab.client.list_milestones({"project_id": project}), 422)
    refuses.status(lab.client.create_milestone(lab.milestone_fields(project)), 422)
    unknown = lab.expect("project/unknown-id-is-404")
    unknown.status(lab.client.get_project(project), 404)
    unknown.status(lab.client.update_project(project, _update(lab)), 404)
    unknown.status(lab.client.delete_project(project), 404)


def _update(lab: Lab) -> dict[str, Json]:
    """A project's fields without the client, which cannot change."""
    return lab.project_fields() | {"project_clientid": None}


@judges("project/an-update-leaves-milestones-alone")
def an_updated_project_keeps_its_milestones(lab: Lab) -> None:
    """A project renamed with a milestone in it."""
    project = lab.project()
    lab.milestone(project)
    before = lab.milestones(project, sort="milestone_position", order="asc")
    answer = lab.client.update_project(project, _update(lab), lab.how())
    lab.obtained(answer, "an updated project")
    after = lab.milestones(project, sort="milestone_position", order="asc")
    lab.expect("project/an-update-leaves-milestones-alone").equal(_by_id(after), _by_id(before), "the milestones")


@judges(
    "project/a-clone-has-a-default-of-its-own",
    "project/a-clone-copies-the-milestones",
    "project/a-clone-copies-the-tasks-into-their-milestones",
    "project/a-clone-without-the-flag-copies-no-milestones",
    "project/a-clone-without-the-flag-copies-no-tasks",
    "project/a-clone-leaves-the-source-unchanged",
)
def a_clone_brings_what_its_flags_say(lab: Lab) -> None:
    """A project of two milestones and three tasks cloned with its milestones and tasks, and without."""
    project = lab.empty_project()
    first = lab.milestone(project, color=lab.inputs.known_colors[-1])
    second = lab.milestone(project)
    if lab.lent.status_id is not None:
        for milestone in (first.id, first.id, second.id):
            lab.task(project, milestone)
    before = lab.milestones(project)
    copies = _clone(lab, project, {"copy_milestones": "on", "copy_tasks": "on"})
    _has_own_default(lab, copies, before)
    lab.expect("project/a-clone-copies-the-milestones").same_members(
        _titles_and_colors(copies), _titles_and_colors(before), "titles and colours of the copies"
    )
    lab.expect("project/a-clone-copies-the-tasks-into-their-milestones").same_members(
        _counts(copies), _counts(before), "titles and tasks_count of the copies"
    )
    bare = _clone(lab, project, {})
    _has_own_default(lab, bare, before)
    lab.expect("project/a-clone-without-the-flag-copies-no-milestones").equal(
        [one.title for one in bare if one.type != "uncategorised"], [], "titles of the copies"
    )
    lab.expect("project/a-clone-without-the-flag-copies-no-tasks").equal(
        sum(one.tasks_count or 0 for one in bare), 0, "tasks_count of all of the copy"
    )
    after = lab.milestones(project)
    lab.expect("project/a-clone-leaves-the-source-unchanged").equal(_by_id(after), _by_id(before), "the source's")


def _clone(lab: Lab, project: int, flags: dict[str, Json]) -> list[Milestone]:
    title = lab.sandbox.project_title()
    clone = lab.adopt_project(lab.client.clone_project(project, {"project_title": title, **flags}, lab.how()))
    return lab.milestones(clone)


def _has_own_default(lab: Lab, copies: Sequence[Milestone], source: Sequence[Milestone]) -> None:
    defaults = [one.id for one in copies if one.type == "uncategorised"]
    known = {one.id for one in source}
    lab.expect("project/a-clone-has-a-default-of-its-own").holds(
        len(defaults) == 1 and defaults[0] not in known, "one default of its own", f"defaults {defaults}"
    )


def _titles_and_colors(milestones: Sequence[Milestone]) -> list[Json]:
    return [[one.title, one.color] for one in milestones if one.type == "categorised"]


def _counts(milestones: Sequence[Milestone]) -> list[Json]:
    return [[one.title, one.tasks_count] for one in milestones if one.type == "categorised"]


def _by_id(milestones: Sequence[Milestone]) -> list[Milestone]:
    return sorted((replace(one, updated=None) for one in milestones), key=lambda one: one.id)
