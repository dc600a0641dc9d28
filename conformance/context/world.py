"""Two projects of ours that bear the same names, and what they should show after each thing that is done to them.

What is done names what it changes; everything else must stay, in both projects, in every list.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import TypeVar

from conformance.context.arrangement import SUCCESS
from conformance.context.fixtures import Snapshot
from conformance.context.property_context import PreconditionFailed, PropertyContext
from conformance.context.steps import (
    EQUAL_COUNTS,
    OTHER_COUNTS,
    SAME_COUNTS,
    RecordDifference,
    Refusal,
    Step,
    compare_records,
    in_field,
)
from conformance.exchange import Exchange
from conformance.generation.look_alikes import variants
from conformance.http.client import Encoding, RequestOptions
from conformance.http.transport import WriteOutcomeUnknown
from conformance.records import Milestone, Task, by_position

ATTEMPTS = 3
"""The number of tries for a write that a broken connection leaves unclear."""

Result = TypeVar("Result")


@dataclass
class World:
    """Two projects and what is in them, as it should be; `seen_tasks` are the tasks at the last look, `busy` what was
    touched since, `fresh` the milestones that were made since.

    The second is a clone of the first, of the same title where projects may share one: its milestones and tasks are
    named alike.
    """

    context: PropertyContext
    chance: Random
    project: int
    twin: int
    default: int = 0
    milestones: dict[int, Milestone] = field(default_factory=Snapshot)
    tasks: dict[int, Task] = field(default_factory=Snapshot)
    seen_tasks: dict[int, Task] = field(default_factory=dict)
    lists_archived: bool = True
    counts_archived: bool = True
    open_positions: bool = False
    busy: set[int] = field(default_factory=set)
    fresh: set[int] = field(default_factory=set)

    @classmethod
    def arrange(cls, context: PropertyContext, chance: Random, milestones: int = 2, project: int = 0) -> "World":
        """Make milestones with tasks in several states, and the namesake, or no other than a `project` that is new.

        The first one and the last have an archived task beside an active one. All tasks bear the same title, and the
        titles of the milestones look alike.
        """
        twin = not project
        form = context.project_fields()
        project = project or context.adopt_project(context.client.create_project(form))
        colors = context.inputs.known_colors
        word = context.inputs.word()
        titles = [word, *chance.sample([f"{word}x", *variants(word)], milestones - 1)]
        made = [
            look_alike(context, project, title, colors[place % len(colors)])
            if place == 1 or context.thorough or chance.random() < LOOK_ALIKE
            else surely(partial(context.milestone, project, color=colors[place % len(colors)]))
            for place, title in enumerate(titles, 1)
        ]
        task = partial(context.task, project, title=f"Task {context.inputs.word()}")
        tasks = [
            context.archived(surely(partial(task, milestone.id)))
            for milestone in {made[0].id: made[0], made[-1].id: made[-1]}.values()
        ]
        tasks += [
            surely(partial(task, home, status=chance.choice(context.other_statuses()) if home == made[0].id else None))
            for home in (*(milestone.id for milestone in made), None)
        ]
        world = cls(context, chance, project, 0)
        if twin:
            flags = {"copy_milestones": "on", "copy_tasks": "on"}
            world.twin = context.cloned_namesake(project, str(form["project_title"]), flags)
        world.relearn()
        world.lists_archived = tasks[0].id in world.tasks
        if not world.lists_archived:
            projects = {milestone.project_id for milestone in world.milestones.values()}
            hidden = [row for owner in projects for row in context.tasks(project_id=owner, active_state="archived")]
            world._learn(world.milestones, world.tasks | {row.id: row for row in hidden})
        rows = [row for row in world.milestones.values() if row.project_id == project]
        world.default = context.default_among(rows).id
        world._judge_beginning(made, tasks)
        return world

    def _judge_beginning(self, made: Sequence[Milestone], tasks: Sequence[Task]) -> None:
        """Hold what came of the arrangement against what was answered."""
        ids = {self.default, *(milestone.id for milestone in made)}
        self.context.expect("create/gives-a-new-id").equal(len(ids), len(made) + 1, "as many ids as milestones,")
        shown = {row.id for row in self.milestones.values() if row.project_id == self.project}
        if not ids <= shown or not {task.id for task in tasks} <= self.tasks.keys():
            raise PreconditionFailed("the lists do not show the milestones and tasks that were just made")
        for milestone in made[:-1]:
            row = self.milestones[milestone.id]
            self.context.expect("create/leaves-others-unchanged").equal(
                (row.title, row.color, row.type),
                (milestone.title, milestone.color, milestone.type),
                "title, colour and type of another",
            )
        for task, home in zip(tasks, (made[0].id, made[-1].id), strict=False):
            self.context.expect("task/archiving-keeps-its-milestone").equal(
                self.tasks[task.id].milestone_id, home, "the milestone of an archived task"
            )
        self._judge_first_counts(made[0].id)

    def _judge_first_counts(self, milestone: int) -> None:
        """Find out from the milestone with one of each if archived tasks are counted, which is open."""
        self.counts_archived = self.milestones[milestone].tasks_count != 1
        for row in self.milestones.values():
            count = self._count(row.id, self.tasks)
            if row.tasks_count != count and self.context.read(row.id).tasks_count == count:
                self.context.expect(SAME_COUNTS).equal(row.tasks_count, count, f"tasks_count of {row.id}, as got,")
            self.context.expect(EQUAL_COUNTS).equal(row.tasks_count, count, f"tasks_count of milestone {row.id}")

    def options(self) -> RequestOptions:
        """Choose either encoding."""
        return RequestOptions(self.chance.choice(list(Encoding)))

    def sent(
        self,
        request: Callable[[RequestOptions], Exchange],
        options: RequestOptions | None = None,
        expected: Container[int | None] = SUCCESS,
    ) -> Exchange:
        """Send a request in either encoding, as some client does."""
        return self.context.as_some_client(request, options or self.options(), expected=expected)

    def look(
        self, projects: Sequence[int] = (), *, with_archived: bool = True
    ) -> tuple[dict[int, Milestone], dict[int, Task]]:
        """List all milestones and tasks of both projects, or of some, by id, as their lists show them."""
        milestones: dict[int, Milestone] = {}
        tasks: dict[int, Task] = {}
        for project in projects or [project_id for project_id in (self.project, self.twin) if project_id]:
            milestones |= self.context.snapshot(project)
            for state in (None, "archived") if with_archived and not self.lists_archived else (None,):
                tasks |= {task.id: task for task in self.context.tasks(project_id=project, active_state=state)}
        return milestones, tasks

    def _looked_here(self) -> tuple[dict[int, Milestone], dict[int, Task]]:
        """Read the first project, and return it as the second should show it."""
        # Where archived tasks take a list of their own, a quick run asks for it when it looks at everything.
        with_archived = self.lists_archived or self.context.thorough
        milestones, tasks = self.look([self.project], with_archived=with_archived)
        if not with_archived:
            tasks = {task.id: task for task in self.tasks.values() if task.active_state == "archived"} | tasks
        tasks = {task.id: task for task in self.tasks.values() if task.project_id == self.twin} | tasks
        for row in [milestone for milestone in self.milestones.values() if milestone.project_id == self.twin]:
            milestones[row.id] = replace(row, tasks_count=self._expected_count(row, tasks))
        return milestones, tasks

    def relearn(self) -> None:
        """Take what both projects show now for what is right."""
        self._learn(*self.look())

    def resume(self, act: Callable[[], Result]) -> Result:
        """Do something, from what is there now where a connection broke in the middle of a write before."""
        for _ in range(ATTEMPTS - 1):
            try:
                return act()
            except WriteOutcomeUnknown:
                # What was to be deleted may be gone, and another one is needed.
                home = surely(partial(self.context.milestone, self.project))
                surely(partial(self.context.task, self.project, home.id))
                self.relearn()
        return act()

    def _learn(self, milestones: dict[int, Milestone], tasks: dict[int, Task]) -> None:
        self.milestones, self.tasks, self.seen_tasks = Snapshot(milestones), Snapshot(tasks), dict(tasks)
        self.open_positions, self.fresh = False, set()

    def add_twin(self, twin: int, milestones: dict[int, Milestone], tasks: dict[int, Task]) -> None:
        """Take another project for the namesake, with what was just read in it."""
        self.twin = twin
        self._learn(self.milestones | milestones, self.tasks | tasks)

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
        """Put a task into another milestone."""
        title = self.milestones[milestone].title
        self.tasks[identifier] = replace(self.tasks[identifier], milestone_id=milestone, milestone_name=title)

    def delete_milestone(self, identifier: int, *, with_tasks: bool) -> None:
        """Remove a milestone, and its tasks with it, or move them to the default."""
        for task in self.held(identifier):
            if with_tasks:
                self.tasks.pop(task, None)
            else:
                self.move_task(task, self.default)
        self.milestones.pop(identifier, None)
        self.open_positions = True

    def delete_project(self) -> None:
        """Remove the first project with all that was in it."""
        gone, self.project = self.project, 0
        self.milestones = Snapshot({row.id: row for row in self.milestones.values() if row.project_id != gone})
        self.tasks = Snapshot({row.id: row for row in self.tasks.values() if row.project_id != gone})

    def reorder(self, order: Sequence[int]) -> None:
        """Move milestones to places from 1."""
        for place, milestone in enumerate(order, 1):
            self.milestones[milestone] = replace(self.milestones[milestone], position=place)

    def send_refused(self, refusals: Sequence[Refusal]) -> None:
        """Send what is to be refused; it changes nothing."""
        for broken, status, request in refusals:
            send = request if broken is None else partial(self.sent, request, expected=(status,))
            try:
                answer = send(self.options())
            except WriteOutcomeUnknown:
                # What may be taken may have been; what must not be can be sent again.
                self.relearn()
                if broken is None:
                    continue
                answer = send(self.options())
            if broken is not None:
                self.context.expect(broken).status(answer, status)
            if not answer.refused:
                # What was taken after all may have changed anything.
                self.relearn()

    # What is judged

    def judge(self, *steps: Step, everywhere: bool = True, before: Sequence[Step] = ()) -> None:
        """Hold what both projects show against what they should; from then on what they show is what is known.

        Unless `everywhere`, the second project is left for another time: then the steps `before` may have changed it.
        """
        milestones, tasks = self.look() if everywhere else self._looked_here()
        for difference in self._differences(milestones, tasks):
            expect = self.context.expect(self._to_blame(difference, steps, before))
            expect.equal(difference.actual, difference.expected, difference.subject)
        for step in steps:
            self._judge_answer(step, milestones, tasks)
        for requirement in {OTHER_COUNTS}.union(*(step.requirements for step in steps)):
            self.context.expect(requirement).holds(True, "", "")
        self._learn(milestones, tasks)

    def _judge_answer(self, step: Step, milestones: dict[int, Milestone], tasks: dict[int, Task]) -> None:
        answered = step.answered
        listed: Mapping[int, Milestone | Task] = tasks if isinstance(answered, Task) else milestones
        shown = None if answered is None else listed.get(answered.id)
        if answered is not None and shown is not None:
            names = [
                change.name
                for change in compare_records(type(shown), {shown.id: shown}, {shown.id: answered})
                if change.name != "created"
            ]
            wanted: Milestone | Task = replace(answered, **{name: getattr(shown, name) for name in names})
            self.context.expect(step.answer_is).equal(answered, wanted, f"what is answered of {shown.id}, as listed,")

    def _to_blame(self, difference: RecordDifference, steps: Sequence[Step], before: Sequence[Step]) -> str:
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

    def _differences(self, milestones: dict[int, Milestone], tasks: dict[int, Task]) -> Iterator[RecordDifference]:
        yield from compare_records(Task, self.tasks, tasks)
        if self.open_positions:
            yield from self._order(milestones)
        yield from compare_records(Milestone, self.milestones, milestones)
        for identifier in self.milestones.keys() & milestones.keys():
            # What was wrong before is not blamed on what was done since.
            expected, shown = self._expected_count(self.milestones[identifier], tasks), milestones[identifier]
            if shown.tasks_count != expected:
                before = f" (tasks_count {self.milestones[identifier].tasks_count} before)"
                yield in_field(shown, "tasks_count", expected, note=before)

    def _expected_count(self, milestone: Milestone, tasks: Mapping[int, Task]) -> int:
        moved = self._count(milestone.id, tasks) - self._count(milestone.id, self.seen_tasks)
        # A count that was too low before has nothing to fall from.
        return max((milestone.tasks_count or 0) + moved, 0)

    def _count(self, milestone: int, tasks: Mapping[int, Task]) -> int:
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


LOOK_ALIKE = 0.5
"""The share of second milestones in quick runs whose titles look like the first one's; others break other things."""


def look_alike(context: PropertyContext, project: int, title: str, color: str) -> Milestone:
    """Make a milestone of that title; of another where a connection broke, for it may have been made."""
    try:
        return context.look_alike(project, title, color)
    except WriteOutcomeUnknown:
        return surely(partial(context.milestone, project, color=color))


def surely(act: Callable[[], Result]) -> Result:
    """Repeat what may be done twice, where a connection broke in the middle of it."""
    for _ in range(ATTEMPTS - 1):
        try:
            return act()
        except WriteOutcomeUnknown:
            continue
    return act()
