"""What the run may write to: the projects that it made itself, and what is in them.

What lives only here: which ids are ours, the titles that label them, the journal. Every request that can write passes
`Sandbox.guard` on its way out of the transport, so no property can reach other people's records.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from conformance.exchange import Exchange, Json
from conformance.http.request_fields import read_fields
from conformance.http.transport import ForbiddenWrite, OutgoingRequest
from conformance.models import id_in, rows_of

LABEL = "ZZZ_CONFORMANCE_"

_RESOURCE = re.compile(r"^/(milestones|projects|tasks)/(\d+)(?:/|$)")
_COLLECTION = re.compile(r"^/(milestones|projects|tasks)/?$")
_LEADING_DIGITS = re.compile(r"\s*\+?(\d+)")


@dataclass
class Sandbox:
    """The ids that the run made, and the rule that it writes to no others.

    `before_making` is called with the title of each project before it is made: the journal's entry.
    `existing_project_ids` are projects that were there before the run.
    """

    run_id: str
    before_making: Callable[[str], None] = lambda _: None
    projects: set[int] = field(default_factory=set)
    milestones: set[int] = field(default_factory=set)
    tasks: set[int] = field(default_factory=set)
    open_projects: set[int] = field(default_factory=set)
    existing_project_ids: frozenset[int] = frozenset()
    _titles: int = 0

    def project_title(self) -> str:
        """A title for a project of ours, entered into the journal before it is used."""
        self._titles += 1
        title = f"{LABEL}{self.run_id}_{self._titles}"
        self.before_making(title)
        return title

    def guard(self, call: OutgoingRequest) -> None:
        """Raises ForbiddenWrite unless the call touches nothing but ours."""
        complaint = self._complaint(call)
        if complaint:
            raise ForbiddenWrite(f"{call.method} {call.path} was not sent, because {complaint}")

    def learn(self, exchange: Exchange) -> None:
        """Takes the ids of what was made, and of what came with it, into the sandbox."""
        if not exchange.ok:
            return
        made, shown = id_in(exchange), exchange.envelope.get("data")
        if made is None or not isinstance(shown, Mapping):
            self._learn_rows(exchange)
        elif exchange.operation in ("createProject", "cloneProject") and self._is_our_project(made, shown):
            self.projects.add(made)
            self.open_projects.add(made)
        elif exchange.operation == "createMilestone" and _project_in(shown) in self.projects:
            self.milestones.add(made)
        elif exchange.operation in ("createTask", "cloneTask") and _project_in(shown) in self.projects:
            self.tasks.add(made)
        elif exchange.operation == "deleteProject":
            self.open_projects.discard(made)

    def _is_our_project(self, made: int, shown: Mapping[str, Json]) -> bool:
        """A deployment that answers somebody else's project must not make us delete it."""
        return made not in self.existing_project_ids and str(shown.get("title")).startswith(f"{LABEL}{self.run_id}_")

    def _learn_rows(self, exchange: Exchange) -> None:
        if exchange.operation not in ("listMilestones", "listTasks"):
            return
        ours = self.milestones if exchange.operation == "listMilestones" else self.tasks
        for row in rows_of(exchange):
            if isinstance(row, Mapping) and isinstance(row.get("id"), int) and _project_in(row) in self.projects:
                ours.add(int(str(row["id"])))

    def _complaint(self, call: OutgoingRequest) -> str:
        fields = read_fields(call.query, call.body, call.content_type)
        if call.path == "/milestones/positions":
            foreign = [one for one in _numbers(fields.get("milestones")) if one not in self.milestones]
            return f"milestones {foreign} are not ours" if foreign else ""
        if match := _RESOURCE.match(call.path):
            ours = {"milestones": self.milestones, "projects": self.projects, "tasks": self.tasks}[match[1]]
            if int(match[2]) not in ours:
                return "its id is not ours"
        elif _COLLECTION.match(call.path):
            if call.method != "POST":
                return "it names no id"
        elif not call.path.startswith("/zzz-"):
            return "its path is not known to be ours"
        return self._complaint_about(fields, call)

    def _complaint_about(self, fields: Mapping[str, list[Json]], call: OutgoingRequest) -> str:
        for name in ("milestone_projectid", "task_projectid", "project_id"):
            if any(one not in self.projects for one in _numbers(fields.get(name))):
                return f"the project in {name} is not ours"
        if any(one not in self.milestones for one in _numbers(fields.get("task_milestoneid"))):
            return "the milestone in task_milestoneid is not ours"
        makes_project = call.path in ("/projects", "/projects/") or call.path.endswith("/clone")
        titles = fields.get("project_title", [])
        if makes_project and not all(isinstance(one, str) and one.startswith(LABEL) for one in titles):
            return f"a project of ours is titled {LABEL}…"
        return ""


def _numbers(value: Json) -> Iterator[int]:
    """Every number that a deployment could read out of a value, however leniently it reads."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        yield int(value)
    elif isinstance(value, str):
        if match := _LEADING_DIGITS.match(value):
            yield int(match[1])
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _numbers(one)
    else:
        for one in value:
            yield from _numbers(one)


def _project_in(row: Mapping[str, Json]) -> int | None:
    project = row.get("project_id")
    if isinstance(project, int):
        return project
    nested = row.get("project")
    inner = nested.get("id") if isinstance(nested, Mapping) else None
    return inner if isinstance(inner, int) else None
