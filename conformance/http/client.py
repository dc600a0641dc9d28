"""The client: one method for each operation, and `raw`. It encodes and names requests; it judges nothing."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import TypeAlias
from urllib.parse import quote, urlencode

from conformance.contract import Contract
from conformance.exchange import AuthVariant, Exchange, Json
from conformance.http.request import OutgoingRequest
from conformance.http.transport import Transport

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

Fields: TypeAlias = Mapping[str, Json]


class PreconditionFailed(Exception):
    """A precondition of a property could not be met; the message says what, and what came instead."""


class Encoding(StrEnum):
    """The encoding of a body; both are documented (Getting started)."""

    FORM = "form"
    JSON = "json"


class Spelling(Enum):
    """Equivalent spellings of a body."""

    USUAL = auto()
    AS_CURL = auto()
    """Spaces and brackets unescaped, as in the documentation's own calls."""
    SMALL_HEX = auto()
    """Spaces as %20, and hexadecimal digits in lower case."""
    ESCAPED = auto()
    """In JSON, letters beyond ASCII as \\u and four digits, as many encoders write them unless told otherwise."""


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """Options of a request: its encoding, the owner of its key, headers in place of the usual ones, its spelling.

    Such headers come first; an empty one is not sent at all.
    """

    encoding: Encoding = Encoding.FORM
    key: AuthVariant = AuthVariant.OURS
    headers: Mapping[str, str] = field(default_factory=dict)
    spelling: Spelling = Spelling.USUAL


DEFAULT = RequestOptions()


class Client:
    """The operations of the contract, as methods that return the exchange."""

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
        key: AuthVariant = AuthVariant.OURS,
        headers: Mapping[str, str] | None = None,
    ) -> Exchange:
        """Send any request; the path is relative to the base URL and is sent as written."""
        return self.transport.send(
            OutgoingRequest(operation, method, path, query, body, content_type, key, headers or {})
        )

    def call(
        self,
        operation: str,
        ids: Mapping[str, int | str] | None = None,
        query: Fields | None = None,
        body: Fields | None = None,
        options: RequestOptions = DEFAULT,
    ) -> Exchange:
        """Send an operation of the contract; parameters and fields that are None are left out."""
        exchange = self.contract.operations.get(operation)
        if exchange is None:
            raise PreconditionFailed(f"the contract lacks {operation}, which is needed to judge this")
        path = exchange.path
        for name, value in (ids or {}).items():
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        encoded, content_type = (None, None) if body is None else encode(body, options.encoding, options.spelling)
        return self.raw(
            exchange.method,
            path,
            operation=operation,
            query=_form(query or {}),
            body=encoded,
            content_type=content_type,
            key=options.key,
            headers=options.headers,
        )

    def form(self, fields: Fields) -> bytes:
        """Encode fields as a form, for a request with another content type."""
        return _form(fields).encode()

    def list_milestones(self, query: Fields, options: RequestOptions = DEFAULT) -> Exchange:
        """Send GET /milestones."""
        return self.call("listMilestones", query=query, options=options)

    def get_milestone(self, milestone: int, options: RequestOptions = DEFAULT) -> Exchange:
        """Send GET /milestones/{id}."""
        return self.call("getMilestone", {"id": milestone}, options=options)

    def create_milestone(self, body: Fields, options: RequestOptions = DEFAULT) -> Exchange:
        """Send POST /milestones."""
        return self.call("createMilestone", body=body, options=options)

    def update_milestone(self, milestone: int, body: Fields, options: RequestOptions = DEFAULT) -> Exchange:
        """Send PATCH /milestones/{id}."""
        return self.call("updateMilestone", {"id": milestone}, body=body, options=options)

    def delete_milestone(
        self, milestone: int, delete_tasks: Json = None, options: RequestOptions = DEFAULT
    ) -> Exchange:
        """Send DELETE /milestones/{id}, with `delete_tasks` in the body unless it is None."""
        body = None if delete_tasks is None else {"delete_tasks": delete_tasks}
        return self.call("deleteMilestone", {"id": milestone}, body=body, options=options)

    def reorder_milestones(self, milestones: Sequence[Json] | None, options: RequestOptions = DEFAULT) -> Exchange:
        """Send PUT /milestones/positions; with None, the body lacks its only field."""
        body: Fields = {} if milestones is None else {"milestones": milestones}
        return self.call("reorderMilestones", body=body, options=options)

    def list_projects(self, query: Fields, options: RequestOptions = DEFAULT) -> Exchange:
        """Send GET /projects."""
        return self.call("listProjects", query=query, options=options)

    def get_project(self, project: int, options: RequestOptions = DEFAULT) -> Exchange:
        """Send GET /projects/{id}."""
        return self.call("getProject", {"id": project}, options=options)

    def create_project(self, body: Fields, options: RequestOptions = DEFAULT) -> Exchange:
        """Send POST /projects."""
        return self.call("createProject", body=body, options=options)

    def update_project(self, project: int, body: Fields, options: RequestOptions = DEFAULT) -> Exchange:
        """Send PATCH /projects/{id}."""
        return self.call("updateProject", {"id": project}, body=body, options=options)

    def delete_project(self, project: int, options: RequestOptions = DEFAULT) -> Exchange:
        """Send DELETE /projects/{id}."""
        return self.call("deleteProject", {"id": project}, options=options)

    def clone_project(self, project: int, body: Fields, options: RequestOptions = DEFAULT) -> Exchange:
        """Send POST /projects/{id}/clone."""
        return self.call("cloneProject", {"id": project}, body=body, options=options)

    def list_tasks(self, query: Fields, options: RequestOptions = DEFAULT) -> Exchange:
        """Send GET /tasks."""
        return self.call("listTasks", query=query, options=options)

    def get_task(self, task: int, options: RequestOptions = DEFAULT) -> Exchange:
        """Send GET /tasks/{id}."""
        return self.call("getTask", {"id": task}, options=options)

    def create_task(self, body: Fields, options: RequestOptions = DEFAULT) -> Exchange:
        """Send POST /tasks."""
        return self.call("createTask", body=body, options=options)

    def update_task(self, task: int, body: Fields, options: RequestOptions = DEFAULT) -> Exchange:
        """Send PATCH /tasks/{id}."""
        return self.call("updateTask", {"id": task}, body=body, options=options)

    def delete_task(self, task: int, options: RequestOptions = DEFAULT) -> Exchange:
        """Send DELETE /tasks/{id}."""
        return self.call("deleteTask", {"id": task}, options=options)

    def set_task_status(self, task: int, status: int, options: RequestOptions = DEFAULT) -> Exchange:
        """Send PUT /tasks/{id}/status."""
        return self.call("setTaskStatus", {"id": task}, body={"status": status}, options=options)

    def archive_task(self, task: int, options: RequestOptions = DEFAULT) -> Exchange:
        """Send PUT /tasks/{id}/archive."""
        return self.call("archiveTask", {"id": task}, options=options)

    def activate_task(self, task: int, options: RequestOptions = DEFAULT) -> Exchange:
        """Send PUT /tasks/{id}/activate."""
        return self.call("activateTask", {"id": task}, options=options)

    def clone_task(self, task: int, body: Fields, options: RequestOptions = DEFAULT) -> Exchange:
        """Send POST /tasks/{id}/clone."""
        return self.call("cloneTask", {"id": task}, body=body, options=options)

    def put_on_task(self, task: int, action: str, body: Fields) -> Exchange:
        """Send PUT /tasks/{id}/{action}, for actions that are documented but not in the contract."""
        # A form cannot express an empty list.
        sent, content_type = encode(body, Encoding.FORM if all(body.values()) else Encoding.JSON)
        return self.raw("PUT", f"/tasks/{task}/{action}", body=sent, content_type=content_type)

    def put_on_project(self, project: int, action: str, body: Fields | None = None) -> Exchange:
        """Send PUT /projects/{id}/{action}, for actions that are documented but not in the contract."""
        if not body:
            return self.raw("PUT", f"/projects/{project}/{action}")
        sent, content_type = encode(body, Encoding.FORM)
        return self.raw("PUT", f"/projects/{project}/{action}", body=sent, content_type=content_type)

    def list_comments(self, task: int, options: RequestOptions = DEFAULT) -> Exchange:
        """Send GET /tasks/{id}/comments."""
        return self.call("listTaskComments", {"id": task}, options=options)

    def add_comment(self, task: int, comment: str, options: RequestOptions = DEFAULT) -> Exchange:
        """Send POST /tasks/{id}/comments."""
        return self.call("addTaskComment", {"id": task}, body={"comment": comment}, options=options)

    def delete_comment(self, task: int, comment: int, options: RequestOptions = DEFAULT) -> Exchange:
        """Send DELETE /tasks/{id}/comments/{comment_id}."""
        return self.call("deleteTaskComment", {"id": task, "comment_id": comment}, options=options)

    def list_timers(self, task: int, options: RequestOptions = DEFAULT) -> Exchange:
        """Send GET /tasks/{id}/timers."""
        return self.call("listTaskTimers", {"id": task}, options=options)

    def stop_timers(self, task: int, options: RequestOptions = DEFAULT) -> Exchange:
        """Send PUT /tasks/{id}/stop-timers."""
        return self.call("stopTaskTimers", {"id": task}, options=options)


def encode(body: Fields, encoding: Encoding, spelling: Spelling = Spelling.USUAL) -> tuple[bytes, str]:
    """Return a body as bytes, and its content type."""
    if encoding is Encoding.JSON:
        kept = {name: value for name, value in body.items() if value is not None}
        return json.dumps(kept, ensure_ascii=spelling is Spelling.ESCAPED).encode(), JSON
    return _form(body, spelling).encode(), FORM


def _form(fields: Fields, spelling: Spelling = Spelling.USUAL) -> str:
    pairs: list[tuple[str, str]] = []
    for name, value in fields.items():
        if isinstance(value, str | int | float):
            pairs.append((name, _text(value)))
        elif isinstance(value, Sequence):
            pairs += [(f"{name}[]", _text(element)) for element in value]
    if spelling is Spelling.AS_CURL:
        return urlencode(pairs, safe=" []", quote_via=quote)
    if spelling is Spelling.SMALL_HEX:
        return re.sub(r"%..", lambda escape: escape.group().lower(), urlencode(pairs, quote_via=quote))
    return urlencode(pairs)


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
