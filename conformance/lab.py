"""What a property works with: inputs to draw, a client, arrangements in projects of our own, and expectations.

A lab lives for one example. What it arranges it does not judge: an arrangement that fails is an obstacle, and the
requirements it stood in the way of stay without a verdict.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import TypeVar

from hypothesis import strategies as st

from conformance.client import Client, Encoding, Fields, How
from conformance.commons import Commons, Shared
from conformance.contract import Contract
from conformance.depth import Depth
from conformance.exchange import Exchange, Json
from conformance.expect import Expectation
from conformance.ledger import Ledger
from conformance.objects import Milestone, Task, id_in, meta_of, milestone_of, rows_of, task_of
from conformance.sandbox import Sandbox
from conformance.strategies import Inputs
from conformance.target import Lent

Drawn = TypeVar("Drawn")

MOST_PAGES = 60
MUST_SUCCEED = {
    "createMilestone": "create/answers-201",
    "updateMilestone": "update/answers-200",
    "deleteMilestone": "delete/answers-200-with-the-id",
    "reorderMilestones": "reorder/answers-200",
}
"""What a refusal of a request that is in order breaks."""
LONG_ROW = 11


class Blocked(Exception):
    """Something that a property needs could not be arranged; the message says what and what came instead."""


@dataclass
class Lab:
    """One example's workbench."""

    contract: Contract
    client: Client
    inputs: Inputs
    sandbox: Sandbox
    lent: Lent
    ledger: Ledger
    commons: Commons
    depth: Depth
    muted: AbstractSet[str] = frozenset()
    source: st.DataObject | None = None
    read_only: bool = False
    halted: bool = False
    sharing: bool = False
    spoilt: bool = False
    history: list[Exchange] = field(default_factory=list)
    projects: list[int] = field(default_factory=list)
    borrowed: list[Shared] = field(default_factory=list)

    def draw(self, strategy: st.SearchStrategy[Drawn]) -> Drawn:
        """Draws an input; when the property fails, Hypothesis seeks the simplest that still does."""
        if self.source is None:
            raise Blocked("a state machine draws in its rules")
        return self.source.draw(strategy)

    @property
    def thorough(self) -> bool:
        """Whether there is room for what a quick run must leave out."""
        return self.depth is not Depth.QUICK

    @property
    def rounds(self) -> int:
        """How often to try what shows by chance only."""
        return 2 if self.thorough else 1

    def how(self) -> How:
        """Draws an encoding."""
        return How(encoding=self.draw(self.inputs.encodings))

    def expect(self, requirement: str) -> Expectation:
        """What a requirement demands here."""
        return Expectation(self.ledger, requirement, self.muted)

    def judging(self, *requirements: str) -> bool:
        """Whether any of the requirements is still to be judged: what serves only them can be left out otherwise."""
        return not (self.ledger.selected - self.muted).isdisjoint(requirements)

    def unseen(self, resource: str) -> set[str]:
        """The operations on a resource, such as `tasks`, that this run has not seen succeed."""
        operations = self.contract.operations.values()
        return {one.id for one in operations if one.path.split("/")[1] == resource} - self.ledger.shown

    # Projects to arrange

    def project(self) -> int:
        """A project of our own in which others may have left something; each call answers another one.

        In a read-only run it is somebody's.
        """
        if self.read_only:
            if self.lent.project_id is None:
                raise Blocked("a read-only run needs a project that exists already, and the deployment shows none")
            return self.lent.project_id
        if not self.sharing:
            return self.empty_project()
        shared = self.commons.find(0, self.borrowed)
        if shared is None:
            made = self._made_project()
            shared = Shared(self.obtained(made, "a project"), [made])
            self.commons.add(shared)
        else:
            self.history += shared.made
        self.borrowed.append(shared)
        return shared.id

    def row(self, size: int) -> tuple[int, list[int]]:
        """A project with at least `size` milestones beside its default and the ids of all, the default first.

        It may be shared: its milestones may be reordered, and nothing else.
        """
        if not self.sharing:
            return self.new_row(size)
        shared = self.commons.find(size, self.borrowed)
        if shared is None:
            start = len(self.history)
            project, ids = self.new_row(max(size, LONG_ROW))
            self.projects.remove(project)
            shared = Shared(project, self.history[start:], row=ids)
            self.commons.add(shared)
        else:
            self.history += shared.made
        self.borrowed.append(shared)
        return shared.id, list(shared.row)

    def empty_project(self) -> int:
        """A new project of our own, with nothing in it but its default milestone."""
        return self.adopt_project(self._made_project())

    def _made_project(self) -> Exchange:
        fields = self.project_fields()
        return self._in_any_encoding(lambda how: self.client.create_project(fields, how))

    def project_fields(self) -> dict[str, Json]:
        """The fields of a project of ours."""
        return {
            "project_clientid": self.lent.client_id,
            "project_title": self.sandbox.project_title(),
            "project_date_start": "2026-01-01",
            "project_categoryid": self.lent.category_id,
        }

    def adopt_project(self, made: Exchange) -> int:
        """The id of a project just made or cloned, to be removed when the example ends."""
        project = self.obtained(made, "a project")
        self.projects.append(project)
        return project

    def new_row(self, size: int) -> tuple[int, list[int]]:
        """A new project with `size` milestones beside its default, and the ids of all, the default first."""
        project = self.empty_project()
        return project, [self.default_id(project), *(self.milestone(project).id for _ in range(size))]

    # Milestones to arrange

    def milestone_fields(self, project: int, title: str | None = None, color: str | None = None) -> dict[str, Json]:
        """The fields of a milestone; without a title, one of its own."""
        return {
            "milestone_projectid": project,
            "milestone_title": title if title is not None else self.inputs.plain_title(),
            "milestone_color": color or self.inputs.known_colors[0],
        }

    def milestone(self, project: int, title: str | None = None, color: str | None = None) -> Milestone:
        """A new milestone in a project of ours."""
        fields = self.milestone_fields(project, title, color)
        made = self._in_any_encoding(lambda how: self.client.create_milestone(fields, how))
        self.obtained(made, "a milestone")
        return self.milestone_in(made)

    def milestone_in(self, exchange: Exchange) -> Milestone:
        """The milestone that an answer holds."""
        milestone = milestone_of(exchange.envelope.get("data"))
        if milestone is None:
            raise Blocked(f"{exchange.summary} holds no milestone")
        return milestone

    def read(self, milestone: int) -> Milestone:
        """A milestone as getting it shows it."""
        answer = self.client.get_milestone(milestone)
        if not answer.ok:
            raise Blocked(f"milestone {milestone} could not be read: {answer.summary}")
        return self.milestone_in(answer)

    def default(self, project: int) -> Milestone:
        """The system default of a project."""
        return self.default_among(self.milestones(project))

    def default_among(self, rows: Sequence[Milestone]) -> Milestone:
        """The system default in the list of a project."""
        for one in rows:
            if one.type == "uncategorised":
                return one
        raise Blocked("the project shows no milestone of type uncategorised")

    def default_id(self, project: int) -> int:
        """The id of the system default of a project, which never changes."""
        known = self.commons.defaults
        if project not in known:
            known[project] = self.default(project).id
        return known[project]

    def snapshot(self, *projects: int) -> dict[int, Milestone]:
        """All milestones of some projects, by id, as their lists show them."""
        return {one.id: one for project in projects for one in self.milestones(project)}

    def milestones(self, project: int, **query: Json) -> list[Milestone]:
        """The milestones of a project, as the list shows them, all pages of it; none may be there twice."""
        rows = [
            one
            for page in self.pages({"project_id": project, "limit": self.contract.limit_cap, **query})
            for row in rows_of(page)
            if (one := milestone_of(row)) is not None
        ]
        twice = sorted(one for one, times in Counter(row.id for row in rows).items() if times > 1)
        self.expect("list/pages-partition-the-list").holds(not twice, "each milestone once", f"{twice} more than once")
        return rows

    def pages(self, query: Fields) -> Iterator[Exchange]:
        """The pages of a list of milestones, from the first to the last that meta speaks of."""
        last = 1
        for number in range(1, MOST_PAGES + 1):
            page = self.client.list_milestones({**query, "page": number} if number > 1 else query)
            if not page.ok:
                raise Blocked(f"the milestones could not be listed: {page.summary}")
            yield page
            last = max(last, meta_of(page).get("last_page", 1))
            if number >= last or not rows_of(page):
                return

    def bystander(self, project: int) -> int:
        """A milestone of a project of ours that nobody touches."""
        shared = next((one for one in self.borrowed if one.id == project), None)
        if shared is None:
            return self.milestone(project).id
        if not shared.bystanders:
            shared.bystanders.append(self.milestone(project).id)
        return shared.bystanders[0]

    def deleted_project(self) -> int:
        """An id that no project has any more."""
        gone = self.commons.gone
        if self.sharing and gone.project is not None:
            return gone.project
        project = self.empty_project()
        self.obtained(self.client.delete_project(project), "a deletion of the project")
        gone.project = project
        return project

    def deleted_milestone(self, project: int) -> int:
        """An id that no milestone has any more: the only unknown id that is safe to write to."""
        gone = self.commons.gone
        if self.sharing and gone.milestone is not None:
            return gone.milestone
        milestone = self.milestone(project).id
        self.obtained(self.client.delete_milestone(milestone), "a deletion")
        gone.milestone = milestone
        return milestone

    # Tasks to arrange

    def task_fields(self, project: int, milestone: int | None = None, title: str | None = None) -> dict[str, Json]:
        """The fields of a task, in a milestone or in none that is named."""
        if self.lent.status_id is None or self.lent.priority_id is None:
            raise Blocked("a task needs a status and a priority; give --status-id and --priority-id")
        return {
            "task_projectid": project,
            "task_title": title or f"Task {self.inputs.word()}",
            "task_status": self.lent.status_id,
            "task_priority": self.lent.priority_id,
            "task_milestoneid": milestone,
        }

    def task(
        self, project: int, milestone: int | None = None, *, title: str | None = None, status: int | None = None
    ) -> Task:
        """A new task in a project of ours; without a milestone it goes to the default."""
        fields = self.task_fields(project, milestone, title)
        fields["task_status"] = status or fields["task_status"]
        made = self._in_any_encoding(lambda how: self.client.create_task(fields, how))
        self.obtained(made, "a task")
        return self.task_in(made)

    def task_in(self, exchange: Exchange) -> Task:
        """The task that an answer holds."""
        task = task_of(exchange.envelope.get("data"))
        if task is None:
            raise Blocked(f"{exchange.summary} holds no task")
        return task

    def other_status(self) -> int:
        """A status that tasks do not have from the start, where the deployment shows one."""
        status = next(iter(self.lent.other_status_ids), self.lent.status_id)
        if status is None:
            raise Blocked("a task needs a status; give --status-id")
        return status

    def archived(self, task: Task) -> Task:
        """The task, archived."""
        answer = self.client.archive_task(task.id)
        self.obtained(answer, "an archived task")
        return self.task_in(answer)

    def moved(self, task: Task, milestone: int) -> Task:
        """The task, moved to another milestone."""
        answer = self.client.update_task(task.id, self.task_update(task, milestone))
        self.obtained(answer, "a moved task")
        return self.task_in(answer)

    def task_update(self, task: Task, milestone: int | None) -> dict[str, Json]:
        """The fields that leave a task as it is but for its milestone."""
        return {
            "task_title": task.title,
            "task_status": self.lent.status_id,
            "task_priority": self.lent.priority_id,
            "task_milestoneid": milestone,
        }

    def read_task(self, task: int) -> Task:
        """A task as getting it shows it."""
        answer = self.client.get_task(task)
        if not answer.ok:
            raise Blocked(f"task {task} could not be read: {answer.summary}")
        return self.task_in(answer)

    def tasks(self, **query: Json) -> list[Task]:
        """The tasks that a filter lets through, all pages of them."""
        found: list[Task] = []
        for number in range(1, MOST_PAGES + 1):
            page = self.client.list_tasks({"limit": self.contract.limit_cap, **query, "page": number})
            if not page.ok:
                raise Blocked(f"the tasks could not be listed: {page.summary}")
            rows = [one for row in rows_of(page) if (one := task_of(row)) is not None]
            found += rows
            if not rows or number >= meta_of(page).get("last_page", 1):
                break
        return found

    # Anything else

    def _in_any_encoding(self, send: Callable[[How], Exchange]) -> Exchange:
        """What is only arranged may go by either encoding, lest one that is broken hide all the rest."""
        answer = send(How(encoding=Encoding.FORM))
        return send(How(encoding=Encoding.JSON)) if answer.refused else answer

    def obtained(self, exchange: Exchange, what: str) -> int:
        """The id in a success; Blocked where the answer is none."""
        identifier = id_in(exchange) if exchange.ok else None
        if exchange.refused and (requirement := MUST_SUCCEED.get(exchange.operation)):
            # Nothing that is only arranged gives a reason for a refusal.
            self.expect(requirement).status(exchange, self.contract.operations[exchange.operation].success)
        if identifier is None:
            raise Blocked(f"{what} could not be had: {exchange.summary}, {exchange.shown_body(160)}")
        return identifier

    def obtained_order(self, order: Sequence[int]) -> None:
        """Puts all milestones of a project into an order."""
        answer = self.client.reorder_milestones(list(order))
        if answer.refused:
            self.expect("reorder/answers-200").status(answer, 200)
        if not answer.ok:
            raise Blocked(f"the milestones could not be put in order: {answer.summary}")

    def in_both_encodings(self) -> Sequence[How]:
        """Form, then JSON."""
        return [How(encoding=one) for one in Encoding]

    def at_once(self, *calls: Callable[[], Exchange]) -> list[Exchange]:
        """Sends several requests at the same time, each on a connection of its own."""
        with self.client.transport.crowded(), ThreadPoolExecutor(max_workers=len(calls)) as pool:
            # What listens to this example's exchanges listens to those of its threads.
            started = [pool.submit(copy_context().run, call) for call in calls]
            return [one.result() for one in started]

    def let_the_clock_tick(self) -> None:
        """Waits until the deployment's clock shows another second."""
        self.client.transport.wait(1.05)
