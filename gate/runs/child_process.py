"""A command as a child of ours: whatever ends us ends it, too, after it has cleaned up."""

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

    What it prints goes to our standard error meanwhile. When we are interrupted, it is asked to end, and made to end
    if it has not within a grace or if we are interrupted again.
    """
    with subprocess.Popen(
        command,
        stdout=STANDARD_ERROR,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env={**environment, "PYTHONIOENCODING": "utf-8:backslashreplace"},
        # Ctrl-C reaches a whole group, and the suite takes a second signal for impatience: it gets the one from us.
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
        # Windows would end it without cleaning up; there Ctrl-C has reached it, too.
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
            # What it has started itself is in its group, too.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
