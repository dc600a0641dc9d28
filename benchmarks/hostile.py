"""Hostile clients, and whether others are served meanwhile: `python -m benchmarks.hostile`.

A well-behaved client asks all the time; beside it comes one kind of hostile client after the other. Writes
`benchmarks/results/hostile.{json,md}`.
"""

import contextlib
import http.client
import resource
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Self

from benchmarks.machine import RESULTS, describe_machine, write_json
from benchmarks.yardstick.measure import Server, running
from benchmarks.yardstick.peers import OURS

SECONDS = 3.0
IDLE = 10_000
HEAD = b"GET /api/milestones/12 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test-hostile\r\n"


@dataclass(frozen=True)
class Reading:
    """Readings of a well-behaved client beside one kind of hostile client; latencies in milliseconds."""

    kind: str
    served: int
    failed: int
    p50: float
    p99: float
    memory: float


class Witness:
    """A well-behaved client that asks all the time, in a thread of its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._ended = threading.Event()
        self.latencies: list[float] = []
        self.failed = 0
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _ask(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        while not self._ended.is_set():
            begun = time.perf_counter()
            try:
                connection.request("GET", "/api/milestones/12", headers={"Authorization": "Bearer test-witness"})
                good = connection.getresponse().read().startswith(b'{"data"')
            except (OSError, http.client.HTTPException):
                good = False
                connection.close()
            self.failed += not good
            self.latencies.append((time.perf_counter() - begun) * 1000)
            time.sleep(0.001)
        connection.close()


def connect(port: int) -> socket.socket:
    """Return a new connection."""
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def nobody(_: int, __: ExitStack) -> None:
    """Send nothing hostile at all."""
    time.sleep(SECONDS)


def slow_headers(port: int, stack: ExitStack) -> None:
    """Send a header a byte at a time, from 200 clients."""
    _drip(port, stack, HEAD, b"X")


def slow_bodies(port: int, stack: ExitStack) -> None:
    """Send a body a byte at a time, from 200 clients."""
    head = HEAD.replace(b"GET", b"PATCH") + b"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
    _drip(port, stack, head, b" ")


def _drip(port: int, stack: ExitStack, head: bytes, drop: bytes) -> None:
    clients = [stack.enter_context(connect(port)) for _ in range(200)]
    for client in clients:
        client.sendall(head)
    for _ in _meanwhile():
        for client in clients:
            with contextlib.suppress(OSError):
                client.sendall(drop)
        time.sleep(0.05)


def huge_headers(port: int, _: ExitStack) -> None:
    """Send a header without end, from one client after the other."""
    for _round in _meanwhile():
        with connect(port) as client, contextlib.suppress(OSError):
            client.sendall(HEAD + b"X-Long: ")
            for _piece in range(64):
                client.sendall(b"x" * 65536)


def half_closed(port: int, stack: ExitStack) -> None:
    """Ask, close one's half of the connection, and do not read, from ever more clients."""
    for _ in _meanwhile():
        client = stack.enter_context(connect(port))
        client.sendall(HEAD + b"\r\n")
        client.shutdown(socket.SHUT_WR)
        time.sleep(0.002)


def pipelining(port: int, stack: ExitStack) -> None:
    """Send requests as fast as 20 clients can, and do not read the answers."""
    clients = [stack.enter_context(connect(port)) for _ in range(20)]
    for client in clients:
        client.setblocking(False)
    for _ in _meanwhile():
        for client in clients:
            with contextlib.suppress(OSError):
                client.send((HEAD + b"\r\n") * 500)
        time.sleep(0.01)


def idle(port: int, stack: ExitStack) -> None:
    """Open 10,000 connections that say nothing."""
    for _ in range(IDLE):
        stack.enter_context(connect(port))
    time.sleep(SECONDS)


def _meanwhile() -> Iterator[None]:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        yield


KINDS: tuple[Callable[[int, ExitStack], None], ...] = (
    nobody,
    slow_headers,
    slow_bodies,
    huge_headers,
    half_closed,
    pipelining,
    idle,
)


def watch(server: Server, kind: Callable[[int, ExitStack], None]) -> Reading:
    """Let one kind of hostile client loose, and ask meanwhile."""
    with Witness(server.port) as witness, ExitStack() as stack:
        kind(server.port, stack)
        memory = server.memory()
    shares = statistics.quantiles(witness.latencies, n=100)
    what = (kind.__doc__ or "").rstrip(".")
    return Reading(what, len(witness.latencies), witness.failed, shares[49], shares[98], memory)


def main() -> None:
    """Measure, and write the results."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with running(OURS) as server:
        readings = [watch(server, kind) for kind in KINDS]
    lines = [
        "| hostile clients | others served | failed | p50 | p99 | memory |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    lines += [
        f"| {reading.kind} | {reading.served:,} | {reading.failed} "
        f"| {reading.p50:.2f} ms | {reading.p99:.2f} ms | {reading.memory:.0f} MB |"
        for reading in readings
    ]
    table = "\n".join(lines) + "\n"
    write_json(
        RESULTS / "hostile.json", {"machine": describe_machine(), "rows": [asdict(reading) for reading in readings]}
    )
    (RESULTS / "hostile.md").write_text(table, encoding="utf-8")
    sys.stdout.write(table)


if __name__ == "__main__":
    main()
