"""The operations on projects."""

from collections.abc import Iterator
from dataclasses import replace

from mock_server.contract.profile import Profile
from mock_server.operations import pagination
from mock_server.operations.context import ADMIN_USER_ID, OperationContext
from mock_server.operations.serializers import PERMISSIONS, serialize_project
from mock_server.requests.form_data import FormData
from mock_server.responses import Result
from mock_server.storage.sorted_views import Filter
from mock_server.storage.store import Billing, Milestone, Project, Store

SORT_KEYS: pagination.SortKeys[Project] = {
    "project_title": pagination.sort_title,
    "project_status": lambda project: project.status,
    "project_date_start": lambda project: project.start,
    "project_date_due": lambda project: project.due or "",
    "project_created": lambda project: project.created,
    "project_progress": lambda project: project.progress,
}


def list_projects(context: OperationContext) -> Result:
    """Return a page of the projects. Implements: Projects, List projects."""
    query = context.query
    query.raise_if_invalid()
    source = pagination.ListSource(context.store.projects, context.store.projects.select, tuple(read_filters(query)))
    page, meta = pagination.select(
        source, query, context.profile, SORT_KEYS, lambda: ("project_created", query.text("order", "desc"))
    )
    data = [serialize_project(context.store, project) for project in page]
    return Result(data, "Projects retrieved successfully.", meta=meta)


def read_filters(query: FormData) -> Iterator[Filter[Project]]:
    """Yield the filters of a list."""
    if query.has("status"):
        status = query.text("status")
        yield Filter("status", status, lambda project: project.status == status)
    if query.has("client_id"):
        client_id = query.integer("client_id")
        yield Filter("client_id", client_id, lambda project: project.client_id == client_id)
    if query.has("category_id"):
        category_id = query.integer("category_id")
        yield Filter("category_id", category_id, lambda project: project.category_id == category_id)


def get_project(context: OperationContext) -> Result:
    """Return one project. Implements: Projects, Get a project."""
    return _answer(context, context.project(), "Project retrieved successfully.")


def create_project(context: OperationContext) -> Result:
    """Create a project with its default milestone. Implements: Projects, Create a project."""
    form, store = context.body, context.store
    form.get_related("project_clientid", store.clients)
    form.get_related("project_categoryid", store.categories)
    form.get_related("project_creatorid", store.users)
    check_dates(form, "project")
    form.raise_if_invalid()
    project = Project(
        id=store.projects.next_id(),
        title=form.text("project_title"),
        client_id=form.integer("project_clientid"),
        category_id=form.integer("project_categoryid"),
        creator_id=form.integer("project_creatorid", ADMIN_USER_ID),
        default_milestone_id=store.milestones.next_id(),
        start=form.text("project_date_start"),
        created=context.now,
        updated=context.now,
    )
    open_project(store, context.profile, change(project, form))
    return _answer(context, store.projects.get_or_raise(project.id), "Project created successfully.", 201)


def update_project(context: OperationContext) -> Result:
    """Change any field of a project except its client. Implements: Projects, Update a project."""
    project = context.project()
    context.body.get_related("project_categoryid", context.store.categories)
    check_dates(context.body, "project", project.start, project.due)
    context.body.raise_if_invalid()
    context.store.projects.put(replace(change(project, context.body), updated=context.now))
    return _answer(context, context.project(), "Project updated successfully.")


def delete_project(context: OperationContext) -> Result:
    """Delete a project and everything in it. Implements: Projects, Delete a project."""
    project = context.project()
    context.store.delete_project(project)
    return Result({"id": project.id}, "Project deleted successfully.")


def open_project(store: Store, profile: Profile, project: Project) -> None:
    """Store a new project with its default milestone. Implements: Milestones, introduction."""
    title = "Uncategorised" if profile.decide("project/default-milestone-title") == "uncategorised" else "Unsorted"
    store.projects.put(project)
    store.milestones.put(
        Milestone(
            id=project.default_milestone_id,
            project_id=project.id,
            title=title,
            color="default",
            position=int(profile.decide("project/default-milestone-position")),
            creator_id=ADMIN_USER_ID,
            created=project.created,
            updated=project.created,
            type="uncategorised",
        )
    )


def change(project: Project, form: FormData) -> Project:
    """Return a project with the fields that were sent."""
    billing = project.billing
    return replace(
        project,
        title=form.text("project_title", project.title),
        category_id=form.integer("project_categoryid", project.category_id),
        start=form.text("project_date_start", project.start),
        due=form.optional_text("project_date_due", project.due),
        description=form.optional_text("project_description", project.description),
        progress_manually=form.flag("project_progress_manually", project.progress_manually),
        permissions=frozenset(name for name in PERMISSIONS if form.flag(name, name in project.permissions)),
        billing=Billing(
            type=form.optional_text("project_billing_type", billing.type),
            rate=form.number("project_billing_rate", billing.rate),
            estimated_hours=form.number("project_billing_estimated_hours", billing.estimated_hours),
            costs_estimate=form.number("project_billing_costs_estimate", billing.costs_estimate),
        ),
    )


def check_dates(form: FormData, kind: str, start: str | None = None, due: str | None = None) -> None:
    """Refuse a due date before the start; dates that were not sent keep their values."""
    start = form.optional_text(f"{kind}_date_start", start)
    due = form.optional_text(f"{kind}_date_due", due)
    if start and due and due < start:
        form.add_error(f"{kind}_date_due", f"The {kind} date due must be a date on or after {kind} date start.")


def _answer(context: OperationContext, project: Project, message: str, status: int = 200) -> Result:
    return Result(serialize_project(context.store, project), message, status)


def clone_project(context: OperationContext) -> Result:
    """Create a copy of a project with the requested parts. Implements: Projects, Clone a project."""
    source, form, store = context.project(), context.body, context.store
    form.get_related("project_clientid", store.clients)
    form.get_related("project_categoryid", store.categories)
    check_dates(form, "project", source.start, source.due)
    form.raise_if_invalid()
    copy = replace(
        source,
        id=store.projects.next_id(),
        default_milestone_id=store.milestones.next_id(),
        title=form.text("project_title"),
        client_id=form.integer("project_clientid", source.client_id),
        category_id=form.integer("project_categoryid", source.category_id),
        start=form.text("project_date_start", source.start),
        due=form.text("project_date_due") or source.due,
        archived=False,
        created=context.now,
        updated=context.now,
    )
    open_project(store, context.profile, copy)
    with_milestones = form.flag("copy_milestones")
    homes = copy_milestones(store, source, copy) if with_milestones else {}
    if form.flag("copy_tasks") and (with_milestones or takes_homeless_tasks(context.profile)):
        copy_tasks(store, source, copy, homes)
    return Result(serialize_project(store, copy), "Project cloned successfully.", 201)


def copy_milestones(store: Store, source: Project, copy: Project) -> dict[int, int]:
    """Copy the milestones other than the default, with titles, colours and positions; return new ids by old."""
    homes = {source.default_milestone_id: copy.default_milestone_id}
    for milestone in store.milestones_of_project.rows(source.id):
        if milestone.id not in homes:
            homes[milestone.id] = store.milestones.next_id()
            store.milestones.put(
                milestone._replace(
                    id=homes[milestone.id],
                    project_id=copy.id,
                    created=copy.created,
                    updated=copy.created,
                )
            )
    return homes


def takes_homeless_tasks(profile: Profile) -> bool:
    """Return whether tasks are copied if their milestones are not."""
    return profile.decide("project/clone-tasks-without-milestones") == "default-milestone"


def copy_tasks(store: Store, source: Project, copy: Project, homes: dict[int, int]) -> None:
    """Copy the tasks into the copies of their milestones, or into the default."""
    for task in store.tasks_of_project.rows(source.id):
        store.tasks.put(
            replace(
                task,
                id=store.tasks.next_id(),
                project_id=copy.id,
                milestone_id=homes.get(store.milestone_id_of(task), copy.default_milestone_id),
                created=copy.created,
                updated=copy.created,
            )
        )
