"""Run the suite's command as the child process of a worker: alone on its deployment, and only while the worker lives.

Usage: `python -m conformance.fleet.child STATE ARGUMENT...`; STATE is the folder of the deployment's journal and lock.
When standard input closes, because the worker stops the run or dies, the run stops, cleans up and reports what it has.
"""

import json
import os
import runpy
import signal
import sys
import time
from pathlib import Path
from threading import Thread

from filelock import FileLock, Timeout

SECONDS_FOR_FORMER_RUN = 90.0
"""The time for an orphaned run on this deployment to clean up."""


def main() -> None:
    """Run the command, and write its cost beside the reports."""
    state, *arguments = sys.argv[1:]
    Thread(target=stop_with_worker, daemon=True).start()
    lock = FileLock(Path(state) / "lock", timeout=SECONDS_FOR_FORMER_RUN)
    try:
        lock.acquire()
    except Timeout:
        sys.exit(f"Another run of this deployment has not ended for {SECONDS_FOR_FORMER_RUN:g} s; try again later.")
    with lock:
        sys.argv = ["milestones-check", *arguments]
        try:
            runpy.run_module("conformance", run_name="__main__")
        finally:
            Path("cost.json").write_text(json.dumps({"cpu_s": time.process_time(), "peak_memory_mb": peak_memory()}))


def stop_with_worker() -> None:
    # Not sys.stdin: a thread that holds its lock would abort the interpreter's shutdown.
    os.read(0, 1)
    signal.raise_signal(signal.SIGTERM)


def peak_memory() -> float | None:
    """Return the maximum resident size in MB; None if the system does not report it (Windows)."""
    peak: float | None = None
    if sys.platform != "win32":
        from resource import RUSAGE_SELF, getrusage

        unit = 1024 * 1024 if sys.platform == "darwin" else 1024
        peak = round(getrusage(RUSAGE_SELF).ru_maxrss / unit, 1)
    return peak


if __name__ == "__main__":
    main()
