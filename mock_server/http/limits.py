"""Limits of the server: slow, idle and greedy clients must not exhaust the resources of others."""

import contextlib
import gc
import os
import sys

if sys.platform != "win32":
    import resource

MAX_HEAD = 64 * 1024
"""The maximum size in bytes of the request line with headers; beyond it, the response is 431."""
HEAD_SECONDS = 30
"""The time limit for the head of a request, and for an idle connection."""
SCARCE_HEAD_SECONDS = 3
"""The same if the system permits few open files, so that idle clients make room for others."""
BODY_SECONDS = 30
"""The time limit for the body of a request; beyond it, the response is 408."""
BACKLOG = 2048
MAX_CONNECTIONS = 60_000
FEW_CONNECTIONS = 500
SPARE_FILES = 32
"""The number of open files reserved for the rest of the process."""
GRACE_SECONDS = 2.0
"""The seconds that pending responses may take once the server has to stop."""


def raise_file_limit() -> None:
    """Raise the limit of open files to the maximum that the system permits."""
    if sys.platform != "win32":
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        limit = MAX_CONNECTIONS if most == resource.RLIM_INFINITY else min(most, MAX_CONNECTIONS)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))


def max_connections() -> int:
    """Return the number of connections that the limit of open files allows."""
    if sys.platform != "win32":
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if limit != resource.RLIM_INFINITY:
            return max(limit - SPARE_FILES, limit // 2)
    return MAX_CONNECTIONS


def tune_gc() -> None:
    """Collect garbage rarely, and never the objects that exist at the start, nearly all of which stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def share_core_in_turns() -> None:
    """Let the server's threads take turns on a shared core, by batch scheduling, if the system supports it.

    Otherwise each response wakes the thread that sends it before the next request is read, and the switch between them
    takes a third of the time.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
