"""The types of a scenario file, which `scenarios/scenario.schema.json` validates."""

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
    created: NotRequired[str]


class TimerEntry(TypedDict):
    """A timer; `by` is a user, and without `stopped` it is running."""

    id: NotRequired[int]
    by: int
    started: str
    stopped: NotRequired[str]
    billing_status: NotRequired[str]


class TaskEntry(TypedDict):
    """A task, nested in its milestone."""

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
    position: NotRequired[int]
    created: NotRequired[str]
    updated: NotRequired[str]
    comments: NotRequired[list[CommentEntry]]
    timers: NotRequired[list[TimerEntry]]


class DefaultEntry(TypedDict):
    """The project's own uncategorised milestone."""

    id: NotRequired[int]
    title: NotRequired[str]
    color: NotRequired[str]
    position: NotRequired[int]
    created: NotRequired[str]
    updated: NotRequired[str]
    tasks: NotRequired[list[TaskEntry]]


class MilestoneEntry(TypedDict):
    """A milestone, nested in its project."""

    id: NotRequired[int]
    title: str
    color: NotRequired[str]
    position: NotRequired[int]
    creator: NotRequired[int]
    created: NotRequired[str]
    updated: NotRequired[str]
    tasks: NotRequired[list[TaskEntry]]


class BillingEntry(TypedDict):
    """The billing of a project."""

    type: NotRequired[str]
    rate: NotRequired[float]
    estimated_hours: NotRequired[float]
    costs_estimate: NotRequired[float]


class ProjectEntry(TypedDict):
    """A project with everything in it."""

    id: NotRequired[int]
    title: str
    description: NotRequired[str]
    client: int
    category: int
    status: NotRequired[str]
    progress: NotRequired[int]
    progress_manually: NotRequired[bool]
    archived: NotRequired[bool]
    billing: NotRequired[BillingEntry]
    permissions: NotRequired[list[str]]
    creator: NotRequired[int]
    created: NotRequired[str]
    updated: NotRequired[str]
    start: str
    due: NotRequired[str]
    assigned: NotRequired[list[int]]
    managers: NotRequired[list[int]]
    tags: NotRequired[list[str]]
    default: NotRequired[DefaultEntry]
    milestones: NotRequired[list[MilestoneEntry]]


class LastIdsEntry(TypedDict):
    """The highest ids that were ever used; new ids follow after them."""

    projects: NotRequired[int]
    milestones: NotRequired[int]
    tasks: NotRequired[int]
    comments: NotRequired[int]
    timers: NotRequired[int]


class ContentEntry(TypedDict):
    """The content of an account."""

    begins: NotRequired[str]
    now: NotRequired[str]
    last_ids: NotRequired[LastIdsEntry]
    users: list[NamedEntry]
    clients: list[NamedEntry]
    categories: list[NamedEntry]
    statuses: list[LabelEntry]
    priorities: list[LabelEntry]
    projects: NotRequired[list[ProjectEntry]]


class ScenarioEntry(ContentEntry):
    """A scenario file: the content of all accounts, and by key that of accounts with different content."""

    accounts: NotRequired[dict[str, ContentEntry]]
