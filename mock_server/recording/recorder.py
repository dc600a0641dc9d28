"""The recorder: keeps references to answered requests in a ring buffer, and formats them only on demand."""

import itertools
import time
from collections import deque
from dataclasses import dataclass
from itertools import chain
from threading import Lock

from mock_server.messages import Request, Response

MAX_EXCHANGES = 1000
"""The maximum number of exchanges; new ones replace the oldest."""

MAX_BYTES = 8 * 1024 * 1024
"""The maximum number of bytes of heads and bodies in all."""


@dataclass(slots=True)
class Exchange:
    """A request and its answer.

    `number` is the order of arrival. `at` is the time in seconds since 1970, and `seconds` the duration. `forced` says
    what forced the answer, and `complaints` how request or answer violate the contract.
    """

    number: int
    at: float
    seconds: float
    request: Request
    response: Response
    forced: str = ""
    complaints: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return the key of the account that answered, empty if there was none."""
        return self.response.trace.key if self.response.trace else ""

    @property
    def operation(self) -> str:
        """Return the id of the operation, empty if the contract has none."""
        return self.response.trace.operation if self.response.trace else ""

    @property
    def method(self) -> str:
        """Return the method of the request."""
        return self.request.method

    @property
    def path(self) -> str:
        """Return the path of the request, still percent-encoded."""
        return self.request.path

    @property
    def status(self) -> int:
        """Return the status of the answer, 0 if the connection was dropped instead."""
        return self.response.status

    def measure(self) -> int:
        """Return the approximate size of heads and bodies in bytes."""
        request, response = self.request, self.response
        pairs = chain(request.headers.items(), response.headers)
        head = len(request.path) + len(request.query) + len("".join(map("".join, pairs)))
        return head + len(request.body) + len(response.body)


class Recorder:
    """A ring buffer of the last exchanges, limited in number and in bytes; with `limit` 0 it keeps none.

    `arrive` numbers a request on arrival, and `last` counts recorded requests: some still wait for a deployment.
    `since` is the time of its creation or last clearing, in seconds since 1970: if it changes, a reader must start
    over.
    """

    def __init__(self, limit: int = MAX_EXCHANGES) -> None:
        self.limit = limit
        self.arrive = itertools.count(1).__next__
        self.last = 0
        self.since = time.time()
        self._ring: deque[tuple[int, int, Exchange]] = deque()
        self._bytes = 0
        self._lock = Lock()

    def record(self, exchange: Exchange) -> None:
        """Add an exchange, and drop the oldest ones beyond the limits."""
        size = exchange.measure()
        with self._lock:
            ring = self._ring
            self.last += 1
            ring.append((self.last, size, exchange))
            self._bytes += size
            while len(ring) > self.limit or (self._bytes > MAX_BYTES and len(ring) > 1):
                self._bytes -= ring.popleft()[1]

    def __len__(self) -> int:
        return len(self._ring)

    def read(self, after: int = 0, key: str | None = None) -> list[Exchange]:
        """Return the exchanges in the order of arrival.

        With `after`, only those recorded since `last` had that value; with `key`, only those of that account.
        """
        with self._lock:
            entries = list(self._ring)
        exchanges = [exchange for place, _, exchange in entries if place > after and key in {None, exchange.key}]
        return sorted(exchanges, key=lambda exchange: exchange.number)

    def find(self, number: int) -> Exchange | None:
        """Return an exchange by its number, or None."""
        return next((exchange for exchange in self.read() if exchange.number == number), None)

    def clear(self, key: str | None = None) -> int:
        """Delete all exchanges; with `key`, only those of that account. Return their number."""
        with self._lock:
            before = len(self._ring)
            kept = [] if key is None else [entry for entry in self._ring if entry[2].key != key]
            self._ring = deque(kept)
            self._bytes = sum(size for _, size, _ in kept)
            self.since = time.time()
            return before - len(kept)
