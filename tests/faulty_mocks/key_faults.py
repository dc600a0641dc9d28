"""Faults of authentication: wrong keys that are accepted, and other checks made before the key is checked."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

from conformance.options import Depth
from mock_server.messages import Request, Response
from mock_server.responses import json_response
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder

Answer = Callable[[Request], Response]


def _takes_for_ours(applies: Callable[[str], bool]) -> Inject:
    def inject(builder: MockBuilder) -> None:
        def faulty(request: Request, original: Answer) -> Response:
            if applies(request.headers.get("authorization", "")):
                request = replace(request, headers={**request.headers, "authorization": "Bearer test-key"})
            return original(request)

        builder.handle(faulty)

    return inject


READERS = ("list/refuses-a-wrong-key", "get/refuses-a-wrong-key")
OTHER_KEYS = ("*/refuses-a-wrong-key", "*/needs-a-key", "*/refused-*")
add(
    "takes_a_key_in_any_letter_case",
    READERS,
    _takes_for_ours(lambda sent: sent.lower() == "bearer test-key"),
    depth=Depth.STANDARD,
)
add(
    "takes_a_key_with_a_blank_inside",
    READERS,
    _takes_for_ours(lambda sent: sent.replace(" ", "") == "Bearertest-key"),
    depth=Depth.STANDARD,
)
add(
    "takes_a_key_of_any_scheme",
    (*READERS, "create/refuses-a-wrong-key"),
    _takes_for_ours(lambda sent: sent in ("Token test-key", "Basic test-key")),
    OTHER_KEYS,
    depth=Depth.STANDARD,
)
add(
    "compares_all_but_the_last_character_of_the_key",
    READERS,
    _takes_for_ours(lambda sent: len(sent) == len("Bearer test-key") and sent.startswith("Bearer test-ke")),
    depth=Depth.STANDARD,
)
add(
    "decodes_the_key",
    READERS,
    _takes_for_ours(lambda sent: unquote(sent) == "Bearer test-key"),
    depth=Depth.STANDARD,
)


@breaks(*READERS, implies=("task/needs-a-key", "project/needs-a-key"), depth=Depth.STANDARD)
def takes_a_wildcard_for_the_key_of_a_reader(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        if request.method == "GET" and request.headers.get("authorization") == "Bearer %":
            request = replace(request, headers={**request.headers, "authorization": "Bearer test-key"})
        return original(request)

    builder.handle(faulty)


@breaks("list/needs-a-key")
def takes_any_key_in_the_query(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        if "api_token=" in request.query:
            request = replace(request, headers={**request.headers, "authorization": "Bearer test-key"})
        return original(request)

    builder.handle(faulty)


@breaks("list/needs-a-key", implies=("list/refuses-a-wrong-key",), depth=Depth.STANDARD)
def lists_milestones_of_a_type_without_a_key(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        if request.path.endswith("/milestones") and "type=" in request.query and request.method == "GET":
            request = replace(request, headers={**request.headers, **OURS})
        return original(request)

    builder.handle(faulty)


def _before_the_key(method: str, pattern: str, status: int, wrong: Callable[[Request], bool]) -> Inject:
    """A mock that says what else is wrong with a request of one operation before it looks for a key."""

    def inject(builder: MockBuilder) -> None:
        def faulty(request: Request, original: Answer) -> Response:
            response = original(request)
            concerns = request.method == method and re.search(pattern, request.path)
            if response.status != 401 or not concerns or request.headers.get("authorization"):
                return response
            exists = original(replace(request, method="GET", query="", body=b"", headers=OURS)).status == 200
            errors = {"errors": {"body": ["No."]}} if status == 422 else {}
            is_wrong = wrong(request) if status == 422 else not exists
            return json_response(status, {"message": "No.", **errors}) if is_wrong else response

        builder.handle(faulty)

    return inject


OURS = {"authorization": "Bearer test-key"}
_ONE = r"/milestones/\d+$"


def _lacks(field: bytes) -> Callable[[Request], bool]:
    return lambda request: field not in request.body + request.query.encode()


for _verb, _method, _path, _status, _wrong in (
    ("list", "GET", r"/milestones$", 422, _lacks(b"project_id")),
    ("get", "GET", _ONE, 404, _lacks(b"")),
    ("create", "POST", r"/milestones$", 422, _lacks(b"milestone_title")),
    ("update", "PATCH", _ONE, 422, _lacks(b"milestone_title")),
    ("delete", "DELETE", _ONE, 404, _lacks(b"")),
    ("reorder", "PUT", r"/milestones/positions$", 422, _lacks(b"milestones")),
    ("project", "GET", r"/projects/\d+$", 404, _lacks(b"")),
    ("task", "DELETE", r"/tasks/\d+$", 404, _lacks(b"")),
):
    _inject = _before_the_key(_method, _path, _status, _wrong)
    add(
        f"{_verb}_refuses_before_it_looks_at_the_key",
        (f"{_verb}/needs-a-key",),
        _inject,
        ("envelope/validation-errors-name-the-field",),
        depth=Depth.STANDARD if _verb in ("project", "task") else Depth.QUICK,
    )


@breaks("http/an-unreadable-body-needs-a-key")
def reads_the_body_before_the_key(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        response = original(request)
        if response.status != 401 or request.headers.get("content-type") != "application/json":
            return response
        try:
            json.loads(request.body)
        except ValueError:
            return json_response(400, {"message": "No."})
        return response

    builder.handle(faulty)
