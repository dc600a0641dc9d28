"""The expected state of milestones and tasks in two projects: apply changes, and compare with what is shown."""

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
    """The expected records of a project and its `twin`; `default` is the default milestone of the first project.

    `seen_tasks` are the tasks when they were last listed, `busy` the ids changed since, and `fresh` the milestones
    created since. `open_positions` says that milestones may have moved up since. `freed` are the titles of deleted
    milestones, and `deleted_tasks` the ids of tasks deleted one by one.
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
    deleted_tasks: list[int] = field(default_factory=list)

    def learn(self, milestones: dict[int, Milestone], tasks: dict[int, Task]) -> None:
        """Take the records shown as the expected ones."""
        self.milestones, self.tasks, self.seen_tasks = Snapshot(milestones), Snapshot(tasks), dict(tasks)
        self.open_positions, self.fresh = False, set()

    def add_twin(self, twin: int, milestones: dict[int, Milestone], tasks: dict[int, Task]) -> None:
        """Add another project as the twin, with the records just read from it."""
        self.twin = twin
        self.learn(self.milestones | milestones, self.tasks | tasks)

    # Queries

    # Ordered by id: what an example chooses among them must not depend on the order of the rows in a list.

    def categorised(self, project: int | None = None) -> list[int]:
        """Return the milestones of a project other than its default; the first project unless one is given."""
        owner = project or self.project
        rows = self.milestones.values()
        return sorted(row.id for row in rows if row.project_id == owner and row.type != "uncategorised")

    def tasks_of(self, project: int) -> list[int]:
        """Return the ids of the tasks of a project."""
        return sorted(task.id for task in self.tasks.values() if task.project_id == project)

    def held(self, milestone: int) -> list[int]:
        """Return the ids of the tasks in a milestone."""
        return sorted(task.id for task in self.tasks.values() if task.milestone_id == milestone)

    # Changes

    def delete_task(self, identifier: int) -> None:
        """Delete a task."""
        self.tasks.pop(identifier, None)
        self.deleted_tasks.append(identifier)

    def change_milestone(self, identifier: int, title: str, color: str) -> None:
        """Change the title and colour of a milestone, and its name in the tasks it holds."""
        self.milestones[identifier] = replace(self.milestones[identifier], title=title, color=color)
        for task in self.held(identifier):
            self.tasks[task] = replace(self.tasks[task], milestone_name=title)

    def move_task(self, identifier: int, milestone: int) -> None:
        """Move a task to another milestone."""
        title = self.milestones[milestone].title
        self.tasks[identifier] = replace(self.tasks[identifier], milestone_id=milestone, milestone_name=title)

    def delete_milestone(self, identifier: int, *, with_tasks: bool) -> None:
        """Delete a milestone; its tasks are deleted `with_tasks`, and otherwise moved to the default."""
        for task in self.held(identifier):
            if with_tasks:
                self.tasks.pop(task, None)
            else:
                self.move_task(task, self.default)
        if (gone := self.milestones.pop(identifier, None)) is not None and gone.title:
            self.freed.append(gone.title)
        self.open_positions = True

    def delete_project(self) -> None:
        """Delete the first project and everything in it."""
        gone, self.project = self.project, 0
        self.milestones = Snapshot({row.id: row for row in self.milestones.values() if row.project_id != gone})
        self.tasks = Snapshot({row.id: row for row in self.tasks.values() if row.project_id != gone})

    def reorder(self, order: Sequence[int]) -> None:
        """Set the positions of milestones to their places in the order, from 1."""
        for place, milestone in enumerate(order, 1):
            self.milestones[milestone] = replace(self.milestones[milestone], position=place)

    # Differences

    def requirement_to_blame(self, difference: RecordDifference, steps: Sequence[Step], before: Sequence[Step]) -> str:
        """Return the requirement violated by a difference found after `steps`, or caused by the steps `before` them."""
        concerned = [step for step in steps if difference.id in step.ids_of(difference.kind)]
        if difference.name == "tasks_count":
            concerned.sort(key=lambda change: change.counts == EQUAL_COUNTS)
        step = next(iter(concerned), None)
        if difference.name == "tasks_count" and (step or steps[0].milestones or steps[0].tasks):
            return step.counts if step else OTHER_COUNTS
        if step:
            return step.fields.get(difference.name, step.own)
        if difference.project != self.twin:
            return steps[0].spares(difference.kind)
        # A change in the other project is most likely one that was meant for this project.
        is_shown = difference.id in (self.tasks if difference.kind is Task else self.milestones)
        fitting = [step for step in before if (difference.name in step.fields) is is_shown]
        step = next(iter(fitting), steps[0])
        return (step.elsewhere if is_shown else "") or step.spares(difference.kind)

    def differences(self, milestones: dict[int, Milestone], tasks: dict[int, Task]) -> Iterator[RecordDifference]:
        """Yield each difference between the expected records and those shown."""
        yield from compare_records(Task, self.tasks, tasks)
        if self.open_positions:
            yield from self._order(milestones)
        yield from compare_records(Milestone, self.milestones, milestones)
        for identifier in self.milestones.keys() & milestones.keys():
            # A count that was wrong before is not blamed on later steps.
            expected, shown = self.expected_count(self.milestones[identifier], tasks), milestones[identifier]
            if shown.tasks_count != expected:
                before = f" (tasks_count {self.milestones[identifier].tasks_count} before)"
                yield in_field(shown, "tasks_count", expected, note=before)

    def expected_count(self, milestone: Milestone, tasks: Mapping[int, Task]) -> int:
        """Return the tasks_count expected for a milestone when these tasks are shown."""
        moved = self.count(milestone.id, tasks) - self.count(milestone.id, self.seen_tasks)
        # A count that was too low before cannot fall below zero.
        return max((milestone.tasks_count or 0) + moved, 0)

    def count(self, milestone: int, tasks: Mapping[int, Task]) -> int:
        """Count the tasks in a milestone, including archived ones if the deployment counts those."""
        held = [task for task in tasks.values() if task.milestone_id == milestone]
        return sum(self.counts_archived or item.active_state != "archived" for item in held)

    def _order(self, milestones: dict[int, Milestone]) -> Iterator[RecordDifference]:
        """Yield a difference if milestones changed their relative order; whether their positions change is open."""
        # The place of the default among milestones that move up is open, too.
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
