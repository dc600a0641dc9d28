"""The HTTP server: Granian, embedded in the process, until it is asked to stop."""

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
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from granian._granian import CallbackScheduler, RSGIWorker, SocketHolder, WorkerSignal
from granian.http import HTTP1Settings, HTTP2Settings

from mock_server.http.limits import (
    BACKLOG,
    FEW_CONNECTIONS,
    GRACE_SECONDS,
    HEAD_SECONDS,
    MAX_HEAD,
    SCARCE_HEAD_SECONDS,
    max_connections,
    raise_file_limit,
    share_core_in_turns,
    tune_gc,
)
from mock_server.http.rsgi import Answer, Call, DirectCallbacks, RsgiApp
from mock_server.messages import Handler

SWEEP_SECONDS = 1.0
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
    """Return a socket bound to the address, with port 0 to a free port; raise OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    if os.name == "posix":
        # On Windows the option would let two servers share a port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if sys.platform == "linux":
        # Connections without a request stay in the kernel, which has room for them.
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


class GranianServer:
    """Granian's own worker on a socket that is already bound, in an event loop.

    Granian's server for embedding shares its port with any process that asks for it, sends every request through a
    task, and imports modules that only several processes need; this one uses the same parts without that.
    """

    def __init__(self, app: RsgiApp, loop: asyncio.AbstractEventLoop, listener: socket.socket, tls: Tls | None) -> None:
        self._app = app
        self._loop = loop
        self._signal = WorkerSignal()
        self.stopped = loop.create_future()
        self._signal.add_cb(lambda: loop.call_soon_threadsafe(self.stopped.set_result, None))
        connections = max_connections()
        seconds = HEAD_SECONDS if connections > FEW_CONNECTIONS else SCARCE_HEAD_SECONDS
        make_holder, make_worker = cast("Any", SocketHolder), cast("Any", RSGIWorker)
        self._worker = make_worker(
            1,
            # Granian closes the socket that it is given.
            (None, make_holder(listener.dup().detach(), False, BACKLOG)),
            None,
            1,  # thread of the runtime
            8,  # threads for files, which it does not serve
            1,  # thread that calls the app
            30,  # seconds until that thread ends when it is idle
            connections,
            "auto",
            HTTP1Settings(header_read_timeout=seconds * 1000, max_buffer_size=MAX_HEAD),
            HTTP2Settings(max_headers_size=MAX_HEAD),
            False,  # no WebSockets
            None,  # no static files
            *((True, str(tls.certificate.resolve()), str(tls.key.resolve())) if tls else (False, None, None)),
            None,  # password of the key
            "tls1.2",
            None,  # no authority for certificates of clients
            [],
            False,
            (None, None),  # no metrics
        )

    def start(self) -> None:
        """Accept connections."""
        make_scheduler = cast("Any", Scheduler)
        scheduler = make_scheduler(self._loop, self._app.take, None, None, None)
        self._worker.serve_async(scheduler, DirectCallbacks(), self._signal)

    def stop(self) -> None:
        """Stop accepting connections, and close those without a pending response; `stopped` is done after that."""
        self._signal.set()


class Scheduler(CallbackScheduler):
    """Passes a call to the app on the thread on which Granian read it."""

    def __init__(self, _: object, take: Callable[[Call], None], *__: object) -> None:
        super().__init__()
        self._schedule_fn = take


def serve(
    handler: Handler,
    listener: socket.socket,
    on_start: Callable[[], None],
    *,
    answer: Answer | None = None,
    tls: Tls | None = None,
) -> None:
    """Serve until a signal asks to stop; `on_start` is called once requests are answered.

    If `answer` is given, it is awaited instead of calling the handler. `tls` must have been checked.
    """

    async def run() -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        for number in stop_signals():
            if sys.platform == "win32":
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopped.set))
            else:
                # Only the loop wakes up when a signal reaches one of Granian's threads.
                loop.add_signal_handler(number, stopped.set)
        await serve_until(stopped, RsgiApp(handler, loop, answer), listener, on_start, tls)

    raise_file_limit()
    tune_gc()
    share_core_in_turns()
    asyncio.run(run())


def stop_signals() -> list[int]:
    """Return the signals that end the mock; a closed terminal (SIGHUP) is one unless nohup disabled it."""
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    hangs_up = getattr(signal, "SIGHUP", None)
    return [number for number in numbers if number != hangs_up or signal.getsignal(number) != signal.SIG_IGN]


@contextlib.contextmanager
def serve_in_thread(handler: Handler, listener: socket.socket) -> Iterator[None]:
    """Serve in a thread while the context is open."""
    started: Future[Callable[[], object]] = Future()

    async def run() -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()

        def on_start() -> None:
            started.set_result(lambda: loop.call_soon_threadsafe(stopped.set))

        await serve_until(stopped, RsgiApp(handler, loop), listener, on_start)

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
    stopped: asyncio.Event,
    app: RsgiApp,
    listener: socket.socket,
    on_start: Callable[[], object],
    tls: Tls | None = None,
) -> None:
    """Serve until an event is set, and then give pending responses some time."""
    server = GranianServer(app, asyncio.get_running_loop(), listener, tls)
    server.start()
    on_start()
    while not stopped.is_set():
        app.refuse_slow(time.monotonic())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), SWEEP_SECONDS)
    server.stop()
    await asyncio.wait({server.stopped}, timeout=GRACE_SECONDS)
    if not server.stopped.done():
        app.break_off()
        await asyncio.wait({server.stopped}, timeout=GRACE_SECONDS / 4)


def count_threads() -> int | None:
    """Return the number of threads of the process, Granian's included; None if the system does not report it."""
    return len(list(TASKS.iterdir())) if TASKS.is_dir() else None


def join_native_threads(before: int | None) -> None:
    """Wait for Granian's threads: one that outlives the interpreter prints an error."""
    end = time.monotonic() + (1.0 if before is not None else 0.1)
    while time.monotonic() < end and (before is None or (count_threads() or 0) > before):
        time.sleep(0.005)


def leave_process() -> None:
    """Exit the process at once, even if clients are still connected."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
