"""The values that the answer to every creation and update must show: those that were sent."""

import re
from collections.abc import Mapping

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
        actual = getattr(changed_by(exchange, operation), shown, None)
        if actual is None:
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


@check_every_exchange("project/has-the-title-sent")
def project_has_its_title(_: Contract, exchange: Exchange) -> CheckResult:
    if exchange.operation not in ("createProject", "updateProject", "cloneProject") or not exchange.ok:
        return False
    sent = read_fields(exchange.query, exchange.sent, exchange.content_type).get("project_title", [])
    shown = exchange.envelope.get("data")
    title = shown.get("title") if isinstance(shown, Mapping) else None
    if len(sent) != 1 or not isinstance(title, str):
        return False
    return title == sent[0] or Finding(f"title {sent[0]!r}, as sent", repr(title), "data.title")


for _requirement, _fields in MUST_KEEP.items():
    watch_field(_requirement, *_fields)
