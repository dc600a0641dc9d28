"""The operation that clones a project."""

from dataclasses import replace

from mock_server.call import Call
from mock_server.envelope import Result
from mock_server.objects import project_object
from mock_server.profile import Profile
from mock_server.projects import check_dates, open_project
from mock_server.store import Project, Store


def clone_project(call: Call) -> Result:
    """Make a project like another, with the parts that were asked for. Implements: Projects, Clone a project."""
    source, form, store = call.project(), call.body, call.store
    form.require_row("project_clientid", store.clients)
    form.require_row("project_categoryid", store.categories)
    check_dates(form, "project", source.start, source.due)
    form.check()
    copy = replace(
        source,
        id=store.projects.claim_id(),
        default_milestone_id=store.milestones.claim_id(),
        title=form.text("project_title"),
        client_id=form.integer("project_clientid", source.client_id),
        category_id=form.integer("project_categoryid", source.category_id),
        start=form.text("project_date_start", source.start),
        due=form.text("project_date_due") or source.due,
        archived=False,
        created=call.now,
        updated=call.now,
    )
    open_project(store, call.profile, copy)
    with_milestones = form.flag("copy_milestones")
    homes = copy_milestones(store, source, copy) if with_milestones else {}
    if form.flag("copy_tasks") and (with_milestones or takes_homeless_tasks(call.profile)):
        copy_tasks(store, source, copy, homes)
    return Result(project_object(store, copy), "Project cloned successfully.", 201)


def copy_milestones(store: Store, source: Project, copy: Project) -> dict[int, int]:
    """Copy the milestones beside the default with their titles, colours and positions; return new ids by old."""
    homes = {source.default_milestone_id: copy.default_milestone_id}
    for milestone in store.milestones_of_project.rows(source.id):
        if milestone.id not in homes:
            homes[milestone.id] = store.milestones.claim_id()
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
    """Tell whether tasks are copied whose milestones are not."""
    return profile["project/clone-tasks-without-milestones"] == "default-milestone"


def copy_tasks(store: Store, source: Project, copy: Project, homes: dict[int, int]) -> None:
    """Copy the tasks into the copies of their milestones, or else into the default."""
    for task in store.tasks_of_project.rows(source.id):
        store.tasks.put(
            replace(
                task,
                id=store.tasks.claim_id(),
                project_id=copy.id,
                milestone_id=homes.get(store.home_of(task), copy.default_milestone_id),
                created=copy.created,
                updated=copy.created,
            )
        )
