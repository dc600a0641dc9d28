"""Reads after each write: a copy that was kept from before it shows here, with no other write in between."""

from collections.abc import Mapping

from conformance.context.fixtures import Snapshot
from conformance.context.property_context import PropertyContext
from conformance.http.client import Fields
from conformance.properties.registry import Examples, judges
from conformance.records import Milestone


@judges(
    "update/changes-the-title",
    "reorder/positions-run-from-one",
    "count/rises-with-a-new-task",
    "count/follows-a-moved-task",
    "count/falls-with-a-deleted-task",
    "list/returns-every-milestone",
    "delete/removes-the-milestone",
    examples=Examples.NOT_QUICK,
)
def every_read_shows_the_last_write(context: PropertyContext) -> None:
    """Read milestones, write once, and read the same again, with each kind of write in turn."""
    client, project = context.client, context.empty_project()
    first, second = context.milestone(project).id, context.milestone(project).id
    color = _look(context, project, first, second)[first].color
    fields: Fields = {"milestone_title": context.inputs.plain_title(), "milestone_color": color}
    context.obtained(client.update_milestone(first, fields), "an updated milestone")
    title = _look(context, project, first)[first].title
    context.expect("update/changes-the-title").equal(title, fields["milestone_title"], "title")
    order = [second, first, context.default_id(project)]
    context.obtained_order(order)
    rows = _look(context, project, first)
    places = [rows[milestone].position for milestone in order]
    context.expect("reorder/positions-run-from-one").equal(places, [1, 2, 3], "the positions")
    if context.prerequisites.status_id is not None:
        follow_a_task(context, project, first, second)
    added = context.milestone(project).id
    rows = _look(context, project, added)
    context.expect("list/returns-every-milestone").holds(added in rows, f"milestone {added}", f"ids {[*rows]}")
    context.obtained(client.delete_milestone(second), "a deletion")
    rows, answer = _look(context, project), client.get_milestone(second)
    context.expect("delete/removes-the-milestone").holds(second not in rows, f"no {second}", f"ids {[*rows]}")
    context.expect("delete/removes-the-milestone").status(answer, 404)


def follow_a_task(context: PropertyContext, project: int, first: int, second: int) -> None:
    """Create a task in the first milestone, move it to the second, and delete it there; judge the counts each time."""
    task = context.task(project, first)
    judge_counts(context, project, "count/rises-with-a-new-task", {first: 1})
    task = context.moved(task, second)
    judge_counts(context, project, "count/follows-a-moved-task", {first: 0, second: 1})
    context.obtained(context.client.delete_task(task.id), "a deletion of the task")
    judge_counts(context, project, "count/falls-with-a-deleted-task", {second: 0})


def judge_counts(context: PropertyContext, project: int, requirement: str, expected: Mapping[int, int]) -> None:
    rows = _look(context, project, *expected)
    counts = [rows[milestone].tasks_count for milestone in expected]
    context.expect(requirement).equal(counts, [*expected.values()], "tasks_count")


def _look(context: PropertyContext, project: int, *milestones: int) -> Snapshot[Milestone]:
    """Read milestones one by one and in the list, always by the same requests; return the rows by id.

    A milestone that the list shows otherwise than reading it is a violation in every example.
    """
    for milestone in milestones:
        context.read(milestone)
    return Snapshot({row.id: row for row in context.milestones(project, limit=context.contract.limit_cap)})
