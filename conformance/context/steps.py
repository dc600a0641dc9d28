"""Steps of a sequence: the records that each changes, the requirements it is judged by, and differences of records."""

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
FALLEN = "count/falls-with-a-deleted-task"


@dataclass(frozen=True, slots=True)
class Step:
    """A change of some milestones and tasks, with the requirements violated if the result differs from the expected.

    `milestones` and `tasks` are ids; a milestone and a task may have the same one.

    `own` is violated if a field that `fields` does not name is wrong (the empty name stands for a whole record),
    `counts` if their tasks_count is, `others` if any other record of the project changed (`other_tasks`, if given, if
    that is a task), and `elsewhere` if a record of the other project did. `answer_is` is violated if the lists do not
    show the record that was `answered`.
    """

    milestones: Sequence[int]
    own: str
    others: str
    counts: str = EQUAL_COUNTS
    fields: Mapping[str, str] = field(default_factory=dict)
    elsewhere: str = ""
    other_tasks: str = ""
    answered: Milestone | Task | None = None
    answer_is: str = ""
    tasks: Sequence[int] = ()

    @property
    def requirements(self) -> set[str]:
        """Return the requirements that the step is judged by."""
        others = {self.others, self.other_tasks, self.elsewhere}
        return {self.own, self.counts, self.answer_is, *others, *self.fields.values()} - {""}

    def spares(self, kind: type[Milestone | Task]) -> str:
        """Return the requirement that is violated if another record of that kind changed."""
        return (self.other_tasks if kind is Task else "") or self.others

    def ids_of(self, kind: type[Milestone | Task]) -> Sequence[int]:
        """Return the ids of the milestones, or of the tasks, that the step changes."""
        return self.tasks if kind is Task else self.milestones


Refusal: TypeAlias = tuple[str | None, int, Callable[[RequestOptions], Exchange]]
"""A requirement, the status it demands, and the request; with None as the requirement, nothing is judged."""


@dataclass(frozen=True, slots=True)
class RecordDifference:
    """A record that differs from the expected one in a field; with an empty `name`, it is missing or unexpected."""

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
        expected_ids, actual_ids = sorted(expected), sorted(actual)
        subject = f"the {kind.__name__.lower()}s of both projects"
        yield RecordDifference(kind, identifier, record.project_id, "", expected_ids, actual_ids, subject)
    for identifier in sorted(expected.keys() & actual.keys()):
        left, right = expected[identifier], actual[identifier]
        for name in [watched.name for watched in fields(left) if watched.name not in UNWATCHED]:
            if getattr(left, name) != getattr(right, name):
                yield in_field(right, name, getattr(left, name))


def in_field(shown: Milestone | Task, name: str, expected: object, note: str = "") -> RecordDifference:
    """Return the difference of a record whose field has another value than expected."""
    expected_record: Milestone | Task = replace(shown, **{name: expected})  # type: ignore[arg-type]
    subject = f"{type(shown).__name__.lower()} {shown.id}{note} with"
    return RecordDifference(type(shown), shown.id, expected_record.project_id, name, expected_record, shown, subject)
