"""Two projects of ours that bear the same names, and what they should show after each thing that is done to them.

What is done names what it changes; everything else must stay, in both projects, in every list.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from random import Random
from typing import TypeAlias

from conformance.context.property_context import PreconditionFailed, PropertyContext
from conformance.exchange import Exchange
from conformance.http.client import Encoding, RequestOptions
from conformance.models import Milestone, Task, by_position

UNWATCHED = frozenset({"updated", "tasks_count"})
EQUAL_COUNTS = "count/equals-the-task-list"
OTHER_COUNTS = "count/ignores-other-milestones"
SAME_COUNTS = "count/is-the-same-in-list-and-get"


@dataclass(frozen=True, slots=True)
class Step:
    """What was done to some `records`, given by their ids, and which requirement breaks where they are not as expected.

    `own` breaks where a field of them is wrong that `fields` does not name (the empty one stands for a whole record),
    `counts` where their tasks_count is, `others` where any other record of the project changed, and `elsewhere` where
    one of the other project did. `answer_is` breaks where the lists do not show the record that was `answered`.
    """

    records: Sequence[int]
    own: str
    others: str
    counts: str = EQUAL_COUNTS
    fields: Mapping[str, str] = field(default_factory=dict)
    elsewhere: str = ""
    answered: Milestone | Task | None = None
    answer_is: str = ""

    @property
    def requirements(self) -> set[str]:
        """All that is judged by it."""
        judged = {self.own, self.others, self.counts, self.elsewhere, self.answer_is, *self.fields.values()}
        return judged - {""}


Refusal: TypeAlias = tuple[str | None, int, Callable[[RequestOptions], Exchange]]
"""What a request breaks where it is not refused with a status, the status, and the request; None judges nothing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a record that is not as expected; `name` is empty for a whole record that is missing or too many."""

    kind: str
    id: int
    project: int | None
    name: str
    expected: object
    actual: object


@dataclass
class World:
    """Two projects and what is in them, as it should be; `seen_tasks` are the tasks at the last look, `busy` what was
    touched since.

    The second is a clone of the first, and of the same title: its milestones and tasks are named alike.
    """

    context: PropertyContext
    chance: Random
    project: int
    twin: int
    default: int = 0
    milestones: dict[int, Milestone] = field(default_factory=dict)
    tasks: dict[int, Task] = field(default_factory=dict)
    seen_tasks: dict[int, Task] = field(default_factory=dict)
    lists_archived: bool = True
    counts_archived: bool = True
    open_positions: bool = False
    busy: set[int] = field(default_factory=set)

    @classmethod
    def arrange(cls, context: PropertyContext, chance: Random, milestones: int = 2, *, twin: bool = True) -> "World":
        """Milestones with tasks in several states, and unless told otherwise the namesake.

        The first one and the last have an archived task beside an active one.
        """
        form = context.project_fields()
        project = context.adopt_project(context.client.create_project(form))
        colors = context.inputs.known_colors
        made = [context.milestone(project, color=colors[place % len(colors)]) for place in range(1, milestones + 1)]
        tasks = [
            context.archived(context.task(project, one.id))
            for one in {made[0].id: made[0], made[-1].id: made[-1]}.values()
        ]
        tasks += [
            context.task(project, home, status=context.other_status() if home == made[0].id else None)
            for home in (*(one.id for one in made), None)
        ]
        world = cls(context, chance, project, 0, context.default_id(project))
        if twin:
            copy = {"project_title": form["project_title"], "copy_milestones": "on", "copy_tasks": "on"}
            world.twin = context.adopt_project(context.client.clone_project(project, copy))
        world.lists_archived = any(task.id == tasks[0].id for task in context.tasks(project_id=project))
        world.relearn()
        world._judge_beginning(made, tasks)
        return world

    def _judge_beginning(self, made: Sequence[Milestone], tasks: Sequence[Task]) -> None:
        """Holds what came of the arrangement against what was answered."""
        ids = {self.default, *(one.id for one in made)}
        self.context.expect("create/gives-a-new-id").equal(len(ids), len(made) + 1, "as many ids as milestones,")
        wanted, shown = {one.id: one for one in made}, self.milestones.keys()
        if not {*wanted, self.default} <= shown or not {one.id for one in tasks} <= self.tasks.keys():
            raise PreconditionFailed("the lists do not show the milestones and tasks that were just made")
        for one in made[:-1]:
            row = self.milestones[one.id]
            self.context.expect("create/leaves-others-unchanged").equal(
                (row.title, row.color, row.type), (one.title, one.color, one.type), "title, colour and type of another"
            )
        for task, home in zip(tasks, (made[0].id, made[-1].id), strict=False):
            self.context.expect("task/archiving-keeps-its-milestone").equal(
                self.tasks[task.id].milestone_id, home, "the milestone of an archived task"
            )
        self._judge_first_counts(made[0].id)

    def _judge_first_counts(self, milestone: int) -> None:
        """Whether archived tasks are counted is open: the milestone with one of each shows it."""
        self.counts_archived = self.milestones[milestone].tasks_count != 1
        for row in self.milestones.values():
            count = self._count(row.id, self.tasks)
            if row.tasks_count != count and self.context.read(row.id).tasks_count == count:
                self.context.expect(SAME_COUNTS).equal(row.tasks_count, count, f"tasks_count of {row.id}, as got,")
            self.context.expect(EQUAL_COUNTS).equal(row.tasks_count, count, f"tasks_count of milestone {row.id}")

    def options(self) -> RequestOptions:
        """Either encoding."""
        return RequestOptions(self.chance.choice(list(Encoding)))

    def look(self) -> tuple[dict[int, Milestone], dict[int, Task]]:
        """All milestones and tasks of both projects, as their lists show them."""
        milestones: dict[int, Milestone] = {}
        tasks: dict[int, Task] = {}
        for project in filter(None, (self.project, self.twin)):
            milestones |= self.context.snapshot(project)
            for state in (None,) if self.lists_archived else (None, "archived"):
                tasks |= {one.id: one for one in self.context.tasks(project_id=project, active_state=state)}
        return milestones, tasks

    def relearn(self) -> None:
        """Takes what both projects show now for what is right."""
        self._learn(*self.look())

    def _learn(self, milestones: dict[int, Milestone], tasks: dict[int, Task]) -> None:
        self.milestones, self.tasks, self.seen_tasks = milestones, tasks, dict(tasks)
        self.open_positions = False

    # What there is

    def categorised(self, project: int | None = None) -> list[int]:
        """The milestones of a project, by default of the first one, but for its default."""
        wanted = project or self.project
        rows = self.milestones.values()
        return [one.id for one in rows if one.project_id == wanted and one.type != "uncategorised"]

    def tasks_of(self, project: int) -> list[int]:
        """The tasks of a project."""
        return [one.id for one in self.tasks.values() if one.project_id == project]

    def held(self, milestone: int) -> list[int]:
        """The tasks in a milestone."""
        return [one.id for one in self.tasks.values() if one.milestone_id == milestone]

    # What is done

    def change_milestone(self, identifier: int, title: str, color: str) -> None:
        """Another title and colour; the tasks in it name it."""
        self.milestones[identifier] = replace(self.milestones[identifier], title=title, color=color)
        for task in self.held(identifier):
            self.tasks[task] = replace(self.tasks[task], milestone_name=title)

    def move_task(self, identifier: int, milestone: int) -> None:
        """Another milestone for a task."""
        title = self.milestones[milestone].title
        self.tasks[identifier] = replace(self.tasks[identifier], milestone_id=milestone, milestone_name=title)

    def delete_milestone(self, identifier: int, *, with_tasks: bool) -> None:
        """A milestone is gone, and its tasks with it or to the default."""
        for task in self.held(identifier):
            if with_tasks:
                del self.tasks[task]
            else:
                self.move_task(task, self.default)
        del self.milestones[identifier]
        self.open_positions = True

    def delete_project(self) -> None:
        """The first project is gone with all that was in it."""
        gone, self.project = self.project, 0
        self.milestones = {one.id: one for one in self.milestones.values() if one.project_id != gone}
        self.tasks = {one.id: one for one in self.tasks.values() if one.project_id != gone}

    def reorder(self, order: Sequence[int]) -> None:
        """Places from 1."""
        for place, milestone in enumerate(order, 1):
            self.milestones[milestone] = replace(self.milestones[milestone], position=place)

    def send_refused(self, refusals: Sequence[Refusal]) -> None:
        """Sends what is to be refused; it changes nothing."""
        for broken, status, request in refusals:
            answer = request(self.options())
            if broken is not None:
                self.context.expect(broken).status(answer, status)
            if not answer.refused:
                # What was taken after all may have changed anything.
                self.relearn()

    # What is judged

    def judge(self, *steps: Step) -> None:
        """Holds what both projects show against what they should; from then on what they show is what is known."""
        milestones, tasks = self.look()
        for difference in self._differences(milestones, tasks):
            self.context.expect(self._to_blame(difference, steps)).holds(
                False,
                f"{difference.kind} {difference.id} with {difference.name or 'nothing'} {difference.expected!r}",
                f"{difference.actual!r}",
            )
        for step in steps:
            self._judge_answer(step, milestones, tasks)
        for requirement in {OTHER_COUNTS}.union(*(step.requirements for step in steps)):
            self.context.expect(requirement).holds(True, "", "")
        self._learn(milestones, tasks)

    def _judge_answer(self, step: Step, milestones: dict[int, Milestone], tasks: dict[int, Task]) -> None:
        answered = step.answered
        shown = None if answered is None else milestones.get(answered.id) or tasks.get(answered.id)
        if answered is not None and shown is not None:
            differences = _compare("answered", {shown.id: shown}, {shown.id: answered})
            wrong = {one.name: one.actual for one in differences if one.name != "created"}
            right = {name: getattr(shown, name) for name in wrong}
            self.context.expect(step.answer_is).equal(wrong, right, f"what is answered of {shown.id}, as it is listed,")

    def _to_blame(self, difference: Difference, steps: Sequence[Step]) -> str:
        concerned = [one for one in steps if difference.id in one.records]
        if difference.name == "tasks_count":
            concerned.sort(key=lambda one: one.counts == EQUAL_COUNTS)
        step = next(iter(concerned), None)
        if difference.name == "tasks_count" and (step or steps[0].records):
            return step.counts if step else OTHER_COUNTS
        if step:
            return step.fields.get(difference.name, step.own)
        return (steps[0].elsewhere if difference.project == self.twin else "") or steps[0].others

    def _differences(self, milestones: dict[int, Milestone], tasks: dict[int, Task]) -> Iterator[Difference]:
        yield from _compare("task", self.tasks, tasks)
        if self.open_positions:
            yield from self._order(milestones)
        yield from _compare("milestone", self.milestones, milestones)
        for identifier in self.milestones.keys() & milestones.keys():
            # What was wrong before is not blamed on what was done since.
            moved = self._count(identifier, tasks) - self._count(identifier, self.seen_tasks)
            expected, shown = (self.milestones[identifier].tasks_count or 0) + moved, milestones[identifier]
            if shown.tasks_count != expected:
                yield Difference("milestone", identifier, shown.project_id, "tasks_count", expected, shown.tasks_count)

    def _count(self, milestone: int, tasks: Mapping[int, Task]) -> int:
        held = [one for one in tasks.values() if one.milestone_id == milestone]
        return sum(self.counts_archived or one.active_state != "archived" for one in held)

    def _order(self, milestones: dict[int, Milestone]) -> Iterator[Difference]:
        """Whether a new or deleted milestone moves others along is open; that they keep their order is not."""
        known = {one.id: one for one in self.milestones.values() if one.project_id == self.project and one.position}
        kept = {identifier: milestones[identifier] for identifier in known if identifier in milestones}
        expected = [identifier for identifier in by_position(known) if identifier in kept]
        if expected != by_position(kept):
            yield Difference("milestone", 0, self.project, "order", expected, by_position(kept))
        for row in kept.values():
            self.milestones[row.id] = replace(self.milestones[row.id], position=row.position)


def _compare(
    kind: str, expected: Mapping[int, Milestone | Task], actual: Mapping[int, Milestone | Task]
) -> Iterator[Difference]:
    for identifier in sorted(expected.keys() - actual.keys()):
        missing = expected[identifier]
        yield Difference(kind, identifier, missing.project_id, "", missing, None)
    for identifier in sorted(actual.keys() - expected.keys()):
        extra = actual[identifier]
        yield Difference(kind, identifier, extra.project_id, "", None, extra)
    for identifier in sorted(expected.keys() & actual.keys()):
        left, right = expected[identifier], actual[identifier]
        for name in [one.name for one in fields(left) if one.name not in UNWATCHED]:
            if getattr(left, name) != getattr(right, name):
                yield Difference(kind, identifier, left.project_id, name, getattr(left, name), getattr(right, name))
