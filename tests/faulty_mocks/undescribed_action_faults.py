"""Faults that show after actions on tasks or projects that the contract does not describe."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from conformance.options import Depth
from mock_server.messages import Request, Response
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from mock_server.storage.store import Milestone
from tests.faulty_mocks.delete_faults import COUNT, DELETE, MOVES, drop, instead, own
from tests.faulty_mocks.fault import breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original


@breaks(MOVES[0], implies=(*MOVES, COUNT), depth=Depth.STANDARD)
def forgets_assigned_tasks_on_delete(builder: MockBuilder) -> None:
    """Remember which tasks were sent assignees, which the contract does not describe."""
    assigned: set[str] = set()

    def note(request: Request, original: Callable[[Request], Response]) -> Response:
        *_, task, last = request.path.split("/")
        assigned.update({task} if last == "assigned" else ())
        return original(request)

    def forget(context: OperationContext, milestone: Milestone, flag: bool) -> None:
        if not flag:
            drop(context, [task for task in own(context.store, context) if str(task.id) in assigned])

    builder.handle(note)
    instead(forget)(builder)


@breaks("delete/the-default-conflicts", depth=Depth.STANDARD)
def deletes_the_default_of_an_archived_project(builder: MockBuilder) -> None:
    """Take the archiving of projects, which the contract does not describe."""
    archived: set[str] = set()

    def put(request: Request, original: Callable[[Request], Response]) -> Response:
        *_, project, action = request.path.split("/")
        if action not in ("archive", "restore") or "/projects/" not in request.path:
            return original(request)
        (archived.add if action == "archive" else archived.discard)(project)
        return Response(200, (("Content-Type", "application/json"),), b'{"data": {}, "message": "Done."}')

    def delete(context: OperationContext, original: Original) -> Result:
        is_due = context.has_milestone() and str(context.milestone().project_id) in archived
        return Result({"id": context.path["id"]}, "Deleted.") if is_due else original(context)

    builder.handle(put)
    builder.operation(DELETE, delete)


@breaks("task/list-filters", depth=Depth.STANDARD)
def finds_no_tasks_of_an_assigned_user(builder: MockBuilder) -> None:
    """Show the assignees of tasks, which the contract does not describe, and forget them in the filter."""
    assigned: dict[int, Any] = {}

    def assign(request: Request, original: Callable[[Request], Response]) -> Response:
        *_, task, last = request.path.split("/")
        if last == "assigned" and task.isdecimal():
            users = re.findall(r"\d+", unquote(request.body.decode()))
            assigned[int(task)] = [{"id": int(user), "name": "Somebody"} for user in users]
            request = replace(request, method="GET", path=request.path.removesuffix("/assigned"), body=b"")
        return original(request)

    def show(body: dict[str, Any]) -> None:
        shown = body.get("data")
        for record in shown if isinstance(shown, list) else [shown]:
            if isinstance(record, dict) and "time_logged" in record:
                record["assigned"] = assigned.get(record["id"], [])

    builder.handle(assign)
    builder.body(lambda *_: True, show)
