"""Authentication: every operation refuses a request without a valid key, even if it is invalid otherwise, too.

Documented in Authentication and Errors.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import cycle
from typing import TypeAlias

from conformance.context.property_context import PropertyContext
from conformance.exchange import AuthVariant, Exchange, Json
from conformance.http.client import Encoding, Fields, RequestOptions
from conformance.properties.registry import judges
from conformance.records import Milestone, id_in, rows_of
from conformance.results.difference import THERE, Basis

Request: TypeAlias = Callable[[RequestOptions], Exchange]

OUT_OF_ORDER_IN_QUICK = 4
"""The number of operations on tasks or projects that a quick run tries with an invalid request and no valid key."""

VERBS = ("list", "get", "create", "update", "delete", "reorder")
MISSING = "http/documented-operations-are-there"
KEYS = {
    AuthVariant.NONE: "needs-a-key",
    AuthVariant.EMPTY: "needs-a-key",
    AuthVariant.WRONG: "refuses-a-wrong-key",
    AuthVariant.OTHER_SCHEME: "refuses-a-wrong-key",
    AuthVariant.BASIC_SCHEME: "refuses-a-wrong-key",
    AuthVariant.WILDCARD: "refuses-a-wrong-key",
}
"""Keys that are invalid by any reading, each with the requirement violated when it is accepted."""

NEARLY_OURS = (
    *(AuthVariant.CUT, AuthVariant.LONGER, AuthVariant.TYPO, AuthVariant.OTHER_CASE),
    *(AuthVariant.SPLIT, AuthVariant.ENCODED),
)
"""Keys similar to the run's: they may be valid for somebody else, but must not give access to the run's data."""
IN_QUICK = (
    (AuthVariant.EMPTY,),
    (AuthVariant.OTHER_SCHEME, AuthVariant.BASIC_SCHEME),
    (AuthVariant.WILDCARD, AuthVariant.ENCODED),
    (AuthVariant.CUT,),
    (AuthVariant.LONGER,),
    (AuthVariant.OTHER_CASE,),
    (AuthVariant.SPLIT, AuthVariant.TYPO),
)
"""Groups of keys; a quick run tries one of each."""
IN_THE_QUERY = dict.fromkeys(("api_token", "api_key", "token", "key", "access_token"), "this-is-not-a-key")
"""Wrong keys in places of the query where some frameworks read a key."""


@judges(
    *(f"{verb}/needs-a-key" for verb in VERBS),
    *(f"{verb}/refuses-a-wrong-key" for verb in VERBS),
    "create/refused-creates-nothing",
    "update/refused-changes-nothing",
    "delete/refused-changes-nothing",
    "reorder/refused-changes-nothing",
    MISSING,
)
def milestones_are_closed_without_a_key(context: PropertyContext) -> None:
    """Send each operation on milestones without a key and with wrong ones, as valid and as invalid requests."""
    project = context.project()
    milestone = context.milestone(project)
    gone = context.deleted_milestone(project)
    before = context.snapshot(project)
    in_order = _in_order(context, project, milestone)
    out_of_order = _out_of_order(context, project, milestone, gone)
    refused = True
    for verb, key, request in with_keys(context, list(in_order.items()), out_of_order):
        refused = is_refused(context, f"{verb}/{KEYS[key]}", request, key) and refused
    shows_nothing(context, in_order, milestone)
    if refused:
        changed_nothing(context, before, context.snapshot(project))


def _in_order(context: PropertyContext, project: int, milestone: Milestone) -> dict[str, Request]:
    """Return requests that would succeed with a valid key."""
    client, body = context.client, _update(context)
    order = [milestone.id, context.default_id(project)]
    # Each way through the code may forget the key.
    others: Sequence[Fields] = (
        {},
        {"type": "categorised"},
        {"sort": "milestone_title"},
        {"search": milestone.title},
        {"limit": 5},
    )
    queries = cycle([{"project_id": project, **other} for other in others])
    return {
        "list": lambda options: client.list_milestones(next(queries), options),
        "get": lambda options: client.get_milestone(milestone.id, options),
        "create": lambda options: client.create_milestone(context.milestone_fields(project), options),
        "update": lambda options: client.update_milestone(milestone.id, body, options),
        "reorder": lambda options: client.reorder_milestones(order, options),
        "delete": lambda options: client.delete_milestone(milestone.id, options=options),
    }


def _out_of_order(context: PropertyContext, project: int, milestone: Milestone, gone: int) -> list[tuple[str, Request]]:
    """Return requests that would be refused with a valid key: unknown ids, failed validations, conflicts."""
    client, body, default = context.client, _update(context), context.default_id(project)
    fields = context.milestone_fields(project)
    return [
        ("list", lambda options: client.list_milestones({}, options)),
        (
            "list",
            lambda options: client.list_milestones({"project_id": context.deleted_project(), **IN_THE_QUERY}, options),
        ),
        ("get", lambda options: client.get_milestone(gone, options)),
        ("create", lambda options: client.create_milestone({}, options)),
        ("create", lambda options: client.create_milestone({**fields, "milestone_title": milestone.title}, options)),
        ("update", lambda options: client.update_milestone(milestone.id, {}, options)),
        ("update", lambda options: client.update_milestone(gone, body, options)),
        ("reorder", lambda options: client.reorder_milestones(None, options)),
        ("reorder", lambda options: client.reorder_milestones([gone, default], options)),
        ("delete", lambda options: client.delete_milestone(gone, options=options)),
        ("delete", lambda options: client.delete_milestone(default, options=options)),
    ]


def with_keys(
    context: PropertyContext, in_order: Sequence[tuple[str, Request]], out_of_order: Sequence[tuple[str, Request]]
) -> list[tuple[str, AuthVariant, Request]]:
    """Send valid requests with a wrong key and invalid ones with none; beyond quick, also the other way round."""
    chance = context.chance()
    chosen = [(name, AuthVariant.WRONG, request) for name, request in in_order]
    chosen += [(name, AuthVariant.NONE, request) for name, request in out_of_order]
    if context.thorough:
        chosen += [(name, AuthVariant.NONE, request) for name, request in in_order]
        chosen += [(name, chance.choice(list(KEYS)), request) for name, request in out_of_order]
    # A deployment may check the key for one encoding only.
    encodings = list(Encoding)
    return [(name, key, partial(_encoded, request, chance.choice(encodings))) for name, key, request in chosen]


def _encoded(request: Request, encoding: Encoding, options: RequestOptions) -> Exchange:
    return request(replace(options, encoding=encoding))


def is_refused(context: PropertyContext, requirement: str, request: Request, key: AuthVariant) -> bool:
    """Judge that a request is answered with 401; report a missing route as such."""
    answer = context.as_some_client(request, RequestOptions(key=key), expected=(401,), has_body=False)
    if answer.status in (404, 405) and context.judging(MISSING):
        ours = request(RequestOptions())
        context.expect(MISSING).holds(
            ours.status != 405, "an operation that is documented", ours.summary, Basis(ours.number, THERE)
        )
    context.expect(requirement).status(answer, 401)
    return answer.refused


def shows_nothing(context: PropertyContext, requests: dict[str, Request], milestone: Milestone) -> None:
    """Read records with invalid keys, and with keys similar to the run's."""
    chance, verbs = context.chance(), ("list", "get")
    # Every operation was sent with a wrong key and with none before.
    others = [key for key in KEYS if key not in (AuthVariant.NONE, AuthVariant.WRONG)]
    tries = [(verb, key) for key in (*others, *NEARLY_OURS) for verb in verbs]
    if not context.thorough:
        tries = [(chance.choice(verbs), chance.choice(keys)) for keys in IN_QUICK]
    for verb, key in tries:
        answer = requests[verb](RequestOptions(key=key))
        if key in KEYS:
            context.expect(f"{verb}/{KEYS[key]}").status(answer, 401)
        else:
            shows_ours = bool(rows_of(answer)) or id_in(answer) == milestone.id
            context.expect(f"{verb}/refuses-a-wrong-key").holds(not shows_ours, "nothing of ours", answer.summary)


def changed_nothing(context: PropertyContext, before: dict[int, Milestone], after: dict[int, Milestone]) -> None:
    """Judge that a refused request changed nothing."""
    made, gone = sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys())
    context.expect("create/refused-creates-nothing").equal(made, [], "the milestones made by refused requests")
    context.expect("delete/refused-changes-nothing").equal(gone, [], "the milestones deleted by refused requests")
    for key in before.keys() & after.keys():
        was, now = before[key], after[key]
        context.expect("update/refused-changes-nothing").equal(
            (now.title, now.color), (was.title, was.color), "title and colour after a refused update"
        )
        context.expect("reorder/refused-changes-nothing").equal(
            now.position, was.position, "the position after a refused reorder"
        )


def _update(context: PropertyContext) -> dict[str, Json]:
    return {"milestone_title": context.inputs.plain_title(), "milestone_color": context.inputs.known_colors[0]}


@judges("project/needs-a-key", "project/refused-changes-nothing", MISSING)
def projects_are_closed_without_a_key(context: PropertyContext) -> None:
    """Send each operation on projects without a key and with a wrong one, on a project and on a deleted one."""
    project = context.empty_project() if context.thorough else context.project()
    client, gone = context.client, context.deleted_project()
    copy = {"project_title": context.sandbox.project_title()}
    requests: list[Request] = [
        lambda options: client.list_projects({"limit": 1}, options),
        lambda options: client.get_project(project, options),
        lambda options: client.create_project(context.project_fields(), options),
        lambda options: client.update_project(project, context.project_fields(), options),
        lambda options: client.clone_project(project, copy, options),
        lambda options: client.delete_project(project, options),
    ]
    refused_anyway: list[Request] = [
        lambda options: client.get_project(gone, options),
        lambda options: client.create_project({}, options),
        lambda options: client.update_project(gone, context.project_fields(), options),
        lambda options: client.clone_project(project, {}, options),
        lambda options: client.clone_project(gone, copy, options),
        lambda options: client.delete_project(gone, options),
    ]
    all_refused(context, "project/needs-a-key", requests, refused_anyway)


@judges("task/needs-a-key", "task/refused-changes-nothing", MISSING)
def tasks_are_closed_without_a_key(context: PropertyContext) -> None:
    """Send each operation on tasks without a key and with a wrong one, on a task and on a deleted one."""
    project = context.project()
    home = context.untouched_milestone(project)
    task = context.task(project, home)
    client = context.client
    comment = context.obtained(client.add_comment(task.id, "A comment"), "a comment")
    clone = {"task_title": "Copy", "task_status": task.status_id, "project_id": project, "task_milestoneid": home}
    update = context.task_update(task, home) | {"task_title": f"Task {context.inputs.word()}"}
    requests: list[Request] = [
        lambda options: client.list_tasks({"project_id": project}, options),
        lambda options: client.get_task(task.id, options),
        lambda options: client.create_task(context.task_fields(project), options),
        lambda options: client.update_task(task.id, update, options),
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
    # Any unknown id will do for reading; writing takes the id of a deleted record of the run's own.
    unknown = task.id + 900_000_000
    gone = context.deleted_task(project) if context.thorough else task.id
    refused_anyway: list[Request] = [
        lambda options: client.get_task(unknown, options),
        lambda options: client.create_task({}, options),
        lambda options: client.update_task(gone, update, options),
        lambda options: client.update_task(task.id, {}, options),
        lambda options: client.set_task_status(task.id, 0, options),
        lambda options: client.set_task_status(gone, context.prerequisites.status_id or 0, options),
        lambda options: client.archive_task(gone, options),
        lambda options: client.activate_task(gone, options),
        lambda options: client.clone_task(task.id, {}, options),
        lambda options: client.list_comments(unknown, options),
        lambda options: client.delete_task(gone, options),
    ]
    all_refused(context, "task/needs-a-key", requests, refused_anyway)


def all_refused(
    context: PropertyContext, requirement: str, in_order: Sequence[Request], out_of_order: Sequence[Request]
) -> None:
    """Judge requests without a key and with a wrong one; a quick run tries some, most of them invalid requests.

    An invalid request reveals both an operation that needs no key and one that checks the key too late.
    """
    chance = context.chance()
    if not context.thorough:
        in_order, out_of_order = [chance.choice(in_order)], chance.sample(out_of_order, OUT_OF_ORDER_IN_QUICK)
    named = [[(requirement, request) for request in requests] for requests in (in_order, out_of_order)]
    tried = with_keys(context, *named)
    # Beyond quick, invalid requests come twice: those on milestones with another key each, of these one.
    repeated = len(out_of_order) - 1 if context.thorough else 0
    for _, key, request in tried[: len(tried) - repeated]:
        is_refused(context, requirement, request, key)
