"""The context of one example of a property: inputs to draw, a client, fixtures and expectations.

A context lives for one example.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from conformance.context.task_fixtures import TaskFixtures
from conformance.context.views import Views
from conformance.exchange import Exchange, Json
from conformance.generation.strategies import PROJECT_DETAILS
from conformance.generation.variation import Chance
from conformance.http.client import DEFAULT, Encoding, Fields, PreconditionFailed, RequestOptions
from conformance.options import Depth
from conformance.records import Milestone
from conformance.results.outcome import Refusal
from conformance.sandbox.ownership import Kind
from conformance.sandbox.shared_projects import SharedProject

__all__ = ["PreconditionFailed", "PropertyContext"]

Drawn = TypeVar("Drawn")

MILESTONES_IN_A_SHARED_ORDER = 11
"""A dozen with the default, not counting those that race tests delete: more than ten, and divisible."""
STARTS = [first + second for first in "bdfh" for second in "bdfh" if first != second]
"""Beginnings of titles: letters that every collation sorts alike; some share their first letter.

Doubled letters are letters of their own in some languages, with another place.
"""


@dataclass
class PropertyContext(TaskFixtures):
    """The context of one example of a property.

    `before` is what the run had shown when the property first ran: the same for all its examples, so that each can be
    repeated.
    """

    source: st.DataObject | None = None
    seed: int = 0
    projects: list[int] = field(default_factory=list)
    untouched_milestones: dict[int, int] = field(default_factory=dict)
    read_back: set[Refusal] = field(default_factory=set)
    views: Views = field(init=False)

    def __post_init__(self) -> None:
        self.details = self.seed
        self.views = Views(self.expect)

    def draw(self, strategy: st.SearchStrategy[Drawn]) -> Drawn:
        """Draw an input; when the property fails, Hypothesis shrinks it to the simplest that still fails."""
        if self.source is None:
            raise PreconditionFailed("a probe draws nothing")
        return self.source.draw(strategy)

    def chance(self) -> Random:
        """Return a random source for choices among many; it is seeded by the run, so single examples vary as well."""
        return Chance(f"{self.seed} {self.draw(st.integers(0, 9999))}")

    @property
    def thorough(self) -> bool:
        """Return whether the run has time for steps that a quick run leaves out."""
        return self.depth is not Depth.QUICK

    @property
    def rounds(self) -> int:
        """Return how often to try to show a defect that shows only by chance."""
        return 2 if self.thorough else 1

    def draw_options(self) -> RequestOptions:
        """Draw an encoding."""
        return RequestOptions(encoding=self.draw(self.inputs.encodings))

    def judging(self, *requirements: str) -> bool:
        """Return whether any of the requirements still needs a verdict; if not, calls only for them can be skipped."""
        return not self.selected.isdisjoint(requirements)

    def unseen(self, resource: str) -> set[str]:
        """Return the operations on a resource, such as `tasks`, that have not succeeded in this run."""
        operations = self.contract.operations.values()
        return {
            operation.id for operation in operations if operation.path.split("/")[1] == resource
        } - self.before.succeeded_operations

    # Projects

    def project(self) -> int:
        """Return a project of the run's own, a different one at each call; it may hold records of other examples.

        It has an untouched milestone from the beginning: one created later could move the milestones that a property
        compares. In a read-only run, it is an existing project of somebody else.
        """
        if self.read_only:
            if self.prerequisites.project_id is None:
                raise PreconditionFailed(
                    "a read-only run needs a project that exists already, and the deployment shows none"
                )
            return self.prerequisites.project_id
        if not self.sharing:
            project = self._furnished_project() if self.furnished else self.empty_project()
            self._add_untouched_milestone(project)
            return project
        shared = self._borrow(self._new_shared_project, ordered=False)
        if shared.untouched_milestone is not None:
            self.untouched_milestones[shared.id] = shared.untouched_milestone
        return shared.id

    def _new_shared_project(self) -> SharedProject:
        start = len(self.history)
        project = self.empty_project()
        self._add_untouched_milestone(project)
        self.projects.remove(project)
        untouched = self.untouched_milestones.get(project)
        return SharedProject(project, self.history[start:], untouched_milestone=untouched)

    def _borrow(self, make: Callable[[], SharedProject], *, ordered: bool) -> SharedProject:
        shared = self.shared_projects.borrow(make, self.borrowed, ordered=ordered)
        self.borrowed.append(shared)
        return shared

    def _add_untouched_milestone(self, project: int) -> None:
        """Create an untouched milestone if possible; properties that do not need it run without."""
        with suppress(PreconditionFailed):
            self.untouched_milestones[project] = self.milestone(project).id

    def ordered_milestones(self, size: int) -> tuple[int, list[int]]:
        """Return a project with at least `size` milestones beside its default, and all their ids, the default first.

        It may be shared: its milestones may be reordered and more may be added by `add_ordered_milestone`, but nothing
        else may change. The titles begin with different letters, in no order. Call this before any `project`: an
        example that already holds a project may keep others waiting.
        """
        if not self.sharing:
            return self.new_ordered_milestones(max(size, MILESTONES_IN_A_SHARED_ORDER) if self.furnished else size)
        enough = max(size, MILESTONES_IN_A_SHARED_ORDER + self.rounds)
        shared = self._borrow(partial(self._new_shared_order, enough), ordered=True)
        while len(shared.milestone_ids) <= size:
            self.add_ordered_milestone(shared.id)
        return shared.id, list(shared.milestone_ids)

    def _new_shared_order(self, size: int) -> SharedProject:
        start = len(self.history)
        project, ids = self.new_ordered_milestones(size)
        self.projects.remove(project)
        return SharedProject(project, self.history[start:], milestone_ids=ids)

    def add_ordered_milestone(self, project: int) -> Milestone:
        """Add a milestone to a project of `ordered_milestones`."""
        milestone = self.milestone(project, self.inputs.plain_title("ab"))
        if (shared := self._borrowed(project)) is not None:
            shared.milestone_ids.append(milestone.id)
        return milestone

    def drop_ordered_milestone(self, project: int, milestone: int) -> None:
        """Record that a milestone of a project of `ordered_milestones` was deleted."""
        if (shared := self._borrowed(project)) is not None:
            shared.milestone_ids.remove(milestone)

    def empty_project(self) -> int:
        """Create a project that holds only its default milestone, and return its id."""
        return self.emptied(self.adopt_project(self._made_project()))

    def emptied(self, project: int) -> int:
        """Delete what a deployment adds to a new project beside its default, such as milestones from templates.

        Whether a deployment does so is known from the first project of a run.
        """
        shared = self.shared_projects
        if shared.gives_more is not False:
            # With another limit than other lists have: they must not get this answer from a cache.
            rows = self.milestones(project, limit=self.contract.limit_cap)
            # A list may show those of other projects as well, or a default of a wrong type: that is another matter.
            own = {row.id: row.type for row in rows if row.project_id == project}
            has_default = "uncategorised" in own.values()
            given = [milestone for milestone, kind in own.items() if has_default and kind == "categorised"]
            shared.gives_more = bool(given)
            for milestone in given:
                self.client.delete_milestone(milestone)
        return project

    def _furnished_project(self) -> int:
        """Create a project with milestones and tasks in it, as other examples leave them in a shared one."""
        project = self.empty_project()
        for _ in range(2):
            milestone = self.milestone(project)
            if self.prerequisites.status_id is not None:
                self.task(project, milestone.id)
        return project

    def _made_project(self) -> Exchange:
        details = PROJECT_DETAILS[(self.seed + len(self.projects)) % len(PROJECT_DETAILS)]
        made = self._made_project_with(details)
        # Details of a project do not concern milestones: it is created without them.
        return self._made_project_with({}) if made.refused and details else made

    def _made_project_with(self, details: Fields) -> Exchange:
        # A refusal does not prove that nothing was made: each attempt has a title of its own.
        return self._in_any_encoding(
            lambda options: self.client.create_project({**details, **self.project_fields()}, options)
        )

    def adopt_project(self, made: Exchange) -> int:
        """Register a project just created or cloned for removal when the example ends; return its id."""
        project = self.obtained(made, "a project")
        self.projects.append(project)
        return project

    def clone_namesake(self, project: int, title: str, flags: Fields, options: RequestOptions = DEFAULT) -> Exchange:
        """Clone a project under a title in use, or under a unique one if that is refused; return the answer."""
        answer = self.client.clone_project(project, {"project_title": title, **flags}, options)
        if answer.refused:
            # Whether projects may share a title is not documented.
            answer = self.client.clone_project(
                project, {"project_title": self.sandbox.project_title(), **flags}, options
            )
        return answer

    def judge_copies(self, requirement: str, copies: Sequence[Json], source: Sequence[Json], what: str) -> None:
        """Judge that a clone has the same as its source; and more, where every new project has."""
        expect = self.expect(requirement)
        if not self.shared_projects.gives_more:
            expect.same_members(copies, source, what)
            return
        expect.equal([item for item in source if item not in copies], [], f"missing {what}")

    def new_ordered_milestones(self, size: int) -> tuple[int, list[int]]:
        """Create a project with `size` milestones beside its default; return its id and theirs, the default first."""
        project, shuffled = self.empty_project(), Random(self.seed).sample(STARTS, len(STARTS))  # noqa: S311 - no secret
        titles = [self.inputs.plain_title(start) for start, _ in zip(cycle(shuffled), range(size), strict=False)]
        return project, [self.default_id(project), *(self.milestone_beginning(project, title).id for title in titles)]

    def confirm(self, milestones: Sequence[int]) -> None:
        """Read milestones back as the run's own, for writes that must not wait for that."""
        self.sandbox.confirm(Kind.MILESTONE, milestones)

    def spare_milestone(self, project: int) -> int:
        """Return a milestone of a project of the run's own whose title and colour may be updated freely."""
        shared = self._borrowed(project)
        if shared is not None and shared.spare_milestone is not None:
            return shared.spare_milestone
        spare = self.milestone(project).id
        self.leave_spare(project, spare)
        return spare

    def leave_spare(self, project: int, milestone: int) -> None:
        """Offer a milestone to other examples as one that may be updated freely."""
        if (shared := self._borrowed(project)) is not None:
            shared.spare_milestone = milestone

    def earlier_examples(self, project: int) -> int:
        """Return how many examples have used a project before, at most 50."""
        shared = self._borrowed(project)
        return shared.leases if shared else 0

    def _borrowed(self, project: int) -> SharedProject | None:
        return next((shared for shared in self.borrowed if shared.id == project), None)

    def untouched_milestone(self, project: int) -> int:
        """Return a milestone of a project of the run's own that no example changes."""
        if project not in self.untouched_milestones:
            self.untouched_milestones[project] = self.milestone(project).id
        return self.untouched_milestones[project]

    def deleted_project(self) -> int:
        """Return the id of a deleted project."""
        gone = self.shared_projects.gone
        with gone.making:
            if self.sharing and gone.project is not None and not self.reuses_ids:
                return gone.project
            project = self.empty_project()
            self._keep_a_later_record()
            self.obtained(self.client.delete_project(project), "a deletion of the project")
            gone.project = project
            return project

    def deleted_milestone(self, project: int) -> int:
        """Return the id of a deleted milestone: the only unknown id that is safe to write to."""
        gone = self.shared_projects.gone
        with gone.making:
            if self.sharing and gone.milestone is not None and not self.reuses_ids:
                return gone.milestone
            milestone = self.milestone(project).id
            self._keep_a_later_record()
            self.obtained(self.client.delete_milestone(milestone), "a deletion")
            gone.milestone = milestone
            return milestone

    def deleted_task(self, project: int) -> int:
        """Return the id of a deleted task."""
        task = self.task(project).id
        self._keep_a_later_record()
        self.obtained(self.client.delete_task(task), "a deletion of the task")
        return task

    @property
    def reuses_ids(self) -> bool:
        """Return whether the deployment gives ids of deleted records again."""
        return self.sandbox.ownership.reuses_ids

    def _keep_a_later_record(self) -> None:
        """Create a project with a task if the deployment gives the highest id again after a deletion."""
        if self.reuses_ids:
            later = self.empty_project()
            if self.prerequisites.status_id is not None:
                self.task(later)

    # Requests

    def in_both_encodings(self) -> Sequence[RequestOptions]:
        """Return the options for a form and for JSON, in this order."""
        return [RequestOptions(encoding=encoding) for encoding in Encoding]

    def concurrently(self, *calls: Callable[[], Exchange]) -> list[Exchange]:
        """Send several requests at the same time, each on a connection of its own."""
        with self.client.transport.concurrent(), ThreadPoolExecutor(max_workers=len(calls)) as pool:
            # Listeners of this example's exchanges also get those of its threads.
            started = [pool.submit(copy_context().run, call) for call in calls]
            return [future.result() for future in started]

    def let_the_clock_tick(self) -> None:
        """Wait until the deployment's clock shows another second."""
        self.client.transport.pause(1.05)
