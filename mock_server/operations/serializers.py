"""Serialize the store's records as objects of the API."""

from collections.abc import Iterable, Sequence

import orjson
from orjson import Fragment

from mock_server.contract.profile import Profile
from mock_server.messages import Json, JsonObject
from mock_server.storage.clock import seconds_between
from mock_server.storage.indexes import GroupCount
from mock_server.storage.store import Comment, Label, Milestone, NamedRecord, Project, Store, Task, Timer
from mock_server.storage.tables import Index, Table

PERMISSIONS = (
    "clientperm_tasks_view",
    "clientperm_tasks_collaborate",
    "clientperm_tasks_create",
    "clientperm_timesheets_view",
    "clientperm_expenses_view",
    "assignedperm_tasks_collaborate",
)


def task_counts(store: Store, profile: Profile) -> Index[Task, int] | GroupCount[Task, int]:
    """Return the index that counts tasks by milestone id. Implements: Milestones, The milestone object."""
    if profile.peek("count/archived-tasks") == "counted":
        return store.tasks_of_milestone
    return store.active_tasks_of_milestone


def serialize_milestones(store: Store, profile: Profile, milestones: Sequence[Milestone]) -> Sequence[Json]:
    """Return milestones serialized. Implements: Milestones, The milestone object.

    Most of them have not changed since they were last shown, so their serialized form is cached.
    """
    kept = store.serialized_milestones.of(profile.peek("count/archived-tasks"))
    shown: list[Fragment | None] = [kept.get(milestone.id) for milestone in milestones]
    if None in shown:
        tasks = task_counts(store, profile)
        for place, milestone in enumerate(milestones):
            if shown[place] is None:
                written = orjson.dumps(serialize_milestone(milestone, tasks.count(milestone.id)))
                shown[place] = kept[milestone.id] = Fragment(written)
    return shown


def serialize_milestone(milestone: Milestone, tasks_count: int) -> JsonObject:
    """Return a milestone with its number of tasks. Implements: Milestones, The milestone object."""
    return {
        "id": milestone.id,
        "title": milestone.title,
        "project_id": milestone.project_id,
        "type": milestone.type,
        "color": milestone.color,
        "position": milestone.position,
        "creator_id": milestone.creator_id,
        "tasks_count": tasks_count,
        "dates": {"created": milestone.created, "updated": milestone.updated},
    }


def serialize_project(store: Store, project: Project) -> JsonObject:
    """Return a project. Implements: Projects, The project object."""
    return {
        "id": project.id,
        "title": project.title,
        "description": project.description,
        "reference": None,
        "status": project.status,
        "active_state": active_state(project.archived),
        "progress": project.progress,
        "progress_manually": yes_no(project.progress_manually),
        "client": name_of(store.clients, project.client_id),
        "category": name_of(store.categories, project.category_id),
        "dates": {
            "start": project.start,
            "due": project.due,
            "created": project.created,
            "updated": project.updated,
        },
        "billing": {
            "type": project.billing.type,
            "rate": f"{project.billing.rate:.2f}",
            "estimated_hours": project.billing.estimated_hours,
            "costs_estimate": f"{project.billing.costs_estimate:.2f}",
        },
        "permissions": {name: yes_no(name in project.permissions) for name in PERMISSIONS},
        "assigned": names_of(store.users, project.assigned),
        "managers": names_of(store.users, project.managers),
        "tags": list(project.tags),
    }


def serialize_task(store: Store, task: Task) -> JsonObject:
    """Return a task. Implements: Tasks, The task object."""
    project = store.projects.get_or_raise(task.project_id)
    milestone = store.milestones.get_or_raise(store.milestone_id_of(task))
    timers = store.timers_of_task.rows(task.id)
    return {
        "id": task.id,
        "title": task.title,
        "description": task.description,
        "status": serialize_label(store.statuses.get_or_raise(task.status_id)),
        "priority": serialize_label(store.priorities.get_or_raise(task.priority_id)),
        "active_state": active_state(task.archived),
        "client_visibility": yes_no(task.client_visibility),
        "billable": yes_no(task.billable),
        "project": {"id": project.id, "title": project.title},
        "client": name_of(store.clients, project.client_id),
        "milestone": {"id": milestone.id, "name": milestone.title},
        "dates": {"start": task.start, "due": task.due, "created": task.created, "updated": task.updated},
        "time_logged": sum(seconds_of(timer) for timer in timers),
        "assigned": names_of(store.users, task.assigned),
        "tags": list(task.tags),
    }


def serialize_comment(store: Store, comment: Comment) -> JsonObject:
    """Return a comment. Implements: Tasks, Comments."""
    return {
        "id": comment.id,
        "comment": comment.text,
        "creator": name_of(store.users, comment.creator_id),
        "created": comment.created,
    }


def serialize_timer(store: Store, timer: Timer) -> JsonObject:
    """Return a timer. Implements: Tasks, Timers."""
    return {
        "id": timer.id,
        "user": name_of(store.users, timer.user_id),
        "started": timer.started,
        "stopped": timer.stopped,
        "time": seconds_of(timer),
        "status": "stopped" if timer.stopped else "running",
        "billing_status": timer.billing_status,
    }


def seconds_of(timer: Timer) -> int:
    """Return the time that a timer has logged; a running timer logs its time when it stops."""
    return seconds_between(timer.started, timer.stopped) if timer.stopped else 0


def serialize_label(label: Label) -> JsonObject:
    """Return a status or priority as shown in tasks."""
    return {"id": label.id, "title": label.title, "color": label.color}


def name_of(table: Table[NamedRecord], row_id: int) -> JsonObject:
    """Return a record as shown in records that refer to it."""
    row = table.get_or_raise(row_id)
    return {"id": row.id, "name": row.name}


def names_of(table: Table[NamedRecord], row_ids: Iterable[int]) -> list[JsonObject]:
    """Return several records as shown in records that refer to them."""
    return [name_of(table, row_id) for row_id in row_ids]


def active_state(archived: bool) -> str:
    """Return `active` or `archived`, as shown in projects and tasks."""
    return "archived" if archived else "active"


def yes_no(value: bool) -> str:
    """Return a flag as shown in objects."""
    return "yes" if value else "no"
