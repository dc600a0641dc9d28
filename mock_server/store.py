"""An account's data: typed records in tables, with the indexes that spare every operation a full scan.

No rules and no HTTP. Instants and days are text as the API shows them, which sorts by time.
Records are frozen: a change puts a new record in the place of the old one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class Named:
    """A client, a category of projects, or a user of the team."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Label:
    """A task status or a task priority."""

    id: int
    title: str
    color: str


@dataclass(frozen=True, slots=True)
class Billing:
    """How a project is billed; rates and costs in the installation's currency."""

    type: str | None = None
    rate: float = 0
    estimated_hours: float = 0
    costs_estimate: float = 0


@dataclass(frozen=True, slots=True)
class Project:
    """A project; `permissions` holds the names of the flags that are on."""

    id: int
    title: str
    client_id: int
    category_id: int
    creator_id: int
    default_milestone_id: int
    start: str
    created: str
    updated: str
    due: str | None = None
    description: str | None = None
    status: str = "not_started"
    progress: int = 0
    progress_manually: bool = False
    archived: bool = False
    billing: Billing = Billing()
    permissions: frozenset[str] = frozenset()
    assigned: tuple[int, ...] = ()
    managers: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone of a project."""

    id: int
    project_id: int
    title: str
    color: str
    position: int
    creator_id: int
    created: str
    updated: str
    type: str = "categorised"


@dataclass(frozen=True, slots=True)
class Task:
    """A task; it is always in a milestone of its project."""

    id: int
    project_id: int
    milestone_id: int
    title: str
    status_id: int
    priority_id: int
    position: int
    created: str
    updated: str
    description: str | None = None
    start: str | None = None
    due: str | None = None
    archived: bool = False
    client_visibility: bool = False
    billable: bool = False
    assigned: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote about a task."""

    id: int
    task_id: int
    creator_id: int
    text: str
    created: str


@dataclass(frozen=True, slots=True)
class Timer:
    """Time that a user spends on a task; it runs until `stopped`."""

    id: int
    task_id: int
    user_id: int
    started: str
    stopped: str | None = None
    billing_status: str = "not_invoiced"


class Row(Protocol):
    """A record that a table can hold."""

    @property
    def id(self) -> int:
        """The number that names it in its table."""


R = TypeVar("R", bound=Row)


class Index(Generic[R]):
    """The records of a table, grouped by the id of what they belong to."""

    def __init__(self, owner: Callable[[R], int]) -> None:
        self.owner_of = owner
        self._groups: dict[int, dict[int, R]] = {}

    def rows(self, owner_id: int) -> list[R]:
        """Return the records of one owner."""
        return list(self._groups.get(owner_id, {}).values())

    def count(self, owner_id: int) -> int:
        """Return how many records one owner has."""
        return len(self._groups.get(owner_id, {}))

    def add(self, row: R) -> None:
        """Take a record in."""
        self._groups.setdefault(self.owner_of(row), {})[row.id] = row

    def discard(self, row: R) -> None:
        """Take a record out."""
        owner_id = self.owner_of(row)
        group = self._groups[owner_id]
        del group[row.id]
        if not group:
            del self._groups[owner_id]


class Table(Generic[R]):
    """Records of one kind by id; ids are given once and never again."""

    def __init__(self) -> None:
        self._rows: dict[int, R] = {}
        self._indexes: list[Index[R]] = []
        self.last_id = 0

    def __iter__(self) -> Iterator[R]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def index(self, owner: Callable[[R], int]) -> Index[R]:
        """Return an index that follows the table from now on."""
        index = Index(owner)
        self._indexes.append(index)
        return index

    def claim_id(self) -> int:
        """Return an id that no record has or had."""
        self.last_id += 1
        return self.last_id

    def get(self, row_id: int) -> R | None:
        """Return the record of an id, or None."""
        return self._rows.get(row_id)

    def take(self, row_id: int) -> R:
        """Return the record of an id that must exist; raises KeyError."""
        return self._rows[row_id]

    def put(self, row: R) -> R:
        """Insert a record, or let it take the place of the one with its id."""
        former = self._rows.get(row.id)
        self._rows[row.id] = row
        self.last_id = max(self.last_id, row.id)
        for index in self._indexes:
            if former is not None and index.owner_of(former) != index.owner_of(row):
                index.discard(former)
            index.add(row)
        return row

    def remove(self, row: R) -> None:
        """Delete a record."""
        del self._rows[row.id]
        for index in self._indexes:
            index.discard(row)

    def copy_from(self, other: "Table[R]") -> None:
        """Take in all that another table holds, and continue its ids."""
        for row in other:
            self.put(row)
        self.last_id = other.last_id


class Store:
    """All the data of one account."""

    def __init__(self) -> None:
        self.users: Table[Named] = Table()
        self.clients: Table[Named] = Table()
        self.categories: Table[Named] = Table()
        self.statuses: Table[Label] = Table()
        self.priorities: Table[Label] = Table()
        self.projects: Table[Project] = Table()
        self.milestones: Table[Milestone] = Table()
        self.tasks: Table[Task] = Table()
        self.comments: Table[Comment] = Table()
        self.timers: Table[Timer] = Table()
        self.milestones_of_project = self.milestones.index(lambda milestone: milestone.project_id)
        self.tasks_of_project = self.tasks.index(lambda task: task.project_id)
        self.tasks_of_milestone = self.tasks.index(lambda task: task.milestone_id)
        self.comments_of_task = self.comments.index(lambda comment: comment.task_id)
        self.timers_of_task = self.timers.index(lambda timer: timer.task_id)

    def tables(self) -> tuple[Table[Any], ...]:
        """Return every table."""
        return tuple(value for value in vars(self).values() if isinstance(value, Table))

    def copy(self) -> "Store":
        """Return a store of the same content that changes by itself."""
        copy = Store()
        for mine, theirs in zip(copy.tables(), self.tables(), strict=True):
            mine.copy_from(theirs)
        return copy

    def move_tasks(self, milestone_id: int, to_milestone_id: int) -> None:
        """Put all tasks of one milestone into another."""
        for task in self.tasks_of_milestone.rows(milestone_id):
            self.tasks.put(replace(task, milestone_id=to_milestone_id))

    def delete_task(self, task: Task) -> None:
        """Delete a task with its comments and timers."""
        for comment in self.comments_of_task.rows(task.id):
            self.comments.remove(comment)
        for timer in self.timers_of_task.rows(task.id):
            self.timers.remove(timer)
        self.tasks.remove(task)

    def delete_tasks(self, milestone_id: int) -> None:
        """Delete all tasks of a milestone with their comments and timers."""
        for task in self.tasks_of_milestone.rows(milestone_id):
            self.delete_task(task)

    def delete_project(self, project: Project) -> None:
        """Delete a project with its tasks and milestones."""
        for task in self.tasks_of_project.rows(project.id):
            self.delete_task(task)
        for milestone in self.milestones_of_project.rows(project.id):
            self.milestones.remove(milestone)
        self.projects.remove(project)
