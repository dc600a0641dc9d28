"""The rows of every list are those that its query asked for, in the order that it asked for."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from itertools import pairwise
from urllib.parse import parse_qs

from conformance.context.refused_writes import value_at
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.records import Milestone, milestone_of, records_of
from conformance.results.passive_checks import CheckResult, Finding, check_every_exchange

FILTERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "list/leaves-other-projects-out": ("listMilestones", {"project_id": "project_id"}),
    "list/filters-by-type": ("listMilestones", {"type": "type"}),
    "project/list-filters": (
        "listProjects",
        {"client_id": "client.id", "category_id": "category.id", "status": "status"},
    ),
    "task/list-filters-by-milestone": ("listTasks", {"milestone_id": "milestone.id"}),
    "task/list-filters-by-project": ("listTasks", {"project_id": "project.id"}),
    "task/list-filters-by-active-state": ("listTasks", {"active_state": "active_state"}),
}
"""The operation, and the place in a row that must show the value of each parameter, by requirement."""
SEARCHES = {"list/search-leaves-others-out": "listMilestones", "project/search-leaves-others-out": "listProjects"}
ORDERS: Mapping[str, AbstractSet[tuple[str, str | None]]] = {
    "list/sorts-by-position": {("milestone_position", "asc"), ("milestone_position", "desc")},
    "list/sorts-by-created": {("milestone_created", "asc"), ("milestone_created", "desc")},
    "list/order-defaults-to-descending": {("milestone_position", None), ("milestone_created", None)},
}
"""The values of sort and order that a requirement is about."""
PARAMETERS = frozenset(
    {
        *("project_id", "milestone_id", "client_id", "category_id", "type", "status", "active_state"),
        *("search", "sort", "order", "limit", "page"),
    }
)
FILTERED = re.compile(r"[1-9]\d*|categorised|uncategorised|active|archived|not_started|in_progress", re.ASCII)
"""Values of filters that no deployment has a reason to refuse or to read in another way."""
WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{3}", re.ASCII)
"""The beginning of a word: a search may find words of the same stem."""


def query_of(exchange: Exchange, operation: str) -> Mapping[str, str]:
    """Return the parameters of a list that succeeded; none if one was sent twice or spelled in another way."""
    listed = exchange.operation == operation and exchange.ok and not exchange.concurrent
    query = parse_qs(exchange.query, keep_blank_values=True) if listed else {}
    once = query.keys() <= PARAMETERS and all(len(values) == 1 for values in query.values())
    return {name: values[0] for name, values in query.items()} if once else {}


def watch_filters(requirement: str, operation: str, places: Mapping[str, str]) -> None:
    @check_every_exchange(requirement)
    def shows_what_was_asked_for(_: Contract, exchange: Exchange) -> CheckResult:
        query = query_of(exchange, operation)
        sought = {place: query[name] for name, place in places.items() if FILTERED.fullmatch(query.get(name, ""))}
        for row, record in enumerate(records_of(exchange)):
            for place, value in sought.items():
                shown = value_at(record, place)
                if shown not in (None, value):
                    return Finding(f"rows with {place} {value}", f"one with {shown}", f"data.{row}.{place}")
        return bool(sought)


def watch_search(requirement: str, operation: str) -> None:
    @check_every_exchange(requirement)
    def has_a_word_of_the_search(_: Contract, exchange: Exchange) -> CheckResult:
        """Compare how words begin, in English letters; how else words are compared is not documented."""
        sought = query_of(exchange, operation).get("search", "")
        words = [word.casefold() for word in WORD.findall(sought)]
        if not words or not sought.isascii():
            return False
        for row, record in enumerate(records_of(exchange)):
            title = value_at(record, "title") or ""
            # What another field of the row has violates another requirement.
            everything = str(record).casefold()
            if title and title.isascii() and not any(word in everything for word in words):
                return Finding(f"titles with a word of {sought!r}", repr(title), f"data.{row}.title")
        return True


def watch_order(requirement: str, sorts: AbstractSet[tuple[str, str | None]]) -> None:
    @check_every_exchange(requirement)
    def stands_in_order(_: Contract, exchange: Exchange) -> CheckResult:
        query = query_of(exchange, "listMilestones")
        column, order = query.get("sort", ""), query.get("order")
        if (column, order) not in sorts:
            return False
        # A default may have a place of its own.
        rows = [row for node in records_of(exchange) if (row := milestone_of(node)) and row.type == "categorised"]
        keys = [key_of(row, column) for row in rows]
        if len({len(key) for key in keys}) > 1:
            return False
        for upper, lower in pairwise(keys):
            if upper > lower if order == "asc" else upper < lower:
                return Finding(f"the rows by {column}, {order or 'desc'}", f"{upper} before {lower}", "data")
        return True


def key_of(row: Milestone, column: str) -> str:
    """Return what a row is sorted by, as a text; texts of one length are ordered as the values are."""
    if column == "milestone_created":
        return row.created or ""
    return "" if row.position is None else f"{row.position:020}"


for _requirement, _filters in FILTERS.items():
    watch_filters(_requirement, *_filters)
for _requirement, _operation in SEARCHES.items():
    watch_search(_requirement, _operation)
for _requirement, _sorts in ORDERS.items():
    watch_order(_requirement, _sorts)
