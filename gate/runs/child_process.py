"""Run a command as a child process that ends when the gate is ended, after cleaning up."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

GRACE_SECONDS = 15.0
STANDARD_ERROR = 2


def run(command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a command to its end; return its exit code and its standard error.

    Its output goes to the gate's standard error meanwhile. When the gate is interrupted, the child is asked to end, and
    killed if it has not ended within a grace period or the gate is interrupted again.
    """
    with subprocess.Popen(
        command,
        stdout=STANDARD_ERROR,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env={**environment, "PYTHONIOENCODING": "utf-8:backslashreplace"},
        # Ctrl-C reaches a whole process group, and a second signal cuts the suite's clean-up short: the gate sends one.
        process_group=0,
    ) as process:
        try:
            errors = process.communicate()[1]
        except BaseException:
            _end(process)
            raise
    return process.returncode, errors


def _end(process: subprocess.Popen[str]) -> None:
    sys.stderr.write(f"Interrupted: the suite has {GRACE_SECONDS:g} s to remove what it made.\n")
    if sys.platform != "win32":
        # Windows would kill it without cleaning up; there Ctrl-C has reached it, too.
        process.terminate()
    try:
        process.communicate(timeout=GRACE_SECONDS)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        sys.stderr.write(
            "The suite did not end by itself; `milestones-check clean-up` removes what it may have left.\n"
        )
    finally:
        if sys.platform == "win32":
            process.kill()
        else:
            # Processes that it has started are in its group, too.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
