"""Export the content of an account as a scenario, so that a mock can continue from a file."""

from collections.abc import Mapping

from mock_server.accounts import Account
from mock_server.scenarios.loader import Scenario
from mock_server.scenarios.schema import (
    BillingEntry,
    CommentEntry,
    ContentEntry,
    DefaultEntry,
    LabelEntry,
    MilestoneEntry,
    NamedEntry,
    ProjectEntry,
    ScenarioEntry,
    TaskEntry,
    TimerEntry,
)
from mock_server.storage.clock import Clock
from mock_server.storage.store import Billing, Comment, Label, Milestone, NamedRecord, Project, Store, Task, Timer
from mock_server.storage.tables import Table


def export_scenario(scenario: Scenario, accounts: Mapping[str, Account]) -> ScenarioEntry:
    """Return a scenario with the content of these accounts, in which all others start as before."""
    unopened = {key: _beginning(own) for key, own in scenario.accounts.items() if key not in accounts}
    continued = {key: export_account(account) for key, account in accounts.items()}
    return {**_beginning(scenario), "accounts": {**unopened, **continued}}


def export_account(account: Account) -> ContentEntry:
    """Return the content of an account as an entry of a scenario."""
    return {**_content(account.store), "now": account.clock.now}


def _beginning(scenario: Scenario) -> ContentEntry:
    """Return the content that a scenario starts with."""
    content = _content(scenario.content)
    if scenario.now is None:
        return content
    clock = Clock()
    clock.set(scenario.now)
    return {**content, "now": clock.now}


def _content(store: Store) -> ContentEntry:
    return {
        "last_ids": {
            "projects": store.projects.last_id,
            "milestones": store.milestones.last_id,
            "tasks": store.tasks.last_id,
            "comments": store.comments.last_id,
            "timers": store.timers.last_id,
        },
        "users": _named(store.users),
        "clients": _named(store.clients),
        "categories": _named(store.categories),
        "statuses": _labels(store.statuses),
        "priorities": _labels(store.priorities),
        "projects": [_project(store, project) for project in store.projects],
    }


def _named(table: Table[NamedRecord]) -> list[NamedEntry]:
    return [{"id": row.id, "name": row.name} for row in table]


def _labels(table: Table[Label]) -> list[LabelEntry]:
    return [{"id": row.id, "title": row.title, "color": row.color} for row in table]


def _project(store: Store, project: Project) -> ProjectEntry:
    milestones = sorted(store.milestones_of_project.rows(project.id), key=lambda row: (row.position, row.id))
    entry: ProjectEntry = {
        "id": project.id,
        "title": project.title,
        "client": project.client_id,
        "category": project.category_id,
        "status": project.status,
        "progress": project.progress,
        "progress_manually": project.progress_manually,
        "archived": project.archived,
        "start": project.start,
        "creator": project.creator_id,
        "created": project.created,
        "updated": project.updated,
        "assigned": list(project.assigned),
        "managers": list(project.managers),
        "tags": list(project.tags),
        "permissions": sorted(project.permissions),
        "billing": _billing(project.billing),
        "default": _default(store, store.milestones.get_or_raise(project.default_milestone_id)),
        "milestones": [_milestone(store, row) for row in milestones if row.id != project.default_milestone_id],
    }
    if project.due:
        entry["due"] = project.due
    if project.description:
        entry["description"] = project.description
    return entry


def _billing(billing: Billing) -> BillingEntry:
    entry: BillingEntry = {
        "rate": billing.rate,
        "estimated_hours": billing.estimated_hours,
        "costs_estimate": billing.costs_estimate,
    }
    if billing.type:
        entry["type"] = billing.type
    return entry


def _default(store: Store, milestone: Milestone) -> DefaultEntry:
    return {
        "id": milestone.id,
        "title": milestone.title,
        "color": milestone.color,
        "position": milestone.position,
        "created": milestone.created,
        "updated": milestone.updated,
        "tasks": _tasks(store, milestone),
    }


def _milestone(store: Store, milestone: Milestone) -> MilestoneEntry:
    return {
        "id": milestone.id,
        "title": milestone.title,
        "color": milestone.color,
        "position": milestone.position,
        "creator": milestone.creator_id,
        "created": milestone.created,
        "updated": milestone.updated,
        "tasks": _tasks(store, milestone),
    }


def _tasks(store: Store, milestone: Milestone) -> list[TaskEntry]:
    return [_task(store, task) for task in store.tasks_of_milestone.rows(milestone.id)]


def _task(store: Store, task: Task) -> TaskEntry:
    entry: TaskEntry = {
        "id": task.id,
        "title": task.title,
        "status": task.status_id,
        "priority": task.priority_id,
        "archived": task.archived,
        "billable": task.billable,
        "client_visibility": task.client_visibility,
        "assigned": list(task.assigned),
        "tags": list(task.tags),
        "position": task.position,
        "created": task.created,
        "updated": task.updated,
        "comments": [_comment(comment) for comment in store.comments_of_task.rows(task.id)],
        "timers": [_timer(timer) for timer in store.timers_of_task.rows(task.id)],
    }
    if task.description:
        entry["description"] = task.description
    if task.start:
        entry["start"] = task.start
    if task.due:
        entry["due"] = task.due
    return entry


def _comment(comment: Comment) -> CommentEntry:
    return {"id": comment.id, "by": comment.creator_id, "text": comment.text, "created": comment.created}


def _timer(timer: Timer) -> TimerEntry:
    entry: TimerEntry = {
        "id": timer.id,
        "by": timer.user_id,
        "started": timer.started,
        "billing_status": timer.billing_status,
    }
    if timer.stopped:
        entry["stopped"] = timer.stopped
    return entry
