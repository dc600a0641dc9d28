"""Two projects with the same titles, and their expected state after each step.

A step names the records it changes; everything else must stay the same, in both projects and in every list.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import TypeVar

from conformance.context.arrangement import SUCCESS
from conformance.context.expected_records import ExpectedRecords
from conformance.context.fixtures import NotListed
from conformance.context.property_context import PreconditionFailed, PropertyContext
from conformance.context.steps import (
    EQUAL_COUNTS,
    FALLEN,
    OTHER_COUNTS,
    SAME_COUNTS,
    Refusal,
    Step,
    compare_records,
)
from conformance.exchange import Exchange
from conformance.generation.titles import variants
from conformance.http.client import Encoding, RequestOptions
from conformance.http.request import WriteOutcomeUnknown
from conformance.records import Milestone, Task

ATTEMPTS = 3
"""The number of tries for a write whose outcome is unknown because the connection broke."""

ACTIVE_ONES = 2
"""The number of active tasks in the first milestone, beside an archived one."""
MANY_DETAILS = 60
"""The range from which the first details of tasks are drawn; divisible by any number of priorities up to six."""

Result = TypeVar("Result")


@dataclass(kw_only=True)
class World(ExpectedRecords):
    """Two projects and the expected records in them.

    The second is a clone of the first, with the same title if projects may share one: its milestones and tasks have the
    same names.
    """

    context: PropertyContext
    chance: Random
    lists_archived: bool = True

    @classmethod
    def arrange(cls, context: PropertyContext, chance: Random, milestones: int = 2, project: int = 0) -> "World":
        """Create milestones with tasks in several states, and a twin; with a `project`, which must be new, no twin.

        The first milestone and the last have an archived task beside active ones; of more than two, the third has none
        of its own. All tasks have the same title, and the titles of the milestones look alike.
        """
        twin = not project
        context.details = chance.randrange(MANY_DETAILS)
        form = context.project_fields()
        project = project or context.emptied(context.adopt_project(context.client.create_project(form)))
        colors = context.inputs.known_colors
        word = context.inputs.word()
        titles = chance.sample([word, *chance.sample([f"{word}x", *variants(word)], milestones - 1)], milestones)
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
        homes = [milestone.id for milestone in made if milestones <= MOVED_AMONG or milestone is not made[2]]
        tasks += [surely(partial(task, home)) for home in (made[0].id, *homes, None)]
        if milestones > MOVED_AMONG and context.thorough:
            # Later changes of its former milestone do not concern a task that was moved.
            tasks[4] = surely(partial(context.moved, tasks[4], made[2].id))
        world = cls(project, 0, context=context, chance=chance)
        if twin:
            flags = {"copy_milestones": "on", "copy_tasks": "on"}
            world.twin = context.adopt_project(context.clone_namesake(project, str(form["project_title"]), flags))
        world.relearn()
        world.lists_archived = tasks[0].id in world.tasks
        if not world.lists_archived:
            projects = {milestone.project_id for milestone in world.milestones.values()}
            hidden = [row for owner in projects for row in context.tasks(project_id=owner, active_state="archived")]
            world.learn(world.milestones, world.tasks | {row.id: row for row in hidden})
        rows = [row for row in world.milestones.values() if row.project_id == project]
        ids = {milestone.id for milestone in made}
        world.default = context.default_among(sorted(rows, key=lambda row: row.id in ids)).id
        world._judge_beginning(made, tasks)
        if twin and chance.random() < IN_THE_CLONE:
            world._go_to_the_clone()
        return world

    def _go_to_the_clone(self) -> None:
        """Swap the project and its clone, if everything was copied: a clone is a project like any other."""
        both = self.project, self.twin
        kept = [(len(self.categorised(project)), len(self.tasks_of(project))) for project in both]
        rows = [row for row in self.milestones.values() if row.project_id == self.twin]
        if kept[0] == kept[1] and [row.type for row in rows].count("uncategorised") == 1:
            self.twin, self.project = both
            self.default = self.context.default_among(rows).id

    def _judge_beginning(self, made: Sequence[Milestone], tasks: Sequence[Task]) -> None:
        """Compare the listed records with the answers to their creation."""
        ids = {self.default, *(milestone.id for milestone in made)}
        self.context.expect("create/gives-a-new-id").equal(len(ids), len(made) + 1, "as many ids as milestones,")
        shown = {row.id for row in self.milestones.values() if row.project_id == self.project}
        if missing := ids - shown:
            raise NotListed(min(missing), list(self.milestones.values()))
        if not {task.id for task in tasks} <= self.tasks.keys():
            raise PreconditionFailed("the lists do not show the tasks that were just made")
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
        """Find out whether archived tasks are counted, which is open, from the milestone with two active tasks."""
        self.counts_archived = self.milestones[milestone].tasks_count != ACTIVE_ONES
        for row in self.milestones.values():
            count = self.count(row.id, self.tasks)
            if row.tasks_count != count and self.context.read(row.id).tasks_count == count:
                self.context.expect(SAME_COUNTS).equal(
                    row.tasks_count, count, f"tasks_count of {row.id}, as read by id,"
                )
            self.context.expect(EQUAL_COUNTS).equal(row.tasks_count, count, f"tasks_count of milestone {row.id}")

    def any_project(self, chance: Random) -> int:
        """Choose one of the two projects."""
        return chance.choice([self.project, self.twin])

    def options(self) -> RequestOptions:
        """Return options with either encoding."""
        return RequestOptions(self.chance.choice(list(Encoding)))

    def sent(
        self,
        request: Callable[[RequestOptions], Exchange],
        options: RequestOptions | None = None,
        expected: Container[int | None] = SUCCESS,
    ) -> Exchange:
        """Send a request in either encoding, with the headers of some client."""
        return self.context.as_some_client(request, options or self.options(), expected=expected)

    def look(
        self, projects: Sequence[int] = (), *, with_archived: bool = True
    ) -> tuple[dict[int, Milestone], dict[int, Task]]:
        """Return all milestones and tasks of both projects, or of the given ones, by id, as their lists show them."""
        milestones: dict[int, Milestone] = {}
        tasks: dict[int, Task] = {}
        for project in projects or [project_id for project_id in (self.project, self.twin) if project_id]:
            milestones |= self.context.snapshot(project, **self.context.variation.row_order())
            for state in (None, "archived") if with_archived and not self.lists_archived else (None,):
                tasks |= {task.id: task for task in self.context.tasks(project_id=project, active_state=state)}
        return milestones, tasks

    def _looked_here(self) -> tuple[dict[int, Milestone], dict[int, Task]]:
        """Read the first project, and return the records of both, those of the second as expected."""
        # If archived tasks need a list of their own, a quick run requests it only when it reads both projects.
        with_archived = self.lists_archived or self.context.thorough
        milestones, tasks = self.look([self.project], with_archived=with_archived)
        if not with_archived:
            tasks = {task.id: task for task in self.tasks.values() if task.active_state == "archived"} | tasks
        tasks = {task.id: task for task in self.tasks.values() if task.project_id == self.twin} | tasks
        for row in [milestone for milestone in self.milestones.values() if milestone.project_id == self.twin]:
            milestones[row.id] = replace(row, tasks_count=self.expected_count(row, tasks))
        return milestones, tasks

    def relearn(self) -> None:
        """Take the records that both projects show now as the expected ones."""
        self.learn(*self.look())

    def resume(self, act: Callable[[], Result]) -> Result:
        """Run a function; if a connection breaks during a write, run it again from the state that is shown then."""
        for _ in range(ATTEMPTS - 1):
            try:
                return act()
            except WriteOutcomeUnknown:
                # The record to delete may be gone already, so another one is needed.
                home = surely(partial(self.context.milestone, self.project))
                surely(partial(self.context.task, self.project, home.id))
                self.relearn()
        return act()

    def send_refused(self, refusals: Sequence[Refusal]) -> None:
        """Send requests that must be refused, and judge their statuses; none may change anything.

        Those that are not judged are sent first, so that one that is accepted after all hides nothing that a judged one
        changes.
        """
        is_changed = False
        for broken, status, request in sorted(refusals, key=lambda refusal: refusal[0] is not None):
            if is_changed and (broken is not None or self.context.thorough):
                self.relearn()
                is_changed = False
            send = request if broken is None else partial(self.sent, request, expected=(status,))
            try:
                answer = send(self.options())
            except WriteOutcomeUnknown:
                # A request that may be accepted may have been carried out; one that must be refused can be sent again.
                self.relearn()
                if broken is None:
                    continue
                answer = send(self.options())
            if broken is not None:
                self.context.expect(broken).status(answer, status)
            # A request accepted after all may have changed anything.
            is_changed = is_changed or not answer.refused
        if is_changed:
            self.relearn()

    def judge(self, *steps: Step, everywhere: bool = True, before: Sequence[Step] = ()) -> None:
        """Compare both projects with the expected records; from then on, the records shown are expected.

        Unless `everywhere`, the second project is not read; differences found in it later may come from the steps
        `before`.
        """
        milestones, tasks = self.look() if everywhere else self._looked_here()
        for difference in self.differences(milestones, tasks):
            expect = self.context.expect(self.requirement_to_blame(difference, steps, before))
            expect.equal(difference.actual, difference.expected, difference.subject)
        for step in steps:
            self._judge_answer(step, milestones, tasks)
        for requirement in {OTHER_COUNTS}.union(*(step.requirements for step in steps)):
            self.context.expect(requirement).holds(True, "", "")
        self.learn(milestones, tasks)
        self._get_one_of(steps)

    def _get_one_of(self, steps: Sequence[Step]) -> None:
        """Read a changed milestone, one that lost a task if there is any: a cached copy would differ from the list."""
        fallen = {milestone for step in steps if step.counts == FALLEN for milestone in step.milestones}
        changed = {milestone for step in steps for milestone in step.milestones if milestone in self.milestones}
        if changed and (self.context.thorough or fallen or self.chance.random() < GOT):
            self.context.read(self.chance.choice(sorted(changed & fallen or changed)))

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
            if isinstance(shown, Milestone) and shown.tasks_count == self.count(shown.id, tasks):
                names.append("tasks_count")
            expected: Milestone | Task = replace(answered, **{name: getattr(shown, name) for name in names})
            self.context.expect(step.answer_is).equal(answered, expected, f"the fields of {shown.id}, as listed,")


MOVED_AMONG = 2
"""Worlds with more milestones than this have a task that was moved."""
IN_THE_CLONE = 0.4
"""The share of examples that continue in the clone of the arranged project."""
GOT = 0.3
"""The share of comparisons in a quick run after which a changed milestone is also read individually."""
LOOK_ALIKE = 0.5
"""The share of second milestones in quick runs whose titles look like the first one's; the rest get unusual titles."""


def look_alike(context: PropertyContext, project: int, title: str, color: str) -> Milestone:
    """Create a milestone with that title; with another title if a connection broke, as it may exist by now."""
    try:
        return context.look_alike(project, title, color)
    except WriteOutcomeUnknown:
        return surely(partial(context.milestone, project, color=color))


def surely(act: Callable[[], Result]) -> Result:
    """Repeat an action that may be carried out twice if the connection breaks."""
    for _ in range(ATTEMPTS - 1):
        try:
            return act()
        except WriteOutcomeUnknown:
            continue
    return act()
