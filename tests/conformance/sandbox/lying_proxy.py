"""A proxy between the suite and a mock full of other people's records, which lies by a plan and keeps the truth."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from mock_server.messages import Request, Response
from mock_server.storage.store import Store

LABEL = "ZZZ_CONFORMANCE_"
PATH = re.compile(r"^/api/(projects|milestones|tasks)(?:/(\d+))?(/\w+)?")

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
    """Return the step of a run that a request belongs to."""
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
    """Return everything that a store holds of projects, milestones, tasks and comments."""
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
    tampers: Mapping[str, "Tamper"]
    writes: list[str] = field(default_factory=list)
    foreign_writes: list[str] = field(default_factory=list)
    lies_told: Counter[str] = field(default_factory=Counter)
    lying: bool = True

    def __post_init__(self) -> None:
        self.before = records(self.store)
        self._foreign = {(record.kind, record.id) for record in self.before}
        self._met: Counter[int] = Counter()
        self.answers: dict[str, Response] = {}
        self._titles: list[str] = []

    def __call__(self, request: Request) -> Response:
        """Answer a request, truly or not; raises what `requests` raises where nothing is answered."""
        self._note(request)
        step = step_of(request)
        lie = self._due(step, request.method) if self.lying else None
        if lie is None:
            answer = self.deliver(request)
        else:
            self.lies_told[lie.tamper] += 1
            answer = self.tampers[lie.tamper](self, request, lie.variant)
        self.answers[step] = answer
        return answer

    def foreign_changes(self) -> set[Record]:
        """Return the records that the run did not make and that are no more as they were."""
        return self.before - records(self.store)

    def remaining(self) -> list[tuple[int, str]]:
        """Return the ids and titles of the projects that were made and are still there."""
        return [(row.id, row.title) for row in self.store.projects if ("project", row.id) not in self._foreign]

    def _due(self, step: str, method: str) -> Lie | None:
        for number, lie in enumerate(self.plan):
            reading = method == "GET"
            if lie.step in (step, "any", "any read" if reading else "any write"):
                self._met[number] += 1
                if lie.first < self._met[number] <= lie.first + lie.times:
                    return lie
        return None

    def deliver(self, request: Request) -> Response:
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
        """Return the id of a record that the run did not make."""
        ids = sorted(identifier for of, identifier in self._foreign if of == kind)
        return ids[variant % len(ids)]

    def our_title(self) -> str:
        """Return the title of the project that was made last."""
        return self._titles[-1] if self._titles else f"{LABEL}ABCDEFGH_1"

    def our_project(self) -> int:
        """Return the id of a project that was made by the run, if there is one."""
        return self.remaining()[-1][0] if self.remaining() else 1

    def former(self, request: Request) -> Response:
        """Return the last answer to a request of the same kind."""
        return self.answers.get(step_of(request)) or self.deliver(request)


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
    """Yield the records that a write names in its path or in its body."""
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


Tamper = Callable[[LyingProxy, Request, int], Response]
