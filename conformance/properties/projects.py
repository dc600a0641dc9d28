"""Projects, as far as milestones come and go with them."""

from collections.abc import Sequence
from dataclasses import replace

from conformance.context.property_context import PropertyContext
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
def a_deleted_project_takes_everything_along(context: PropertyContext) -> None:
    """A new project, then with a milestone and tasks, deleted beside another such project."""
    project, other = context.empty_project(), context.empty_project()
    rows = context.milestones(project)
    context.expect("project/starts-with-its-default").equal(
        [(row.type, row.tasks_count) for row in rows], [("uncategorised", 0)], "types and counts"
    )
    default = context.default_among(rows)
    milestone, spared = context.milestone(project), context.read(context.untouched_milestone(other))
    with_tasks = context.prerequisites.status_id is not None
    tasks = [context.task(project, milestone.id), context.archived(context.task(project))] if with_tasks else []
    spared_tasks = [context.task(other)] if with_tasks else []
    answer = context.client.delete_project(project)
    context.expect("project/deletion-answers-200-with-the-id").status(answer, 200)
    context.expect("project/deletion-answers-200-with-the-id").equal(id_in(answer), project, "the id in data")
    if not answer.ok:
        context.obtained(answer, "a deleted project")
    for one in (milestone, default):
        context.expect("project/deletion-takes-its-milestones").status(context.client.get_milestone(one.id), 404)
    for task in tasks:
        context.expect("project/deletion-takes-its-tasks").status(context.client.get_task(task.id), 404)
    context.expect("project/deletion-spares-other-projects").equal(context.read(spared.id), spared, "the milestone")
    for task in spared_tasks:
        context.expect("project/deletion-spares-other-projects").status(context.client.get_task(task.id), 200)
    _refuses_everything(context, project)


def _refuses_everything(context: PropertyContext, project: int) -> None:
    creation = context.client.create_milestone(context.milestone_fields(project))
    context.expect("project/a-deleted-one-takes-no-milestones").status(creation, 422)
    unknown = context.expect("project/unknown-id-is-404")
    unknown.status(context.client.get_project(project), 404)
    unknown.status(context.client.update_project(project, _update(context)), 404)
    unknown.status(context.client.delete_project(project), 404)


def _update(context: PropertyContext) -> dict[str, Json]:
    """A project's fields without the client, which cannot change."""
    return context.project_fields() | {"project_clientid": None}


@judges("project/an-update-leaves-milestones-alone")
def an_updated_project_keeps_its_milestones(context: PropertyContext) -> None:
    """A project renamed with a milestone in it."""
    project = context.project()
    context.milestone(project)
    before = context.milestones(project, sort="milestone_position", order="asc")
    answer = context.client.update_project(project, _update(context), context.draw_options())
    context.obtained(answer, "an updated project")
    after = context.milestones(project, sort="milestone_position", order="asc")
    context.expect("project/an-update-leaves-milestones-alone").equal(_by_id(after), _by_id(before), "the milestones")


@judges(
    "project/a-clone-has-a-default-of-its-own",
    "project/a-clone-copies-the-milestones",
    "project/a-clone-copies-the-tasks-into-their-milestones",
    "project/a-clone-without-the-flag-copies-no-milestones",
    "project/a-clone-without-the-flag-copies-no-tasks",
    "project/a-clone-leaves-the-source-unchanged",
)
def a_clone_brings_what_its_flags_say(context: PropertyContext) -> None:
    """A project of two milestones and three tasks cloned with its milestones and tasks, and without."""
    project = context.empty_project()
    first = context.milestone(project, color=context.inputs.known_colors[-1])
    second = context.milestone(project)
    if context.prerequisites.status_id is not None:
        for milestone in (first.id, first.id, second.id):
            context.task(project, milestone)
    before = context.milestones(project)
    copies = _clone(context, project, {"copy_milestones": "on", "copy_tasks": "on"})
    _has_own_default(context, copies, before)
    context.expect("project/a-clone-copies-the-milestones").same_members(
        _titles_and_colors(copies), _titles_and_colors(before), "titles and colours of the copies"
    )
    context.expect("project/a-clone-copies-the-tasks-into-their-milestones").same_members(
        _counts(copies), _counts(before), "titles and tasks_count of the copies"
    )
    bare = _clone(context, project, {})
    _has_own_default(context, bare, before)
    context.expect("project/a-clone-without-the-flag-copies-no-milestones").equal(
        [one.title for one in bare if one.type != "uncategorised"], [], "titles of the copies"
    )
    context.expect("project/a-clone-without-the-flag-copies-no-tasks").equal(
        sum(one.tasks_count or 0 for one in bare), 0, "tasks_count of all of the copy"
    )
    after = context.milestones(project)
    context.expect("project/a-clone-leaves-the-source-unchanged").equal(_by_id(after), _by_id(before), "the source's")


def _clone(context: PropertyContext, project: int, flags: dict[str, Json]) -> list[Milestone]:
    title = context.sandbox.project_title()
    clone = context.adopt_project(
        context.client.clone_project(project, {"project_title": title, **flags}, context.draw_options())
    )
    return context.milestones(clone)


def _has_own_default(context: PropertyContext, copies: Sequence[Milestone], source: Sequence[Milestone]) -> None:
    defaults = [one.id for one in copies if one.type == "uncategorised"]
    known = {one.id for one in source}
    context.expect("project/a-clone-has-a-default-of-its-own").holds(
        len(defaults) == 1 and defaults[0] not in known, "one default of its own", f"defaults {defaults}"
    )


def _titles_and_colors(milestones: Sequence[Milestone]) -> list[Json]:
    return [[one.title, one.color] for one in milestones if one.type == "categorised"]


def _counts(milestones: Sequence[Milestone]) -> list[Json]:
    return [[one.title, one.tasks_count] for one in milestones if one.type == "categorised"]


def _by_id(milestones: Sequence[Milestone]) -> list[Milestone]:
    return sorted((replace(one, updated=None) for one in milestones), key=lambda one: one.id)
