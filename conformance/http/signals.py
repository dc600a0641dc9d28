"""Signals that end a run: Ctrl-C, and those of a cancelled CI job or of a closed terminal."""

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
NOTICED_WITHIN = 0.1
"""The seconds in which the main thread notices a signal, unless it waits for a connection."""


@contextmanager
def stop_on_signals(stop: Callable[[], None], cut: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Call `stop` at each signal, in the main thread, and `cut` before, if that thread does not notice the signal.

    An exception raised by a signal handler may come anywhere, also where it is swallowed; `stop` takes effect at a safe
    place. A signal that comes just before the main thread waits does not end the waiting, and on Windows none does:
    `cut` must close the connections that it may wait for.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    noticed = threading.Event()

    def handle(*_: object) -> None:
        noticed.set()
        stop()

    former = {number: signal.signal(number, handle) for number in SIGNALS}
    with _calling(cut, noticed):
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)


@contextmanager
def _calling(cut: Callable[[], None], noticed: threading.Event) -> Iterator[None]:
    """Call `cut` from a thread of its own after each signal that is not noticed in time."""
    read, write = socket.socketpair()
    write.setblocking(False)

    def watch() -> None:
        while read.recv(len(SIGNALS)):
            time.sleep(NOTICED_WITHIN)
            if not noticed.is_set():
                cut()
            noticed.clear()

    thread = threading.Thread(target=watch, name="signals", daemon=True)
    former = signal.set_wakeup_fd(write.fileno(), warn_on_full_buffer=False)
    thread.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(former)
        write.close()
        thread.join()
        read.close()
