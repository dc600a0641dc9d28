"""Create tasks in milestones of the run's own, for the examples of properties, change them and read them."""

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.context.fixtures import MOST_PAGES, Fixtures, asked_for
from conformance.exchange import Exchange, Json
from conformance.generation.strategies import DETAILS, NOT_DESCRIBED
from conformance.http.client import DEFAULT, Fields, PreconditionFailed, RequestOptions
from conformance.records import Task, meta_of, rows_of, task_of


@dataclass
class TaskFixtures(Fixtures):
    """Creates and reads the tasks of an example.

    `details` counts the tasks created, so that each has different details than the one before.
    """

    details: int = 0

    def task_fields(self, project: int, milestone: int | None = None, title: str | None = None) -> dict[str, Json]:
        """Return the fields of a new task, in the given milestone or in none."""
        if self.prerequisites.status_id is None or self.prerequisites.priority_id is None:
            raise PreconditionFailed("a task needs a status and a priority; give --status-id and --priority-id")
        return {
            **self.prerequisites.task_fields,
            "task_projectid": project,
            "task_title": title or f"Task {self.inputs.word()}",
            "task_status": self.prerequisites.status_id,
            "task_priority": self.prerequisites.priority_id,
            "task_milestoneid": milestone,
        }

    def task(
        self, project: int, milestone: int | None = None, *, title: str | None = None, status: int | None = None
    ) -> Task:
        """Create a task in a project of the run's own; by default in the default milestone, with any status."""
        fields = self.task_fields(project, milestone, title)
        fields["task_status"] = status or fields["task_status"]
        made = self._in_any_encoding(lambda options: self.client.create_task(self._detailed(fields, status), options))
        if made.refused:
            # Details of a task do not concern milestones: it is created without them.
            made = self._in_any_encoding(lambda options: self.client.create_task(fields, options))
        self.obtained(made, "a task")
        self.shared_projects.tasks[project] += 1
        return self.task_in(made)

    def _detailed(self, fields: Mapping[str, Json], status: int | None) -> dict[str, Json]:
        """Add optional details to the fields of a task; without a status, choose one in turn."""
        self.details += 1
        lent = self.prerequisites
        statuses = [status] if status else [lent.status_id, *lent.other_status_ids]
        priorities = [lent.priority_id, *lent.other_priority_ids]
        turn = {"task_status": statuses, "task_priority": priorities}
        chosen: dict[str, Json] = {name: ids[self.details % len(ids)] for name, ids in turn.items()}
        # Tasks with one title differ in their descriptions, also in a clone; a few have none.
        if self.details % NOT_DESCRIBED:
            chosen["task_description"] = f"Details {self.details}"
        details = {**DETAILS[self.details % len(DETAILS)]}
        if "task_date_start" in details:
            # Few share a due date, by which they are sorted.
            details["task_date_due"] = f"2026-02-{1 + self.details * 11 % 28:02d}"
        return {**details, **fields, **chosen}

    def task_in(self, exchange: Exchange) -> Task:
        """Return the task in an answer; raise PreconditionFailed if there is none."""
        task = task_of(exchange.envelope.get("data"))
        if task is None:
            raise PreconditionFailed(f"{exchange.summary} holds no task")
        return task

    def other_status(self) -> int:
        """Return a status other than the one of new tasks, if the deployment shows one."""
        return self.other_statuses()[0]

    def other_statuses(self) -> list[int]:
        """Return the statuses other than the one of new tasks; only that one if there is no other."""
        status, others = self.prerequisites.status_id, self.prerequisites.other_status_ids
        if status is None and not others:
            raise PreconditionFailed("a task needs a status; give --status-id")
        return [*others] if others or status is None else [status]

    def archived(self, task: Task) -> Task:
        """Archive a task and return it as answered."""
        answer = self.client.archive_task(task.id)
        self.obtained(answer, "an archived task")
        return self.task_in(answer)

    def labelled(self, task: Task) -> Task:
        """Give a task a tag and an assignee, where the deployment takes them, and return it as answered or read."""
        self.client.put_on_task(task.id, "tags", {"tags": ["labelled"]})
        users = [*self.prerequisites.user_ids][:1]
        answer = self.client.put_on_task(task.id, "assigned", {"assigned": users})
        shown = task_of(answer.envelope.get("data")) if answer.ok else None
        return shown if shown and shown.id == task.id else self.read_task(task.id)

    def moved(self, task: Task, milestone: int) -> Task:
        """Move a task to another milestone and return it as answered."""
        answer = self.update_task(task, self.task_update(task, milestone))
        self.obtained(answer, "a moved task")
        return self.task_in(answer)

    def update_task(self, task: Task, fields: Fields, options: RequestOptions = DEFAULT) -> Exchange:
        """Update a task, with its project, which cannot change, where the deployment asks for it (Tasks)."""
        project = {"task_projectid": task.project_id}
        return asked_for(project, lambda added: self.client.update_task(task.id, {**fields, **added}, options))

    def task_update(self, task: Task, milestone: int | None) -> dict[str, Json]:
        """Return the fields of an update that changes nothing of a task but its milestone.

        Current values are sent again: whether an update keeps fields that it does not name is open.
        """
        flags = {"task_client_visibility": task.client_visibility, "task_billable": task.billable}
        details = {"task_description": task.description, "task_date_due": task.due}
        return {
            "task_title": task.title,
            "task_status": task.status_id or self.prerequisites.status_id,
            "task_priority": task.priority_id or self.prerequisites.priority_id,
            "task_milestoneid": milestone,
            **{name: value for name, value in details.items() if value},
            **{name: "on" for name, value in flags.items() if value == "yes"},
        }

    def read_task(self, task: int) -> Task:
        """Return a task as `GET /tasks/{id}` shows it."""
        answer = self.as_some_client(lambda options: self.client.get_task(task, options), has_body=False)
        if not answer.ok:
            raise PreconditionFailed(f"task {task} could not be read: {answer.summary}")
        return self.task_in(answer)

    def tasks(self, **query: Json) -> list[Task]:
        """Return the tasks that match a filter, from all pages of the list."""
        tasks: list[Task] = []
        counts, project = self.shared_projects.tasks, query.get("project_id")
        most = counts[project] if isinstance(project, int) else max(counts.values(), default=0)
        limit = self._page_size("listTasks", most)
        for number in range(1, MOST_PAGES + 1):
            page = self._listed(self.client.list_tasks, {"limit": limit, **query, "page": number})
            if not page.ok:
                raise PreconditionFailed(f"the tasks could not be listed: {page.summary}")
            rows = [task for row in rows_of(page) if (task := task_of(row)) is not None]
            tasks += rows
            if not rows or number >= meta_of(page).get("last_page", 1):
                break
        if isinstance(project, int):
            counts[project] = max(counts[project], len(tasks))
        return tasks
