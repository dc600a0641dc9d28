"""Faults of deleting a milestone."""

from collections.abc import Callable
from dataclasses import replace

from conformance.options import Depth
from mock_server.messages import Request, Response
from mock_server.operations import milestones
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from mock_server.storage.store import Milestone, Store, Task
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original

DELETE = "deleteMilestone"
MOVES = (
    "delete/moves-tasks-to-the-default",
    "delete/moves-archived-tasks-too",
    "delete/keeps-moved-tasks-intact",
    "delete/the-default-counts-the-moved-tasks",
    "delete/another-flag-moves-the-tasks",
)
FLAG = (
    "delete/the-flag-deletes-the-tasks",
    "delete/the-flag-deletes-archived-tasks-too",
    "delete/the-flag-deletes-comments-and-timers",
    "delete/accepts-form",
    "delete/accepts-json",
)
COUNT = "count/equals-the-task-list"


def own(store: Store, context: OperationContext) -> list[Task]:
    return store.tasks_of_milestone.rows(context.path["id"])


def instead(act: Callable[[OperationContext, Milestone, bool], None]) -> Inject:
    """Return a mock that deletes in its own way: what becomes of the tasks, with the flag and without."""

    def inject(builder: MockBuilder) -> None:
        def faulty(context: OperationContext, original: Original) -> Result:
            flag = milestones.read_delete_flag(context)
            milestone = context.milestone()
            if milestone.type == "categorised":
                act(context, milestone, flag)
            return original(context)

        builder.operation(DELETE, faulty)

    return inject


def _default(context: OperationContext, milestone: Milestone) -> int:
    return context.store.projects.get_or_raise(milestone.project_id).default_milestone_id


def _move(context: OperationContext, tasks: list[Task], to: int) -> None:
    for task in tasks:
        context.store.tasks.put(replace(task, milestone_id=to))


def drop(context: OperationContext, tasks: list[Task]) -> None:
    for task in tasks:
        context.store.delete_task(task)


@breaks("delete/answers-200-with-the-id")
def answers_a_deletion_with_its_title(builder: MockBuilder) -> None:
    def change(data: dict[str, object]) -> None:
        data.pop("id")
        data["title"] = "gone"

    builder.data(DELETE, change)


@breaks("delete/answers-200-with-the-id")
def answers_a_deletion_with_202(builder: MockBuilder) -> None:
    builder.operation(DELETE, lambda context, original: replace(original(context), status=202))


@breaks(
    "delete/removes-the-milestone",
    implies=(
        "list/*",
        "create/a-deleted-title-is-free",
        "race/deletion-against-reorder-leaves-a-whole-project",
        "delete/leaves-others-unchanged",
        "create/*",
        "update/*",
        "reorder/*",
        "get/*",
    ),
)
def shows_a_deleted_milestone_in_the_list(builder: MockBuilder) -> None:
    gone: list[tuple[int, dict[str, object]]] = []

    def delete(context: OperationContext, original: Original) -> Result:
        doomed = context.store.milestones.get(context.path["id"])
        shown = {} if doomed is None else {"id": doomed.id, "title": doomed.title, "color": doomed.color}
        result = original(context)
        if doomed is not None:
            rest = {"project_id": doomed.project_id, "type": "categorised", "position": 9, "creator_id": 1}
            dates = {"created": doomed.created, "updated": doomed.updated}
            gone.append((doomed.project_id, shown | rest | {"tasks_count": 0, "dates": dates}))
        return result

    builder.operation(DELETE, delete)
    builder.rows(
        "listMilestones",
        lambda context, rows: (
            rows
            + [
                row
                for project, row in gone
                if project == context.query.integer("project_id") and not context.query.has("sort")
            ]
        ),
    )


@breaks(
    "delete/removes-the-milestone",
    "get/unknown-id-is-404",
    implies=("race/deletion-against-reorder-leaves-a-whole-project",),
)
def gets_deleted_milestones(builder: MockBuilder) -> None:
    gone: dict[int, Milestone] = {}

    def delete(context: OperationContext, original: Original) -> Result:
        doomed = context.store.milestones.get(context.path["id"])
        result = original(context)
        gone.update({doomed.id: doomed} if doomed else {})
        return result

    def get(context: OperationContext, original: Original) -> Result:
        ghost = gone.get(context.path["id"])
        if ghost is None or context.store.projects.get(ghost.project_id) is None:
            return original(context)
        context.store.milestones.put(ghost)
        try:
            return original(context)
        finally:
            context.store.milestones.remove(ghost)

    builder.operation(DELETE, delete)
    builder.operation("getMilestone", get)


def _forgets(context: OperationContext, milestone: Milestone, flag: bool) -> None:
    if not flag:
        drop(context, [task for task in own(context.store, context) if not task.archived])


def _forgets_archived(context: OperationContext, milestone: Milestone, flag: bool) -> None:
    if not flag:
        drop(context, [task for task in own(context.store, context) if task.archived])


add("forgets_tasks_on_delete", MOVES[:1], instead(_forgets), (*MOVES, COUNT))
add("forgets_archived_tasks_on_delete", MOVES[1:2], instead(_forgets_archived), (MOVES[0], MOVES[3], COUNT))


def _moves_to_the_first(context: OperationContext, milestone: Milestone, flag: bool) -> None:
    siblings = context.store.milestones_of_project.rows(milestone.project_id)
    others = [sibling.id for sibling in siblings if sibling.type == "categorised" and sibling.id != milestone.id]
    if not flag:
        _move(context, own(context.store, context), others[0] if others else _default(context, milestone))


def _moves_to_any_default(context: OperationContext, milestone: Milestone, flag: bool) -> None:
    first = next(iter(context.store.projects))
    if not flag:
        _move(context, own(context.store, context), first.default_milestone_id)


def _moves_to_the_default_s_color(context: OperationContext, milestone: Milestone, flag: bool) -> None:
    siblings = context.store.milestones_of_project.rows(milestone.project_id)
    colored = [sibling.id for sibling in siblings if sibling.color == "default" and sibling.id != milestone.id]
    if not flag:
        _move(context, own(context.store, context), min(colored, default=_default(context, milestone)))


add("moves_tasks_to_the_next_milestone", MOVES[:1], instead(_moves_to_the_first), (*MOVES, COUNT))
add(
    "moves_tasks_to_the_first_in_the_default_s_color",
    MOVES[:1],
    instead(_moves_to_the_default_s_color),
    (*MOVES, COUNT),
    depth=Depth.STANDARD,
)
add("moves_tasks_to_the_first_project_s_default", MOVES[:1], instead(_moves_to_any_default), (*MOVES, COUNT))


def _reopens(context: OperationContext, milestone: Milestone, flag: bool) -> None:
    for task in own(context.store, context):
        context.store.tasks.put(replace(task, archived=False))


def _drops_comments(context: OperationContext, milestone: Milestone, flag: bool) -> None:
    for task in own(context.store, context):
        for comment in context.store.comments_of_task.rows(task.id):
            context.store.comments.remove(comment)


add("activates_tasks_that_it_moves", ("delete/keeps-moved-tasks-intact",), instead(_reopens), (COUNT,))
add("drops_the_comments_of_tasks_that_it_moves", ("delete/keeps-moved-tasks-intact",), instead(_drops_comments))


@breaks(
    "delete/the-default-counts-the-moved-tasks",
    implies=(COUNT, "count/is-the-same-in-list-and-get", "list/rows-equal-the-milestones"),
)
def does_not_count_what_came_by_a_deletion(builder: MockBuilder) -> None:
    moved: dict[int, int] = {}

    def delete(context: OperationContext, original: Original) -> Result:
        flag, milestone = milestones.read_delete_flag(context), context.milestone()
        held = len(own(context.store, context))
        result = original(context)
        if not flag:
            home = _default(context, milestone)
            moved[home] = moved.get(home, 0) + held
        return result

    builder.operation(DELETE, delete)
    builder.data("getMilestone", lambda data: data.update(tasks_count=data["tasks_count"] - moved.get(data["id"], 0)))


def _keeps_flagged(*states: bool) -> Inject:
    def act(context: OperationContext, milestone: Milestone, flag: bool) -> None:
        if flag:
            kept = [task for task in own(context.store, context) if task.archived in states]
            _move(context, kept, _default(context, milestone))

    return instead(act)


def _loses_flagged(context: OperationContext, milestone: Milestone, flag: bool) -> None:
    others = context.store.milestones_of_project.rows(milestone.project_id)
    beside = [other.id for other in others if other.type == "categorised" and other.id != milestone.id]
    if flag and beside:
        _move(context, own(context.store, context), beside[0])


add("keeps_tasks_when_told_to_delete_them", FLAG[3:], _keeps_flagged(False, True), FLAG)
add("sends_flagged_tasks_to_a_neighbour", FLAG[:1], instead(_loses_flagged), (*FLAG, "delete/leaves-others-unchanged"))
add("keeps_archived_tasks_when_told_to_delete_them", FLAG[1:2], _keeps_flagged(True), (FLAG[0], COUNT))


@breaks("delete/the-flag-deletes-comments-and-timers")
def shows_comments_of_tasks_that_are_gone(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        gone = context.store.tasks.get(context.path["id"]) is None
        return Result([], "Comments retrieved successfully.") if gone else original(context)

    builder.operation("listTaskComments", faulty)


def _clears_the_default(context: OperationContext, milestone: Milestone, flag: bool) -> None:
    if flag:
        drop(context, context.store.tasks_of_milestone.rows(_default(context, milestone)))


def _clears_the_project(context: OperationContext, milestone: Milestone, flag: bool) -> None:
    if flag:
        drop(context, context.store.tasks_of_project.rows(milestone.project_id))


SPARES = ("delete/the-flag-spares-other-tasks",)
add("deletes_the_default_s_tasks_along", SPARES, instead(_clears_the_default), (COUNT,))
add("deletes_all_tasks_of_the_project", SPARES, instead(_clears_the_project), (COUNT, "delete/*"))


def _deaf_to(content_type: str) -> Inject:
    def inject(builder: MockBuilder) -> None:
        def faulty(request: Request, original: Callable[[Request], Response]) -> Response:
            deaf = request.method == "DELETE" and content_type in request.headers.get("content-type", "")
            return original(replace(request, body=b"", headers=_without_type(request)) if deaf else request)

        builder.handle(faulty)

    return inject


def _without_type(request: Request) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if name != "content-type"}


add("does_not_read_the_flag_in_a_form", FLAG[3:4], _deaf_to("form"), (FLAG[0], "delete/leaves-others-unchanged"))
add("does_not_read_the_flag_in_json", FLAG[4:5], _deaf_to("json"))


@breaks("delete/another-flag-moves-the-tasks", implies=("delete/keeps-moved-tasks-intact",))
def deletes_tasks_for_any_flag(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        if context.body.text("delete_tasks") not in ("", "yes") and context.milestone().type == "categorised":
            drop(context, own(context.store, context))
        return original(context)

    builder.operation(DELETE, faulty)


def _renames_a_sibling(context: OperationContext, milestone: Milestone, flag: bool) -> None:
    for row in context.store.milestones_of_project.rows(milestone.project_id):
        if row.type == "categorised" and row.id != milestone.id:
            context.store.milestones.put(row._replace(color="grey"))


add(
    "recolors_the_siblings_of_what_it_deletes",
    ("delete/leaves-others-unchanged",),
    instead(_renames_a_sibling),
    ("delete/the-flag-spares-other-tasks",),
    depth=Depth.STANDARD,
)
