"""Check in every example that a refused write changed nothing, by comparing the record before and after.

Answers that an example gets anyway are used first. A record that no later answer shows is read back, once for each kind
of refusal.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from conformance.context.property_context import PropertyContext
from conformance.exchange import AuthVariant, Exchange, Json, read_fields
from conformance.http.request import SAFE_METHODS, NoAnswer
from conformance.records import records_of
from conformance.results.outcome import Refusal

FIELDS = {
    "milestone_title": "title",
    "milestone_color": "color",
    "project_title": "title",
    "project_date_start": "dates.start",
    "project_categoryid": "category.id",
    "task_title": "title",
    "task_status": "status.id",
    "task_priority": "priority.id",
    "task_milestoneid": "milestone.id",
    "status": "status.id",
}
"""The place in a record that shows the value of a request's field."""
ACTIONS = {"archive": ("active_state", "archived"), "activate": ("active_state", "active")}
"""The place and value that an action changes, by the last segment of its path."""
DOCUMENTED = ("PATCH", "DELETE")
"""The documented methods that write to the path of a record."""
UNDOCUMENTED = "http/a-refused-method-changes-nothing"

_NAMED = re.compile(r"^/(milestone|project|task)s/(\d+)(?:/(status|archive|activate|tags|assigned))?$")
_SHOWN = re.compile(r"^/(milestone|project|task)s(?:/\d+(?:/(?:clone|status|archive|activate|tags|assigned))?)?$")

Shown: TypeAlias = Mapping[str, Json]


class Name(NamedTuple):
    """A record: `milestone`, `project` or `task`, and its id."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class RefusedWrite:
    """A refused write: its requirement, the record before it, and the requested values by place."""

    exchange: Exchange
    requirement: str
    before: Shown
    requested: Mapping[str, str]

    @property
    def refusal(self) -> Refusal:
        """Return the kind of the refusal; refusals of one kind are interchangeable."""
        ours = self.exchange.key is AuthVariant.OURS
        return self.exchange.route, self.exchange.status, ours, frozenset(_sent(self.exchange))


@dataclass
class _Ledger:
    """The records that an example has shown, and the refused writes to records that no later answer has shown yet.

    `granted` are the values that accepted writes gave a record; they may show late.
    """

    shown: dict[Name, Shown] = field(default_factory=dict)
    granted: dict[Name, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    unread: dict[Name, list[RefusedWrite]] = field(default_factory=dict)
    read: list[tuple[RefusedWrite, Shown]] = field(default_factory=list)

    def take(self, exchange: Exchange) -> None:
        """Process the next exchange."""
        name, action = named(exchange)
        writes = exchange.method not in SAFE_METHODS
        if writes and exchange.refused and not exchange.concurrent:
            if name in self.shown:
                self._refuse(name, exchange, action)
            return
        if exchange.concurrent or (name and name.kind != "task" and exchange.method == "DELETE"):
            # A deletion removes dependent records, too, and the order of concurrent writes is unknown.
            self.shown.clear()
            self.unread.clear()
        elif writes and name is not None:
            self.unread.pop(name, None)
            self.shown.pop(name, None)
        if exchange.ok and exchange.key is AuthVariant.OURS:
            self._show(exchange, _read_requested(exchange) if writes else {})

    def _refuse(self, name: Name, exchange: Exchange, action: str) -> None:
        before, granted = self.shown[name], self.granted[name]
        requested = {
            place: value
            for place, value in _read_requested(exchange).items()
            if (place, value) not in granted and value_at(before, place) not in (None, value)
        }
        if requested or exchange.method == "DELETE":
            requirement = _requirement(name.kind, exchange.method, action)
            self.unread.setdefault(name, []).append(RefusedWrite(exchange, requirement, before, requested))

    def _show(self, exchange: Exchange, granted: Mapping[str, str]) -> None:
        for name, record in records(exchange):
            self.read += [(write, record) for write in self.unread.pop(name, [])]
            self.shown[name] = record
            self.granted[name].update(granted.items())


def judge_refused_writes(context: PropertyContext) -> None:
    """Judge the refused writes of an example; raise Violation if one was carried out all the same."""
    ledger = _Ledger()
    for exchange in context.history:
        ledger.take(exchange)
    for write, record in ledger.read:
        _judge(context, write, record)
    for name, writes in ledger.unread.items():
        unread = [write for write in writes if write.refusal not in context.before.read_back]
        if unread and context.judging(*(write.requirement for write in unread)):
            read_back(context, name, unread)


def read_back(context: PropertyContext, name: Name, writes: Sequence[RefusedWrite]) -> None:
    try:
        answer = context.client.call(f"get{name.kind.capitalize()}", {"id": name.id})
    except NoAnswer:
        return
    for write in writes:
        context.read_back.add(write.refusal)
        if answer.status == 404 != write.exchange.status:
            context.expect(write.requirement).status(answer, 200)
        for _, record in records(answer):
            _judge(context, write, record)


def _judge(context: PropertyContext, write: RefusedWrite, record: Shown) -> None:
    context.read_back.add(write.refusal)
    for place, requested in write.requested.items():
        before = value_at(write.before, place)
        # A change to any other value than the requested one is not judged here.
        actual = requested if value_at(record, place) == requested else before
        subject = f"{place.replace('.', ' ')} after {write.exchange.summary}"
        context.expect(write.requirement).equal(actual, before, subject)


def named(exchange: Exchange) -> tuple[Name | None, str]:
    """Return the record that a path names, and the action after it."""
    match = _NAMED.match(exchange.path)
    return (Name(match[1], int(match[2])), match[3] or "") if match else (None, "")


def _requirement(kind: str, method: str, action: str) -> str:
    if not action and method not in DOCUMENTED:
        return UNDOCUMENTED
    if kind == "milestone":
        return "delete/refused-changes-nothing" if method == "DELETE" else "update/refused-changes-nothing"
    return f"{kind}/refused-changes-nothing"


def _read_requested(exchange: Exchange) -> dict[str, str]:
    """Return the requested values by the place where a record would show them."""
    requested = {
        FIELDS[name]: values[-1] if isinstance(values[-1], str) else str(values[-1])
        for name, values in _sent(exchange).items()
        if name in FIELDS and isinstance(values[-1], str | int)
    }
    place, value = ACTIONS.get(exchange.path.rpartition("/")[2], ("", ""))
    return requested | {place: value} if place else requested


def _sent(exchange: Exchange) -> Mapping[str, list[Json]]:
    return read_fields("", exchange.sent, exchange.content_type)


def records(exchange: Exchange) -> Iterator[tuple[Name, Shown]]:
    """Yield the records of an answer; one without a title, as after a deletion, is skipped."""
    match, data = _SHOWN.match(exchange.path), exchange.envelope.get("data")
    if not match:
        return
    for record in [data] if isinstance(data, Mapping) else records_of(exchange):
        identifier = record.get("id")
        if isinstance(identifier, int) and "title" in record:
            yield Name(match[1], identifier), record


def value_at(record: Shown, place: str) -> str | None:
    """Return the text at a dotted place of a record; None if there is none."""
    value: Json = record
    for part in place.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return str(value) if isinstance(value, str | int) else None
