"""Keys: no operation works without a valid one (Authentication, Errors)."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from conformance.context.property_context import Lab
from conformance.exchange import Exchange, Json, Key
from conformance.http.client import How
from conformance.models import Milestone, id_in, rows_of
from conformance.options import Depth
from conformance.properties.registry import judges

Probe: TypeAlias = Callable[[How], Exchange]

VERBS = ("list", "get", "create", "update", "delete", "reorder")


@judges(
    *(f"{verb}/needs-a-key" for verb in VERBS),
    *(f"{verb}/refuses-a-wrong-key" for verb in VERBS),
    "create/refused-creates-nothing",
    "update/refused-changes-nothing",
    "delete/refused-changes-nothing",
    "reorder/refused-changes-nothing",
)
def milestones_are_closed_without_a_key(lab: Lab) -> None:
    """Each operation on milestones without a key and with a wrong one, on a milestone of our own."""
    project = lab.project()
    milestone = lab.milestone(project)
    probes: dict[str, Probe] = {
        "list": lambda how: lab.client.list_milestones({"project_id": project}, how),
        "get": lambda how: lab.client.get_milestone(milestone.id, how),
        "create": lambda how: lab.client.create_milestone(lab.milestone_fields(project), how),
        "update": lambda how: lab.client.update_milestone(milestone.id, _update(lab), how),
        "reorder": lambda how: lab.client.reorder_milestones([milestone.id, lab.default_id(project)], how),
        "delete": lambda how: lab.client.delete_milestone(milestone.id, how=how),
    }
    before = lab.snapshot(project)
    refused = True
    for verb, probe in probes.items():
        keyless, wrong = probe(How(key=Key.NONE)), probe(How(key=Key.WRONG))
        lab.expect(f"{verb}/needs-a-key").status(keyless, 401)
        lab.expect(f"{verb}/refuses-a-wrong-key").status(wrong, 401)
        refused = refused and keyless.refused and wrong.refused
    for key in (Key.EMPTY, Key.CUT, Key.LONGER) if lab.thorough else ():
        for verb in ("list", "get"):
            # A key that is nearly ours may well be somebody else's; it must not show what is ours.
            answer = probes[verb](How(key=key))
            shows_ours = bool(rows_of(answer)) or id_in(answer) == milestone.id
            lab.expect(f"{verb}/refuses-a-wrong-key").holds(not shows_ours, "nothing of ours", answer.summary)
    if refused:
        _changed_nothing(lab, before, lab.snapshot(project))


def _changed_nothing(lab: Lab, before: dict[int, Milestone], after: dict[int, Milestone]) -> None:
    """What was refused must not have happened all the same."""
    made, gone = sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys())
    lab.expect("create/refused-creates-nothing").equal(made, [], "the milestones made by refused requests")
    lab.expect("delete/refused-changes-nothing").equal(gone, [], "the milestones deleted by refused requests")
    for one in before.keys() & after.keys():
        was, now = before[one], after[one]
        lab.expect("update/refused-changes-nothing").equal(
            (now.title, now.color), (was.title, was.color), "title and colour after a refused update"
        )
        lab.expect("reorder/refused-changes-nothing").equal(
            now.position, was.position, "the position after a refused reorder"
        )


def _update(lab: Lab) -> dict[str, Json]:
    return {"milestone_title": lab.inputs.plain_title(), "milestone_color": lab.inputs.known_colors[0]}


@judges("project/needs-a-key")
def projects_are_closed_without_a_key(lab: Lab) -> None:
    """Each operation on projects without a key and with a wrong one."""
    project = lab.empty_project()
    client = lab.client
    probes: list[Probe] = [
        lambda how: client.list_projects({"limit": 1}, how),
        lambda how: client.get_project(project, how),
        lambda how: client.create_project(lab.project_fields(), how),
        lambda how: client.update_project(project, lab.project_fields(), how),
        lambda how: client.clone_project(project, {"project_title": lab.sandbox.project_title()}, how),
        lambda how: client.delete_project(project, how),
    ]
    _all_refused(lab, "project/needs-a-key", probes)
    if lab.thorough:
        lab.expect("project/needs-a-key").status(client.get_project(project), 200)


@judges("task/needs-a-key")
def tasks_are_closed_without_a_key(lab: Lab) -> None:
    """Each operation on tasks without a key and with a wrong one."""
    project = lab.project()
    home = lab.milestone(project).id
    task = lab.task(project, home)
    client = lab.client
    comment = lab.obtained(client.add_comment(task.id, "A comment"), "a comment")
    clone = {"task_title": "Copy", "task_status": task.status_id, "project_id": project, "task_milestoneid": home}
    probes: list[Probe] = [
        lambda how: client.list_tasks({"project_id": project}, how),
        lambda how: client.get_task(task.id, how),
        lambda how: client.create_task(lab.task_fields(project), how),
        lambda how: client.update_task(task.id, lab.task_update(task, home), how),
        lambda how: client.set_task_status(task.id, lab.lent.status_id or 0, how),
        lambda how: client.archive_task(task.id, how),
        lambda how: client.activate_task(task.id, how),
        lambda how: client.clone_task(task.id, clone, how),
        lambda how: client.list_comments(task.id, how),
        lambda how: client.add_comment(task.id, "A comment", how),
        lambda how: client.delete_comment(task.id, comment, how),
        lambda how: client.list_timers(task.id, how),
        lambda how: client.stop_timers(task.id, how),
        lambda how: client.delete_task(task.id, how),
    ]
    _all_refused(lab, "task/needs-a-key", probes)
    if lab.thorough:
        lab.expect("task/needs-a-key").equal(lab.read_task(task.id), task, "the task after what was refused,")


def _all_refused(lab: Lab, requirement: str, probes: list[Probe]) -> None:
    for answer in _answers(lab, probes):
        lab.expect(requirement).status(answer, 401)


def _answers(lab: Lab, probes: list[Probe]) -> Iterator[Exchange]:
    """The answers to each probe without a key and with a wrong one; in a quick run to one of the two, in turn."""
    keys = (Key.NONE, Key.WRONG)
    for place, probe in enumerate(probes):
        for key in keys[place % 2 :][:1] if lab.depth is Depth.QUICK else keys:
            yield probe(How(key=key))
