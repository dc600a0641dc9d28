"""Keys: no operation works without a valid one (Authentication, Errors)."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from conformance.context.property_context import PropertyContext
from conformance.exchange import AuthVariant, Exchange, Json
from conformance.http.client import RequestOptions
from conformance.models import Milestone, id_in, rows_of
from conformance.options import Depth
from conformance.properties.registry import judges

ProbeFunction: TypeAlias = Callable[[RequestOptions], Exchange]

VERBS = ("list", "get", "create", "update", "delete", "reorder")


@judges(
    *(f"{verb}/needs-a-key" for verb in VERBS),
    *(f"{verb}/refuses-a-wrong-key" for verb in VERBS),
    "create/refused-creates-nothing",
    "update/refused-changes-nothing",
    "delete/refused-changes-nothing",
    "reorder/refused-changes-nothing",
)
def milestones_are_closed_without_a_key(context: PropertyContext) -> None:
    """Each operation on milestones without a key and with a wrong one, on a milestone of our own."""
    project = context.project()
    milestone = context.milestone(project)
    probes: dict[str, ProbeFunction] = {
        "list": lambda options: context.client.list_milestones({"project_id": project}, options),
        "get": lambda options: context.client.get_milestone(milestone.id, options),
        "create": lambda options: context.client.create_milestone(context.milestone_fields(project), options),
        "update": lambda options: context.client.update_milestone(milestone.id, _update(context), options),
        "reorder": lambda options: context.client.reorder_milestones(
            [milestone.id, context.default_id(project)], options
        ),
        "delete": lambda options: context.client.delete_milestone(milestone.id, options=options),
    }
    before = context.snapshot(project)
    refused = True
    for verb, probe in probes.items():
        keyless, wrong = probe(RequestOptions(key=AuthVariant.NONE)), probe(RequestOptions(key=AuthVariant.WRONG))
        context.expect(f"{verb}/needs-a-key").status(keyless, 401)
        context.expect(f"{verb}/refuses-a-wrong-key").status(wrong, 401)
        refused = refused and keyless.refused and wrong.refused
    for key in (AuthVariant.EMPTY, AuthVariant.CUT, AuthVariant.LONGER) if context.thorough else ():
        for verb in ("list", "get"):
            # A key that is nearly ours may well be somebody else's; it must not show what is ours.
            answer = probes[verb](RequestOptions(key=key))
            shows_ours = bool(rows_of(answer)) or id_in(answer) == milestone.id
            context.expect(f"{verb}/refuses-a-wrong-key").holds(not shows_ours, "nothing of ours", answer.summary)
    if refused:
        _changed_nothing(context, before, context.snapshot(project))


def _changed_nothing(context: PropertyContext, before: dict[int, Milestone], after: dict[int, Milestone]) -> None:
    """What was refused must not have happened all the same."""
    made, gone = sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys())
    context.expect("create/refused-creates-nothing").equal(made, [], "the milestones made by refused requests")
    context.expect("delete/refused-changes-nothing").equal(gone, [], "the milestones deleted by refused requests")
    for one in before.keys() & after.keys():
        was, now = before[one], after[one]
        context.expect("update/refused-changes-nothing").equal(
            (now.title, now.color), (was.title, was.color), "title and colour after a refused update"
        )
        context.expect("reorder/refused-changes-nothing").equal(
            now.position, was.position, "the position after a refused reorder"
        )


def _update(context: PropertyContext) -> dict[str, Json]:
    return {"milestone_title": context.inputs.plain_title(), "milestone_color": context.inputs.known_colors[0]}


@judges("project/needs-a-key")
def projects_are_closed_without_a_key(context: PropertyContext) -> None:
    """Each operation on projects without a key and with a wrong one."""
    project = context.empty_project()
    client = context.client
    probes: list[ProbeFunction] = [
        lambda options: client.list_projects({"limit": 1}, options),
        lambda options: client.get_project(project, options),
        lambda options: client.create_project(context.project_fields(), options),
        lambda options: client.update_project(project, context.project_fields(), options),
        lambda options: client.clone_project(project, {"project_title": context.sandbox.project_title()}, options),
        lambda options: client.delete_project(project, options),
    ]
    _all_refused(context, "project/needs-a-key", probes)
    if context.thorough:
        context.expect("project/needs-a-key").status(client.get_project(project), 200)


@judges("task/needs-a-key")
def tasks_are_closed_without_a_key(context: PropertyContext) -> None:
    """Each operation on tasks without a key and with a wrong one."""
    project = context.project()
    home = context.milestone(project).id
    task = context.task(project, home)
    client = context.client
    comment = context.obtained(client.add_comment(task.id, "A comment"), "a comment")
    clone = {"task_title": "Copy", "task_status": task.status_id, "project_id": project, "task_milestoneid": home}
    probes: list[ProbeFunction] = [
        lambda options: client.list_tasks({"project_id": project}, options),
        lambda options: client.get_task(task.id, options),
        lambda options: client.create_task(context.task_fields(project), options),
        lambda options: client.update_task(task.id, context.task_update(task, home), options),
        lambda options: client.set_task_status(task.id, context.prerequisites.status_id or 0, options),
        lambda options: client.archive_task(task.id, options),
        lambda options: client.activate_task(task.id, options),
        lambda options: client.clone_task(task.id, clone, options),
        lambda options: client.list_comments(task.id, options),
        lambda options: client.add_comment(task.id, "A comment", options),
        lambda options: client.delete_comment(task.id, comment, options),
        lambda options: client.list_timers(task.id, options),
        lambda options: client.stop_timers(task.id, options),
        lambda options: client.delete_task(task.id, options),
    ]
    _all_refused(context, "task/needs-a-key", probes)
    if context.thorough:
        context.expect("task/needs-a-key").equal(context.read_task(task.id), task, "the task after what was refused,")


def _all_refused(context: PropertyContext, requirement: str, probes: list[ProbeFunction]) -> None:
    for answer in _answers(context, probes):
        context.expect(requirement).status(answer, 401)


def _answers(context: PropertyContext, probes: list[ProbeFunction]) -> Iterator[Exchange]:
    """The answers to each probe without a key and with a wrong one; in a quick run to one of the two, in turn."""
    keys = (AuthVariant.NONE, AuthVariant.WRONG)
    for place, probe in enumerate(probes):
        for key in keys[place % 2 :][:1] if context.depth is Depth.QUICK else keys:
            yield probe(RequestOptions(key=key))
