"""Steps: what is done to records of ours, what breaks where they are not as expected, and the differences they show."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TypeAlias

from conformance.exchange import Exchange
from conformance.http.client import RequestOptions
from conformance.records import Milestone, Task

UNWATCHED = frozenset({"updated", "tasks_count"})
EQUAL_COUNTS = "count/equals-the-task-list"
OTHER_COUNTS = "count/ignores-other-milestones"
SAME_COUNTS = "count/is-the-same-in-list-and-get"


@dataclass(frozen=True, slots=True)
class Step:
    """A change of some milestones and tasks, with the requirement that breaks where they are not as expected.

    They are given by their ids; a milestone and a task may have the same one.

    `own` breaks where a field of them is wrong that `fields` does not name (the empty one stands for a whole record),
    `counts` where their tasks_count is, `others` where any other record of the project changed, and `elsewhere` where
    one of the other project did. `answer_is` breaks where the lists do not show the record that was `answered`.
    """

    milestones: Sequence[int]
    own: str
    others: str
    counts: str = EQUAL_COUNTS
    fields: Mapping[str, str] = field(default_factory=dict)
    elsewhere: str = ""
    answered: Milestone | Task | None = None
    answer_is: str = ""
    tasks: Sequence[int] = ()

    @property
    def requirements(self) -> set[str]:
        """Return the requirements that the step is judged by."""
        judged = {self.own, self.others, self.counts, self.elsewhere, self.answer_is, *self.fields.values()}
        return judged - {""}

    def ids_of(self, kind: type[Milestone | Task]) -> Sequence[int]:
        """Return the milestones, or the tasks, that it changes."""
        return self.tasks if kind is Task else self.milestones


Refusal: TypeAlias = tuple[str | None, int, Callable[[RequestOptions], Exchange]]
"""A requirement, the status of the refusal that it asks for, and the request; None judges nothing."""


@dataclass(frozen=True, slots=True)
class RecordDifference:
    """A record that is not as expected in one field; without a `name`, one that is missing or too many."""

    kind: type[Milestone | Task]
    id: int
    project: int | None
    name: str
    expected: object
    actual: object
    subject: str


def compare_records(
    kind: type[Milestone | Task], expected: Mapping[int, Milestone | Task], actual: Mapping[int, Milestone | Task]
) -> Iterator[RecordDifference]:
    """Yield the differences between records by id, field by field."""
    for identifier in sorted(expected.keys() ^ actual.keys()):
        record = expected.get(identifier) or actual[identifier]
        wanted, shown = sorted(expected), sorted(actual)
        subject = f"the {kind.__name__.lower()}s of both projects"
        yield RecordDifference(kind, identifier, record.project_id, "", wanted, shown, subject)
    for identifier in sorted(expected.keys() & actual.keys()):
        left, right = expected[identifier], actual[identifier]
        for name in [watched.name for watched in fields(left) if watched.name not in UNWATCHED]:
            if getattr(left, name) != getattr(right, name):
                yield in_field(right, name, getattr(left, name))


def in_field(shown: Milestone | Task, name: str, expected: object, note: str = "") -> RecordDifference:
    """Return the difference of a record that is shown with another value in a field than expected."""
    wanted: Milestone | Task = replace(shown, **{name: expected})  # type: ignore[arg-type]
    subject = f"{type(shown).__name__.lower()} {shown.id}{note} with"
    return RecordDifference(type(shown), shown.id, wanted.project_id, name, wanted, shown, subject)
