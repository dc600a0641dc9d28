"""The sandbox: decide before every write whether the run may send it, and title the projects that it makes.

Every request that can write passes `Sandbox.guard` on its way out of the transport, so no property can reach other
people's records.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from conformance.exchange import Exchange, Json, read_fields
from conformance.http.client import Client
from conformance.http.request import ForbiddenWrite, OutgoingRequest
from conformance.sandbox.identity import ids_in
from conformance.sandbox.ownership import LABEL, Contradiction, Kind, NotOurs, Ownership, RunStopped
from conformance.target import RunError

MAX_PAGES = 60

_RESOURCE = re.compile(r"^/(milestone|project|task)s/(\d+)(?:/|$)")
_COLLECTION = re.compile(r"^/(milestones|projects|tasks)/?$")
_COMMENT = re.compile(r"^/tasks/(\d+)/comments/([^/]+)")
_WINDING = re.compile(r"\.\.|%2e|\\|%5c", re.IGNORECASE)
_LEADING_DIGITS = re.compile(r"\s*\+?(\d+)")
_PROJECT_FIELDS = ("milestone_projectid", "task_projectid", "project_id")


@dataclass
class Sandbox:
    """The rule that a run only writes to what it made.

    `before_making` is called with the title of each project before it is made, to record it in the journal. `failure`
    is the reason why the run cannot continue, if there is one.
    """

    run_id: str
    before_making: Callable[[str], None] = lambda _: None
    ownership: Ownership = field(init=False)
    failure: str = ""
    _counter: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.ownership = Ownership(self.run_id)

    def connect(self, client: Client) -> None:
        """Use a client to read back claimed records."""

        def list_ids(kind: Kind, parent: int) -> set[int]:
            return set(listed_ids(client, kind, parent))

        self.ownership.read = lambda kind, identifier: client.call(f"get{kind.capitalize()}", {"id": identifier})
        self.ownership.list_ids = list_ids
        self.ownership.pause = client.transport.wait

    def project_title(self) -> str:
        """Return a title for a new project, after recording it in the journal."""
        title = f"{LABEL}{self.run_id}_{next(self._counter)}"
        try:
            self.before_making(title)
        except RunError as error:
            self.failure = str(error)
            raise RunStopped(self.failure) from error
        self.ownership.announce(title)
        return title

    def learn(self, exchange: Exchange) -> None:
        """Update the ownership of records from an exchange. Raises Contradiction."""
        self.ownership.learn(exchange)

    def guard(self, call: OutgoingRequest) -> None:
        """Raise ForbiddenWrite unless a call touches only the run's own records. Raises Contradiction."""
        if self.ownership.contradiction:
            raise Contradiction(self.ownership.contradiction)
        try:
            complaint = self._complaint(call)
        except NotOurs as reason:
            complaint = str(reason)
        if complaint:
            raise ForbiddenWrite(f"{call.method} {call.path} was not sent, because {complaint}")

    def confirm(self, kind: Kind, identifiers: Iterable[int]) -> None:
        """Read claimed records back ahead of a write; raise ForbiddenWrite for one that is not the run's own."""
        try:
            self._require(kind, identifiers)
        except NotOurs as reason:
            raise ForbiddenWrite(str(reason)) from reason

    def _complaint(self, call: OutgoingRequest) -> str:
        if _WINDING.search(call.path):
            return "its path leads elsewhere"
        fields = read_fields(call.query, call.body, call.content_type)
        if call.path == "/milestones/positions":
            self._require(Kind.MILESTONE, numbers(fields.get("milestones")))
            return ""
        if match := _RESOURCE.match(call.path):
            self._require(Kind(match[1]), [int(match[2])])
        elif _COLLECTION.match(call.path):
            if call.method != "POST":
                return "it names no id"
        elif not call.path.startswith("/zzz-"):
            return "its path is not known to belong to this run"
        if match := _COMMENT.match(call.path):
            for comment in numbers(match[2]):
                self.ownership.require_comment(int(match[1]), comment)
        return self._complaint_about(fields, call)

    def _complaint_about(self, fields: Mapping[str, list[Json]], call: OutgoingRequest) -> str:
        for name in _PROJECT_FIELDS:
            self._require(Kind.PROJECT, numbers(fields.get(name)))
        self._require(Kind.MILESTONE, numbers(fields.get("task_milestoneid")))
        makes_project = call.path in ("/projects", "/projects/") or call.path.endswith("/clone")
        titles = fields.get("project_title", [])
        if makes_project and not all(isinstance(title, str) and title.startswith(LABEL) for title in titles):
            return f"a project of the run is titled {LABEL}…"
        return ""

    def _require(self, kind: Kind, identifiers: Iterable[int]) -> None:
        for identifier in identifiers:
            self.ownership.require(kind, identifier)


def numbers(value: Json) -> Iterator[int]:
    """Yield every number that a deployment could read from a value, however leniently."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        yield int(value)
    elif isinstance(value, str):
        if match := _LEADING_DIGITS.match(value):
            yield int(match[1])
    elif isinstance(value, Mapping):
        for element in value.values():
            yield from numbers(element)
    else:
        for element in value:
            yield from numbers(element)


def listed_ids(client: Client, kind: Kind, parent: int) -> Iterator[int]:
    """Yield the ids of the milestones or tasks of a project, or of the comments of a task."""
    if kind is Kind.COMMENT:
        yield from ids_in(client.list_comments(parent))
        return
    operation = "listMilestones" if kind is Kind.MILESTONE else "listTasks"
    for page in range(1, MAX_PAGES + 1):
        query: dict[str, Json] = {"project_id": parent, "limit": client.contract.limit_cap, "page": page}
        rows = list(ids_in(client.call(operation, query=query)))
        yield from rows
        if len(rows) < client.contract.limit_cap:
            return
