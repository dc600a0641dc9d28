"""One record, one truth: between two writes it looks the same wherever it is shown, in an answer to a write, too.

Every answer of an example is held against the last one that showed the same record, whatever it was asked for.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from conformance.exchange import AuthVariant, Exchange, Json
from conformance.http.transport import SAFE_METHODS
from conformance.records import Milestone, Task, milestone_of, records_of, task_of
from conformance.results.expect import Expectation

Record: TypeAlias = Milestone | Task

READERS: dict[str, Callable[[Json], Record | None]] = {
    **dict.fromkeys(("getMilestone", "listMilestones", "createMilestone", "updateMilestone"), milestone_of),
    **dict.fromkeys(("getTask", "listTasks", "createTask", "updateTask"), task_of),
    **dict.fromkeys(("setTaskStatus", "archiveTask", "activateTask", "cloneTask"), task_of),
}
"""The operations that show milestones or tasks, and how to read one."""
WRITTEN = {"createMilestone": "create/is-read-back", "updateMilestone": "update/is-read-back"}
"""The requirement that a milestone breaks that is shown otherwise than in the answer to a write."""
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
        """Hold an answer against earlier ones. Raises Violation."""
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
        former = replace(before.record, created=now.record.created)
        if isinstance(former, Milestone) and isinstance(now.record, Milestone):
            former = replace(former, updated=now.record.updated)
        if former != now.record:
            self.expect(_requirement(before, now)).equal(
                now.record, former, f"{now.operation} after {before.operation}"
            )


def _requirement(before: _View, now: _View) -> str:
    """Return what is broken by a record that two operations show differently."""
    if before.operation in WRITTEN:
        return WRITTEN[before.operation]
    if isinstance(before.record, Task):
        return LISTED[Task] if before.operation.startswith(("get", "list")) else ANSWERED
    counted = isinstance(now.record, Milestone) and replace(before.record, tasks_count=now.record.tasks_count)
    return COUNTED if counted == now.record else LISTED[Milestone]


def records(exchange: Exchange) -> Iterator[Record]:
    """Yield the milestones or tasks that an answer shows whole."""
    read, data = READERS.get(exchange.operation), exchange.envelope.get("data")
    if read is None or exchange.method == "HEAD":
        return
    for row in records_of(exchange) if isinstance(data, list) else [data]:
        if (record := read(row)) is not None and record.title is not None:
            yield record
