"""Refused means untouched, in every example: the record that a refused write named is held against what it was.

Answers that an example gets anyway serve first. What no answer shows is read back, each kind of refusal once.
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
"""Places in a record that show the value of a field of a request."""
ACTIONS = {"archive": ("active_state", "archived"), "activate": ("active_state", "active")}
"""Places and values that an action asks for by its path alone."""
DOCUMENTED = ("PATCH", "DELETE")
"""The writes that the path of a record has."""
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
    """A write that was refused: its requirement, the record before it, and what it asked for by place."""

    exchange: Exchange
    requirement: str
    before: Shown
    requested: Mapping[str, str]

    @property
    def refusal(self) -> Refusal:
        """Return the kind of the refusal; refusals of one kind are alike."""
        ours = self.exchange.key is AuthVariant.OURS
        return self.exchange.route, self.exchange.status, ours, frozenset(_sent(self.exchange))


@dataclass
class _Ledger:
    """The records that an example has shown, and the refused writes to them that no later answer speaks of (yet).

    `granted` is what a record was given by writes that were not refused: it may be shown late.
    """

    shown: dict[Name, Shown] = field(default_factory=dict)
    granted: dict[Name, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    unread: dict[Name, list[RefusedWrite]] = field(default_factory=dict)
    read: list[tuple[RefusedWrite, Shown]] = field(default_factory=list)

    def take(self, exchange: Exchange) -> None:
        """Take in the next exchange."""
        name, action = named(exchange)
        writes = exchange.method not in SAFE_METHODS
        if writes and exchange.refused and not exchange.concurrent:
            if name in self.shown:
                self._refuse(name, exchange, action)
            return
        if exchange.concurrent or (name and name.kind != "task" and exchange.method == "DELETE"):
            # What hangs on a deleted record goes with it, and of two writes at once nobody knows which came last.
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
    """Hold records against refused writes of an example; raises Violation where one was carried out all the same."""
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
        # A record that became something else than what was asked for is another matter.
        actual = requested if value_at(record, place) == requested else before
        subject = f"{place.replace('.', ' ')} after {write.exchange.summary}"
        context.expect(write.requirement).equal(actual, before, subject)


def named(exchange: Exchange) -> tuple[Name | None, str]:
    """Return the record that a path names, and the action behind it."""
    match = _NAMED.match(exchange.path)
    return (Name(match[1], int(match[2])), match[3] or "") if match else (None, "")


def _requirement(kind: str, method: str, action: str) -> str:
    if not action and method not in DOCUMENTED:
        return UNDOCUMENTED
    if kind == "milestone":
        return "delete/refused-changes-nothing" if method == "DELETE" else "update/refused-changes-nothing"
    return f"{kind}/refused-changes-nothing"


def _read_requested(exchange: Exchange) -> dict[str, str]:
    """Return what a request asks for, by the place where a record would show it."""
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
    """Yield the records of an answer; one without a title, as after a deletion, shows nothing."""
    match, data = _SHOWN.match(exchange.path), exchange.envelope.get("data")
    if not match:
        return
    for record in [data] if isinstance(data, Mapping) else records_of(exchange):
        identifier = record.get("id")
        if isinstance(identifier, int) and "title" in record:
            yield Name(match[1], identifier), record


def value_at(record: Shown, place: str) -> str | None:
    """Return the text at a dotted place of a record; None where there is none."""
    value: Json = record
    for part in place.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return str(value) if isinstance(value, str | int) else None
