"""Milestones and tasks of two projects as they should be: what is done to them, and where what is shown differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from conformance.context.fixtures import Snapshot
from conformance.context.steps import (
    EQUAL_COUNTS,
    OTHER_COUNTS,
    RecordDifference,
    Step,
    compare_records,
    in_field,
)
from conformance.records import Milestone, Task, by_position


@dataclass
class ExpectedRecords:
    """The records of a project and its `twin`; `default` is the first one's default milestone.

    `seen_tasks` are the tasks at the last look, `busy` what was touched since, `fresh` the milestones that were made
    since. `open_positions` says that milestones may have moved up since then. `freed` are the titles of deleted
    milestones.
    """

    project: int
    twin: int
    default: int = 0
    milestones: dict[int, Milestone] = field(default_factory=Snapshot)
    tasks: dict[int, Task] = field(default_factory=Snapshot)
    seen_tasks: dict[int, Task] = field(default_factory=dict)
    counts_archived: bool = True
    open_positions: bool = False
    busy: set[int] = field(default_factory=set)
    fresh: set[int] = field(default_factory=set)
    freed: list[str] = field(default_factory=list)

    def learn(self, milestones: dict[int, Milestone], tasks: dict[int, Task]) -> None:
        """Take what is shown for what is right."""
        self.milestones, self.tasks, self.seen_tasks = Snapshot(milestones), Snapshot(tasks), dict(tasks)
        self.open_positions, self.fresh = False, set()

    def add_twin(self, twin: int, milestones: dict[int, Milestone], tasks: dict[int, Task]) -> None:
        """Take another project for the namesake, with what was just read in it."""
        self.twin = twin
        self.learn(self.milestones | milestones, self.tasks | tasks)

    # What there is

    def categorised(self, project: int | None = None) -> list[int]:
        """Return the milestones of a project, by default of the first one, but for its default."""
        wanted = project or self.project
        rows = self.milestones.values()
        return [row.id for row in rows if row.project_id == wanted and row.type != "uncategorised"]

    def tasks_of(self, project: int) -> list[int]:
        """Return the tasks of a project."""
        return [task.id for task in self.tasks.values() if task.project_id == project]

    def held(self, milestone: int) -> list[int]:
        """Return the tasks in a milestone."""
        return [task.id for task in self.tasks.values() if task.milestone_id == milestone]

    # What is done

    def change_milestone(self, identifier: int, title: str, color: str) -> None:
        """Give a milestone another title and colour; the tasks in it name it."""
        self.milestones[identifier] = replace(self.milestones[identifier], title=title, color=color)
        for task in self.held(identifier):
            self.tasks[task] = replace(self.tasks[task], milestone_name=title)

    def move_task(self, identifier: int, milestone: int) -> None:
        """Move a task to another milestone."""
        title = self.milestones[milestone].title
        self.tasks[identifier] = replace(self.tasks[identifier], milestone_id=milestone, milestone_name=title)

    def delete_milestone(self, identifier: int, *, with_tasks: bool) -> None:
        """Delete a milestone, and its tasks with it; without `with_tasks` they go to the default."""
        for task in self.held(identifier):
            if with_tasks:
                self.tasks.pop(task, None)
            else:
                self.move_task(task, self.default)
        if (gone := self.milestones.pop(identifier, None)) is not None and gone.title:
            self.freed.append(gone.title)
        self.open_positions = True

    def delete_project(self) -> None:
        """Delete the first project with all that is in it."""
        gone, self.project = self.project, 0
        self.milestones = Snapshot({row.id: row for row in self.milestones.values() if row.project_id != gone})
        self.tasks = Snapshot({row.id: row for row in self.tasks.values() if row.project_id != gone})

    def reorder(self, order: Sequence[int]) -> None:
        """Move milestones to places from 1."""
        for place, milestone in enumerate(order, 1):
            self.milestones[milestone] = replace(self.milestones[milestone], position=place)

    # Where what is shown differs

    def requirement_to_blame(self, difference: RecordDifference, steps: Sequence[Step], before: Sequence[Step]) -> str:
        """Return the requirement that a difference breaks after the steps, or after those `before` them."""
        concerned = [step for step in steps if difference.id in step.ids_of(difference.kind)]
        if difference.name == "tasks_count":
            concerned.sort(key=lambda change: change.counts == EQUAL_COUNTS)
        step = next(iter(concerned), None)
        if difference.name == "tasks_count" and (step or steps[0].milestones or steps[0].tasks):
            return step.counts if step else OTHER_COUNTS
        if step:
            return step.fields.get(difference.name, step.own)
        if difference.project != self.twin:
            return steps[0].others
        # What changes in the other project is most likely what was to change here.
        is_shown = difference.id in (self.tasks if difference.kind is Task else self.milestones)
        fitting = [step for step in before if (difference.name in step.fields) is is_shown]
        step = next(iter(fitting), steps[0])
        return (step.elsewhere if is_shown else "") or step.others

    def differences(self, milestones: dict[int, Milestone], tasks: dict[int, Task]) -> Iterator[RecordDifference]:
        """Yield where what is shown is not as it should be."""
        yield from compare_records(Task, self.tasks, tasks)
        if self.open_positions:
            yield from self._order(milestones)
        yield from compare_records(Milestone, self.milestones, milestones)
        for identifier in self.milestones.keys() & milestones.keys():
            # What was wrong before is not blamed on what was done since.
            expected, shown = self.expected_count(self.milestones[identifier], tasks), milestones[identifier]
            if shown.tasks_count != expected:
                before = f" (tasks_count {self.milestones[identifier].tasks_count} before)"
                yield in_field(shown, "tasks_count", expected, note=before)

    def expected_count(self, milestone: Milestone, tasks: Mapping[int, Task]) -> int:
        """Return the count of tasks of a milestone that is to be shown beside these tasks."""
        moved = self.count(milestone.id, tasks) - self.count(milestone.id, self.seen_tasks)
        # A count that was too low before has nothing to fall from.
        return max((milestone.tasks_count or 0) + moved, 0)

    def count(self, milestone: int, tasks: Mapping[int, Task]) -> int:
        """Count the tasks in a milestone, archived ones where the deployment counts them."""
        held = [task for task in tasks.values() if task.milestone_id == milestone]
        return sum(self.counts_archived or item.active_state != "archived" for item in held)

    def _order(self, milestones: dict[int, Milestone]) -> Iterator[RecordDifference]:
        """Yield a difference where milestones lose their order; that their numbers move along is open."""
        # Where the default stands among those that move along is open, too.
        ordered_before = self.milestones.keys() - self.fresh - {self.default}
        rows = [self.milestones[identifier] for identifier in sorted(ordered_before)]
        before = {row.id: row for row in rows if row.project_id == self.project and row.position}
        kept = {identifier: milestones[identifier] for identifier in before if identifier in milestones}
        expected = [identifier for identifier in by_position(before) if identifier in kept]
        if expected != by_position(kept):
            subject = "the order of the others"
            yield RecordDifference(Milestone, 0, self.project, "order", expected, by_position(kept), subject)
        shown = [
            milestone
            for milestone in milestones.values()
            if milestone.project_id == self.project and milestone.id in self.milestones
        ]
        for row in shown:
            self.milestones[row.id] = replace(self.milestones[row.id], position=row.position)
