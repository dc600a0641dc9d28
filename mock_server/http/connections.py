"""All connections of a server, and how long each may take: slow and idle clients must not use up what others need."""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import Protocol


class Connection(Protocol):
    """What is known of a connection here; instants are those of `time.monotonic`."""

    began_at: float | None
    """When the request began that is arriving; None between requests."""

    active_at: float
    """When the last request was here."""

    @property
    def is_busy(self) -> bool:
        """Whether an answer is due."""

    def give_up(self) -> None:
        """Refuse a request that takes too long to arrive."""

    def close(self) -> None:
        """Hang up after what was written."""

    def abort(self) -> None:
        """Hang up at once."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, in seconds, a request may take to arrive and a connection may stay idle, and how many may be open."""

    arrival: float = 30
    idle: float = 75
    connections: int = 20_000


class Connections:
    """The open connections, the longest open first."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.is_stopping = False
        self.emptied = asyncio.Event()
        self._open: dict[Connection, None] = {}

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: Connection) -> None:
        """Take in a connection; with too many, one that is idle makes room for it."""
        self._open[connection] = None
        if len(self._open) > self.limits.connections:
            idle = (other for other in self._open if not other.is_busy and other is not connection)
            next(idle, connection).abort()

    def discard(self, connection: Connection) -> None:
        """Forget a connection."""
        self._open.pop(connection, None)
        if self.is_stopping and not self._open:
            self.emptied.set()

    def sweep(self) -> None:
        """Refuse requests that take too long to arrive, and hang up where nothing happens."""
        now = time.monotonic()
        for connection in list(self._open):
            if connection.is_busy:
                continue
            if connection.began_at is not None:
                if now - connection.began_at > self.limits.arrival:
                    connection.give_up()
            elif now - connection.active_at > self.limits.idle:
                connection.close()

    async def stop(self, grace: float) -> None:
        """Hang up where no answer is due, and on the others when they are answered or after `grace` seconds."""
        self.is_stopping = True
        for connection in list(self._open):
            if not connection.is_busy:
                connection.close()
        if self._open:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.emptied.wait(), grace)
        for connection in list(self._open):
            connection.abort()
