"""Faults of the protocol: keys, envelopes, methods, shapes."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conformance.options import Depth
from mock_server.messages import Request, Response
from mock_server.responses import json_response
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.in_process import ANNOUNCED
from tests.faulty_mocks.mock_builder import MockBuilder

OPERATIONS = {
    "list": ("GET", r"/api/milestones$"),
    "get": ("GET", r"/api/milestones/\d+$"),
    "create": ("POST", r"/api/milestones$"),
    "update": ("PATCH", r"/api/milestones/\d+$"),
    "delete": ("DELETE", r"/api/milestones/\d+$"),
    "reorder": ("PUT", r"/api/milestones/positions$"),
}
Answer = Callable[[Request], Response]


def _lets_in(method: str, path: str, key: str) -> Inject:
    """Return a mock that takes requests of one operation for ours; `key` is what they send instead, or nothing."""

    def inject(builder: MockBuilder) -> None:
        def faulty(request: Request, original: Answer) -> Response:
            sent = request.headers.get("authorization", "")
            if sent == key and request.method == method and re.search(path, request.path):
                request = replace(request, headers={**request.headers, "authorization": "Bearer test-key"})
            return original(request)

        builder.handle(faulty)

    return inject


WRONG = "Bearer this-is-not-a-key"
for _verb, (_method, _path) in OPERATIONS.items():
    add(f"{_verb}_takes_no_key", (f"{_verb}/needs-a-key",), _lets_in(_method, _path, ""))
    add(f"{_verb}_takes_any_key", (f"{_verb}/refuses-a-wrong-key",), _lets_in(_method, _path, WRONG))
add(
    "shows_projects_without_a_key",
    ("project/needs-a-key",),
    _lets_in("GET", r"/api/projects/\d+$", ""),
    depth=Depth.STANDARD,
)
add(
    "clones_projects_with_any_key",
    ("project/needs-a-key",),
    _lets_in("POST", r"/api/projects/\d+/clone$", WRONG),
    depth=Depth.STANDARD,
)
add("shows_tasks_without_a_key", ("task/needs-a-key",), _lets_in("GET", r"/api/tasks/\d+$", ""), depth=Depth.STANDARD)
add(
    "takes_comments_with_any_key",
    ("task/needs-a-key",),
    _lets_in("POST", r"/api/tasks/\d+/comments$", WRONG),
    depth=Depth.STANDARD,
)


def _path_ends(ending: str) -> Callable[[Request, Response], bool]:
    return lambda request, _: request.path.endswith(ending)


@breaks("http/no-server-error")
def fails_to_stop_timers(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        response = original(request)
        broken = request.path.endswith("/stop-timers") and response.status == 200
        return json_response(500, {"message": "Server Error"}) if broken else response

    builder.handle(faulty)


def _announces_more(method: str, path: str) -> Inject:
    """Return a mock whose successes of one operation end before their length."""

    def inject(builder: MockBuilder) -> None:
        def faulty(request: Request, original: Answer) -> Response:
            response = original(request)
            if request.method != method or not re.search(path, request.path) or response.status >= 300:
                return response
            announced = (ANNOUNCED, str(len(response.body) + 9))
            return replace(response, headers=(*response.headers, announced))

        builder.handle(faulty)

    return inject


for _verb, (_method, _path) in OPERATIONS.items():
    add(f"{_verb}_ends_before_its_length", ("http/answers-are-whole",), _announces_more(_method, _path))


@breaks("http/json-bodies-are-json")
def lists_milestones_in_broken_json(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        response = original(request)
        lists = request.method == "GET" and request.path.endswith("/milestones") and response.status == 200
        return replace(response, body=response.body[:-3]) if lists else response

    builder.handle(faulty)


@breaks("http/json-bodies-are-json")
def answers_unknown_ids_in_html(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        response = original(request)
        if response.status != 404 or "/milestones/" not in request.path:
            return response
        return replace(response, headers=(("Content-Type", "text/html; charset=utf-8"),))

    builder.handle(faulty)


@breaks("http/json-bodies-are-json", implies=("list/answers-as-documented",))
def writes_a_notice_before_the_json_of_a_refused_list(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        response = original(request)
        if response.status == 422 and request.path.endswith("/milestones") and request.method == "GET":
            return replace(response, body=b"<br>Notice: undefined index" + response.body)
        return response

    builder.handle(faulty)


@breaks("http/unknown-route-answers-404-in-json")
def answers_unknown_paths_with_400(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        response = original(request)
        return replace(response, status=400) if "zzz-conformance-unknown" in request.path else response

    builder.handle(faulty)


@breaks("http/wrong-method-is-refused-in-json", implies=("http/json-bodies-are-json",))
def says_nothing_of_wrong_methods(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        response = original(request)
        return replace(response, body=b"") if response.status == 405 else response

    builder.handle(faulty)


@breaks("http/a-405-names-the-allowed-methods")
def keeps_the_allowed_methods_to_itself(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        response = original(request)
        return replace(response, headers=tuple(pair for pair in response.headers if pair[0] != "Allow"))

    builder.handle(faulty)


@breaks("envelope/success-carries-a-message")
def lists_tasks_without_a_message(builder: MockBuilder) -> None:
    builder.body(_path_ends("/tasks"), lambda body: body.pop("message") if "data" in body else None)


@breaks("envelope/success-carries-a-message")
def has_a_list_for_message_when_it_deletes(builder: MockBuilder) -> None:
    def change(body: dict[str, object]) -> None:
        body["message"] = [body["message"]]

    builder.body(lambda request, response: request.method == "DELETE" and response.status == 200, change)


@breaks("http/a-changed-milestone-is-no-304")
def takes_the_path_for_the_etag(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Callable[[Request], Response]) -> Response:
        response, tag = original(request), f'"{hash(request.path)}"'
        if request.method != "GET" or response.status != 200:
            return response
        headers = (*response.headers, ("ETag", tag))
        is_known = request.headers.get("if-none-match") == tag
        return Response(304, headers) if is_known else replace(response, headers=headers)

    builder.handle(faulty)


@breaks("envelope/errors-carry-a-message")
def calls_the_message_of_a_404_error(builder: MockBuilder) -> None:
    def change(body: dict[str, object]) -> None:
        body["error"] = body.pop("message")

    builder.body(lambda _, response: response.status == 404, change)


@breaks("envelope/errors-carry-a-message")
def says_nothing_of_conflicts(builder: MockBuilder) -> None:
    builder.body(lambda _, response: response.status == 409, lambda body: body.update(message=None))


@breaks("envelope/validation-errors-list-their-reasons")
def gives_one_reason_as_text(builder: MockBuilder) -> None:
    def change(body: dict[str, dict[str, list[str]]]) -> None:
        body["errors"] = {name: reasons[0] for name, reasons in body["errors"].items()}  # type: ignore[misc]

    builder.body(lambda _, response: response.status == 422, change)


@breaks("envelope/validation-errors-list-their-reasons")
def lists_errors_without_their_fields(builder: MockBuilder) -> None:
    def change(body: dict[str, object]) -> None:
        body["errors"] = [{"reason": "invalid"}]

    builder.body(lambda request, response: response.status == 422 and request.method == "PUT", change)


@breaks("envelope/validation-errors-name-the-field")
def names_fields_by_their_labels(builder: MockBuilder) -> None:
    def change(body: dict[str, dict[str, object]]) -> None:
        body["errors"] = {name.replace("_", " "): reasons for name, reasons in body["errors"].items()}

    builder.body(lambda _, response: response.status == 422, change)


@breaks("envelope/only-validation-carries-errors")
def carries_errors_in_a_404(builder: MockBuilder) -> None:
    builder.body(lambda _, response: response.status == 404, lambda body: body.update(errors={"id": ["Unknown."]}))


@breaks("envelope/only-lists-carry-meta")
def carries_meta_with_one_milestone(builder: MockBuilder) -> None:
    builder.body(
        lambda request, response: bool(re.search(r"/milestones/\d+$", request.path)) and response.status == 200,
        lambda body: body.update(meta={}),
    )


def _misshapes(method: str, pattern: str, field: str, value: object) -> Inject:
    """Return a mock that puts a wrong value into the data of one kind of answer."""

    def inject(builder: MockBuilder) -> None:
        def applies(request: Request, response: Response) -> bool:
            return request.method == method and bool(re.search(pattern, request.path)) and response.status < 300

        builder.body(applies, lambda body: body["data"].update({field: value}))

    return inject


# What an answer says wrong, it says different from what is read back.
add(
    "creates_with_the_creator_as_an_object",
    ("create/answers-as-documented",),
    _misshapes("POST", r"/milestones$", "creator_id", {"id": 1}),
    ("create/is-read-back", "create/creator-is-the-main-administrator"),
)
add(
    "updates_with_the_creator_as_an_object",
    ("update/answers-as-documented",),
    _misshapes("PATCH", r"/milestones/\d+$", "creator_id", {"id": 1}),
    ("update/is-read-back",),
)
add(
    "gets_with_the_creator_as_text",
    ("get/answers-as-documented",),
    _misshapes("GET", r"/milestones/\d+$", "creator_id", "1"),
    ("create/is-read-back", "update/is-read-back", "list/rows-equal-the-milestones", "update/refused-changes-nothing"),
)
add(
    "shows_a_project_of_no_known_status",
    ("project/answers-as-documented",),
    _misshapes("GET", r"/projects/\d+$", "status", "fresh"),
)
add(
    "clones_a_project_without_tags",
    ("project/answers-as-documented",),
    _misshapes("POST", r"/projects/\d+/clone$", "tags", None),
)
add(
    "shows_a_task_billable_as_a_boolean",
    ("task/answers-as-documented",),
    _misshapes("GET", r"/tasks/\d+$", "billable", True),
    ("task/rows-equal-the-tasks",),
)
add(
    "archives_a_task_with_its_time_as_text",
    ("task/answers-as-documented",),
    _misshapes("PUT", r"/archive$", "time_logged", "3600"),
)


@breaks("list/answers-as-documented")
def has_no_last_page_when_nothing_is_found(builder: MockBuilder) -> None:
    def change(body: dict[str, dict[str, object]]) -> None:
        if not body["data"]:
            body["meta"]["last_page"] = None

    builder.body(lambda request, response: request.path.endswith("/milestones") and response.status == 200, change)


@breaks("get/dates-are-instants")
def writes_dates_without_a_zone(builder: MockBuilder) -> None:
    def change(body: dict[str, Any]) -> None:
        data = body["data"]
        for row in data if isinstance(data, list) else [data]:
            for name, instant in row.get("dates", {}).items():
                row["dates"][name] = instant[:19].replace("T", " ")

    builder.body(lambda request, response: "/milestones" in request.path and response.status < 300, change)


@breaks("get/answers-the-milestone-asked-for")
def answers_a_get_with_203(builder: MockBuilder) -> None:
    builder.operation("getMilestone", lambda call, original: replace(original(call), status=203))
