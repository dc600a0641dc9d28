"""Values of delete_tasks other than `yes`: the tasks are moved, or the deletion is refused."""

from collections.abc import Iterator, Sequence
from random import Random

from conformance.context.property_context import PropertyContext
from conformance.exchange import Json
from conformance.http.client import Encoding, RequestOptions

OTHER = "delete/another-flag-moves-the-tasks"
LIKELY = ("true", "1", "on", "y", "no", "yesterday")
"""Values for a form and the query that some code mistakes for yes."""
WORDS = (
    *("True", "TRUE", "On", "2", "-1", "t", "T", "ok", "ja", "oui", "si", "да", "all", ""),
    *("yes please", "oyes", "0", "off", "false", "null", "delete", "checked", "enabled"),
)
"""Further values; the letter case of yes, and spaces around it, are not judged."""
TYPED: tuple[Json, ...] = (1, 2, 0, -1, False, 1.0, "1", "true", "on", "y", "no", ["no"])
"""Values for JSON."""


def other_flags(chance: Random) -> Iterator[tuple[RequestOptions, Json, str]]:
    """Yield JSON and a form in turn, each with a value for the body and another for the query; likely ones first.

    Where body and query contradict each other, a deployment reads only one of them.
    """
    bodies, queries = (chance.sample(LIKELY, len(LIKELY)) + chance.sample(WORDS, len(WORDS)) for _ in range(2))
    for typed, word in zip(chance.sample(TYPED, len(TYPED)), bodies, strict=False):
        yield RequestOptions(Encoding.JSON), typed, queries.pop(0)
        yield RequestOptions(Encoding.FORM), word, queries.pop(0)


def judge_other_flags(context: PropertyContext, project: int, milestones: Sequence[int]) -> list[int]:
    """Delete a milestone with a task for each pair of values; return the ids of the deleted milestones."""
    chance, default = context.chance(), context.default_id(project)
    deleted: dict[int, tuple[int, str]] = {}
    for milestone, (options, flag, in_query) in zip(milestones, other_flags(chance), strict=False):
        task, query = context.task(project, milestone).id, {"delete_tasks": in_query}
        fields: dict[str, Json] = {"delete_tasks": flag}
        answer = context.client.call("deleteMilestone", {"id": milestone}, query, fields, options)
        if answer.ok:
            deleted[task] = milestone, f"{flag!r} ({options.encoding}) and {in_query!r} (query)"
    homes = {task.id: task.milestone_id for task in context.tasks(project_id=project)} if deleted else {}
    for task, (_, flags) in deleted.items():
        home = homes.get(task)
        if home != default:
            # A list may lack a record that exists.
            got = context.client.get_task(task)
            home = context.task_in(got).milestone_id if got.ok else None
        context.expect(OTHER).equal(home, default, f"the milestone of the task after delete_tasks={flags}")
    return [milestone for milestone, _ in deleted.values()]
