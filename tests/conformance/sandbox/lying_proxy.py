"""A proxy between the suite and a mock full of other people's records, which lies by a plan and keeps the truth."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

import requests

from mock_server.messages import Request, Response
from mock_server.storage.store import Store

LABEL = "ZZZ_CONFORMANCE_"
PATH = re.compile(r"^/api/(projects|milestones|tasks)(?:/(\d+))?(/\w+)?")
HTML = b"<!doctype html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"

STEPS = (
    *("list projects", "get project", "create project", "clone project", "update project", "delete project"),
    *("list milestones", "get milestone", "create milestone", "update milestone", "delete milestone", "reorder"),
    *("list tasks", "get task", "create task", "clone task", "update task", "delete task", "add comment"),
    *("any read", "any write", "any"),
)
VERBS = {"GET": "get", "POST": "create", "PATCH": "update", "PUT": "update", "DELETE": "delete"}


@dataclass(frozen=True)
class Lie:
    """An answer in place of the truth, to which requests of a kind: `times` of them, the `first` one from 0."""

    step: str
    tamper: str
    first: int = 0
    times: int = 1
    variant: int = 0


@dataclass(frozen=True)
class Record:
    """A record of the mock: its kind, its id, and all that it holds."""

    kind: str
    id: int
    content: str


def step_of(request: Request) -> str:
    """The step of a run that a request belongs to."""
    match = PATH.match(request.path)
    if match is None:
        return "other"
    kind, identifier, action = match[1][:-1], match[2], match[3]
    if action == "/positions":
        return "reorder"
    if action == "/clone":
        return f"clone {kind}"
    if action == "/comments" and request.method == "POST":
        return "add comment"
    if request.method == "GET" and identifier is None:
        return f"list {kind}s"
    return f"{VERBS.get(request.method, 'other')} {kind}"


def records(store: Store) -> set[Record]:
    """Everything that a store holds of projects, milestones, tasks and comments."""
    tables: dict[str, Iterable[Any]] = {
        "project": store.projects,
        "milestone": store.milestones,
        "task": store.tasks,
        "comment": store.comments,
    }
    return {Record(kind, row.id, repr(row)) for kind, table in tables.items() for row in table}


@dataclass
class LyingProxy:
    """Hands requests to a mock and lies about its answers by a plan.

    `writes` are those that got through to the mock, and `foreign_writes` those of them that named a record of somebody
    else, whatever became of them; `lies_told` counts.
    """

    handle: Callable[[Request], Response]
    store: Store
    plan: Sequence[Lie]
    writes: list[str] = field(default_factory=list)
    foreign_writes: list[str] = field(default_factory=list)
    lies_told: Counter[str] = field(default_factory=Counter)
    lying: bool = True

    def __post_init__(self) -> None:
        self.before = records(self.store)
        self._foreign = {(record.kind, record.id) for record in self.before}
        self._met: Counter[int] = Counter()
        self._former: dict[str, Response] = {}
        self._titles: list[str] = []

    def __call__(self, request: Request) -> Response:
        """Answers a request, truly or not; raises what `requests` raises where nothing is answered."""
        self._note(request)
        step = step_of(request)
        lie = self._due(step, request.method) if self.lying else None
        if lie is None:
            answer = self._deliver(request)
        else:
            self.lies_told[lie.tamper] += 1
            answer = TAMPERS[lie.tamper](self, request, lie.variant)
        self._former[step] = answer
        return answer

    def foreign_changes(self) -> set[Record]:
        """Return the records that the run did not make and that are no more as they were."""
        return self.before - records(self.store)

    def remaining(self) -> list[tuple[int, str]]:
        """The ids and titles of the projects that were made and are still there."""
        return [(row.id, row.title) for row in self.store.projects if ("project", row.id) not in self._foreign]

    def _due(self, step: str, method: str) -> Lie | None:
        for number, lie in enumerate(self.plan):
            reading = method == "GET"
            if lie.step in (step, "any", "any read" if reading else "any write"):
                self._met[number] += 1
                if lie.first < self._met[number] <= lie.first + lie.times:
                    return lie
        return None

    def _deliver(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            self.writes.append(f"{request.method} {request.path}")
            named = set(_named(request)) & self._foreign
            if named:
                self.foreign_writes.append(f"{request.method} {request.path} {request.body!r} names {sorted(named)}")
        return self.handle(request)

    def _note(self, request: Request) -> None:
        for name, value in _fields(request):
            if name == "project_title" and isinstance(value, str):
                self._titles.append(value)

    # What lies are made of

    def foreign_id(self, kind: str, variant: int) -> int:
        """The id of somebody else's record."""
        ids = sorted(identifier for of, identifier in self._foreign if of == kind)
        return ids[variant % len(ids)]

    def our_title(self) -> str:
        """The title of the project that was made last."""
        return self._titles[-1] if self._titles else f"{LABEL}ABCDEFGH_1"

    def our_project(self) -> int:
        """The id of a project that was made by the run, if there is one."""
        return self.remaining()[-1][0] if self.remaining() else 1

    def former(self, request: Request) -> Response:
        """The last answer to a request of the same kind."""
        return self._former.get(step_of(request)) or self._deliver(request)


def _fields(request: Request) -> Iterator[tuple[str, Any]]:
    text = request.body.decode("utf-8", "replace")
    yield from parse_qsl(request.query)
    if "json" in request.headers.get("content-type", ""):
        try:
            content = json.loads(text)
        except ValueError:
            return
        yield from content.items() if isinstance(content, dict) else ()
    else:
        yield from parse_qsl(text)


def _named(request: Request) -> Iterator[tuple[str, int]]:
    """The records that a write names in its path or in its body."""
    if match := PATH.match(request.path):
        kind = match[1][:-1]
        if match[2]:
            yield kind, int(match[2])
        if comment := re.search(r"/comments/(\d+)", request.path):
            yield "comment", int(comment[1])
    kinds = {"milestone_projectid": "project", "task_projectid": "project", "project_id": "project"}
    kinds |= {"task_milestoneid": "milestone", "milestones": "milestone"}
    for name, value in _fields(request):
        named_kind = kinds.get(name.partition("[")[0])
        for number in value if isinstance(value, list) else [value]:
            if named_kind and re.fullmatch(r"\d+", str(number)):
                yield named_kind, int(number)


# Lies

Tamper = Callable[[LyingProxy, Request, int], Response]
TAMPERS: dict[str, Tamper] = {}


def tamper(function: Tamper) -> Tamper:
    """Registers a way to lie under the name of its function."""
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
    """The answer with its object, or each object of its list, changed in place."""
    answer = proxy._deliver(request)
    content = _content(answer)
    data = content.get("data")
    for shown in data if isinstance(data, list) else [data]:
        if isinstance(shown, dict):
            change(shown)
    return _with(answer, content)


def _with_rows(proxy: LyingProxy, request: Request, change: Callable[[list[Any]], object], **meta: object) -> Response:
    """The answer with the rows of its list changed; an object stays as it is."""
    answer = proxy._deliver(request)
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
    answer = proxy._deliver(request)
    odd: tuple[Any, ...] = (None, [], {}, "data", 7, True, [[]], {"data": []})
    return _with(answer, {**_content(answer), "data": odd[variant % len(odd)]})


@tamper
def other_content(proxy: LyingProxy, request: Request, variant: int) -> Response:
    odd: tuple[Any, ...] = (None, [], {}, "data", 7, [{"id": 1}], {"message": "OK"}, {"data": {"data": {"id": 1}}})
    return _with(proxy._deliver(request), odd[variant % len(odd)])


@tamper
def other_status(proxy: LyingProxy, request: Request, variant: int) -> Response:
    statuses = (200, 201, 202, 204, 302, 400, 401, 403, 404, 405, 409, 410, 422, 429, 500, 502, 503, 504, 599)
    return _status(proxy._deliver(request), statuses[variant % len(statuses)])


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
    former = proxy._former.get(step_of(request))
    answer = proxy._deliver(request)
    return former or answer


@tamper
def delivered_twice(proxy: LyingProxy, request: Request, variant: int) -> Response:
    first = proxy._deliver(request)
    second = proxy._deliver(request)
    return second if variant % 2 else first


@tamper
def html(proxy: LyingProxy, request: Request, variant: int) -> Response:
    proxy._deliver(request)
    return Response((200, 403, 502, 503)[variant % 4], (("Content-Type", "text/html"),), HTML)


@tamper
def broken_body(proxy: LyingProxy, request: Request, variant: int) -> Response:
    answer = proxy._deliver(request)
    odd = (answer.body[:-9], b"", b"\xef\xbb\xbf" + answer.body, b"\xff\xfe", b"[" * 9000, b"Notice: x\n" + answer.body)
    return replace(answer, body=odd[variant % len(odd)])


@tamper
def cut_after_delivery(proxy: LyingProxy, request: Request, variant: int) -> Response:
    proxy._deliver(request)
    raise requests.ConnectionError("the connection was closed")


@tamper
def cut_before_delivery(proxy: LyingProxy, request: Request, variant: int) -> Response:
    raise requests.ConnectionError("the connection was closed")


@tamper
def late(proxy: LyingProxy, request: Request, variant: int) -> Response:
    proxy._deliver(request)
    raise requests.ReadTimeout


@tamper
def of_another_request(proxy: LyingProxy, request: Request, variant: int) -> Response:
    """Answers with what was last answered to something else."""
    answers = list(proxy._former.values())
    proxy._deliver(request)
    return answers[variant % len(answers)] if answers else Response(204, (), b"")


@tamper
def other_headers(proxy: LyingProxy, request: Request, variant: int) -> Response:
    extra: Mapping[int, tuple[str, str]] = {
        0: ("Retry-After", "0"),
        1: ("Retry-After", "86400"),
        2: ("Location", "http://127.0.0.1:1/"),
        3: ("Retry-After", "soon"),
    }
    answer = proxy._deliver(request)
    statuses = (429, 503, 200, 301)
    return replace(answer, status=statuses[variant % 4], headers=(*answer.headers, extra[variant // 4 % 4]))
