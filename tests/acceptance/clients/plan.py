"""The plan that every client carries out: each operation once, with its body in one encoding.

A client reads it from standard input, one request a line: key, method, URL, content type and the body in Base64,
separated by tabs. It writes one answer a line: the status, and the body in Base64.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from mock_server.contract.contract import Contract

FORM, JSON, MULTIPART = "application/x-www-form-urlencoded", "application/json", "multipart/form-data"
BOUNDARY = "----plan"
COMMENT = "31"
"""A comment of task 120 in the default scenario."""

ARGUMENTS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "listMilestones": ("?project_id=159&search=%C3%A9&sort=milestone_title", {}),
    "createMilestone": (
        "",
        {"milestone_projectid": 159, "milestone_title": "Entwürfe & Tests", "milestone_color": "info"},
    ),
    "reorderMilestones": ("", {"milestones": [15, 12, 10]}),
    "getMilestone": ("12", {}),
    "updateMilestone": ("12", {"milestone_title": "Größe = 1", "milestone_color": "info"}),
    "deleteMilestone": ("15", {"delete_tasks": "yes"}),
    "listProjects": ("?limit=2&page=1", {}),
    "createProject": (
        "",
        {
            "project_clientid": 12,
            "project_title": "日本語",
            "project_date_start": "2026-06-01",
            "project_categoryid": 3,
        },
    ),
    "getProject": ("159", {}),
    "updateProject": ("159", {"project_title": "Renamed", "project_date_start": "2026-06-01", "project_categoryid": 3}),
    "cloneProject": (
        "159",
        {
            "project_title": "Copy",
            "project_clientid": 12,
            "project_categoryid": 3,
            "project_date_start": "2026-06-01",
            "copy_tasks": "on",
        },
    ),
    "listTasks": ("?project_id=159", {}),
    "createTask": (
        "",
        {"task_projectid": 159, "task_title": "Write", "task_status": 1, "task_priority": 2},
    ),
    "getTask": ("120", {}),
    "updateTask": ("120", {"task_title": "Rewrite", "task_status": 1, "task_priority": 2}),
    "setTaskStatus": ("120", {"status": 2}),
    "archiveTask": ("120", {}),
    "activateTask": ("120", {}),
    "cloneTask": ("120", {"task_title": "Copy", "task_status": 1, "project_id": 159, "task_milestoneid": 690}),
    "listTaskComments": ("120", {}),
    "addTaskComment": ("120", {"comment": "Looks good 👍"}),
    "deleteTaskComment": ("120", {}),
    "listTaskTimers": ("120", {}),
    "stopTaskTimers": ("120", {}),
    "deleteTask": ("120", {}),
    "deleteProject": ("159", {}),
}
"""By operation, in the order in which they are sent: the id in the path or the query string, and the body's fields."""


@dataclass(frozen=True)
class Planned:
    """A request of the plan."""

    operation: str
    method: str
    target: str
    content_type: str = ""
    body: bytes = b""

    def line(self, key: str, base_url: str) -> str:
        """Return the request as a client reads it."""
        encoded = base64.b64encode(self.body).decode()
        return f"{key}\t{self.method}\t{base_url}{self.target}\t{self.content_type}\t{encoded}\n"


def make_plan(contract: Contract, encoding: str) -> list[Planned]:
    """Return each operation once, with a body where it has one in the encoding."""
    return [planned for name in ARGUMENTS if (planned := _plan(contract, name, encoding))]


def _plan(contract: Contract, name: str, encoding: str) -> Planned | None:
    operation, (argument, fields) = contract.operations[name], ARGUMENTS[name]
    query = argument if argument.startswith("?") else ""
    target = operation.path.replace("{id}", argument).replace("{comment_id}", COMMENT) + query
    if not fields:
        return Planned(name, operation.method, target)
    if encoding not in operation.bodies:
        return None
    content_type = f"{encoding}; boundary={BOUNDARY}" if encoding == MULTIPART else encoding
    return Planned(name, operation.method, target, content_type, encode(fields, encoding))


def encode(fields: Mapping[str, object], encoding: str) -> bytes:
    """Return fields as a body."""
    if encoding == JSON:
        return json.dumps(fields, ensure_ascii=False).encode()
    if encoding == FORM:
        return urlencode(list(_pairs(fields))).encode()
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in _pairs(fields)
    ]
    return f"{''.join(parts)}--{BOUNDARY}--\r\n".encode()


def _pairs(fields: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in fields.items():
        if isinstance(value, list):
            yield from ((f"{name}[]", item) for item in value)
        else:
            yield name, value
