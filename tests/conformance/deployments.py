"""Correct deployments that differ wherever the documentation is silent."""

import gzip
import itertools
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from mock_server.contract.contract import load_contract
from mock_server.contract.profile import Profile
from mock_server.errors import Conflict, ValidationFailed
from mock_server.messages import Request, Response
from mock_server.operations.context import OperationContext, OperationFunction
from mock_server.responses import Result, json_response
from mock_server.storage.clock import Clock
from mock_server.storage.store import Milestone
from tests.conformance.deployment_choices import DJANGO, LARAVEL, LOOSE, STRICT
from tests.conformance.deployments_by_ids import (
    Wear,
    with_gaps_between_ids,
    with_ids_from,
    with_ids_that_all_kinds_share,
    with_ids_that_are_given_again,
)
from tests.faulty_mocks.mock_builder import MockBuilder, shown


def wearing(choices: dict[str, str]) -> Wear:
    """Return a deployment with these choices at the open points."""

    def wear(builder: MockBuilder) -> None:
        builder.profile = Profile.of(load_contract(), choices)

    return wear


def in_another_language(builder: MockBuilder) -> None:
    """Answer with messages in German, and fields that no documentation knows."""

    def change(body: dict[str, object]) -> None:
        body["message"] = "Nicht möglich – bitte prüfen."
        body["version"] = 3
        rows = body.get("data")
        for row in rows if isinstance(rows, list) else [rows]:
            if isinstance(row, dict):
                row["extra"] = {"nested": [1, None]}

    builder.body(lambda *_: True, change)


def with_put_beside_patch(builder: MockBuilder) -> None:
    """Accept PUT as well as PATCH, as the resource routes of Laravel do, and updates of a project that lack fields."""

    def faulty(request: Request, original: Callable[[Request], Response]) -> Response:
        if request.method == "PUT" and re.search(r"/(milestones|projects|tasks)/\d+$", request.path):
            request = replace(request, method="PATCH")
        response = original(request)
        if request.method == "PATCH" and "/projects/" in request.path and response.status == 422:
            return original(replace(request, method="GET", body=b""))
        return response

    builder.handle(faulty)


def particular_about_titles_and_not_about_numbers(builder: MockBuilder) -> None:
    """Refuse markup and single letters as titles, write whole numbers with a point, and give no position at first."""

    def numbers(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: numbers(part) for name, part in value.items()}
        if isinstance(value, list):
            return [numbers(part) for part in value]
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def titled(context: OperationContext, original: OperationFunction) -> Result:
        title = context.body.text("milestone_title")
        if set("<>") & set(title) or len(title) == 1:
            raise ValidationFailed({"milestone_title": ["The title may hold no markup, and must have two letters."]})
        return original(context)

    wearing({"create/position": "zero"})(builder)
    builder.operation("createMilestone", titled)
    builder.operation("updateMilestone", titled)
    builder.body(lambda *_: True, lambda body: body.update(data=numbers(body["data"])) if "data" in body else None)


def with_milestones_from_templates(builder: MockBuilder) -> None:
    """Add milestones from templates, which are outside the API's scope, to each new project, also to a clone."""

    def create(context: OperationContext, original: OperationFunction) -> Result:
        result = original(context)
        store, project = context.store, max(row.id for row in context.store.projects)
        rows = store.milestones_of_project.rows(project)
        missing = [title for title in ("Planning", "Delivery") if title not in {row.title for row in rows}]
        for position, title in enumerate(missing, 1 + max(row.position for row in rows)):
            row = Milestone(store.milestones.next_id(), project, title, "info", position, 1, context.now, context.now)
            store.milestones.put(row)
        return result

    builder.operation("createProject", create)
    builder.operation("cloneProject", create)


def with_names_and_dates_of_its_own(builder: MockBuilder) -> None:
    """Name nobody as the creator of defaults, call permissions otherwise, and let no project start after its tasks."""

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            return [changed(part) for part in value]
        if not isinstance(value, dict):
            return value
        if value.get("type") == "uncategorised":
            value["creator_id"] = None
        if flags := value.get("permissions"):
            value["permissions"] = {name.partition("_")[2]: flag for name, flag in flags.items()}
        return value

    def update(context: OperationContext, original: OperationFunction) -> Result:
        start, tasks = context.body.text("project_date_start"), context.store.tasks_of_project.rows(context.path["id"])
        if any(task.start and start > task.start for task in tasks):
            raise ValidationFailed({"project_date_start": ["The project has tasks that start before."]})
        return original(context)

    builder.operation("updateProject", update)
    builder.body(lambda *_: True, lambda body: body.update(data=changed(body["data"])) if "data" in body else None)


def particular_about_updates(builder: MockBuilder) -> None:
    """Refuse to change an archived task, and ask each update again for the client or project, which cannot change."""

    def change(context: OperationContext, original: OperationFunction) -> Result:
        task = context.store.tasks.get(context.path["id"])
        if task is not None and task.archived:
            raise Conflict("The task is archived.")
        return original(context)

    def asking_for(name: str) -> Callable[[OperationContext, OperationFunction], Result]:
        def update(context: OperationContext, original: OperationFunction) -> Result:
            if not context.body.has(name):
                raise ValidationFailed({name: ["The field is required."]})
            return original(context)

        return update

    for operation in ("updateTask", "setTaskStatus", "cloneTask", "addTaskComment"):
        builder.operation(operation, change)
    builder.operation("updateTask", asking_for("task_projectid"))
    builder.operation("updateProject", asking_for("project_clientid"))


def django(builder: MockBuilder) -> None:
    """Behave as another framework does: 415 and 400, entity tags, compression, a connection for each request."""
    wearing(DJANGO)(builder)

    def handle(request: Request, original: Callable[[Request], Response]) -> Response:
        response = original(request)
        tag = f'"{zlib.crc32(response.body):x}"'
        if request.headers.get("if-none-match") == tag:
            return replace(response, status=304, body=b"")
        fields = [*response.headers, ("ETag", tag), ("Vary", "Accept, Cookie"), ("Connection", "close")]
        if "gzip" in request.headers.get("accept-encoding", "") and response.body:
            fields.append(("Content-Encoding", "gzip"))
            response = replace(response, body=gzip.compress(response.body))
        return replace(response, headers=tuple(fields))

    builder.handle(handle)


def behind_a_sticky_balancer(builder: MockBuilder) -> None:
    """Answer from two nodes, each with a cache of its own; a cookie leads back to the one that was written to."""

    def handle(request: Request, original: Callable[[Request], Response]) -> Response:
        response = original(request)
        if "node=" in request.headers.get("cookie", ""):
            return response
        return replace(response, headers=(*response.headers, ("Set-Cookie", "node=1; Path=/")))

    builder.handle(handle)


def with_a_clock_that_stands(builder: MockBuilder) -> None:
    """Keep the time of all requests within one second."""

    class Standing(Clock):
        def advance(self, by: timedelta = timedelta()) -> None:
            """Do nothing."""

    builder.clock = Standing


def throttled(builder: MockBuilder) -> None:
    """Refuse every tenth request with 429."""
    counter = itertools.count(1)

    def handle(request: Request, original: Callable[[Request], Response]) -> Response:
        if next(counter) % 10 == 0:
            return json_response(429, {"message": "Too Many Attempts."}, (("Retry-After", "3"),))
        return original(request)

    builder.handle(handle)


def busy(builder: MockBuilder) -> None:
    """Simulate other people who work in their own projects meanwhile."""
    turns = itertools.count()

    def handle(request: Request, original: Callable[[Request], Response]) -> Response:
        turn = next(turns)
        if turn % 5 == 0:
            body = {"milestone_projectid": 159, "milestone_title": f"Theirs {turn}", "milestone_color": "info"}
            headers = {"authorization": "Bearer test-key", "content-type": "application/json"}
            original(Request("POST", "/api/milestones", headers=headers, body=json.dumps(body).encode()))
        return original(request)

    builder.handle(handle)


def escaping(builder: MockBuilder) -> None:
    """Answer in ASCII, with a charset in the content type, and the framework's empty message for unknown routes."""

    def handle(request: Request, original: Callable[[Request], Response]) -> Response:
        response = original(request)
        if not response.body:
            return response
        content = json.loads(response.body)
        if "zzz" in request.path:
            content["message"] = ""
        headers = (("Content-Type", "application/json; charset=utf-8"),)
        return replace(response, body=json.dumps(content, indent=4).encode("ascii"), headers=headers)

    builder.handle(handle)


def new_on_top(builder: MockBuilder) -> None:
    """Put a new milestone at position 1, and move all others of its project down."""

    def create(context: OperationContext, original: OperationFunction) -> Result:
        result = original(context)
        data = shown(result)
        for row in context.store.milestones_of_project.rows(data["project_id"]):
            position = 1 if row.id == data["id"] else row.position + 1
            context.store.milestones.put(row._replace(position=position))
        return replace(result, data=data | {"position": 1})

    builder.operation("createMilestone", create)


def without_archived_tasks_in_clones(builder: MockBuilder) -> None:
    """Copy active tasks alone."""

    def clone(context: OperationContext, original: OperationFunction) -> Result:
        result = original(context)
        for task in context.store.tasks_of_project.rows(shown(result)["id"]):
            if task.archived:
                context.store.delete_task(task)
        return result

    builder.operation("cloneProject", clone)


SUSPICIOUS = ("%3cb%3e", "<b>", "%27", "'", "&lt;")


def behind_a_firewall(builder: MockBuilder) -> None:
    """Refuse texts that look like attacks, and clients without a name, with a page."""

    def handle(request: Request, original: Callable[[Request], Response]) -> Response:
        text = f"{request.query} {request.body.decode('latin-1')}".lower()
        if "user-agent" in request.headers and not any(sign in text for sign in SUSPICIOUS):
            return original(request)
        return Response(403, (("Content-Type", "text/html"),), b"<html><h1>Forbidden</h1></html>")

    builder.handle(handle)


DEPLOYMENTS: dict[str, Wear] = {
    "laravel": wearing(LARAVEL),
    "strict": wearing(STRICT),
    "loose": wearing(LOOSE),
    "another-language": in_another_language,
    "ids-that-all-kinds-share": with_ids_that_all_kinds_share,
    "ids-above-32-bits": with_ids_from(2**31 - 4, 2**31 - 20, 2**31 - 9),
    "ids-around-the-limit-of-doubles": with_ids_from(2**53 - 4, 2**53 - 20, 2**53 - 9),
    "gaps-between-ids": with_gaps_between_ids,
    "ids-that-are-given-again": with_ids_that_are_given_again,
    "milestones-from-templates": with_milestones_from_templates,
    "names-and-dates-of-its-own": with_names_and_dates_of_its_own,
    "particular-about-updates": particular_about_updates,
    "put-beside-patch": with_put_beside_patch,
    "particular-about-titles": particular_about_titles_and_not_about_numbers,
    "django": django,
    "sticky-balancer": behind_a_sticky_balancer,
    "standing-clock": with_a_clock_that_stands,
    "throttled": throttled,
    "busy": busy,
    "escaping": escaping,
    "new-on-top": new_on_top,
    "no-archived-tasks-in-clones": without_archived_tasks_in_clones,
}
