"""Limits of the server: slow, idle and greedy clients must not use up what the others need."""

import contextlib
import gc
import os
import sys

if sys.platform != "win32":
    import resource

MAX_HEAD = 64 * 1024
"""The largest request line with headers in bytes; above, the answer is 431."""
HEAD_SECONDS = 30
"""The time for the head of a request to arrive, and for a connection to be idle."""
SCARCE_HEAD_SECONDS = 3
"""The same where the system permits few open files, so that idle clients make room for others."""
BODY_SECONDS = 30
"""The time for the body of a request to arrive; after it, the answer is 408."""
BACKLOG = 2048
MAX_CONNECTIONS = 60_000
FEW_CONNECTIONS = 500
SPARE_FILES = 32
"""Open files that connections leave to the rest of the process."""
GRACE_SECONDS = 2.0
"""The seconds that answers which are due may still take once the server has to stop."""


def raise_file_limit() -> None:
    """Allow the process as many open files as the system permits."""
    if sys.platform != "win32":
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        limit = MAX_CONNECTIONS if most == resource.RLIM_INFINITY else min(most, MAX_CONNECTIONS)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))


def max_connections() -> int:
    """Return how many connections the limit of open files leaves room for."""
    if sys.platform != "win32":
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if limit != resource.RLIM_INFINITY:
            return max(limit - SPARE_FILES, limit // 2)
    return MAX_CONNECTIONS


def tune_gc() -> None:
    """Collect garbage rarely, and never what is there at the start: nearly all of it stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def share_core_in_turns() -> None:
    """Let the threads of the server work in turns where they share a core, where the system can be told so.

    Otherwise each answer wakes the thread that sends it before the next request is looked at, and the change between
    them takes a third of the time.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
