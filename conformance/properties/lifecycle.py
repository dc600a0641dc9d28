"""Sequences: operations on two projects in any order, compared with the oracle's model after each."""

from collections.abc import Callable, Mapping, Sequence

from hypothesis import strategies as st

from conformance.context.property_context import PreconditionFailed, PropertyContext
from conformance.exchange import Exchange
from conformance.generation.oracle import ModelMilestone, ModelProject, ModelTask
from conformance.options import Depth
from conformance.properties.registry import Examples, judges
from conformance.records import Milestone
from conformance.results.difference import NOTHING_MORE, Basis, describe

PLACES = st.integers(0, 40)
LENGTHS = {Depth.QUICK: 10, Depth.STANDARD: 6, Depth.DEEP: 30}
COUNTS = "count/equals-the-task-list"
COLORS = {"update/changes-the-title": "update/changes-the-color"}
"""The requirement that a wrong colour violates, by the one that a wrong title violates."""


class _Sequence:
    """Two projects and their models; each method is one operation and the comparison after it."""

    def __init__(self, context: PropertyContext) -> None:
        self.context = context
        self.projects: dict[int, ModelProject] = {}
        self.freed: list[tuple[int, str]] = []
        self.current = 0

    def rest(self) -> None:
        """Do nothing; unnecessary steps shrink to this one."""

    def start(self) -> None:
        for _ in range(2):
            project = self.context.empty_project()
            default = self.context.default(project)
            milestone = ModelMilestone(default.title or "", default.color or "")
            self.projects[project] = ModelProject(default.id, {default.id: milestone})

    def create(self, at: int, color: int) -> None:
        project, model = self._project(at)
        title, chosen = self.context.inputs.plain_title(), self._color(color)
        made = self.context.milestone(project, title, chosen)
        model.create(made.id, title, chosen)
        self._compare("create/leaves-others-unchanged", "create/leaves-others-unchanged")

    def reuse_a_title(self, at: int) -> None:
        if not self.freed:
            return
        project, title = self.freed.pop(at % len(self.freed))
        model = self.projects[project]
        if model.refuses_title(title):
            return
        answer = self.context.client.create_milestone(self.context.milestone_fields(project, title))
        self._succeeds("create/a-deleted-title-is-free", answer)
        model.create(self.context.obtained(answer, "a milestone"), title, self._color(0))

    def duplicate(self, at: int, which: int) -> None:
        project, model = self._project(at)
        title = self._title(model, self._milestone(model, which))
        answer = self.context.client.create_milestone(self.context.milestone_fields(project, title))
        if self._milestone(model, which) != model.default:
            self._status("create/duplicate-title-conflicts", answer, 409)
        if answer.ok:
            model.create(self.context.obtained(answer, "a milestone"), title, self._color(0))
        self._compare("create/refused-creates-nothing", "create/leaves-others-unchanged")

    def update(self, at: int, which: int, title_of: int | None, color: int) -> None:
        _, model = self._project(at)
        milestone = self._milestone(model, which)
        if milestone == model.default:
            return
        source = None if title_of is None else self._milestone(model, title_of)
        title = self.context.inputs.plain_title() if source is None else self._title(model, source)
        fields = {"milestone_title": title, "milestone_color": self._color(color)}
        answer = self.context.client.update_milestone(milestone, fields)
        if source == milestone:
            self._succeeds("update/own-title-is-no-conflict", answer)
        elif source is not None and source != model.default:
            self._status("update/duplicate-title-conflicts", answer, 409)
        if answer.ok:
            model.update(milestone, title, self._color(color))
        self._compare("update/changes-the-title", "update/leaves-others-unchanged", changed=milestone)

    def delete(self, at: int, which: int, with_tasks: bool) -> None:
        project, model = self._project(at)
        milestone = self._milestone(model, which)
        title = self._title(model, milestone)
        answer = self.context.client.delete_milestone(milestone, "yes" if with_tasks else None)
        if milestone == model.default:
            self._status("delete/the-default-conflicts", answer, 409)
            refused = "delete/refused-changes-nothing"
            self._compare(refused, refused, counts=refused)
            for task in model.tasks:
                self._task_is(refused, model, task)
            return
        if not answer.ok:
            self.context.obtained(answer, "a deletion")
        fate = {task: task_model.milestone == milestone for task, task_model in model.tasks.items()}
        model.delete(milestone, with_tasks=with_tasks)
        self.freed.append((project, title))
        self._compare("delete/removes-the-milestone", "delete/leaves-others-unchanged")
        for task, doomed in fate.items():
            if task not in model.tasks:
                self._status("delete/the-flag-deletes-the-tasks", self.context.client.get_task(task), 404)
            elif doomed:
                self._task_is("delete/moves-tasks-to-the-default", model, task)
            elif with_tasks:
                self._task_is("delete/the-flag-spares-other-tasks", model, task)

    def reorder(self, at: int, rotation: int, backwards: bool) -> None:
        _, model = self._project(at)
        ids = sorted(model.milestones, reverse=backwards)
        order = ids[rotation % len(ids) :] + ids[: rotation % len(ids)]
        answer = self.context.client.reorder_milestones(order)
        if not answer.ok:
            self.context.obtained(answer, "a reorder")
        model.reorder(order)
        self._compare("reorder/changes-only-positions", "reorder/changes-only-positions")

    def add_task(self, at: int, which: int, archived: bool) -> None:
        if self.context.prerequisites.status_id is None:
            return
        project, model = self._project(at)
        milestone = self._milestone(model, which)
        task = self.context.task(project, milestone)
        if archived:
            self.context.archived(task)
        model.tasks[task.id] = ModelTask(milestone, archived)
        self._compare("count/equals-the-task-list", "count/equals-the-task-list")

    def move_task(self, at: int, task: int, which: int) -> None:
        _, model = self._project(at)
        if not model.tasks:
            return
        moved = sorted(model.tasks)[task % len(model.tasks)]
        milestone = self._milestone(model, which)
        self.context.moved(self.context.read_task(moved), milestone)
        model.tasks[moved].milestone = milestone
        self._task_is("task/an-update-moves-it", model, moved)
        self._compare("count/equals-the-task-list", "count/equals-the-task-list")

    # Comparisons

    def finish(self) -> None:
        """Compare the project that the last operation did not touch with its model, too."""
        for project in self.projects.keys() - {self.current}:
            self._compare_project(project, "delete/leaves-others-unchanged", "update/leaves-others-unchanged")

    def _compare(self, ids: str, others: str, *, changed: int | None = None, counts: str = COUNTS) -> None:
        """Compare the project of the last operation with its model."""
        self._compare_project(self.current, ids, others, changed=changed, counts=counts)

    def _compare_project(
        self, project: int, ids: str, others: str, *, changed: int | None = None, counts: str = COUNTS
    ) -> None:
        """Compare a project with its model.

        A difference in the ids violates `ids`, and so does one in the milestone `changed`; one in another milestone
        violates `others`, and one in a count `counts`. If reading the milestone shows the right value, only its list is
        wrong.
        """
        model, rows = self.projects[project], {row.id: row for row in self.context.milestones(project)}
        for missing in model.milestones.keys() - rows.keys():
            listed = self.context.client.get_milestone(missing).ok
            what = f"milestone {missing} in the list of project {project}"
            self._holds("list/returns-every-milestone" if listed else ids, False, what, f"{sorted(rows)}")
        self._same(ids, sorted(rows), sorted(model.milestones), f"the milestones of project {project}")
        for identifier, expected in model.milestones.items():
            row, requirement = rows[identifier], ids if identifier == changed else others
            self._row(requirement, row, lambda shown: shown.title, [expected.title])
            self._row(COLORS.get(requirement, requirement), row, lambda shown: shown.color, [expected.color])
            if expected.position is not None:
                self._row("reorder/positions-run-from-one", row, lambda shown: shown.position, [expected.position])
            self._row(counts, row, lambda shown: shown.tasks_count, sorted(model.counts(identifier)))

    def _row(
        self, requirement: str, row: Milestone, look: Callable[[Milestone], object], allowed: Sequence[object]
    ) -> None:
        """Judge a listed value; if reading the milestone shows the right one, only the list is to blame."""
        wrong = look(row) not in allowed
        if wrong and look(self.context.read(row.id)) in allowed:
            requirement = "list/rows-equal-the-milestones"
        expected = " or ".join(map(str, allowed))
        basis = Basis(actual=look(row), expected=allowed[0], subject="title, color, position, tasks_count")
        self._holds(requirement, not wrong, f"milestone {row.id} with {expected}", str(look(row)), basis)

    def _task_is(self, requirement: str, model: ModelProject, task: int) -> None:
        answer = self.context.client.get_task(task)
        self._status(requirement, answer, 200)
        self._same(
            requirement, self.context.task_in(answer).milestone_id, model.tasks[task].milestone, "the task's milestone"
        )

    def _succeeds(self, requirement: str, answer: Exchange) -> None:
        came = f"{answer.status}, {answer.shown_body(200)}"
        self._holds(requirement, answer.ok, "a success", came, Basis(answer.number, ("2??",)))

    def _status(self, requirement: str, answer: Exchange, status: int) -> None:
        basis = Basis(answer.number, (str(status),))
        self._holds(requirement, answer.status == status, f"status {status}", f"{answer.summary}", basis)

    def _same(self, requirement: str, actual: object, expected: object, what: str) -> None:
        expected_text, came = describe(actual, expected)
        basis = Basis(actual=actual, expected=expected, subject=what)
        self._holds(requirement, actual == expected, f"{what} {expected_text}", came, basis)

    def _holds(self, requirement: str, truth: bool, expected: str, actual: str, basis: Basis = NOTHING_MORE) -> None:
        """Judge a step; end the sequence if it fails, as the model does not know the state after it."""
        self.context.expect(requirement).holds(truth, expected, actual, basis)
        if not truth:
            raise PreconditionFailed(f"{requirement} is known not to hold, so the sequence ended there")

    # Choices

    def _project(self, at: int) -> tuple[int, ModelProject]:
        if not self.projects:
            self.start()
        ids = list(self.projects)
        self.current = ids[at % len(ids)]
        return self.current, self.projects[self.current]

    def _milestone(self, model: ModelProject, which: int) -> int:
        ids = list(model.milestones)
        return ids[which % len(ids)]

    def _title(self, model: ModelProject, milestone: int) -> str:
        return model.milestones[milestone].title

    def _color(self, number: int) -> str:
        colors = self.context.inputs.known_colors
        return colors[number % len(colors)]


_STEPS: Sequence[tuple[Callable[..., None], Mapping[str, st.SearchStrategy[int | None]]]] = (
    (_Sequence.rest, {}),
    (_Sequence.create, {"at": PLACES, "color": PLACES}),
    (_Sequence.reuse_a_title, {"at": PLACES}),
    (_Sequence.duplicate, {"at": PLACES, "which": PLACES}),
    (_Sequence.update, {"at": PLACES, "which": PLACES, "title_of": st.none() | PLACES, "color": PLACES}),
    (_Sequence.delete, {"at": PLACES, "which": PLACES, "with_tasks": st.booleans()}),
    (_Sequence.reorder, {"at": PLACES, "rotation": PLACES, "backwards": st.booleans()}),
    (_Sequence.add_task, {"at": PLACES, "which": PLACES, "archived": st.booleans()}),
    (_Sequence.move_task, {"at": PLACES, "task": PLACES, "which": PLACES}),
)


@judges(
    "create/duplicate-title-conflicts",
    "create/a-deleted-title-is-free",
    "create/leaves-others-unchanged",
    "create/refused-creates-nothing",
    "list/returns-every-milestone",
    "list/rows-equal-the-milestones",
    "update/own-title-is-no-conflict",
    "update/duplicate-title-conflicts",
    "update/changes-the-title",
    "update/changes-the-color",
    "update/leaves-others-unchanged",
    "delete/removes-the-milestone",
    "delete/the-default-conflicts",
    "delete/refused-changes-nothing",
    "delete/moves-tasks-to-the-default",
    "delete/the-flag-deletes-the-tasks",
    "delete/the-flag-spares-other-tasks",
    "delete/leaves-others-unchanged",
    "reorder/positions-run-from-one",
    "reorder/changes-only-positions",
    "count/equals-the-task-list",
    "task/an-update-moves-it",
    examples=Examples.SEVERAL,
)
def any_sequence_of_operations(context: PropertyContext) -> None:
    """Call operations in any order on two projects, and compare both with their models."""
    sequence = _Sequence(context)
    sequence.start()
    for _ in range(LENGTHS[context.depth]):
        operation, strategies = context.draw(st.sampled_from(_STEPS))
        operation(sequence, **{name: context.draw(strategy) for name, strategy in strategies.items()})
    sequence.finish()
