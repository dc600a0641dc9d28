"""Connections that another thread can close, so that exchanges end at their deadline and stop on request."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

RESOLUTION = 0.1
"""The maximum seconds by which an exchange may exceed its deadline."""

_current = threading.local()


class Watchdog:
    """One thread that closes the connections of expired exchanges; timers would need a thread for each exchange."""

    def __init__(self) -> None:
        self._deadlines: set[Deadline] = set()
        self._lock = threading.Lock()
        self._started = False

    def add(self, deadline: "Deadline") -> None:
        """Watch a deadline."""
        with self._lock:
            self._deadlines.add(deadline)
            if not self._started:
                self._started = True
                threading.Thread(target=self._run, name="deadlines", daemon=True).start()

    def remove(self, deadline: "Deadline") -> None:
        """Stop watching a deadline."""
        with self._lock:
            self._deadlines.discard(deadline)

    def _run(self) -> None:
        while True:
            time.sleep(RESOLUTION)
            with self._lock:
                over = [deadline for deadline in self._deadlines if time.monotonic() >= deadline.end]
            for deadline in over:
                deadline.expire()


WATCHDOG = Watchdog()


class Deadline:
    """The time limit of one exchange, from connecting to the last byte of its trailers."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds
        self.expired = False
        self.was_cut = False
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Apply the deadline to the connections that this thread opens or uses while the context is open."""
        _current.deadline = self
        WATCHDOG.add(self)
        try:
            yield
        finally:
            WATCHDOG.remove(self)
            _current.deadline = None

    def cut(self) -> None:
        """Shut the connections down, so that pending reads and writes fail at once."""
        with self._lock:
            self.was_cut = True
            for opened in self._sockets:
                shut_down(opened)

    def hold(self, opened: socket.socket) -> None:
        """Add a connection; one that opens after the deadline is shut down at once."""
        with self._lock:
            self._sockets.append(opened)
            if self.was_cut:
                shut_down(opened)

    def expire(self) -> None:
        """Shut the connections down because the time is over."""
        self.expired = True
        self.cut()


def shut_down(opened: socket.socket) -> None:
    with suppress(OSError):
        # The method of the plain socket: that of a TLS socket would discard its state while it is being read.
        socket.socket.shutdown(opened, socket.SHUT_RDWR)


def _hold(connection: HTTPConnection) -> None:
    """Add the socket to the deadline: the connection itself releases it before a body without a length ends."""
    deadline: Deadline | None = getattr(_current, "deadline", None)
    if deadline is not None and connection.sock is not None:
        deadline.hold(connection.sock)


class _Connection(HTTPConnection):
    def connect(self) -> None:
        """Connect, and have the deadline watch the connection."""
        super().connect()
        _hold(self)

    def request(self, *arguments: Any, **options: Any) -> None:
        """Send a request on a connection, which may have been opened for an earlier one."""
        _hold(self)
        super().request(*arguments, **options)


class _TlsConnection(_Connection, HTTPSConnection):
    """A watched connection over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


POOLS = {"http": _Pool, "https": _TlsPool}


class WatchedAdapter(HTTPAdapter):
    """An adapter of `requests` whose connections respect the deadline of the current exchange."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the connection pools open watched connections."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Make the pools for a proxy open watched connections, too."""
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = POOLS
        return manager
