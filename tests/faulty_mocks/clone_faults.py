"""Faults of cloning projects."""

from collections.abc import Callable
from dataclasses import replace

from conformance.options import Depth
from mock_server.operations import projects
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from mock_server.storage.store import Project, Store
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original, shown


@breaks("project/has-the-title-sent", implies=("project/*",))
def calls_every_clone_a_copy(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        title = f"{shown(result)['title']} (copy)"
        copy = context.store.projects.get_or_raise(shown(result)["id"])
        context.store.projects.put(replace(copy, title=title))
        return replace(result, data=shown(result) | {"title": title})

    builder.operation("cloneProject", faulty)


@breaks("project/a-clone-has-the-values-of-its-source")
def clones_into_another_category(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        other = next(
            category.id for category in context.store.categories if category.id != context.project().category_id
        )
        result = original(context)
        copy = context.store.projects.get_or_raise(shown(result)["id"])
        context.store.projects.put(replace(copy, category_id=other))
        return replace(result, data=shown(result) | {"category": {"id": other, "name": "Another"}})

    builder.operation("cloneProject", faulty)


@breaks("project/a-clone-copies-the-milestones", depth=Depth.STANDARD)
def clones_no_milestones_of_a_clone(builder: MockBuilder) -> None:
    clones: set[int] = set()

    def faulty(context: OperationContext, original: Original) -> Result:
        source, result = context.project().id, original(context)
        made = shown(result)["id"]
        clones.add(made)
        for row in context.store.milestones_of_project.rows(made) if source in clones else ():
            if row.type == "categorised":
                context.store.milestones.remove(row)
        return result

    builder.operation("cloneProject", faulty)


def copied_milestones(builder: MockBuilder) -> set[int]:
    """Return the ids of the milestones of clones; cloning adds to them."""
    copies: set[int] = set()

    def clone(context: OperationContext, original: Original) -> Result:
        result = original(context)
        copies.update(row.id for row in context.store.milestones_of_project.rows(shown(result)["id"]))
        return result

    builder.operation("cloneProject", clone)
    return copies


def _clones(change: Callable[[Store, Project, Project], None]) -> Inject:
    def inject(builder: MockBuilder) -> None:
        def faulty(context: OperationContext, original: Original) -> Result:
            source = context.project()
            result = original(context)
            change(context.store, source, context.store.projects.get_or_raise(shown(result)["id"]))
            return result

        builder.operation("cloneProject", faulty)

    return inject


def _second_default(store: Store, _: Project, copy: Project) -> None:
    home = store.milestones.get_or_raise(copy.default_milestone_id)
    store.milestones.put(home._replace(id=store.milestones.next_id(), title="Uncategorised 2"))


def _grey(store: Store, _: Project, copy: Project) -> None:
    for row in store.milestones_of_project.rows(copy.id):
        if row.type == "categorised":
            store.milestones.put(row._replace(color="grey"))


def _all_home(store: Store, _: Project, copy: Project) -> None:
    for task in store.tasks_of_project.rows(copy.id):
        store.tasks.put(replace(task, milestone_id=copy.default_milestone_id))


def _takes_tasks(store: Store, source: Project, _: Project) -> None:
    for task in store.tasks_of_project.rows(source.id):
        store.delete_task(task)


def _no_empty_ones(store: Store, source: Project, copy: Project) -> None:
    rows = store.milestones_of_project.rows(source.id)
    empty = {row.title for row in rows if not store.tasks_of_milestone.count(row.id)}
    for row in store.milestones_of_project.rows(copy.id):
        if row.type == "categorised" and row.title in empty:
            store.milestones.remove(row)


def _none_home(store: Store, _: Project, copy: Project) -> None:
    for task in store.tasks_of_milestone.rows(copy.default_milestone_id):
        store.delete_task(task)


COPIES_TASKS = "project/a-clone-copies-the-tasks-into-their-milestones"


add("clones_a_second_default", ("project/a-clone-has-a-default-of-its-own",), _clones(_second_default), (COPIES_TASKS,))
add("clones_milestones_without_their_colors", ("project/a-clone-copies-the-milestones",), _clones(_grey))
add(
    "clones_no_milestones_without_tasks",
    ("project/a-clone-copies-the-milestones",),
    _clones(_no_empty_ones),
    ("project/a-clone-keeps-the-order", COPIES_TASKS),
)


@breaks("project/a-clone-copies-the-milestones", implies=("project/a-clone-keeps-the-order", COPIES_TASKS))
def clones_milestones_with_their_first_titles(builder: MockBuilder) -> None:
    first: dict[tuple[int, str], str] = {}

    def update(context: OperationContext, original: Original) -> Result:
        before, result = context.milestone(), original(context)
        project = before.project_id
        now = context.milestone().title
        first[project, now] = first.get((project, before.title), before.title)
        return result

    def clone(context: OperationContext, original: Original) -> Result:
        source, result = context.project().id, original(context)
        for row in context.store.milestones_of_project.rows(shown(result)["id"]):
            context.store.milestones.put(row._replace(title=first.get((source, row.title), row.title)))
        return result

    builder.operation("updateMilestone", update)
    builder.operation("cloneProject", clone)


add("clones_no_tasks_of_the_default", (COPIES_TASKS,), _clones(_none_home))
add("clones_tasks_into_the_default", (COPIES_TASKS,), _clones(_all_home))
add(
    "takes_the_tasks_out_of_a_cloned_project",
    ("project/a-clone-leaves-the-source-unchanged",),
    _clones(_takes_tasks),
    (COPIES_TASKS,),
)


@breaks("project/a-clone-without-the-flag-copies-no-milestones")
def clones_milestones_without_being_told(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        source = context.project()
        result = original(context)
        copy = context.store.projects.get_or_raise(shown(result)["id"])
        if "copy_milestones" not in context.body.submitted:
            projects.copy_milestones(context.store, source, copy)
        return result

    builder.operation("cloneProject", faulty)


@breaks("project/a-clone-without-the-flag-copies-no-tasks")
def clones_tasks_without_being_told(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        copy = context.store.projects.get_or_raise(shown(result)["id"])
        if not context.body.flag("copy_tasks") and not context.body.flag("copy_milestones"):
            projects.copy_tasks(context.store, context.project(), copy, {})
        return result

    builder.operation("cloneProject", faulty)
