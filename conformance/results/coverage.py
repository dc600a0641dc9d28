"""Coverage of the contract: exercised operations by status and encoding, and their documented inputs."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from conformance.contract import Operation
from conformance.exchange import Exchange, read_fields
from conformance.http.client import JSON


@dataclass(frozen=True, slots=True, order=True)
class Covered:
    """An operation, a status and an encoding (`form`, `json`, or `none` for a request without a body).

    `parameters` are the path and query parameters that were sent, and `fields` the fields of the body; only documented
    ones.
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
    """Counts the exchanges of a run, and records which documented inputs they had."""

    operations: Mapping[str, Operation]
    _entries: defaultdict[tuple[str, int, str], _Entry] = field(default_factory=lambda: defaultdict(_Entry))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, exchange: Exchange) -> None:
        """Count an exchange, unless it got no answer or its operation is not in the contract."""
        if exchange.status is None or not exchange.operation:
            return
        operation = self.operations.get(exchange.operation)
        sent, filled = inputs(operation, exchange) if operation is not None else ((), ())
        # Properties may run concurrently.
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
    """Return the documented parameters and fields of an exchange; path parameters are in every one."""
    queried = read_fields(exchange.query, None, None).keys() & operation.parameters.keys()
    filled = read_fields("", exchange.sent, exchange.content_type).keys() & operation.fields
    return queried.union(operation.variables), filled
