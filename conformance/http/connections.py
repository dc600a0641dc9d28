"""Connections that another thread can cut: no exchange outlives its deadline, and a stop waits for no answer."""

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
"""The seconds by which an exchange may outlive its deadline."""

_current = threading.local()


class Watchdog:
    """One thread that cuts the exchanges whose time is over; a timer for each would be a thread for each."""

    def __init__(self) -> None:
        self._deadlines: set[Deadline] = set()
        self._lock = threading.Lock()
        self._started = False

    def add(self, deadline: "Deadline") -> None:
        """Begin to watch a deadline."""
        with self._lock:
            self._deadlines.add(deadline)
            if not self._started:
                self._started = True
                threading.Thread(target=self._run, name="deadlines", daemon=True).start()

    def remove(self, deadline: "Deadline") -> None:
        """End watching a deadline."""
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
    """The time that one exchange may take, from connecting to the last byte of its trailers."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds
        self.expired = False
        self.was_cut = False
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Hold the connections that this thread opens or uses meanwhile to the deadline."""
        _current.deadline = self
        WATCHDOG.add(self)
        try:
            yield
        finally:
            WATCHDOG.remove(self)
            _current.deadline = None

    def cut(self) -> None:
        """Shut the connections down: whoever reads from them or writes to them fails at once."""
        with self._lock:
            self.was_cut = True
            for opened in self._sockets:
                shut_down(opened)

    def hold(self, opened: socket.socket) -> None:
        """Take a connection in; one that opens after the end is shut down at once."""
        with self._lock:
            self._sockets.append(opened)
            if self.was_cut:
                shut_down(opened)

    def expire(self) -> None:
        """Cut the exchange because its time is over."""
        self.expired = True
        self.cut()


def shut_down(opened: socket.socket) -> None:
    with suppress(OSError):
        # The method of the plain socket: that of a TLS socket would forget its state under the reader's hands.
        socket.socket.shutdown(opened, socket.SHUT_RDWR)


def _hold(connection: HTTPConnection) -> None:
    """Hand the socket to the deadline; the connection itself lets go of it before a body without a length ends."""
    deadline: Deadline | None = getattr(_current, "deadline", None)
    if deadline is not None and connection.sock is not None:
        deadline.hold(connection.sock)


class _Connection(HTTPConnection):
    def connect(self) -> None:
        """Connect, watched from then on."""
        super().connect()
        _hold(self)

    def request(self, *arguments: Any, **options: Any) -> None:
        """Send a request on a connection that may have been opened for an earlier one."""
        _hold(self)
        super().request(*arguments, **options)


class _TlsConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


POOLS = {"http": _Pool, "https": _TlsPool}


class WatchedAdapter(HTTPAdapter):
    """The adapter of `requests` whose connections obey the deadline of the exchange that uses them."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pools open connections that are watched."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Make the pools of a proxy open connections that are watched, too."""
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = POOLS
        return manager
