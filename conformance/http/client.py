"""One method an operation, plus `raw`. It encodes and names; it judges nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import quote, urlencode

from conformance.contract import Contract
from conformance.exchange import Exchange, Json, Key
from conformance.http.transport import Call, Transport

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

Fields: TypeAlias = Mapping[str, Json]


class Blocked(Exception):
    """Something that a property needs could not be arranged; the message says what and what came instead."""


class Encoding(StrEnum):
    """How a body goes over the wire; both are documented (Getting started)."""

    FORM = "form"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class How:
    """How a request is sent: its encoding and whose key it carries."""

    encoding: Encoding = Encoding.FORM
    key: Key = Key.OURS


DEFAULT = How()


class Client:
    """The operations of the contract, as methods that answer the exchange."""

    def __init__(self, contract: Contract, transport: Transport) -> None:
        self.contract = contract
        self.transport = transport

    def raw(
        self,
        method: str,
        path: str,
        *,
        operation: str = "",
        query: str = "",
        body: bytes | None = None,
        content_type: str | None = None,
        key: Key = Key.OURS,
        headers: Mapping[str, str] | None = None,
    ) -> Exchange:
        """Sends anything; the path is relative to the base URL and goes out as written."""
        return self.transport.send(Call(operation, method, path, query, body, content_type, key, headers or {}))

    def call(
        self,
        operation: str,
        ids: Mapping[str, int | str] | None = None,
        query: Fields | None = None,
        body: Fields | None = None,
        how: How = DEFAULT,
    ) -> Exchange:
        """Sends an operation of the contract; parameters and fields that are None are left out."""
        known = self.contract.operations.get(operation)
        if known is None:
            raise Blocked(f"the contract lacks {operation}, which judging this takes")
        path = known.path
        for name, value in (ids or {}).items():
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        encoded, content_type = (None, None) if body is None else encode(body, how.encoding)
        return self.raw(
            known.method,
            path,
            operation=operation,
            query=_form(query or {}),
            body=encoded,
            content_type=content_type,
            key=how.key,
        )

    def form(self, fields: Fields) -> bytes:
        """Fields as a form, for a request that says something else of its body."""
        return _form(fields).encode()

    def list_milestones(self, query: Fields, how: How = DEFAULT) -> Exchange:
        """GET /milestones."""
        return self.call("listMilestones", query=query, how=how)

    def get_milestone(self, milestone: int, how: How = DEFAULT) -> Exchange:
        """GET /milestones/{id}."""
        return self.call("getMilestone", {"id": milestone}, how=how)

    def create_milestone(self, body: Fields, how: How = DEFAULT) -> Exchange:
        """POST /milestones."""
        return self.call("createMilestone", body=body, how=how)

    def update_milestone(self, milestone: int, body: Fields, how: How = DEFAULT) -> Exchange:
        """PATCH /milestones/{id}."""
        return self.call("updateMilestone", {"id": milestone}, body=body, how=how)

    def delete_milestone(self, milestone: int, delete_tasks: Json = None, how: How = DEFAULT) -> Exchange:
        """DELETE /milestones/{id}, with `delete_tasks` in the body unless it is None."""
        body = None if delete_tasks is None else {"delete_tasks": delete_tasks}
        return self.call("deleteMilestone", {"id": milestone}, body=body, how=how)

    def reorder_milestones(self, milestones: Sequence[Json] | None, how: How = DEFAULT) -> Exchange:
        """PUT /milestones/positions; with None the body lacks its one field."""
        body: Fields = {} if milestones is None else {"milestones": milestones}
        return self.call("reorderMilestones", body=body, how=how)

    def list_projects(self, query: Fields, how: How = DEFAULT) -> Exchange:
        """GET /projects."""
        return self.call("listProjects", query=query, how=how)

    def get_project(self, project: int, how: How = DEFAULT) -> Exchange:
        """GET /projects/{id}."""
        return self.call("getProject", {"id": project}, how=how)

    def create_project(self, body: Fields, how: How = DEFAULT) -> Exchange:
        """POST /projects."""
        return self.call("createProject", body=body, how=how)

    def update_project(self, project: int, body: Fields, how: How = DEFAULT) -> Exchange:
        """PATCH /projects/{id}."""
        return self.call("updateProject", {"id": project}, body=body, how=how)

    def delete_project(self, project: int, how: How = DEFAULT) -> Exchange:
        """DELETE /projects/{id}."""
        return self.call("deleteProject", {"id": project}, how=how)

    def clone_project(self, project: int, body: Fields, how: How = DEFAULT) -> Exchange:
        """POST /projects/{id}/clone."""
        return self.call("cloneProject", {"id": project}, body=body, how=how)

    def list_tasks(self, query: Fields, how: How = DEFAULT) -> Exchange:
        """GET /tasks."""
        return self.call("listTasks", query=query, how=how)

    def get_task(self, task: int, how: How = DEFAULT) -> Exchange:
        """GET /tasks/{id}."""
        return self.call("getTask", {"id": task}, how=how)

    def create_task(self, body: Fields, how: How = DEFAULT) -> Exchange:
        """POST /tasks."""
        return self.call("createTask", body=body, how=how)

    def update_task(self, task: int, body: Fields, how: How = DEFAULT) -> Exchange:
        """PATCH /tasks/{id}."""
        return self.call("updateTask", {"id": task}, body=body, how=how)

    def delete_task(self, task: int, how: How = DEFAULT) -> Exchange:
        """DELETE /tasks/{id}."""
        return self.call("deleteTask", {"id": task}, how=how)

    def set_task_status(self, task: int, status: int, how: How = DEFAULT) -> Exchange:
        """PUT /tasks/{id}/status."""
        return self.call("setTaskStatus", {"id": task}, body={"status": status}, how=how)

    def archive_task(self, task: int, how: How = DEFAULT) -> Exchange:
        """PUT /tasks/{id}/archive."""
        return self.call("archiveTask", {"id": task}, how=how)

    def activate_task(self, task: int, how: How = DEFAULT) -> Exchange:
        """PUT /tasks/{id}/activate."""
        return self.call("activateTask", {"id": task}, how=how)

    def clone_task(self, task: int, body: Fields, how: How = DEFAULT) -> Exchange:
        """POST /tasks/{id}/clone."""
        return self.call("cloneTask", {"id": task}, body=body, how=how)

    def list_comments(self, task: int, how: How = DEFAULT) -> Exchange:
        """GET /tasks/{id}/comments."""
        return self.call("listTaskComments", {"id": task}, how=how)

    def add_comment(self, task: int, comment: str, how: How = DEFAULT) -> Exchange:
        """POST /tasks/{id}/comments."""
        return self.call("addTaskComment", {"id": task}, body={"comment": comment}, how=how)

    def delete_comment(self, task: int, comment: int, how: How = DEFAULT) -> Exchange:
        """DELETE /tasks/{id}/comments/{comment_id}."""
        return self.call("deleteTaskComment", {"id": task, "comment_id": comment}, how=how)

    def list_timers(self, task: int, how: How = DEFAULT) -> Exchange:
        """GET /tasks/{id}/timers."""
        return self.call("listTaskTimers", {"id": task}, how=how)

    def stop_timers(self, task: int, how: How = DEFAULT) -> Exchange:
        """PUT /tasks/{id}/stop-timers."""
        return self.call("stopTaskTimers", {"id": task}, how=how)


def encode(body: Fields, encoding: Encoding) -> tuple[bytes, str]:
    """A body as bytes with its content type."""
    if encoding is Encoding.JSON:
        kept = {name: value for name, value in body.items() if value is not None}
        return json.dumps(kept, ensure_ascii=False).encode(), JSON
    return _form(body).encode(), FORM


def _form(fields: Fields) -> str:
    pairs: list[tuple[str, str]] = []
    for name, value in fields.items():
        if isinstance(value, str | int | float):
            pairs.append((name, _text(value)))
        elif isinstance(value, Sequence):
            pairs += [(f"{name}[]", _text(one)) for one in value]
    return urlencode(pairs)


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
