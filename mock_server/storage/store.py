"""An account's data: typed records, and the tables and indexes that hold them.

No rules and no HTTP. Instants and days are text as the API shows them, which sorts by time. Records are immutable: a
change replaces a record.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

from orjson import Fragment

from mock_server.storage.indexes import ChangeListener, GroupCount, GroupMax, KeyIndex, SerializedCache
from mock_server.storage.tables import Index, Table
from mock_server.storage.text_folding import fold

MAX_SERIALIZED = 20_000
"""The maximum number of milestones of an account whose serialized form is cached."""


@dataclass(frozen=True, slots=True)
class NamedRecord:
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
    """The billing of a project; rates and costs in the installation's currency."""

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


class Milestone(NamedTuple):
    """A milestone of a project; a tuple, which is several times faster to create and change than a dataclass."""

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
    """A task, which always belongs to a milestone of its project."""

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
    """A comment on a task."""

    id: int
    task_id: int
    creator_id: int
    text: str
    created: str


@dataclass(frozen=True, slots=True)
class Timer:
    """Time that a user spends on a task; it is running until `stopped`."""

    id: int
    task_id: int
    user_id: int
    started: str
    stopped: str | None = None
    billing_status: str = "not_invoiced"


def is_active(task: Task) -> bool:
    """Return whether a task is not archived."""
    return not task.archived


def title_hash(project_id: int, title: str) -> int:
    """Return a hash that is equal for titles of a project that may count as the same, and for hardly any others.

    A number takes half the memory of the text.
    """
    return hash((project_id, fold(title)))


def title_hash_of(milestone: Milestone) -> int:
    """Return the hash of a milestone's title."""
    return title_hash(milestone.project_id, milestone.title)


PROJECT_OF_MILESTONE: Callable[[Milestone], int] = attrgetter("project_id")
PROJECT_OF_TASK: Callable[[Task], int] = attrgetter("project_id")
POSITION_OF_MILESTONE: Callable[[Milestone], int] = attrgetter("position")
TASK_OF_COMMENT: Callable[[Comment], int] = attrgetter("task_id")
TASK_OF_TIMER: Callable[[Timer], int] = attrgetter("task_id")


class Store:
    """All the data of one account.

    With `base`, it starts as a copy of that store, which must not change any more: equal parts are shared.
    """

    def __init__(self, base: "Store | None" = None) -> None:
        self._base = base
        self._merged_into: dict[int, int] = dict(base._merged_into) if base else {}
        self.users: Table[NamedRecord] = Table()
        self.clients: Table[NamedRecord] = Table()
        self.categories: Table[NamedRecord] = Table()
        self.statuses: Table[Label] = Table()
        self.priorities: Table[Label] = Table()
        self.projects: Table[Project] = Table()
        self.milestones: Table[Milestone] = Table()
        self.tasks: Table[Task] = Table()
        self.comments: Table[Comment] = Table()
        self.timers: Table[Timer] = Table()
        self.milestones_of_project = self.milestones.attach(Index(PROJECT_OF_MILESTONE))
        self.milestones_of_title = self.milestones.attach(KeyIndex(title_hash_of))
        self.highest_position = self.milestones.attach(GroupMax(PROJECT_OF_MILESTONE, POSITION_OF_MILESTONE))
        self.serialized_milestones: SerializedCache[Milestone, Fragment] = self.milestones.attach(
            SerializedCache(MAX_SERIALIZED)
        )
        self.tasks_of_project = self.tasks.attach(Index(PROJECT_OF_TASK))
        self.tasks_of_milestone = self.tasks.attach(Index(self.milestone_id_of))
        self.active_tasks_of_milestone = self.tasks.attach(GroupCount(self.milestone_id_of, is_active))
        # The serialized form of a milestone contains its number of tasks.
        self.tasks.attach(ChangeListener(self.milestone_id_of, self.serialized_milestones.drop))
        self.comments_of_task = self.comments.attach(Index(TASK_OF_COMMENT))
        self.timers_of_task = self.timers.attach(Index(TASK_OF_TIMER))
        if base is not None:
            self._join(base, lambda part, of: part.fork_from(of))

    def tables(self) -> tuple[Table[Any], ...]:
        """Return every table."""
        return tuple(value for value in vars(self).values() if isinstance(value, Table))

    def copy(self) -> "Store":
        """Return an independent store with the same content.

        A store without a base must not change any more once it was copied.
        """
        if self._base is None:
            return Store(self)
        copy = Store(self._base)
        copy._merged_into = dict(self._merged_into)
        copy._join(self, lambda part, of: part.copy_overlay(of))
        return copy

    def _join(self, other: "Store", act: Callable[[Any, Any], None]) -> None:
        """Call a function with each part of this store and of another one."""
        for name, part in vars(self).items():
            if isinstance(part, Table | Index | KeyIndex | GroupCount):
                act(part, vars(other)[name])

    def milestone_id_of(self, task: Task) -> int:
        """Return the id of a task's milestone: its own, or the one that its tasks were moved to."""
        return self._merged_into.get(task.milestone_id, task.milestone_id)

    def move_tasks(self, milestone_id: int, to_milestone_id: int) -> None:
        """Move all tasks of a milestone that is about to be deleted to another one, without changing the tasks."""
        self.tasks_of_milestone.merge_groups(milestone_id, to_milestone_id)
        self.active_tasks_of_milestone.merge_groups(milestone_id, to_milestone_id)
        self.serialized_milestones.drop(to_milestone_id)
        self._merged_into[milestone_id] = to_milestone_id

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
