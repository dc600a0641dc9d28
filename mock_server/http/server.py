"""The app behind a socket: an event loop that accepts connections until it is told to stop."""

import asyncio
import contextlib
import gc
import resource
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import uvloop

from mock_server.http.connections import Connections, Limits
from mock_server.http.protocol import HttpProtocol, ask_at_once, ask_in_thread
from mock_server.messages import Handler

BACKLOG = 2048
WAITING = 64
"""How many requests a handler may have waiting for others at a time."""
SWEEP_SECONDS = 1.0
GRACE_SECONDS = 2.0
"""How long answers that are due may still take once the server is told to stop."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to the address, with port 0 to a free one; raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def serve(
    handler: Handler,
    listener: socket.socket,
    on_start: Callable[[], None],
    limits: Limits | None = None,
    *,
    waits: bool = False,
) -> None:
    """Serve until SIGINT or SIGTERM; `on_start` is called once requests are answered.

    A handler that `waits` for others is asked in threads, so that it does not keep all waiting.
    """

    async def run() -> None:
        stopped = asyncio.Event()
        if waits:
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(WAITING))
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        found = limits or find_limits()
        ask = ask_in_thread(handler) if waits else ask_at_once(handler)
        await serve_until(stopped, lambda connections: HttpProtocol(ask, connections), listener, found, on_start)

    rarely_collect()
    uvloop.run(run())


@contextlib.contextmanager
def serving(handler: Handler, listener: socket.socket) -> Iterator[None]:
    """Serve in a thread meanwhile."""
    started: Future[Callable[[], object]] = Future()

    async def run() -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()

        def on_start() -> None:
            started.set_result(lambda: loop.call_soon_threadsafe(stopped.set))

        ask = ask_at_once(handler)
        await serve_until(stopped, lambda connections: HttpProtocol(ask, connections), listener, Limits(), on_start)

    thread = threading.Thread(target=lambda: uvloop.run(run()), name="milestones-mock", daemon=True)
    thread.start()
    stop = started.result()
    try:
        yield
    finally:
        stop()
        thread.join()


def rarely_collect() -> None:
    """Look for garbage rarely, and never among what is there at the start: nearly all of it stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def find_limits() -> Limits:
    """Allow as many open files as the system lets us, and return limits with as many connections as that makes."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = min(most, 65_536) if most != resource.RLIM_INFINITY else 65_536
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    return Limits(connections=max(most - 64, most // 2))


async def serve_until(
    stopped: asyncio.Event,
    open_protocol: Callable[[Connections], HttpProtocol],
    listener: socket.socket,
    limits: Limits,
    on_start: Callable[[], object],
    on_open: Callable[[Connections], Awaitable[None]] | None = None,
) -> None:
    """Serve until an event is set; `on_open` is called before anybody is let in, `on_start` when all are."""
    connections = Connections(limits)
    if on_open is not None:
        await on_open(connections)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: open_protocol(connections), sock=listener, backlog=BACKLOG)
    on_start()
    while not stopped.is_set():
        connections.sweep()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), SWEEP_SECONDS)
    server.close()
    await connections.stop(GRACE_SECONDS)
