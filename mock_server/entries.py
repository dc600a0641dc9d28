"""The shape of a scenario file, as `scenarios/scenario.schema.json` checks it."""

from typing import NotRequired, TypedDict


class NamedEntry(TypedDict):
    """A user, client or category."""

    id: int
    name: str


class LabelEntry(TypedDict):
    """A status or priority."""

    id: int
    title: str
    color: str


class CommentEntry(TypedDict):
    """A comment; `by` is a user."""

    id: NotRequired[int]
    by: int
    text: str


class TimerEntry(TypedDict):
    """A timer; `by` is a user, and without `stopped` it is running."""

    id: NotRequired[int]
    by: int
    started: str
    stopped: NotRequired[str]
    billing_status: NotRequired[str]


class TaskEntry(TypedDict):
    """A task, in the milestone under which it stands."""

    id: NotRequired[int]
    title: str
    description: NotRequired[str]
    status: int
    priority: int
    start: NotRequired[str]
    due: NotRequired[str]
    archived: NotRequired[bool]
    billable: NotRequired[bool]
    client_visibility: NotRequired[bool]
    assigned: NotRequired[list[int]]
    tags: NotRequired[list[str]]
    comments: NotRequired[list[CommentEntry]]
    timers: NotRequired[list[TimerEntry]]


class DefaultEntry(TypedDict):
    """The project's own uncategorised milestone."""

    id: NotRequired[int]
    tasks: NotRequired[list[TaskEntry]]


class MilestoneEntry(DefaultEntry):
    """A milestone, in the project under which it stands."""

    title: str
    color: NotRequired[str]


class ProjectEntry(TypedDict):
    """A project with all that is in it."""

    id: NotRequired[int]
    title: str
    description: NotRequired[str]
    client: int
    category: int
    status: NotRequired[str]
    progress: NotRequired[int]
    start: str
    due: NotRequired[str]
    assigned: NotRequired[list[int]]
    managers: NotRequired[list[int]]
    tags: NotRequired[list[str]]
    default: NotRequired[DefaultEntry]
    milestones: NotRequired[list[MilestoneEntry]]


class ScenarioEntry(TypedDict):
    """A scenario file."""

    begins: NotRequired[str]
    users: list[NamedEntry]
    clients: list[NamedEntry]
    categories: list[NamedEntry]
    statuses: list[LabelEntry]
    priorities: list[LabelEntry]
    projects: NotRequired[list[ProjectEntry]]
