"""Envelopes and schemas: requirements on every answer, whatever the operation."""

import re
from collections.abc import Callable, Mapping

from conformance.context.property_context import PropertyContext
from conformance.contract import Contract
from conformance.exchange import Exchange, Json, NotJson, read_fields
from conformance.properties.registry import judges
from conformance.records import Task
from conformance.results.passive_checks import ANSWERS_ARE_WHOLE, CheckResult, Finding, check_every_exchange

# 429 may come from a gateway in front of the API, and answers to HEAD have no body.
UNJUDGED_STATUSES = frozenset({429})
_TASK_ACTION = re.compile(r"/tasks/\d+/(tags|assigned)$")

SCHEMA_REQUIREMENTS = {
    "listMilestones": "list/answers-as-documented",
    "getMilestone": "get/answers-as-documented",
    "createMilestone": "create/answers-as-documented",
    "updateMilestone": "update/answers-as-documented",
    "listProjects": "project/answers-as-documented",
    "getProject": "project/answers-as-documented",
    "createProject": "project/answers-as-documented",
    "updateProject": "project/answers-as-documented",
    "cloneProject": "project/answers-as-documented",
    "listTasks": "task/answers-as-documented",
    "getTask": "task/answers-as-documented",
    "createTask": "task/answers-as-documented",
    "updateTask": "task/answers-as-documented",
    "setTaskStatus": "task/answers-as-documented",
    "archiveTask": "task/answers-as-documented",
    "activateTask": "task/answers-as-documented",
    "cloneTask": "task/answers-as-documented",
    "deleteTask": "task/answers-as-documented",
    "listTaskComments": "task/answers-as-documented",
    "addTaskComment": "task/answers-as-documented",
    "listTaskTimers": "task/answers-as-documented",
    "stopTaskTimers": "task/answers-as-documented",
}
FIXED = {"updateProject": "project_clientid", "updateTask": "task_projectid"}
"""The field that an update cannot change, and that a deployment may require all the same, by operation."""
NO_CONTENT = 204
STATUS_REQUIREMENTS = {
    "createMilestone": "create/answers-201",
    "updateMilestone": "update/answers-200",
    "deleteMilestone": "delete/answers-200-with-the-id",
    "reorderMilestones": "reorder/answers-200",
}
"""The requirement on the status, by operation."""
STATUSES_JUDGED_ELSEWHERE = frozenset({*STATUS_REQUIREMENTS, "getMilestone"})
"""The operations whose status has a requirement of its own; that of getMilestone is judged in get.py."""


def schema_watcher(requirement: str) -> None:
    @check_every_exchange(requirement)
    def watch(contract: Contract, exchange: Exchange) -> CheckResult:
        if SCHEMA_REQUIREMENTS.get(exchange.operation) != requirement or not exchange.ok:
            return False
        if exchange.method == "HEAD":
            return False
        is_ours = exchange.operation not in STATUSES_JUDGED_ELSEWHERE
        if is_ours and (finding := another_success(contract, exchange)):
            return finding
        if isinstance(exchange.json, NotJson):
            return False
        # The message is judged by envelope/success-carries-a-message, for all operations alike.
        problems = [
            problem
            for problem in contract.operations[exchange.operation].problems(exchange.json)
            if problem.path[:1] != ("message",) and not (problem.path == () and "message" not in exchange.envelope)
        ]
        if not problems:
            return True
        first = problems[0]
        return Finding("an answer as the contract's schema has it", f"{first.place}: {first.message}", first.place)


def another_success(contract: Contract, exchange: Exchange) -> Finding | None:
    documented = contract.operations[exchange.operation].success
    if exchange.status == documented:
        return None
    return Finding(f"status {documented}", exchange.summary, allowed=(str(documented),))


def status_watcher(operation: str, requirement: str) -> None:
    @check_every_exchange(requirement)
    def watch(contract: Contract, exchange: Exchange) -> CheckResult:
        if exchange.operation != operation or not exchange.ok:
            return False
        if not exchange.envelope and exchange.status != NO_CONTENT:
            # A page of something in front of the deployment has a status of its own.
            return False
        return another_success(contract, exchange) or True


for _requirement in sorted(set(SCHEMA_REQUIREMENTS.values())):
    schema_watcher(_requirement)
for _operation, _requirement in STATUS_REQUIREMENTS.items():
    status_watcher(_operation, _requirement)


@check_every_exchange("http/no-server-error")
def no_server_error(_: Contract, exchange: Exchange) -> CheckResult:
    if exchange.concurrent:
        # Databases abort one of two deadlocked transactions; the documentation does not forbid it.
        return False
    status = exchange.status or 0
    if status < 500:
        return True
    return Finding("a status below 500", f"{status}, {exchange.shown_body(200)}", allowed=("1??", "2??", "3??", "4??"))


@check_every_exchange(ANSWERS_ARE_WHOLE)
def _whole(_: Contract, exchange: Exchange) -> CheckResult:
    return not exchange.cut_short or Finding("a body as long as its head says", exchange.cut_short)


@check_every_exchange("http/json-bodies-are-json")
def json_bodies(_: Contract, exchange: Exchange) -> CheckResult:
    if not has_judged_body(exchange):
        return False
    kind = exchange.headers.get("content-type", "")
    if "json" not in kind.lower():
        return Finding("a JSON body and content type", f"content type {kind!r}, {exchange.shown_body(120)}")
    if isinstance(exchange.json, NotJson):
        return Finding("a body that parses as JSON", exchange.shown_body(120))
    return True


@check_every_exchange("envelope/success-carries-a-message")
def success_message(_: Contract, exchange: Exchange) -> CheckResult:
    return _message(exchange) if exchange.ok and exchange.operation else False


@check_every_exchange("envelope/errors-carry-a-message")
def error_message(_: Contract, exchange: Exchange) -> CheckResult:
    return _message(exchange) if exchange.refused else False


@check_every_exchange("envelope/validation-errors-list-their-reasons")
def _reasons(_: Contract, exchange: Exchange) -> CheckResult:
    if exchange.status != 422 or not has_judged_body(exchange) or isinstance(exchange.json, NotJson):
        return False
    errors = exchange.envelope.get("errors")
    well = (
        isinstance(errors, Mapping)
        and len(errors) > 0
        and all(
            isinstance(reasons, list) and reasons and all(isinstance(reason, str) for reason in reasons)
            for reasons in errors.values()
        )
    )
    return well or Finding("errors with a list of reasons for each field", exchange.shown_body(200), "errors")


@check_every_exchange("envelope/validation-errors-name-the-field")
def named_fields(contract: Contract, exchange: Exchange) -> CheckResult:
    errors = exchange.envelope.get("errors")
    if exchange.status != 422 or not isinstance(errors, Mapping) or not errors:
        return False
    operation = contract.operations.get(exchange.operation)
    sent = read_fields(exchange.query, exchange.sent, exchange.content_type)
    missing = sorted(operation.required - sent.keys()) if operation else []
    if len(missing) != 1:
        # If several are missing, a deployment may stop at the first.
        return False
    name = missing[0]
    # An update that is "as create" may stop at the field that creations require and updates cannot change.
    accepted = {name, FIXED.get(exchange.operation)} - sent.keys()
    named = any(re.split(r"[.\[]", str(error))[0] in accepted for error in errors)
    return named or Finding(f"errors with the key {name}", exchange.shown_body(200), f"errors.{name}")


@check_every_exchange("envelope/only-validation-carries-errors")
def only_validation(_: Contract, exchange: Exchange) -> CheckResult:
    if exchange.status == 422 or not exchange.envelope:
        return False
    return exchange.envelope.get("errors") is None or Finding("no errors", exchange.shown_body(200), "errors")


@check_every_exchange("envelope/only-lists-carry-meta")
def only_lists(_: Contract, exchange: Exchange) -> CheckResult:
    of_a_list = exchange.operation.startswith("list") or isinstance(exchange.envelope.get("data"), list)
    documented = bool(exchange.operation) or _TASK_ACTION.match(exchange.path)
    if not exchange.ok or of_a_list or not documented or not exchange.envelope:
        return False
    return exchange.envelope.get("meta") is None or Finding("no meta", exchange.shown_body(200), "meta")


def _message(exchange: Exchange) -> CheckResult:
    if not has_judged_body(exchange) or isinstance(exchange.json, NotJson):
        return False
    message = exchange.envelope.get("message")
    return isinstance(message, str) or Finding("a message, a string", exchange.shown_body(200), "message")


def has_judged_body(exchange: Exchange) -> bool:
    has_body = exchange.method not in ("HEAD", "OPTIONS") and exchange.status != 204
    # A redirect and its page often come from a server in front of the application, as does the page of a 403.
    judged = exchange.status not in UNJUDGED_STATUSES and not exchange.redirected
    return has_body and judged and not exchange.is_firewall_page


@judges(
    *sorted(set(SCHEMA_REQUIREMENTS.values())),
    "http/no-server-error",
    ANSWERS_ARE_WHOLE,
    "http/json-bodies-are-json",
    "envelope/success-carries-a-message",
    "envelope/errors-carry-a-message",
    "envelope/validation-errors-list-their-reasons",
    "envelope/only-validation-carries-errors",
    "envelope/only-lists-carry-meta",
    run_last=True,
)
def a_tour_of_every_operation(context: PropertyContext) -> None:
    """Send the operations that have not succeeded in this run, and refusals, for the checks of every exchange.

    In a whole run other properties have called nearly all operations by then, so this property runs last.
    """
    tour(context, "milestones", tour_of_milestones)
    tour(context, "projects", tour_of_projects)
    if context.prerequisites.status_id is not None:
        tour(context, "tasks", tour_of_tasks)


def tour(
    context: PropertyContext, resource: str, stops: Callable[[PropertyContext, int], Mapping[str, Callable[[], object]]]
) -> None:
    """Call the operations on a resource that have not succeeded yet."""
    unseen = context.unseen(resource)
    if unseen:
        for operation, visit in stops(context, context.empty_project()).items():
            if operation in unseen:
                visit()


def tour_of_milestones(context: PropertyContext, project: int) -> Mapping[str, Callable[[], object]]:
    client = context.client
    milestone = context.milestone(project)
    same = {"milestone_title": milestone.title, "milestone_color": milestone.color}
    # One refusal of each status is sent as well.
    client.create_milestone(context.milestone_fields(project, milestone.title))
    client.create_milestone({})
    return {
        "listMilestones": lambda: client.list_milestones({"project_id": project}),
        "getMilestone": lambda: client.get_milestone(milestone.id),
        "updateMilestone": lambda: client.update_milestone(milestone.id, same),
        "reorderMilestones": lambda: client.reorder_milestones(
            [milestone.id for milestone in context.milestones(project)]
        ),
        "deleteMilestone": lambda: [client.delete_milestone(milestone.id), client.get_milestone(milestone.id)],
    }


def tour_of_projects(context: PropertyContext, project: int) -> Mapping[str, Callable[[], object]]:
    client = context.client
    fields = context.project_fields() | {"project_clientid": None}
    copy = {"project_title": context.sandbox.project_title()}
    return {
        "listProjects": lambda: client.list_projects({"limit": 1}),
        "getProject": lambda: client.get_project(project),
        "updateProject": lambda: context.update_project(project, fields),
        "cloneProject": lambda: context.adopt_project(client.clone_project(project, copy)),
        "deleteProject": lambda: client.delete_project(project),
    }


def tour_of_tasks(context: PropertyContext, project: int) -> Mapping[str, Callable[[], object]]:
    client = context.client

    def comment() -> Exchange:
        return client.add_comment(task.id, "A comment")

    milestone = context.milestone(project).id
    task = context.task(project, milestone)
    return {
        "listTasks": lambda: client.list_tasks({"milestone_id": milestone}),
        "getTask": lambda: client.get_task(task.id),
        "updateTask": lambda: context.update_task(task, context.task_update(task, milestone)),
        "setTaskStatus": lambda: client.set_task_status(task.id, context.other_status()),
        "addTaskComment": comment,
        "listTaskComments": lambda: client.list_comments(task.id),
        "deleteTaskComment": lambda: client.delete_comment(task.id, context.obtained(comment(), "a comment")),
        "listTaskTimers": lambda: client.list_timers(task.id),
        "stopTaskTimers": lambda: client.stop_timers(task.id),
        "archiveTask": lambda: client.archive_task(task.id),
        "activateTask": lambda: client.activate_task(task.id),
        "cloneTask": lambda: client.clone_task(task.id, clone_fields(context, task, project, milestone)),
        "deleteTask": lambda: [client.delete_task(task.id), client.get_task(task.id)],
    }


def clone_fields(context: PropertyContext, task: Task, project: int, milestone: int) -> dict[str, Json]:
    """Return the fields of a clone of a task."""
    return {
        "task_title": f"Copy {context.inputs.word()}",
        "task_status": task.status_id,
        "project_id": project,
        "task_milestoneid": milestone,
    }


@judges("envelope/validation-errors-name-the-field", run_last=True)
def a_missing_field_is_named_in_the_errors(context: PropertyContext) -> None:
    """Leave out each required field in turn, except those this run has judged already."""
    if "envelope/validation-errors-name-the-field" in context.before.judged:
        return
    project = context.project()
    milestone = context.milestone(project)
    whole = context.milestone_fields(project)
    for name in whole:
        context.client.create_milestone({**whole, name: None})
    both = {"milestone_title": milestone.title, "milestone_color": milestone.color}
    for name in both:
        context.client.update_milestone(milestone.id, {**both, name: None})
    context.client.list_milestones({})
