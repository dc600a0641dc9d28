"""The rows of every list are those that its query asked for, in the order that it asked for."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from itertools import pairwise
from urllib.parse import parse_qs

from conformance.context.refused_writes import value_at
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.properties.written_values import PLAIN_ID
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
    "task/list-filters": (
        "listTasks",
        {"client_id": "client.id", "status": "status.id", "priority": "priority.id"},
    ),
}
"""The operation, and the place in a row that must show the value of each parameter, by requirement."""
SEARCHES = {"list/search-leaves-others-out": "listMilestones", "project/search-leaves-others-out": "listProjects"}
ORDERS: Mapping[str, AbstractSet[tuple[str, str | None]]] = {
    "list/sorts-by-position": {("milestone_position", "asc"), ("milestone_position", "desc")},
    "list/sorts-by-created": {("milestone_created", "asc"), ("milestone_created", "desc")},
    "list/order-defaults-to-descending": {("milestone_position", None), ("milestone_created", None)},
}
"""The values of sort and order that a requirement is about."""
COLUMNS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "project/list-sorts": (
        "listProjects",
        {
            "project_created": "dates.created",
            "project_date_start": "dates.start",
            "project_date_due": "dates.due",
            "project_progress": "progress",
        },
    ),
    "task/list-sorts": ("listTasks", {"task_created": "dates.created", "task_date_due": "dates.due"}),
}
"""The operation, and the place in a row that shows the value of each column; how titles are ordered is open."""
PARAMETERS = frozenset(
    {
        *("project_id", "milestone_id", "client_id", "category_id", "type", "status", "active_state"),
        *("priority", "assigned_user_id", "search", "sort", "order", "limit", "page"),
    }
)
VALUES = {
    "type": {"categorised", "uncategorised"},
    "active_state": {"active", "archived"},
    "status": {"not_started", "in_progress", "on_hold", "cancelled", "completed"},
}
"""Values that no deployment has a reason to refuse or to read in another way, by place; those of others are ids."""
WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{3}", re.ASCII)
"""The beginning of a word: a search may find words of the same stem."""
NUMBER = re.compile(r"\d+")
WHOLE = re.compile(r"\d{1,3}", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
LONGEST = 255
"""Longer searches may be cut or left out."""


def is_plain(place: str, value: str) -> bool:
    return value in VALUES[place] if place in VALUES else bool(PLAIN_ID.fullmatch(value))


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
        sought = {place: query[name] for name, place in places.items() if is_plain(place, query.get(name, ""))}
        for record in records_of(exchange):
            for place, value in sought.items():
                shown = value_at(record, place)
                if shown not in (None, value):
                    return Finding(f"rows with {place} {value}", f"one with {shown}")
        return bool(sought)


def watch_search(requirement: str, operation: str) -> None:
    @check_every_exchange(requirement)
    def has_a_word_of_the_search(_: Contract, exchange: Exchange) -> CheckResult:
        """Compare how words begin, in English letters; how else words are compared is not documented."""
        sought = query_of(exchange, operation).get("search", "")
        words = [word.casefold() for word in WORD.findall(sought)]
        if not words or not sought.isascii() or len(sought) > LONGEST:
            return False
        for record in records_of(exchange):
            title = value_at(record, "title") or ""
            # What another field of the row has violates another requirement.
            everything = str(record).casefold()
            has_number = any(number in title for number in NUMBER.findall(sought))
            if title.isascii() and not has_number and not any(word in everything for word in words):
                return Finding(f"titles with a word of {sought!r}", repr(title))
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
        return _in_order([str(row.id) for row in rows], ranks_of(rows, column), column, order)


def watch_columns(requirement: str, operation: str, places: Mapping[str, str]) -> None:
    @check_every_exchange(requirement)
    def stands_in_order(_: Contract, exchange: Exchange) -> CheckResult:
        query = query_of(exchange, operation)
        column, order = query.get("sort", ""), query.get("order")
        if column not in places or order not in ("asc", "desc", None):
            return False
        # Where rows without a value stand is open.
        rows = [(value_at(row, "id") or "", value_at(row, places[column])) for row in records_of(exchange)]
        shown = {record: value for record, value in rows if value}
        return _in_order([*shown], ranked([*shown.values()]), column, order)


def _in_order(records: Sequence[str], ranks: Sequence[int], column: str, order: str | None) -> CheckResult:
    for place, (upper, lower) in enumerate(pairwise(ranks)):
        if upper > lower if order == "asc" else upper < lower:
            shown = f"{records[place]} before {records[place + 1]}"
            return Finding(f"the rows by {column}, {order or 'desc'}", shown, "data")
    return True


def ranks_of(rows: Sequence[Milestone], column: str) -> Sequence[int]:
    """Return the place of each row among all by a column; none if the values cannot be compared."""
    if column == "milestone_position":
        positions = [row.position for row in rows if row.position is not None]
        return positions if len(positions) == len(rows) else []
    return ranked([row.created or "" for row in rows])


def ranked(texts: Sequence[str]) -> Sequence[int]:
    """Return the place of each number, day or instant among all; none if they cannot be compared."""
    if all(WHOLE.fullmatch(text) for text in texts):
        return [int(text) for text in texts]
    try:
        instants = [datetime.fromisoformat(text) for text in texts]
    except ValueError:
        return []
    # Local times say nothing in the hour that comes twice a year.
    if any(instant.tzinfo is None for instant in instants) and not all(DAY.fullmatch(text) for text in texts):
        return []
    ordered = sorted(set(instants))
    return [ordered.index(instant) for instant in instants]


for _requirement, _filters in FILTERS.items():
    watch_filters(_requirement, *_filters)
for _requirement, _operation in SEARCHES.items():
    watch_search(_requirement, _operation)
for _requirement, _sorts in ORDERS.items():
    watch_order(_requirement, _sorts)
for _requirement, _columns in COLUMNS.items():
    watch_columns(_requirement, *_columns)
