"""Faults of caches: an answer, the field of a body, or a truncated number kept from an earlier request."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote_plus

from conformance.options import Depth
from mock_server.errors import NotFound
from mock_server.messages import Request, Response
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original

Answer = Callable[[Request], Response]


def _keeps(path: str, over: Callable[[Request], bool]) -> Inject:
    """Return a mock that keeps answers to reads of a path until something is written, but for some writes."""

    def inject(builder: MockBuilder) -> None:
        kept: dict[tuple[str, str, str], Response] = {}

        def faulty(request: Request, original: Answer) -> Response:
            if request.method == "GET" and re.fullmatch(path, request.path):
                name = request.path, request.query, request.headers.get("authorization", "")
                return kept.setdefault(name, original(request))
            if request.method != "GET" and not over(request):
                kept.clear()
            return original(request)

        builder.handle(faulty)

    return inject


def _is_reorder(request: Request) -> bool:
    return request.path.endswith("/milestones/positions")


LISTS, RECORDS = "/api/milestones", r"/api/milestones/\d+"
KEPT = ("reorder/*", "list/*", "race/*", "project/*", "update/*", "delete/*", "create/*")
POSITIONS = ("reorder/positions-run-from-one",)
add("keeps_lists_over_a_reorder", POSITIONS, _keeps(LISTS, _is_reorder), KEPT, depth=Depth.STANDARD)
add("keeps_milestones_over_a_reorder", POSITIONS, _keeps(RECORDS, _is_reorder), KEPT)


@breaks(
    "list/returns-every-milestone", implies=("list/*", "create/*", "update/*", "delete/*", "project/*", "reorder/*")
)
def remembers_the_search_of_the_list_before(builder: MockBuilder) -> None:
    last = [""]

    def faulty(request: Request, original: Answer) -> Response:
        if (request.method, request.path) != ("GET", LISTS):
            return original(request)
        searched = "&".join(part for part in request.query.split("&") if part.startswith("search="))
        again, last[0] = last[0], searched
        return original(request if searched or not again else replace(request, query=f"{request.query}&{again}"))

    builder.handle(faulty)


def _deletes_a_task(request: Request) -> bool:
    return request.method == "DELETE" and request.path.startswith("/api/tasks/")


SAME = ("count/is-the-same-in-list-and-get",)
OVER_TASKS = ("count/*", "list/rows-equal-the-milestones", "task/*", "delete/*")
add(
    "keeps_lists_over_the_deletion_of_a_task",
    SAME,
    _keeps(LISTS, _deletes_a_task),
    OVER_TASKS,
    depth=Depth.STANDARD,
)
add(
    "keeps_milestones_over_the_deletion_of_a_task",
    SAME,
    _keeps(RECORDS, _deletes_a_task),
    OVER_TASKS,
    depth=Depth.STANDARD,
)


@breaks("get/unknown-id-is-404", depth=Depth.STANDARD)
def gets_a_milestone_by_its_negative_id(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        return original(replace(request, path=request.path.replace("/milestones/-", "/milestones/")))

    builder.handle(faulty)


@breaks("delete/moves-tasks-to-the-default", implies=("delete/*", "count/*"), depth=Depth.STANDARD)
def keeps_the_flag_of_the_last_deletion(builder: MockBuilder) -> None:
    flags: list[bytes] = []

    def faulty(request: Request, original: Answer) -> Response:
        if request.method == "DELETE" and re.fullmatch(RECORDS, request.path):
            if not request.body and not request.query and flags:
                headers = {**request.headers, "content-type": "application/json"}
                request = replace(request, body=flags[-1], headers=headers)
            elif b"yes" in request.body and b"yesterday" not in request.body:
                flags.append(json.dumps({"delete_tasks": "yes"}).encode())
        return original(request)

    builder.handle(faulty)


@breaks(
    "create/keeps-the-title", implies=("update/changes-the-title", "http/bodies-*", "create/*", "update/*", "list/*")
)
def decodes_forms_twice(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        if "form" in request.headers.get("content-type", "") and re.search(rb"%25[0-9A-Fa-f]{2}", request.body):
            body = re.sub(rb"%25(?=[4-7][0-9A-Fa-f])", b"%", request.body)
            request = replace(request, body=body)
        return original(request)

    builder.handle(faulty)


@breaks("get/answers-the-milestone-asked-for", implies=("get/unknown-id-is-404",), depth=Depth.STANDARD)
def cuts_ids_to_32_bits(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        return original(replace(context, path={**context.path, "id": context.path["id"] % 2**32}))

    builder.operation("getMilestone", faulty)


@breaks("project/a-clone-copies-the-milestones", implies=("project/*",), depth=Depth.STANDARD)
def clones_milestones_along_with_tasks_alone(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        sent = unquote_plus(request.body.decode("utf-8", "replace"))
        if request.path.endswith("/clone") and "copy_tasks" not in sent:
            request = replace(request, body=request.body.replace(b"copy_milestones", b"copy_nothing_at"))
        return original(request)

    builder.handle(faulty)


@breaks("get/answers-the-milestone-asked-for", depth=Depth.STANDARD)
def gets_no_milestone_that_was_there_before(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        milestone = context.store.milestones.get(context.path["id"])
        project = context.store.projects.get(milestone.project_id) if milestone else None
        if project and not project.title.startswith("ZZZ_"):
            raise NotFound("Milestone not found.")
        return original(context)

    builder.operation("getMilestone", faulty)
