"""The mock behind a socket: Granian, embedded in the process, until it is told to stop."""

import asyncio
import contextlib
import os
import signal
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from granian import net
from granian.constants import SSLProtocols
from granian.http import HTTP1Settings, HTTP2Settings
from granian.server.embed import Server

from mock_server.http.limits import (
    BACKLOG,
    FEW_CONNECTIONS,
    GRACE_SECONDS,
    HEAD_SECONDS,
    MAX_HEAD,
    SCARCE_HEAD_SECONDS,
    max_connections,
    raise_file_limit,
    tune_gc,
)
from mock_server.http.rsgi import RsgiApp
from mock_server.messages import Handler

WAITING = 64
"""How many requests a handler may have waiting for others at a time."""
TASKS = Path("/proc/self/task")


@dataclass(frozen=True, slots=True)
class Tls:
    """A certificate chain and its private key, as PEM files."""

    certificate: Path
    key: Path

    def check(self) -> None:
        """Raise TlsError for files that cannot be used together."""
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.certificate, self.key, password=_no_password)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            message = (
                f"{self.certificate} with {self.key}: {reason}. Give a certificate and its key without a password."
            )
            raise TlsError(message) from error


def _no_password() -> str:
    # Otherwise OpenSSL asks on the terminal.
    raise ValueError("the key has a password")


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to the address, with port 0 to a free one; raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    if os.name == "posix":
        # On Windows the option would let two servers share a port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if sys.platform == "linux":
        # Connections that say nothing stay with the kernel, which has room for them.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, HEAD_SECONDS)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


class TlsError(Exception):
    """A certificate or key that cannot be used."""


class EmbeddedServer(Server):
    """Granian on a socket that is bound already: its own would share a port with whoever else asks for it."""

    def __init__(self, app: RsgiApp, listener: socket.socket, tls: Tls | None = None) -> None:
        self._listener = listener
        if tls:
            tls.check()
        connections = max_connections()
        seconds = HEAD_SECONDS if connections > FEW_CONNECTIONS else SCARCE_HEAD_SECONDS
        super().__init__(
            app,
            websockets=False,
            log_enabled=False,
            backlog=BACKLOG,
            backpressure=connections,
            http1_settings=HTTP1Settings(header_read_timeout=seconds * 1000, max_buffer_size=MAX_HEAD),
            http2_settings=HTTP2Settings(max_headers_size=MAX_HEAD),
            ssl_cert=tls.certificate if tls else None,
            ssl_key=tls.key if tls else None,
            ssl_protocol_min=SSLProtocols.tls12,
        )

    def _init_shared_socket(self) -> None:
        # Granian closes what it is given, and its types do not know its own arguments.
        make: Any = net.SocketHolder  # type: ignore[attr-defined]
        self._shd = make(self._listener.dup().detach(), False, BACKLOG)


def serve(
    handler: Handler,
    listener: socket.socket,
    on_start: Callable[[], None],
    *,
    waits: bool = False,
    tls: Tls | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; `on_start` is called once requests are answered.

    A handler that `waits` for others is called in threads, so that it does not keep all waiting. Raises TlsError.
    """
    raise_file_limit()
    app = RsgiApp(handler, waits=waits)
    server = EmbeddedServer(app, listener, tls)

    async def run() -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        if waits:
            loop.set_default_executor(ThreadPoolExecutor(WAITING))
        for number in (signal.SIGINT, signal.SIGTERM):
            if sys.platform == "win32":
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopped.set))
            else:
                # Only the loop wakes up for a signal that reaches one of Granian's threads.
                loop.add_signal_handler(number, stopped.set)
        await serve_until(stopped, server, app, on_start)

    tune_gc()
    asyncio.run(run())


@contextlib.contextmanager
def serve_in_thread(handler: Handler, listener: socket.socket) -> Iterator[None]:
    """Serve in a thread meanwhile."""
    started: Future[Callable[[], object]] = Future()

    async def run() -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        app = RsgiApp(handler)

        def on_start() -> None:
            started.set_result(lambda: loop.call_soon_threadsafe(stopped.set))

        await serve_until(stopped, EmbeddedServer(app, listener), app, on_start)

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="milestones-mock", daemon=True)
    before = count_threads()
    thread.start()
    stop = started.result()
    try:
        yield
    finally:
        stop()
        thread.join()
        join_native_threads(before)


async def serve_until(
    stopped: asyncio.Event, server: EmbeddedServer, app: RsgiApp, on_start: Callable[[], object]
) -> None:
    """Serve until an event is set, then let answers that are due go out for a while."""
    serving = asyncio.create_task(server.serve())
    starting = asyncio.create_task(app.started.wait())
    await asyncio.wait({serving, starting}, return_when=asyncio.FIRST_COMPLETED)
    # The socket listens already: clients that connect before the server accepts are answered all the same.
    on_start()
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (starting, stopping):
        task.cancel()
    server.signal_handler_interrupt()  # type: ignore[no-untyped-call]
    done, _ = await asyncio.wait({serving}, timeout=GRACE_SECONDS)
    if not done:
        app.cancel()
        await asyncio.wait({serving}, timeout=GRACE_SECONDS / 4)
    if serving.done():
        serving.result()


def count_threads() -> int | None:
    """Return how many threads the process has, Granian's own included; None where the system does not tell."""
    return len(list(TASKS.iterdir())) if TASKS.is_dir() else None


def join_native_threads(before: int | None, seconds: float = 1.0) -> None:
    """Wait for Granian's threads: one that outlives the interpreter complains on standard error."""
    end = time.monotonic() + (seconds if before is not None else 0.1)
    while time.monotonic() < end and (before is None or (count_threads() or 0) > before):
        time.sleep(0.005)


def leave_process() -> None:
    """End the process at once, whatever clients still hang on to it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
