"""Faults of tasks_count."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from conformance.options import Depth
from mock_server.contract.profile import Profile
from mock_server.operations import milestones, serializers
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from mock_server.storage.indexes import SerializedCache
from mock_server.storage.store import Store, Task
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original, shown

EQUALS = "count/equals-the-task-list"
SAME = "count/is-the-same-in-list-and-get"
COUNTS = (
    "count/rises-with-a-new-task",
    "count/follows-a-moved-task",
    "count/falls-with-a-deleted-task",
    "count/rises-with-a-cloned-task",
    "count/survives-archiving",
    "count/ignores-other-milestones",
    "delete/the-default-counts-the-moved-tasks",
    "project/a-clone-copies-the-tasks-into-their-milestones",
    EQUALS,
    SAME,
)


def _drifts(
    operation: str,
    change: Callable[[dict[int, int], OperationContext, Result], None],
    *,
    shown_by: Sequence[str] = ("getMilestone", "updateMilestone", "listMilestones"),
) -> Inject:
    """Return a mock with a stored count that one operation updates wrongly; `change` returns by how much and where."""

    def inject(builder: MockBuilder) -> None:
        drift: dict[int, int] = {}

        def faulty(context: OperationContext, original: Original) -> Result:
            task = context.store.tasks.get(context.path.get("id", 0))
            result = original(context)
            change(drift, replace(context, path={**context.path, "was": task.milestone_id if task else 0}), result)
            return result

        def counted(data: dict[str, Any]) -> None:
            data["tasks_count"] = max(0, data["tasks_count"] + drift.get(data["id"], 0))

        def rows(_: OperationContext, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
            for row in (copies := [dict(row) for row in listed]):
                counted(row)
            return copies

        builder.operation(operation, faulty)
        for name in shown_by:
            if name == "listMilestones":
                builder.rows(name, rows)
            else:
                builder.data(name, counted)

    return inject


def _home(result: Result) -> int:
    return int(shown(result)["milestone"]["id"])


def _misses_new(drift: dict[int, int], _: OperationContext, result: Result) -> None:
    drift[_home(result)] = drift.get(_home(result), 0) - 1


def _misses_moved(drift: dict[int, int], context: OperationContext, result: Result) -> None:
    if context.path["was"] != _home(result):
        drift[context.path["was"]] = drift.get(context.path["was"], 0) + 1


def _misses_deleted(drift: dict[int, int], context: OperationContext, _: Result) -> None:
    drift[context.path["was"]] = drift.get(context.path["was"], 0) + 1


add("does_not_count_new_tasks", ("count/rises-with-a-new-task", EQUALS), _drifts("createTask", _misses_new), COUNTS)
add("counts_moved_tasks_twice", ("count/follows-a-moved-task",), _drifts("updateTask", _misses_moved), COUNTS)
add("counts_deleted_tasks", ("count/falls-with-a-deleted-task",), _drifts("deleteTask", _misses_deleted), COUNTS)
add(
    "counts_deleted_tasks_in_single_milestones",
    (SAME,),
    _drifts("deleteTask", _misses_deleted, shown_by=["getMilestone"]),
    ("count/*", "list/rows-equal-the-milestones"),
)
add("does_not_count_cloned_tasks", ("count/rises-with-a-cloned-task",), _drifts("cloneTask", _misses_new), (EQUALS,))
add("does_not_count_activated_tasks", ("count/survives-archiving",), _drifts("activateTask", _misses_new), COUNTS)


@breaks(EQUALS, "task/list-filters-by-milestone", implies=("task/pages-are-as-their-meta-says",))
def lists_a_milestone_s_tasks_but_for_the_last(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        if context.query.has("milestone_id") and isinstance(result.data, list) and len(result.data) >= 2:
            return replace(result, data=result.data[:-1])
        return result

    builder.operation("listTasks", faulty)


@breaks(
    SAME,
    "list/rows-equal-the-milestones",
    implies=(EQUALS, "create/leaves-others-unchanged", "project/starts-with-its-default", "project/*", "delete/*"),
)
def lists_milestones_with_one_task_more(builder: MockBuilder) -> None:
    def change(_: OperationContext, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "tasks_count": row["tasks_count"] + 1} for row in rows]

    builder.rows("listMilestones", change)


def _counts_only(matters: Callable[[Task], bool]) -> Inject:
    """Return a mock that counts the tasks that matter, and no others."""

    class Some:
        def __init__(self, store: Store) -> None:
            self._store = store

        def count(self, milestone_id: int) -> int:
            return sum(matters(task) for task in self._store.tasks_of_milestone.rows(milestone_id))

    def inject(builder: MockBuilder) -> None:
        for module in (serializers, milestones):
            builder.patch(module, "task_counts", lambda store, _: Some(store))
        builder.patch(SerializedCache, "of", lambda _drafts, _manner: {})

    return inject


SOME = (*COUNTS, "create/leaves-others-unchanged", "project/*", "delete/*", "task/refused-changes-nothing")
add("counts_tasks_of_the_usual_priority_alone", (EQUALS,), _counts_only(lambda task: task.priority_id == 1), SOME)
add("counts_billable_tasks_alone", (EQUALS,), _counts_only(lambda task: task.billable), SOME)
add("counts_tasks_that_clients_see_alone", (EQUALS,), _counts_only(lambda task: task.client_visibility), SOME)
add("counts_tasks_without_a_due_date_alone", (EQUALS,), _counts_only(lambda task: task.due is None), SOME)


@breaks(
    "count/ignores-other-milestones",
    implies=(
        *COUNTS,
        "create/starts-without-tasks",
        "project/deletion-spares-other-projects",
        "create/leaves-others-unchanged",
        "task/refused-changes-nothing",
    ),
)
def counts_the_tasks_of_the_whole_project(builder: MockBuilder) -> None:
    class OfTheProject:
        """Counts for every milestone what its project has."""

        def __init__(self, store: Store) -> None:
            self._store = store

        def count(self, milestone_id: int) -> int:
            return self._store.tasks_of_project.count(self._store.milestones.get_or_raise(milestone_id).project_id)

    def counted(store: Store, _: Profile) -> OfTheProject:
        return OfTheProject(store)

    # One for lists, one for single milestones.
    for module in (serializers, milestones):
        builder.patch(module, "task_counts", counted)
    # What is kept of a milestone knows nothing of the tasks of others.
    builder.patch(SerializedCache, "of", lambda _drafts, _manner: {})


@breaks("count/rises-with-a-new-task", implies=(*COUNTS, "list/rows-equal-the-milestones"), depth=Depth.STANDARD)
def counts_tasks_in_the_first_rows_of_a_list(builder: MockBuilder) -> None:
    builder.rows("listMilestones", lambda _, rows: [*rows[:25], *({**row, "tasks_count": 0} for row in rows[25:])])
