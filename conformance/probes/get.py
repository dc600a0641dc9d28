"""Ids that are none, and what a count counts."""

from collections.abc import Iterator

from conformance.context.property_context import Lab
from conformance.probes.registry import observes, refusal_or


@observes("get/malformed-id", read_only=True)
def malformed_ids(lab: Lab) -> Iterator[tuple[str, str]]:
    """An id of letters."""
    yield "get/malformed-id", str(lab.client.raw("GET", "/milestones/abc").status)


@observes("get/id-with-trailing-text")
def trailing_text(lab: Lab) -> Iterator[tuple[str, str]]:
    """An id of our own with letters behind it."""
    milestone = lab.bystander(lab.project())
    answer = lab.client.raw("GET", f"/milestones/{milestone}abc")
    yield "get/id-with-trailing-text", "refused" if answer.refused else refusal_or(answer, "numeric-prefix")


@observes("count/archived-tasks", "task/list-without-active-state")
def archived_tasks(lab: Lab) -> Iterator[tuple[str, str]]:
    """A milestone whose one task is archived."""
    project = lab.project()
    milestone = lab.milestone(project).id
    task = lab.archived(lab.task(project, milestone))
    count = lab.read(milestone).tasks_count
    yield "count/archived-tasks", {0: "not-counted", 1: "counted"}.get(count or 0, f"a tasks_count of {count}")
    listed = [one.id for one in lab.tasks(milestone_id=milestone)]
    yield "task/list-without-active-state", "all" if task.id in listed else "active"


@observes("task/unknown-milestone")
def unknown_milestones(lab: Lab) -> Iterator[tuple[str, str]]:
    """A task for a milestone that was deleted."""
    project = lab.project()
    answer = lab.client.create_task(lab.task_fields(project, lab.deleted_milestone(project)))
    yield "task/unknown-milestone", str(answer.status)


@observes("project/default-milestone-title", "project/default-milestone-position")
def defaults(lab: Lab) -> Iterator[tuple[str, str]]:
    """The system default of a new project."""
    default = lab.default(lab.empty_project())
    english = (default.title or "").lower() in ("uncategorised", "uncategorized")
    yield "project/default-milestone-title", "uncategorised" if english else "other"
    yield "project/default-milestone-position", str(default.position)


@observes("project/clone-tasks-without-milestones")
def clones(lab: Lab) -> Iterator[tuple[str, str]]:
    """A project with a task in a milestone, cloned with its tasks and without its milestones."""
    project = lab.empty_project()
    lab.task(project, lab.milestone(project).id)
    fields = {"project_title": lab.sandbox.project_title(), "copy_tasks": "on"}
    copy = lab.adopt_project(lab.client.clone_project(project, fields))
    held = sum(row.tasks_count or 0 for row in lab.milestones(copy))
    yield "project/clone-tasks-without-milestones", "default-milestone" if held else "not-copied"
