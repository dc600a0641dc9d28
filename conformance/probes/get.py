"""Malformed and unknown ids, counts, and the defaults of new and cloned projects."""

from collections.abc import Iterator

from conformance.context.property_context import PropertyContext
from conformance.probes.registry import observes, status_if_refused_or


@observes("get/malformed-id", read_only=True)
def malformed_ids(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Request a milestone with letters as its id."""
    yield "get/malformed-id", str(context.client.raw("GET", "/milestones/abc").status)


@observes("get/id-with-trailing-text")
def trailing_text(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Request a milestone with letters after its id."""
    milestone = context.untouched_milestone(context.project())
    answer = context.client.raw("GET", f"/milestones/{milestone}abc")
    yield "get/id-with-trailing-text", "refused" if answer.refused else status_if_refused_or(answer, "numeric-prefix")


@observes("count/archived-tasks", "task/list-without-active-state")
def archived_tasks(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Count the tasks of a milestone that holds one archived task."""
    project = context.project()
    milestone = context.milestone(project).id
    task = context.archived(context.task(project, milestone))
    count = context.read(milestone).tasks_count
    yield "count/archived-tasks", {0: "not-counted", 1: "counted"}.get(count or 0, f"a tasks_count of {count}")
    listed = [task.id for task in context.tasks(milestone_id=milestone)]
    yield "task/list-without-active-state", "all" if task.id in listed else "active"


@observes("task/unknown-milestone")
def unknown_milestones(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Create a task in a deleted milestone."""
    project = context.project()
    answer = context.client.create_task(context.task_fields(project, context.deleted_milestone(project)))
    yield "task/unknown-milestone", str(answer.status)


@observes("project/default-milestone-title", "project/default-milestone-position")
def defaults(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Read the system default of a new project."""
    default = context.default(context.empty_project())
    english = (default.title or "").lower() in ("uncategorised", "uncategorized")
    yield "project/default-milestone-title", "uncategorised" if english else "other"
    yield "project/default-milestone-position", str(default.position)


@observes("project/clone-tasks-without-milestones")
def clones(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Clone a project with its tasks but without its milestones, one of which holds a task."""
    project = context.empty_project()
    context.task(project, context.milestone(project).id)
    fields = {"project_title": context.sandbox.project_title(), "copy_tasks": "on"}
    copy = context.adopt_project(context.client.clone_project(project, fields))
    held = sum(row.tasks_count or 0 for row in context.milestones(copy))
    yield "project/clone-tasks-without-milestones", "default-milestone" if held else "not-copied"
