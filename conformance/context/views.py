"""Consistency of records: between two writes, every operation must show a record alike, the answer to a write included.

Every answer of an example is compared with the last answer that showed the same record, whatever the request.
"""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from conformance.exchange import AuthVariant, Exchange, Json, read_fields
from conformance.http.request import SAFE_METHODS
from conformance.records import Milestone, Task, milestone_of, records_of, task_of
from conformance.results.expect import Expectation

Record: TypeAlias = Milestone | Task

READERS: dict[str, Callable[[Json], Record | None]] = {
    **dict.fromkeys(("getMilestone", "listMilestones", "createMilestone", "updateMilestone"), milestone_of),
    **dict.fromkeys(("getTask", "listTasks", "createTask", "updateTask"), task_of),
    **dict.fromkeys(("setTaskStatus", "archiveTask", "activateTask", "cloneTask"), task_of),
}
"""The operations that show milestones or tasks, each with the function that reads a record."""
WRITTEN = {"createMilestone": "create/is-read-back", "updateMilestone": "update/is-read-back"}
"""The requirement violated when a milestone is shown otherwise than in the answer to a write."""
COUNTED = "count/is-the-same-in-list-and-get"
LISTED = {Milestone: "list/rows-equal-the-milestones", Task: "task/rows-equal-the-tasks"}
ANSWERED = "task/an-action-answers-the-task-as-it-is"


@dataclass(frozen=True, slots=True)
class _View:
    """A record as an operation showed it."""

    operation: str
    record: Record


@dataclass
class Views:
    """The last view of each record since the last write."""

    expect: Callable[[str], Expectation]
    _shown: dict[tuple[type[Record], int], _View] = field(default_factory=dict)

    def take(self, exchange: Exchange) -> None:
        """Compare an answer with earlier ones. Raises Violation."""
        if exchange.concurrent or exchange.method not in SAFE_METHODS:
            self._shown.clear()
        if exchange.concurrent or not exchange.ok or exchange.key is not AuthVariant.OURS:
            return
        for record in records(exchange):
            view = _View(exchange.operation, record)
            if before := self._shown.get((type(record), record.id)):
                self._judge(before, view)
            self._shown[type(record), record.id] = view

    def _judge(self, before: _View, now: _View) -> None:
        if before.operation == now.operation and before.operation.startswith("get"):
            return
        if before.operation in WRITTEN and now.operation.startswith("list"):
            # Reading the milestone shows which of the two is wrong.
            return
        names = [name for name in before.record.__slots__ if _is_comparable(name, before.record, now.record)]
        former, latter = ({name: getattr(record, name) for name in names} for record in (before.record, now.record))
        differing = {name for name in names if former[name] != latter[name]}
        if differing:
            subject = f"the {type(now.record).__name__.lower()} in {now.operation}, as in {before.operation} before,"
            shown = replace(before.record, **{name: latter[name] for name in differing})
            self.expect(_requirement(before, differing)).equal(shown, before.record, subject)


def _is_comparable(name: str, before: Record, now: Record) -> bool:
    """Return whether a field can be compared: it is neither missing nor of another type in either record.

    Dates are left out, as they may be truncated when they are stored.
    """
    return name not in ("created", "updated") and None not in (getattr(before, name), getattr(now, name))


def _requirement(before: _View, differing: AbstractSet[str]) -> str:
    """Return the requirement violated when two operations show a record differently."""
    if isinstance(before.record, Task):
        return LISTED[Task] if before.operation.startswith(("get", "list")) else ANSWERED
    if before.operation in WRITTEN:
        return WRITTEN[before.operation]
    return COUNTED if differing == {"tasks_count"} else LISTED[Milestone]


def records(exchange: Exchange) -> Iterator[Record]:
    """Yield the milestones or tasks that an answer shows in full; rows of projects not asked for are skipped."""
    read, data = READERS.get(exchange.operation), exchange.envelope.get("data")
    if read is None or exchange.method == "HEAD":
        return
    projects = read_fields(exchange.query, None, None).get("project_id", [])
    for row in records_of(exchange) if isinstance(data, list) else [data]:
        record = read(row)
        if record is not None and record.title is not None and (not projects or str(record.project_id) in projects):
            yield record
