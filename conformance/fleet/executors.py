"""Run jobs on Dask, embedded or on a cluster, or on threads, all behind the interface of `concurrent.futures`.

Each job is a child process, so a worker only needs a thread that waits for it.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from conformance.fleet.task import Job, JobResult, check
from conformance.target import RunError

SECONDS_TO_CONNECT = 10
LOOPBACK = "127.0.0.1:0"
EXTRA = "pip install 'milestones-conformance[fleet]'"


@dataclass(frozen=True, slots=True)
class Crew:
    """The workers: `submit` starts a job on one of them, `stop` ends all jobs, which clean up and report."""

    description: str
    submit: Callable[[Job], "Future[JobResult]"]
    stop: Callable[[], object]


@contextmanager
def open_crew(workers: int, scheduler: str | None) -> Iterator[Crew]:
    """Open the workers: those of a scheduler, else an embedded Dask cluster, else threads. Raises RunError."""
    has_dask = find_spec("distributed") is not None
    if scheduler is not None and not has_dask:
        raise RunError(f"--scheduler needs Dask; install it with {EXTRA}.")
    opened = on_dask(workers, scheduler) if has_dask else on_threads(workers)
    with opened as crew:
        yield crew


@contextmanager
def on_threads(workers: int) -> Iterator[Crew]:
    flag = threading.Event()
    with ThreadPoolExecutor(workers) as executor:
        yield Crew(f"{workers} processes", lambda job: executor.submit(check, job, flag), flag.set)


@contextmanager
def on_dask(workers: int, scheduler: str | None) -> Iterator[Crew]:
    distributed: Any = import_module("distributed")
    # Its log messages about workers joining and leaving are not meant for the user.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with _client(distributed, workers, scheduler) as client:
        flag = distributed.Event(f"milestones-fleet-{secrets.token_hex(8)}", client=client)
        executor = client.get_executor(pure=False)
        present = len(client.scheduler_info()["workers"])
        where = f"{workers} processes on an embedded Dask cluster"
        if scheduler is not None:
            where = f"Dask at {scheduler}: {present or 'still no'} worker{'s' * (present != 1)}"
        yield Crew(where, lambda job: executor.submit(check, job, flag), flag.set)


@contextmanager
def _client(distributed: Any, workers: int, scheduler: str | None) -> Iterator[Any]:
    if scheduler is None:
        # The address of Dask's dashboard: by default a fixed port, open to the whole network.
        pages = {"dashboard_address": LOOPBACK, "worker_dashboard_address": LOOPBACK}
        settings = {"processes": False, "n_workers": 1, "threads_per_worker": workers}
        with distributed.LocalCluster(**settings, **pages) as cluster, distributed.Client(cluster) as client:
            yield client
        return
    try:
        client = distributed.Client(scheduler, timeout=SECONDS_TO_CONNECT)
    except (OSError, ValueError) as error:
        raise RunError(
            f"No Dask scheduler answers at {scheduler}; start one with `dask scheduler` and name its address, "
            "such as tcp://10.0.0.1:8786."
        ) from error
    with client:
        yield client
