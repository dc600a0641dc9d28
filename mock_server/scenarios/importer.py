"""Import the content of a scenario file into a store."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from mock_server.operations.context import ADMIN_USER_ID
from mock_server.scenarios.schema import (
    BillingEntry,
    CommentEntry,
    ContentEntry,
    DefaultEntry,
    LabelEntry,
    LastIdsEntry,
    MilestoneEntry,
    NamedEntry,
    ProjectEntry,
    TaskEntry,
    TimerEntry,
)
from mock_server.storage.clock import Clock
from mock_server.storage.sorted_views import R
from mock_server.storage.store import (
    Billing,
    Comment,
    Label,
    Milestone,
    NamedRecord,
    Project,
    Store,
    Task,
    Timer,
    title_hash,
)
from mock_server.storage.tables import Table

BEGINS = "2026-06-01T08:00:00.000000Z"
STEP = timedelta(minutes=1)

Steps = tuple[str | int, ...]


class InvalidEntry(ValueError):
    """An entry that refers to an unknown record, or has an id that is taken; `steps` are its path in the file."""

    def __init__(self, problem: str, *steps: str | int) -> None:
        super().__init__(problem)
        self.steps: Steps = steps

    @property
    def where(self) -> str:
        """Return the path in the file as text."""
        return ".".join(str(step) for step in self.steps) or "the top"


def read_billing(entry: BillingEntry) -> Billing:
    """Return the billing of a project."""
    return Billing(
        type=entry.get("type"),
        rate=entry.get("rate", 0),
        estimated_hours=entry.get("estimated_hours", 0),
        costs_estimate=entry.get("costs_estimate", 0),
    )


class ScenarioImporter:
    """Fills a store in the order of the file; each record is created a minute after the one before."""

    def __init__(self) -> None:
        self.store = Store()
        self.clock = Clock()

    def seed(self, entry: ContentEntry) -> Store:
        """Return a store with the content of an account; raise InvalidEntry."""
        self.clock = Clock(datetime.fromisoformat(entry.get("begins", BEGINS)))
        self._put_named(self.store.users, entry["users"], "users")
        self._put_named(self.store.clients, entry["clients"], "clients")
        self._put_named(self.store.categories, entry["categories"], "categories")
        self._put_labels(self.store.statuses, entry["statuses"], "statuses")
        self._put_labels(self.store.priorities, entry["priorities"], "priorities")
        self._require(self.store.users, ADMIN_USER_ID, "users")
        for place, project in enumerate(entry.get("projects", ())):
            self._put_project(project, ("projects", place))
        self._raise_ids(entry.get("last_ids", {}))
        return self.store

    def _raise_ids(self, last: LastIdsEntry) -> None:
        store = self.store
        store.projects.last_id = max(store.projects.last_id, int(last.get("projects", 0)))
        store.milestones.last_id = max(store.milestones.last_id, int(last.get("milestones", 0)))
        store.tasks.last_id = max(store.tasks.last_id, int(last.get("tasks", 0)))
        store.comments.last_id = max(store.comments.last_id, int(last.get("comments", 0)))
        store.timers.last_id = max(store.timers.last_id, int(last.get("timers", 0)))

    def _put_named(self, table: Table[NamedRecord], entries: Sequence[NamedEntry], name: str) -> None:
        for place, entry in enumerate(entries):
            table.put(NamedRecord(self._claim(table, entry["id"], (name, place)), entry["name"]))

    def _put_labels(self, table: Table[Label], entries: Sequence[LabelEntry], name: str) -> None:
        for place, entry in enumerate(entries):
            row_id = self._claim(table, entry["id"], (name, place))
            table.put(Label(row_id, entry["title"], entry["color"]))

    def _put_project(self, entry: ProjectEntry, steps: Steps) -> None:
        default = entry.get("default", {})
        now = self._tick()
        project = Project(
            id=self._claim(self.store.projects, entry.get("id"), steps),
            title=entry["title"],
            client_id=self._require(self.store.clients, entry["client"], *steps, "client"),
            category_id=self._require(self.store.categories, entry["category"], *steps, "category"),
            creator_id=self._require(self.store.users, entry.get("creator", ADMIN_USER_ID), *steps, "creator"),
            default_milestone_id=self._claim(self.store.milestones, default.get("id"), (*steps, "default")),
            start=entry["start"],
            created=entry.get("created", now),
            updated=entry.get("updated", now),
            due=entry.get("due"),
            description=entry.get("description"),
            status=entry.get("status", "not_started"),
            progress=int(entry.get("progress", 0)),
            progress_manually=entry.get("progress_manually", False),
            archived=entry.get("archived", False),
            billing=read_billing(entry.get("billing", {})),
            permissions=frozenset(entry.get("permissions", ())),
            assigned=self._require_users(entry.get("assigned", []), *steps, "assigned"),
            managers=self._require_users(entry.get("managers", []), *steps, "managers"),
            tags=tuple(entry.get("tags", ())),
        )
        self.store.projects.put(project)
        self._put_default(default, project)
        self._put_tasks(default.get("tasks", []), project, project.default_milestone_id, (*steps, "default"))
        for place, milestone in enumerate(entry.get("milestones", ())):
            self._put_milestone(milestone, project, place + 2, (*steps, "milestones", place))

    def _put_default(self, entry: DefaultEntry, project: Project) -> None:
        self.store.milestones.put(
            Milestone(
                id=project.default_milestone_id,
                project_id=project.id,
                title=entry.get("title", "Uncategorised"),
                color=entry.get("color", "default"),
                position=int(entry.get("position", 1)),
                creator_id=ADMIN_USER_ID,
                created=entry.get("created", project.created),
                updated=entry.get("updated", project.created),
                type="uncategorised",
            )
        )

    def _put_milestone(self, entry: MilestoneEntry, project: Project, position: int, steps: Steps) -> None:
        rivals = map(
            self.store.milestones.get_or_raise,
            self.store.milestones_of_title.ids(title_hash(project.id, entry["title"])),
        )
        own = (rival for rival in rivals if rival.project_id == project.id and rival.type == "categorised")
        if entry["title"] in {milestone.title for milestone in own}:
            raise InvalidEntry(f"the project has two milestones titled {entry['title']}", *steps)
        now = self._tick()
        milestone = Milestone(
            id=self._claim(self.store.milestones, entry.get("id"), steps),
            project_id=project.id,
            title=entry["title"],
            color=entry.get("color", "default"),
            position=int(entry.get("position", position)),
            creator_id=self._require(self.store.users, entry.get("creator", ADMIN_USER_ID), *steps, "creator"),
            created=entry.get("created", now),
            updated=entry.get("updated", now),
        )
        self.store.milestones.put(milestone)
        self._put_tasks(entry.get("tasks", []), project, milestone.id, steps)

    def _put_tasks(self, entries: Sequence[TaskEntry], project: Project, milestone_id: int, steps: Steps) -> None:
        for place, entry in enumerate(entries):
            self._put_task(entry, project, milestone_id, (*steps, "tasks", place))

    def _put_task(self, entry: TaskEntry, project: Project, milestone_id: int, steps: Steps) -> None:
        now = self._tick()
        task = Task(
            id=self._claim(self.store.tasks, entry.get("id"), steps),
            project_id=project.id,
            milestone_id=milestone_id,
            title=entry["title"],
            status_id=self._require(self.store.statuses, entry["status"], *steps, "status"),
            priority_id=self._require(self.store.priorities, entry["priority"], *steps, "priority"),
            position=int(entry.get("position", self.store.tasks_of_project.count(project.id) + 1)),
            created=entry.get("created", now),
            updated=entry.get("updated", now),
            description=entry.get("description"),
            start=entry.get("start"),
            due=entry.get("due"),
            archived=entry.get("archived", False),
            client_visibility=entry.get("client_visibility", False),
            billable=entry.get("billable", False),
            assigned=self._require_users(entry.get("assigned", []), *steps, "assigned"),
            tags=tuple(entry.get("tags", ())),
        )
        self.store.tasks.put(task)
        for place, comment in enumerate(entry.get("comments", ())):
            self._put_comment(comment, task, (*steps, "comments", place))
        for place, timer in enumerate(entry.get("timers", ())):
            self._put_timer(timer, task, (*steps, "timers", place))

    def _put_comment(self, entry: CommentEntry, task: Task, steps: Steps) -> None:
        creator_id = self._require(self.store.users, entry["by"], *steps, "by")
        row_id = self._claim(self.store.comments, entry.get("id"), steps)
        self.store.comments.put(Comment(row_id, task.id, creator_id, entry["text"], entry.get("created", self._tick())))

    def _put_timer(self, entry: TimerEntry, task: Task, steps: Steps) -> None:
        self.store.timers.put(
            Timer(
                id=self._claim(self.store.timers, entry.get("id"), steps),
                task_id=task.id,
                user_id=self._require(self.store.users, entry["by"], *steps, "by"),
                started=entry["started"],
                stopped=entry.get("stopped"),
                billing_status=entry.get("billing_status", "not_invoiced"),
            )
        )

    def _tick(self) -> str:
        self.clock.advance(STEP)
        return self.clock.now

    def _claim(self, table: Table[R], row_id: int | None, steps: Steps) -> int:
        if row_id is None:
            return table.next_id()
        if table.get(row_id) is not None:
            raise InvalidEntry(f"the id {row_id} is used twice", *steps)
        # For JSON Schema, 12.0 is an integer, too.
        return int(row_id)

    def _require(self, table: Table[R], row_id: int, *steps: str | int) -> int:
        if table.get(row_id) is None:
            raise InvalidEntry(f"there is no {steps[-1]} with the id {row_id}", *steps)
        return int(row_id)

    def _require_users(self, user_ids: Sequence[int], *steps: str | int) -> tuple[int, ...]:
        return tuple(self._require(self.store.users, user_id, *steps) for user_id in user_ids)
