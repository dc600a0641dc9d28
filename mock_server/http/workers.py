"""One mock in several processes on one port."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import NoReturn

import uvloop

from mock_server.http.connections import Connections
from mock_server.http.crew import Berth, Crew, make_berths
from mock_server.http.protocol import HttpProtocol, ask_at_once
from mock_server.http.server import find_limits, rarely_collect, serve_until
from mock_server.messages import Handler


def serve_with_workers(count: int, handler: Handler, listener: socket.socket, on_start: Callable[[], None]) -> int:
    """Serve with so many processes until SIGINT or SIGTERM; return the exit code.

    `on_start` is called once all of them answer. If one of them ends by itself, its accounts are lost: all end.
    """
    started, tell = os.pipe()
    alive, hold = os.pipe()
    # What was made so far is shared with the workers as long as nobody writes to it.
    rarely_collect()
    workers = set()
    for berth in make_berths(count):
        worker = os.fork()
        if not worker:
            os.close(hold)
            _work(berth, handler, listener, tell, alive)
        workers.add(worker)
    os.close(tell)
    is_stopping = False

    def stop(*_: object) -> None:
        nonlocal is_stopping
        is_stopping = True
        _signal(workers)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if sum(len(os.read(started, 1)) for _ in range(count)) == count:
        on_start()
    failed = False
    while workers:
        worker, _ = os.wait()
        workers.discard(worker)
        if not is_stopping:
            sys.stderr.write("A worker of the mock ended, and its accounts with it. The others are told to end.\n")
            failed = True
            stop()
    return int(failed)


def _signal(workers: set[int]) -> None:
    for worker in workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGTERM)


def _work(berth: Berth, handler: Handler, listener: socket.socket, tell: int, alive: int) -> NoReturn:
    """Be one of the workers, as long as the process above lives: `alive` then comes to its end."""

    async def run() -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, stopped.set)
        # Ctrl-C reaches every process of a terminal; the one above passes it on as SIGTERM.
        loop.add_signal_handler(signal.SIGINT, lambda: None)
        loop.add_reader(alive, stopped.set)
        crew = Crew(berth, ask_at_once(handler))

        def open_protocol(connections: Connections) -> HttpProtocol:
            return HttpProtocol(crew.ask, connections, crew.steer)

        await serve_until(
            stopped, open_protocol, listener, find_limits(), lambda: os.write(tell, b"."), on_open=crew.join
        )

    try:
        uvloop.run(run())
    finally:
        # Nothing that was set up before the fork may be torn down twice.
        os._exit(0)
