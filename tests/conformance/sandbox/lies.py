"""Lies that a proxy can tell: each answers a request with something other than the truth."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import requests

from mock_server.messages import Request, Response
from tests.conformance.sandbox.lying_proxy import LABEL, PATH, LyingProxy, Tamper, step_of

HTML = b"<!doctype html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"
TAMPERS: dict[str, Tamper] = {}


def tamper(function: Tamper) -> Tamper:
    """Register a way to lie under the name of its function."""
    TAMPERS[function.__name__] = function
    return function


def _content(answer: Response) -> dict[str, Any]:
    try:
        content = json.loads(answer.body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _with(answer: Response, content: object) -> Response:
    return replace(answer, body=json.dumps(content).encode())


def _status(answer: Response, status: int) -> Response:
    return replace(answer, status=status)


def _changed(proxy: LyingProxy, request: Request, change: Callable[[dict[str, Any]], object]) -> Response:
    """Return the answer with its object, or each object of its list, changed in place."""
    answer = proxy.deliver(request)
    content = _content(answer)
    data = content.get("data")
    for shown in data if isinstance(data, list) else [data]:
        if isinstance(shown, dict):
            change(shown)
    return _with(answer, content)


def _with_rows(proxy: LyingProxy, request: Request, change: Callable[[list[Any]], object], **meta: object) -> Response:
    """Return the answer with the rows of its list changed; an object stays as it is."""
    answer = proxy.deliver(request)
    content = _content(answer)
    if isinstance(content.get("data"), list):
        content["data"] = change(content["data"])
        if isinstance(content.get("meta"), dict):
            content["meta"] |= meta
    return _with(answer, content)


def _kind(request: Request) -> str:
    match = PATH.match(request.path)
    return match[1][:-1] if match else "project"


@tamper
def foreign_id(proxy: LyingProxy, request: Request, variant: int) -> Response:
    identifier = proxy.foreign_id(_kind(request), variant)
    return _changed(proxy, request, lambda shown: shown.update(id=identifier))


@tamper
def odd_id(proxy: LyingProxy, request: Request, variant: int) -> Response:
    def change(shown: dict[str, Any]) -> None:
        true = shown.get("id", 1)
        odd: tuple[Any, ...] = (
            str(true),
            -1,
            float(true) + 0.5,
            float(true),
            None,
            True,
            2**63,
            "x-9",
            [true],
            0,
            {"id": true},
        )
        shown["id"] = odd[variant % len(odd)]

    return _changed(proxy, request, change)


@tamper
def string_id(proxy: LyingProxy, request: Request, variant: int) -> Response:
    return _changed(proxy, request, lambda shown: shown.update(id=str(shown.get("id"))))


@tamper
def no_id(proxy: LyingProxy, request: Request, variant: int) -> Response:
    return _changed(proxy, request, lambda shown: shown.pop("id", None))


@tamper
def our_title(proxy: LyingProxy, request: Request, variant: int) -> Response:
    return _changed(proxy, request, lambda shown: shown.update(title=proxy.our_title()))


@tamper
def label_of_another_run(proxy: LyingProxy, request: Request, variant: int) -> Response:
    return _changed(proxy, request, lambda shown: shown.update(title=f"{LABEL}QWERTZUI_{variant}"))


@tamper
def other_title(proxy: LyingProxy, request: Request, variant: int) -> Response:
    titles = ("Website redesign", "", None, 7, LABEL, f"{LABEL}\x1b[2J")
    return _changed(proxy, request, lambda shown: shown.update(title=titles[variant % len(titles)]))


@tamper
def our_project(proxy: LyingProxy, request: Request, variant: int) -> Response:
    def change(shown: dict[str, Any]) -> None:
        key = "project" if isinstance(shown.get("project"), dict) else "project_id"
        shown[key] = {"id": proxy.our_project()} if key == "project" else proxy.our_project()

    return _changed(proxy, request, change)


@tamper
def foreign_project(proxy: LyingProxy, request: Request, variant: int) -> Response:
    def change(shown: dict[str, Any]) -> None:
        project = proxy.foreign_id("project", variant)
        shown.update(project_id=project, project={"id": project})

    return _changed(proxy, request, change)


@tamper
def odd_project(proxy: LyingProxy, request: Request, variant: int) -> Response:
    odd: tuple[Any, ...] = (None, "7", str(proxy.our_project()), 1.5, [], True)
    return _changed(proxy, request, lambda shown: shown.update(project_id=odd[variant % len(odd)], project=None))


@tamper
def foreign_rows_as_ours(proxy: LyingProxy, request: Request, variant: int) -> Response:
    kind, ours = _kind(request), proxy.our_project()
    rows = [
        {"id": proxy.foreign_id(kind, number), "title": proxy.our_title(), "project_id": ours, "project": {"id": ours}}
        for number in range(variant, variant + 3)
    ]
    return _with_rows(proxy, request, lambda true: [*rows, *true] if variant % 2 else rows)


@tamper
def true_foreign_rows(proxy: LyingProxy, request: Request, variant: int) -> Response:
    other = proxy.handle(replace(request, query="limit=100", path=f"/api/{_kind(request)}s", method="GET", body=b""))
    return _with_rows(proxy, request, lambda true: [*true, *_content(other).get("data", [])])


@tamper
def rows_dropped(proxy: LyingProxy, request: Request, variant: int) -> Response:
    return _with_rows(proxy, request, lambda rows: rows[variant % 2 :: 2])


@tamper
def rows_twice(proxy: LyingProxy, request: Request, variant: int) -> Response:
    return _with_rows(proxy, request, lambda rows: [*rows, *rows])


@tamper
def rows_reversed(proxy: LyingProxy, request: Request, variant: int) -> Response:
    return _with_rows(proxy, request, lambda rows: rows[::-1])


@tamper
def no_rows(proxy: LyingProxy, request: Request, variant: int) -> Response:
    return _with_rows(proxy, request, lambda rows: [])


@tamper
def no_rows_by_the_count(proxy: LyingProxy, request: Request, variant: int) -> Response:
    return _with_rows(proxy, request, lambda rows: [], total=0, last_page=1, current_page=1)


@tamper
def odd_rows(proxy: LyingProxy, request: Request, variant: int) -> Response:
    odd: tuple[list[Any], ...] = (
        [None],
        [7, "8"],
        [[]],
        [{}],
        [{"id": None, "title": None}],
        [{"title": proxy.our_title()}],
    )
    return _with_rows(proxy, request, lambda rows: odd[variant % len(odd)] + (rows if variant % 3 else []))


@tamper
def other_meta(proxy: LyingProxy, request: Request, variant: int) -> Response:
    pages = (0, 1, 2, 10**9, -1, "2", None)
    return _with_rows(proxy, request, lambda rows: rows, last_page=pages[variant % len(pages)], total=variant)


@tamper
def other_data(proxy: LyingProxy, request: Request, variant: int) -> Response:
    answer = proxy.deliver(request)
    odd: tuple[Any, ...] = (None, [], {}, "data", 7, True, [[]], {"data": []})
    return _with(answer, {**_content(answer), "data": odd[variant % len(odd)]})


@tamper
def other_content(proxy: LyingProxy, request: Request, variant: int) -> Response:
    odd: tuple[Any, ...] = (None, [], {}, "data", 7, [{"id": 1}], {"message": "OK"}, {"data": {"data": {"id": 1}}})
    return _with(proxy.deliver(request), odd[variant % len(odd)])


@tamper
def other_status(proxy: LyingProxy, request: Request, variant: int) -> Response:
    statuses = (200, 201, 202, 204, 302, 400, 401, 403, 404, 405, 409, 410, 422, 429, 500, 502, 503, 504, 599)
    return _status(proxy.deliver(request), statuses[variant % len(statuses)])


@tamper
def not_delivered_and_refused(proxy: LyingProxy, request: Request, variant: int) -> Response:
    statuses = (401, 403, 404, 409, 422, 500, 502, 503, 504)
    body = b'{"message": "No.", "errors": {"id": ["No."]}}' if variant % 2 else HTML
    return Response(statuses[variant % len(statuses)], (("Content-Type", "application/json"),), body)


@tamper
def not_delivered_and_confirmed(proxy: LyingProxy, request: Request, variant: int) -> Response:
    match = PATH.match(request.path)
    content = {"data": {"id": int(match[2]) if match and match[2] else variant}, "message": "Done"}
    return Response(200, (("Content-Type", "application/json"),), json.dumps(content).encode())


@tamper
def stale(proxy: LyingProxy, request: Request, variant: int) -> Response:
    return proxy.former(request)


@tamper
def stale_after_delivery(proxy: LyingProxy, request: Request, variant: int) -> Response:
    former = proxy.answers.get(step_of(request))
    answer = proxy.deliver(request)
    return former or answer


@tamper
def delivered_twice(proxy: LyingProxy, request: Request, variant: int) -> Response:
    first = proxy.deliver(request)
    second = proxy.deliver(request)
    return second if variant % 2 else first


@tamper
def html(proxy: LyingProxy, request: Request, variant: int) -> Response:
    proxy.deliver(request)
    return Response((200, 403, 502, 503)[variant % 4], (("Content-Type", "text/html"),), HTML)


@tamper
def broken_body(proxy: LyingProxy, request: Request, variant: int) -> Response:
    answer = proxy.deliver(request)
    odd = (answer.body[:-9], b"", b"\xef\xbb\xbf" + answer.body, b"\xff\xfe", b"[" * 9000, b"Notice: x\n" + answer.body)
    return replace(answer, body=odd[variant % len(odd)])


@tamper
def cut_after_delivery(proxy: LyingProxy, request: Request, variant: int) -> Response:
    proxy.deliver(request)
    raise requests.ConnectionError("the connection was closed")


@tamper
def cut_before_delivery(proxy: LyingProxy, request: Request, variant: int) -> Response:
    raise requests.ConnectionError("the connection was closed")


@tamper
def late(proxy: LyingProxy, request: Request, variant: int) -> Response:
    proxy.deliver(request)
    raise requests.ReadTimeout


@tamper
def of_another_request(proxy: LyingProxy, request: Request, variant: int) -> Response:
    """Answer with what was last answered to something else."""
    answers = list(proxy.answers.values())
    proxy.deliver(request)
    return answers[variant % len(answers)] if answers else Response(204, (), b"")


@tamper
def other_headers(proxy: LyingProxy, request: Request, variant: int) -> Response:
    extra: Mapping[int, tuple[str, str]] = {
        0: ("Retry-After", "0"),
        1: ("Retry-After", "86400"),
        2: ("Location", "http://127.0.0.1:1/"),
        3: ("Retry-After", "soon"),
    }
    answer = proxy.deliver(request)
    statuses = (429, 503, 200, 301)
    return replace(answer, status=statuses[variant % 4], headers=(*answer.headers, extra[variant // 4 % 4]))
