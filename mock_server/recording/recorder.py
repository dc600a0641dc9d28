"""The requests that were answered, kept as references in a ring and described only when somebody reads them."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from threading import Lock

from mock_server.messages import Request, Response

MAX_EXCHANGES = 1000
"""How many exchanges are kept; older ones make room."""

MAX_BYTES = 8 * 1024 * 1024
"""How many bytes of heads and bodies are kept in all."""


@dataclass(slots=True)
class Exchange:
    """A request and its answer.

    `at` is when it came, in seconds since 1970, and `seconds` how long the answer took. `forced` says by what the
    answer was forced, and `complaints` how request or answer break the contract.
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
        """The key of the account that answered, empty where none did."""
        return self.response.trace.key if self.response.trace else ""

    @property
    def operation(self) -> str:
        """The id of the operation, empty where the contract has none."""
        return self.response.trace.operation if self.response.trace else ""

    @property
    def method(self) -> str:
        """The method of the request."""
        return self.request.method

    @property
    def path(self) -> str:
        """The path of the request, still percent-encoded."""
        return self.request.path

    @property
    def status(self) -> int:
        """The status of the answer, 0 where the connection was dropped instead."""
        return self.response.status

    def measure(self) -> int:
        """Return about how many bytes both heads and bodies have."""
        request, response = self.request, self.response
        pairs = chain(request.headers.items(), response.headers)
        head = len(request.path) + len(request.query) + len("".join(map("".join, pairs)))
        return head + len(request.body) + len(response.body)


class Recorder:
    """A ring of the last exchanges, bounded in number and in bytes; with `limit` 0 it keeps none.

    `since` is when it was made or last cleared, in seconds since 1970: another one tells a reader to begin anew.
    """

    def __init__(self, limit: int = MAX_EXCHANGES) -> None:
        self.limit = limit
        self.last_number = 0
        self.since = time.time()
        self._ring: deque[tuple[int, Exchange]] = deque()
        self._bytes = 0
        self._lock = Lock()

    def record(self, exchange: Exchange) -> None:
        """Keep an exchange, and let the oldest go where there is no room."""
        size = exchange.measure()
        with self._lock:
            ring = self._ring
            # Those that waited for a deployment come out of order.
            self.last_number = max(self.last_number, exchange.number)
            ring.append((size, exchange))
            self._bytes += size
            while len(ring) > self.limit or (self._bytes > MAX_BYTES and len(ring) > 1):
                self._bytes -= ring.popleft()[0]

    def __len__(self) -> int:
        return len(self._ring)

    def _copy(self) -> list[Exchange]:
        with self._lock:
            return [exchange for _, exchange in self._ring]

    def read(self, after: int = 0, key: str | None = None) -> Iterator[Exchange]:
        """Yield the exchanges with a number above `after`, the first one first; with `key`, only of that account."""
        for exchange in self._copy():
            if exchange.number > after and key in {None, exchange.key}:
                yield exchange

    def find(self, number: int) -> Exchange | None:
        """Return an exchange by its number, or None."""
        return next((exchange for exchange in self._copy() if exchange.number == number), None)

    def clear(self, key: str | None = None) -> None:
        """Forget all exchanges; with `key`, only those of that account."""
        with self._lock:
            kept = [] if key is None else [entry for entry in self._ring if entry[1].key != key]
            self._ring = deque(kept)
            self._bytes = sum(size for size, _ in kept)
            self.since = time.time()
