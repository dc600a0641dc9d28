"""Give a property its context: inputs to draw, a client, arrangements in projects of our own, and expectations.

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

from conformance.context.fixtures import Fixtures
from conformance.context.views import Views
from conformance.exchange import Exchange
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
"""A dozen with the default, beside those that races delete: more than ten, and divisible."""
STARTS = [first + second for first in "bdfh" for second in "bdfh"]
"""Beginnings of titles: letters that every collation puts in the same order, some alike in the first."""


@dataclass
class PropertyContext(Fixtures):
    """Hold the context of one example of a property.

    `before` is what the run had shown when the property was first run: the same for all its examples, so that each can
    be repeated.
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
        """Draw an input; when the property fails, Hypothesis seeks the simplest that still does."""
        if self.source is None:
            raise PreconditionFailed("a probe draws nothing")
        return self.source.draw(strategy)

    def chance(self) -> Random:
        """Return a random source for choices among many; the run's seed decides, so single examples vary as well."""
        return Chance(f"{self.seed} {self.draw(st.integers(0, 9999))}")

    @property
    def thorough(self) -> bool:
        """Tell if there is room for steps that a quick run leaves out."""
        return self.depth is not Depth.QUICK

    @property
    def rounds(self) -> int:
        """Return how often to try what shows by chance only."""
        return 2 if self.thorough else 1

    def draw_options(self) -> RequestOptions:
        """Draw an encoding."""
        return RequestOptions(encoding=self.draw(self.inputs.encodings))

    def judging(self, *requirements: str) -> bool:
        """Tell if any of the requirements is still to be judged; else calls for them alone can be left out."""
        return not self.selected.isdisjoint(requirements)

    def unseen(self, resource: str) -> set[str]:
        """Return the operations on a resource, such as `tasks`, that this run has not seen succeed."""
        operations = self.contract.operations.values()
        return {
            operation.id for operation in operations if operation.path.split("/")[1] == resource
        } - self.before.succeeded_operations

    # Projects to arrange

    def project(self) -> int:
        """Return a project of our own in which others may have left something, at each call another one.

        It has a milestone that nobody touches from its beginning: one that came later could move what a property
        compares. In a read-only run it is somebody's.
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
        """Make a milestone where that is possible; what does not need one goes on without."""
        with suppress(PreconditionFailed):
            self.untouched_milestones[project] = self.milestone(project).id

    def ordered_milestones(self, size: int) -> tuple[int, list[int]]:
        """Return a project of at least `size` milestones beside its default, and all their ids, the default first.

        It may be shared: its milestones may be reordered, more may be added by `add_ordered_milestone`, and nothing
        else. Their titles begin with different letters, in no order. Ask for it before any `project`, for which others
        may wait that have one.
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
        milestone = self.milestone(project, self.inputs.plain_title("aa"))
        if (shared := self._borrowed(project)) is not None:
            shared.milestone_ids.append(milestone.id)
        return milestone

    def drop_ordered_milestone(self, project: int, milestone: int) -> None:
        """Take in that a milestone was deleted from a project of `ordered_milestones`."""
        if (shared := self._borrowed(project)) is not None:
            shared.milestone_ids.remove(milestone)

    def empty_project(self) -> int:
        """Make a project of our own, with nothing in it but its default milestone."""
        return self.emptied(self.adopt_project(self._made_project()))

    def emptied(self, project: int) -> int:
        """Delete what a deployment gives a new project beside its default, such as milestones from templates.

        If it does so at all is seen from the first project of a run.
        """
        shared = self.shared_projects
        if shared.gives_more is not False:
            # Not as other lists are asked for: an answer that is kept for a moment would be taken for theirs.
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
        """Make a project with milestones and tasks in it, as others leave them behind in a shared one."""
        project = self.empty_project()
        for _ in range(2):
            milestone = self.milestone(project)
            if self.prerequisites.status_id is not None:
                self.task(project, milestone.id)
        return project

    def _made_project(self) -> Exchange:
        # A refusal does not prove that nothing was made: each attempt has a title of its own.
        return self._in_any_encoding(lambda options: self.client.create_project(self.project_fields(), options))

    def adopt_project(self, made: Exchange) -> int:
        """Adopt a project just made or cloned, to be removed when the example ends; return its id."""
        project = self.obtained(made, "a project")
        self.projects.append(project)
        return project

    def cloned_namesake(self, project: int, title: str, flags: Fields, options: RequestOptions = DEFAULT) -> int:
        """Clone a project under a title that others bear, or under its own where that is refused; return its id."""
        answer = self.client.clone_project(project, {"project_title": title, **flags}, options)
        if answer.refused:
            # Whether projects may share a title is not documented.
            answer = self.client.clone_project(
                project, {"project_title": self.sandbox.project_title(), **flags}, options
            )
        return self.adopt_project(answer)

    def new_ordered_milestones(self, size: int) -> tuple[int, list[int]]:
        """Make a project of `size` milestones beside its default; return its id and all of theirs, default first."""
        project, shuffled = self.empty_project(), Random(self.seed).sample(STARTS, len(STARTS))  # noqa: S311 - no secret
        titles = [self.inputs.plain_title(start) for start, _ in zip(cycle(shuffled), range(size), strict=False)]
        return project, [self.default_id(project), *(self.milestone_beginning(project, title).id for title in titles)]

    def confirm(self, milestones: Sequence[int]) -> None:
        """Read milestones back as ours, where the first write to them must not wait for that."""
        self.sandbox.confirm(Kind.MILESTONE, milestones)

    def spare_milestone(self, project: int) -> int:
        """Return a milestone of a project of ours that may be updated: its title and colour matter to nobody."""
        shared = self._borrowed(project)
        if shared is not None and shared.spare_milestone is not None:
            return shared.spare_milestone
        spare = self.milestone(project).id
        self.leave_spare(project, spare)
        return spare

    def leave_spare(self, project: int, milestone: int) -> None:
        """Leave a milestone to others, to be updated as they like."""
        if (shared := self._borrowed(project)) is not None:
            shared.spare_milestone = milestone

    def earlier_examples(self, project: int) -> int:
        """Return how many examples have had a project before, at most 50."""
        shared = self._borrowed(project)
        return shared.leases if shared else 0

    def _borrowed(self, project: int) -> SharedProject | None:
        return next((shared for shared in self.borrowed if shared.id == project), None)

    def untouched_milestone(self, project: int) -> int:
        """Return a milestone of a project of ours that nobody touches."""
        if project not in self.untouched_milestones:
            self.untouched_milestones[project] = self.milestone(project).id
        return self.untouched_milestones[project]

    def deleted_project(self) -> int:
        """Return an id that no project has any more."""
        gone = self.shared_projects.gone
        with gone.making:
            if self.sharing and gone.project is not None and not self._reuses_ids:
                return gone.project
            project = self.empty_project()
            self._keep_a_later_record()
            self.obtained(self.client.delete_project(project), "a deletion of the project")
            gone.project = project
            return project

    def deleted_milestone(self, project: int) -> int:
        """Return an id that no milestone has any more: the only unknown id that is safe to write to."""
        gone = self.shared_projects.gone
        with gone.making:
            if self.sharing and gone.milestone is not None and not self._reuses_ids:
                return gone.milestone
            milestone = self.milestone(project).id
            self._keep_a_later_record()
            self.obtained(self.client.delete_milestone(milestone), "a deletion")
            gone.milestone = milestone
            return milestone

    def deleted_task(self, project: int) -> int:
        """Return an id that no task has any more."""
        task = self.task(project).id
        self._keep_a_later_record()
        self.obtained(self.client.delete_task(task), "a deletion of the task")
        return task

    @property
    def _reuses_ids(self) -> bool:
        return self.sandbox.ownership.reuses_ids

    def _keep_a_later_record(self) -> None:
        """Make a project with a task where the highest id is given again once it is free."""
        if self._reuses_ids:
            later = self.empty_project()
            if self.prerequisites.status_id is not None:
                self.task(later)

    # Anything else

    def in_both_encodings(self) -> Sequence[RequestOptions]:
        """Return options for a form, then for JSON."""
        return [RequestOptions(encoding=encoding) for encoding in Encoding]

    def concurrently(self, *calls: Callable[[], Exchange]) -> list[Exchange]:
        """Send several requests at the same time, each on a connection of its own."""
        with self.client.transport.concurrent(), ThreadPoolExecutor(max_workers=len(calls)) as pool:
            # What listens to this example's exchanges listens to those of its threads.
            started = [pool.submit(copy_context().run, call) for call in calls]
            return [future.result() for future in started]

    def let_the_clock_tick(self) -> None:
        """Wait until the deployment's clock shows another second."""
        self.client.transport.pause(1.05)
