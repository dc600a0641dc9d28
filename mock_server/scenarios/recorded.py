"""Build a scenario from recorded answers, so that a deployment's data can be mocked."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from mock_server.recording.recorder import Exchange
from mock_server.scenarios.schema import ContentEntry

# Objects of the API as they were shown; they were validated when they were recorded.
Shown = dict[str, Any]

MARKS = {"tasks_count": "milestones", "progress_manually": "projects", "time_logged": "tasks"}
"""A field that identifies objects of each kind."""

DELETION = re.compile(r"/(milestones|projects|tasks)/(\d{1,18})$")
UNKNOWN_START = "2026-01-01"
DATES = ("created", "updated", "start", "due")


def build_recorded(exchanges: Iterable[Exchange], common: ContentEntry) -> ContentEntry:
    """Return a scenario of all objects that were shown and not deleted, each in its last state.

    `common` has further people, clients and labels. Answers that violate the contract are left out, as is the content
    of deleted objects. Objects that were only referred to have an id and a title; comments and timers are not included.
    """
    recorded = _Recorded(common)
    for exchange in exchanges:
        if 200 <= exchange.status < 300 and not exchange.complaints:
            recorded.add(exchange)
    return recorded.content()


class _Recorded:
    """The objects that were shown, by kind and id."""

    def __init__(self, common: ContentEntry) -> None:
        self._objects: dict[str, dict[int, Shown]] = {"projects": {}, "milestones": {}, "tasks": {}}
        names = ("users", "clients", "categories", "statuses", "priorities")
        rows: Mapping[str, Any] = common
        self._named: dict[str, dict[int, Shown]] = {name: {row["id"]: row for row in rows[name]} for name in names}

    def add(self, exchange: Exchange) -> None:
        """Add the objects in an answer, or remove a deleted one."""
        deleted = DELETION.search(exchange.path) if exchange.method == "DELETE" else None
        if deleted:
            self._remove(deleted[1], int(deleted[2]))
            return
        for shown in _objects_of(exchange.response.body):
            for mark, kind in MARKS.items():
                if mark in shown:
                    self._objects[kind][shown["id"]] = shown

    def _remove(self, kind: str, row_id: int) -> None:
        """Remove an object, and the objects that it last contained."""
        self._objects[kind].pop(row_id, None)
        for task_id, task in list(self._objects["tasks"].items()):
            if row_id == task.get(kind.removesuffix("s"), {}).get("id"):
                del self._objects["tasks"][task_id]
        for milestone_id, milestone in list(self._objects["milestones"].items()):
            if kind == "projects" and milestone["project_id"] == row_id:
                del self._objects["milestones"][milestone_id]

    def content(self) -> ContentEntry:
        """Return the scenario."""
        tasks: dict[int, list[Shown]] = {}
        for task in self._objects["tasks"].values():
            project, milestone = task["project"], task["milestone"]
            self._refer("projects", project["id"], {"title": project["title"], "client": task["client"]})
            self._refer("milestones", milestone["id"], {"title": milestone["name"], "project_id": project["id"]})
            tasks.setdefault(task["milestone"]["id"], []).append(self._task(task))
        milestones: dict[int, list[Shown]] = {}
        for milestone in sorted(self._objects["milestones"].values(), key=lambda row: row.get("position", 0)):
            self._refer("projects", milestone["project_id"], {"title": f"Project {milestone['project_id']}"})
            milestones.setdefault(milestone["project_id"], []).append(milestone)
        projects = [
            self._project(project, milestones.get(row_id, []), tasks)
            for row_id, project in sorted(self._objects["projects"].items())
        ]
        # The default of some projects was not shown: it gets an id that no other milestone has.
        for number, entry in enumerate(projects, max(self._objects["milestones"], default=0) + 1):
            entry.setdefault("default", {"id": number})
        named = {name: list(rows.values()) for name, rows in self._named.items()}
        return cast("ContentEntry", {**named, "projects": projects})

    def _refer(self, kind: str, row_id: int, stub: Shown) -> None:
        """Add a stub for an object that another one refers to, unless it is known."""
        self._objects[kind].setdefault(row_id, {"id": row_id, **stub})

    def _name(self, table: str, row: Shown) -> int:
        """Add a client, person or label, and return its id."""
        self._named[table][row["id"]] = row
        row_id: int = row["id"]
        return row_id

    def _any(self, table: str, row: Shown | None) -> int:
        """Return the id of the given record, or else of the first existing one, which is created if needed."""
        rows = self._named[table]
        return self._name(table, row or next(iter(rows.values()), {"id": 1, "name": "Unknown"}))

    def _user(self, row_id: int) -> int:
        self._named["users"].setdefault(row_id, {"id": row_id, "name": f"User {row_id}"})
        return row_id

    def _project(self, project: Shown, milestones: list[Shown], tasks: Mapping[int, list[Shown]]) -> Shown:
        dates = _given(project.get("dates", {}), DATES)
        entry = {
            **_given(project, ("id", "title", "description", "status", "progress", "tags")),
            "start": UNKNOWN_START,
            **dates,
            "client": self._any("clients", project.get("client")),
            "category": self._any("categories", project.get("category")),
            "archived": project.get("active_state") == "archived",
            "progress_manually": project.get("progress_manually") == "yes",
            "permissions": [name for name, value in project.get("permissions", {}).items() if value == "yes"],
            "assigned": [self._name("users", user) for user in project.get("assigned", ())],
            "managers": [self._name("users", user) for user in project.get("managers", ())],
            "billing": _billing(project.get("billing", {})),
            "milestones": [],
        }
        titles: set[str] = set()
        for milestone in milestones:
            shown = self._milestone(milestone, tasks.get(milestone["id"], []))
            if milestone.get("type") == "uncategorised":
                entry["default"] = {name: value for name, value in shown.items() if name != "creator"}
                continue
            if shown["title"] in titles:
                # Titles are unique on the mock.
                shown["title"] = f"{shown['title']} ({shown['id']})"
            titles.add(shown["title"])
            entry["milestones"].append(shown)
        return entry

    def _milestone(self, milestone: Shown, tasks: list[Shown]) -> Shown:
        entry = _given(milestone, ("id", "title", "color", "position"))
        dates = _given(milestone.get("dates", {}), DATES)
        return {**entry, **dates, "creator": self._user(milestone.get("creator_id", 1)), "tasks": tasks}

    def _task(self, task: Shown) -> Shown:
        return {
            **_given(task, ("id", "title", "description", "tags")),
            **_given(task["dates"], DATES),
            "status": self._name("statuses", task["status"]),
            "priority": self._name("priorities", task["priority"]),
            "archived": task["active_state"] == "archived",
            "billable": task["billable"] == "yes",
            "client_visibility": task["client_visibility"] == "yes",
            "assigned": [self._name("users", user) for user in task["assigned"]],
        }


def _billing(billing: Shown) -> Shown:
    return {name: value if name == "type" else float(value) for name, value in billing.items() if value is not None}


def _objects_of(body: bytes) -> Iterator[Shown]:
    """Yield the objects in an answer's data."""
    try:
        data = json.loads(body)["data"]
    except (ValueError, KeyError, TypeError):
        return
    for shown in data if isinstance(data, list) else [data]:
        if isinstance(shown, dict) and "id" in shown:
            yield shown


def _given(shown: Shown, names: Iterable[str]) -> Shown:
    """Return the given fields of an object that have a value."""
    return {name: shown[name] for name in names if name in shown and shown[name] not in (None, "")}
