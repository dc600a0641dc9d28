"""Count the exercised parts of the contract: operations by status and encoding, and their documented inputs."""

import json
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from urllib.parse import parse_qsl

from conformance.contract import Operation
from conformance.exchange import Exchange
from conformance.http.client import JSON


@dataclass(frozen=True, slots=True, order=True)
class Covered:
    """An operation, a status and an encoding (`form`, `json`, or `none` for a request without a body).

    `parameters` are those of path and query that were sent, `fields` those of the body; documented ones alone.
    """

    operation: str
    status: int
    encoding: str
    exchanges: int
    parameters: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass
class _Entry:
    """The exchanges and inputs of an operation, a status and an encoding."""

    exchanges: int = 0
    parameters: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)


@dataclass
class Coverage:
    """Counts the exchanges of a run, and notes which of the documented inputs they had."""

    operations: Mapping[str, Operation]
    _entries: defaultdict[tuple[str, int, str], _Entry] = field(default_factory=lambda: defaultdict(_Entry))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, exchange: Exchange) -> None:
        """Count an exchange, unless it got no answer or is no operation of the contract."""
        if exchange.status is None or not exchange.operation:
            return
        operation = self.operations.get(exchange.operation)
        sent, filled = inputs(operation, exchange) if operation is not None else ((), ())
        # Properties that run at once note at once.
        with self._lock:
            entry = self._entries[exchange.operation, exchange.status, _encoding(exchange)]
            entry.exchanges += 1
            entry.parameters.update(sent)
            entry.fields.update(filled)

    def rows(self) -> Sequence[Covered]:
        """Return the covered answers and inputs, by operation, status and encoding."""
        return [
            Covered(*row, entry.exchanges, tuple(sorted(entry.parameters)), tuple(sorted(entry.fields)))
            for row, entry in sorted(self._entries.items(), key=itemgetter(0))
        ]


def _encoding(exchange: Exchange) -> str:
    if exchange.sent is None:
        return "none"
    return "json" if exchange.content_type == JSON else "form"


def inputs(operation: Operation, exchange: Exchange) -> tuple[Iterable[str], Iterable[str]]:
    """Return the documented parameters and fields of an exchange; what is in the path is in every one."""
    queried = _documented(_names(exchange.query), operation.parameters)
    return queried.union(operation.variables), _documented(_body(exchange), operation.fields)


def _documented(names: Iterable[str], documented: Collection[str]) -> set[str]:
    """Return the names that the contract has; lists are sent as `name[]` or, by some clients, as `name[0]`."""
    return {plain for name in names if (plain := name.partition("[")[0]) in documented}


def _body(exchange: Exchange) -> Iterable[str]:
    """Return the names in a body; of one that cannot be read, none."""
    text = (exchange.sent or b"").decode("utf-8", "replace")
    if exchange.content_type != JSON:
        return _names(text)
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    return body if isinstance(body, dict) else ()


def _names(form: str) -> Iterable[str]:
    return (name for name, _ in parse_qsl(form, keep_blank_values=True))
