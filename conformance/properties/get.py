"""Get a milestone."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from conformance.context.property_context import PreconditionFailed, PropertyContext
from conformance.contract import Contract
from conformance.exchange import Exchange, NotJson
from conformance.http.client import Fields
from conformance.properties.registry import Examples, judges
from conformance.records import id_in, milestone_of, rows_of, task_of
from conformance.results.passive_checks import CheckResult, Finding, check_every_exchange

SHOWING_DATES = ("getMilestone", "createMilestone", "updateMilestone")
SEVERAL = 3
INSTANT = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})$")


@check_every_exchange("get/answers-the-milestone-asked-for")
def is_the_one_asked_for(_: Contract, exchange: Exchange) -> CheckResult:
    if exchange.operation != "getMilestone" or exchange.method == "HEAD" or not exchange.ok:
        return False
    identifier = exchange.path.rpartition("/")[2]
    if not identifier.isdecimal() or isinstance(exchange.json, NotJson):
        return False
    if exchange.status != 200 or id_in(exchange) != int(identifier):
        return Finding(f"status 200 and the id {identifier}", f"{exchange.status}, {exchange.shown_body(120)}")
    return True


@check_every_exchange("get/dates-are-instants")
def dates_are_instants(_: Contract, exchange: Exchange) -> CheckResult:
    milestone = milestone_of(exchange.envelope.get("data")) if exchange.operation in SHOWING_DATES else None
    if milestone is None or milestone.created is None or milestone.updated is None:
        return False
    dates = f"{milestone.created!r} and {milestone.updated!r}"
    well = INSTANT.match(milestone.created) and INSTANT.match(milestone.updated)
    return bool(well) or Finding("instants such as 2026-06-15T09:30:00.000000Z", dates)


@judges("get/unknown-id-is-404", "get/answers-the-milestone-asked-for", "get/dates-are-instants")
def getting_what_does_not_exist_is_not_found(context: PropertyContext) -> None:
    """Get an existing milestone, a deleted one, and an id beyond the range of any installation."""
    ours = context.untouched_milestone(context.project())
    context.expect("get/answers-the-milestone-asked-for").status(context.client.get_milestone(ours), 200)
    gone = context.deleted_milestone(context.project())
    # A number that does not fit into a column may be cut to one that does.
    powers = context.chance().sample((0, 32, 31, 53), 4 if context.thorough else 1)
    for unknown in (gone, gone + 900_000_000) if 0 in powers else (gone,):
        context.expect("get/unknown-id-is-404").status(context.client.get_milestone(unknown), 404)
    for power in filter(None, powers):
        answer = context.client.get_milestone(ours + 2**power)
        if answer.ok:
            context.expect("get/answers-the-milestone-asked-for").equal(id_in(answer), ours + 2**power, "the id")


@judges("get/answers-the-milestone-asked-for", "list/returns-every-milestone", examples=Examples.LONG_LIST)
def milestones_of_others_are_shown(context: PropertyContext) -> None:
    """Get existing milestones, each of another creator, and look for those in which existing tasks are.

    Others may be working on them: what they are like is not compared, and one that has gone is not judged.
    """
    if context.prerequisites.project_id is None:
        raise PreconditionFailed("the deployment shows no project that exists already")
    query: Fields = {"project_id": context.prerequisites.project_id, "limit": context.contract.limit_cap}

    def listed() -> Sequence[int]:
        # As no known operation, so that the work of others is not taken for reads that lag.
        again = context.client.raw("GET", "/milestones", query=urlencode(query))
        return [row.id for row in map(milestone_of, rows_of(again)) if row is not None]

    tasks = [*map(task_of, rows_of(context.client.list_tasks(query)))]
    rows = map(milestone_of, rows_of(context.client.list_milestones(query)))
    before = {row.id: row.creator_id for row in rows if row is not None}
    of_each_creator = {creator: identifier for identifier, creator in before.items()}
    for identifier in list(of_each_creator.values())[:SEVERAL]:
        answer = context.client.raw("GET", f"/milestones/{identifier}")
        if not answer.ok and identifier in listed():
            answer = context.client.raw("GET", f"/milestones/{identifier}")
        if answer.ok or identifier in listed():
            context.expect("get/answers-the-milestone-asked-for").status(answer, 200)
    homes = {task.milestone_id for task in tasks if task and task.milestone_id} - before.keys()
    for identifier in sorted(homes)[:SEVERAL] if len(before) < context.contract.limit_cap else ():
        shown = milestone_of(context.client.raw("GET", f"/milestones/{identifier}").envelope.get("data"))
        if shown and (shown.id, shown.project_id) == (identifier, context.prerequisites.project_id):
            ids = listed()
            context.expect("list/returns-every-milestone").holds(identifier in ids, f"milestone {identifier}", f"{ids}")
