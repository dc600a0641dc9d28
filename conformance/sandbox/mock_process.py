"""The mock as a target, run as a separate process."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO, Any, cast

from conformance.target import RunError, Target

KEY = "test-conformance"
NEW_GROUP: Mapping[str, Any] = (
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)} if os.name == "nt" else {"process_group": 0}
)
"""Keeps a signal for the suite's process group, as Ctrl-C sends it, from a process that the suite starts and stops."""
SECONDS_TO_START = 60.0
"""The maximum time in seconds for the mock to start, on a busy machine."""


@contextmanager
def run_mock(contract: Path | None, profile: Path | None = None) -> Iterator[Target]:
    """Run `python -m mock_server` on a free port while the context is open; raise RunError if it does not start."""
    # Otherwise, longer keys that begin with this one would open accounts, too.
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--api-key", KEY, "--until-stdin-closes"]
    if contract is not None:
        command += ["--contract", str(contract)]
    if profile is not None:
        command += ["--profile", str(profile)]
    # The mock answers until a stopped run has cleaned up, and does not outlive a run that is killed.
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
        **NEW_GROUP,
    )
    try:
        yield Target(url=base_url(process), key=KEY)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def base_url(process: subprocess.Popen[str]) -> str:
    output = cast("IO[str]", process.stdout)
    late = Timer(SECONDS_TO_START, process.kill)
    late.start()
    line = output.readline()
    late.cancel()
    addresses = [word for word in line.split() if word.startswith("http")]
    if not addresses:
        process.kill()
        complaint = " ".join(process.communicate()[1].split()[-40:])
        raise RunError(
            f"our own mock did not start ({complaint or 'it printed nothing'}); try `milestones-mock` by itself."
        )
    return addresses[0].rstrip("/")
