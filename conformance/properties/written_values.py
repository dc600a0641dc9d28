"""The values that the answer to every creation and update must show: those that were sent."""

import re
from collections.abc import Mapping, Sequence

from conformance.context.refused_writes import value_at
from conformance.contract import Contract
from conformance.exchange import Exchange, Json, read_fields
from conformance.generation.strategies import known_colors
from conformance.records import Milestone, milestone_of
from conformance.results.passive_checks import CheckResult, Finding, check_every_exchange

PLAIN_TITLE = re.compile(r"[A-Za-z]\w{0,30}( \w{1,30}){0,3}", re.ASCII)
PLAIN_ID = re.compile(r"[1-9]\d*", re.ASCII)
MUST_KEEP = {
    "create/keeps-the-title": ("createMilestone", "milestone_title", "title"),
    "create/keeps-the-color": ("createMilestone", "milestone_color", "color"),
    "create/keeps-the-project": ("createMilestone", "milestone_projectid", "project_id"),
    "update/changes-the-title": ("updateMilestone", "milestone_title", "title"),
    "update/changes-the-color": ("updateMilestone", "milestone_color", "color"),
}
"""The operation, the field that is sent and the field that is shown, by requirement."""


def changed_by(exchange: Exchange, operation: str) -> Milestone | None:
    """Return the milestone that the answer to an operation shows, if it succeeded and nothing happened beside it."""
    concerned = exchange.operation == operation and exchange.ok and not exchange.concurrent
    return milestone_of(exchange.envelope.get("data")) if concerned else None


@check_every_exchange("create/type-is-categorised")
def is_categorised(_: Contract, exchange: Exchange) -> CheckResult:
    made = changed_by(exchange, "createMilestone")
    if made is None or made.type is None:
        return False
    return made.type == "categorised" or Finding("type 'categorised'", repr(made.type), "data.type")


def watch_field(requirement: str, operation: str, field: str, shown: str) -> None:
    @check_every_exchange(requirement)
    def keeps_what_was_sent(contract: Contract, exchange: Exchange) -> CheckResult:
        milestone = changed_by(exchange, operation)
        actual = getattr(milestone, shown, None)
        # Whether a default can be changed is an open point.
        if actual is None or (operation == "updateMilestone" and milestone and milestone.type == "uncategorised"):
            return False
        sent = read_fields(exchange.query, exchange.sent, exchange.content_type).get(field, [])
        if len(sent) != 1 or not must_be_kept(contract, field, sent[0]):
            return False
        return str(actual) == str(sent[0]) or Finding(f"{shown} {sent[0]!r}, as sent", repr(actual), f"data.{shown}")


def must_be_kept(contract: Contract, field: str, value: Json) -> bool:
    """Return whether no deployment has a reason to refuse or change a value: a plain title, a known colour, an id."""
    match field:
        case "milestone_title":
            return bool(PLAIN_TITLE.fullmatch(str(value)))
        case "milestone_color":
            return value in known_colors(contract)
        case _:
            return bool(PLAIN_ID.fullmatch(str(value)))


SHOWN: Mapping[str, tuple[Sequence[str], Mapping[str, str]]] = {
    "project/has-the-title-sent": (("createProject", "updateProject", "cloneProject"), {"project_title": "title"}),
    "project/has-the-values-sent": (
        ("createProject", "updateProject", "cloneProject"),
        {
            "project_clientid": "client.id",
            "project_categoryid": "category.id",
            "project_date_start": "dates.start",
            "project_date_due": "dates.due",
        },
    ),
    "task/has-the-values-sent": (
        ("createTask", "updateTask", "cloneTask"),
        {
            "task_title": "title",
            "task_status": "status.id",
            "task_priority": "priority.id",
            "task_date_start": "dates.start",
            "task_date_due": "dates.due",
        },
    ),
}
"""The operations on projects and tasks, and the place that shows each field sent, by requirement."""
UNCHANGEABLE = ("updateProject", "project_clientid")
"""An update may name another client, which changes nothing (Projects, Update a project)."""


def is_null(record: Mapping[str, Json], place: str) -> bool:
    """Return whether a record shows a dotted place as null; one that it does not show at all is another matter."""
    owner, _, name = place.rpartition(".")
    holder = record.get(owner) if owner else record
    return isinstance(holder, Mapping) and name in holder and holder[name] is None


def watch_places(requirement: str, operations: Sequence[str], places: Mapping[str, str]) -> None:
    @check_every_exchange(requirement)
    def shows_what_was_sent(contract: Contract, exchange: Exchange) -> CheckResult:
        record = exchange.envelope.get("data")
        if exchange.operation not in operations or not exchange.ok or not isinstance(record, Mapping):
            return False
        sent, judged = read_fields(exchange.query, exchange.sent, exchange.content_type), False
        if not contract.operations[exchange.operation].required <= sent.keys():
            # What an update that lacks a field does if it is accepted is not documented.
            return False
        for field, place in places.items():
            if (exchange.operation, field) == UNCHANGEABLE:
                continue
            shown, values = value_at(record, place), sent.get(field, [])
            if (shown is not None or is_null(record, place)) and len(values) == 1:
                judged = True
                if shown != str(values[0]):
                    return Finding(f"{place} {values[0]!r}, as sent", repr(shown), f"data.{place}")
        return judged


for _name, (_operations, _places) in SHOWN.items():
    watch_places(_name, _operations, _places)
for _requirement, _fields in MUST_KEEP.items():
    watch_field(_requirement, *_fields)
