"""The suite and the mock as commands: started, waited for, and their reports read."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import IO, cast

from gate.document import Document
from gate.problem import NotDone
from gate.runs.report import Run, read

SECONDS_TO_START = 20.0
KEY = "MILESTONES_API_KEY"
MOCK_KEY = "test-gate"
NOT_DONE = 3
STANDARD_ERROR = 2


def check(target: str | None, options: Sequence[str], *, key: str = "", contract: Path | None = None) -> Run:
    """Runs `milestones-check` on a deployment, or without one on the embedded mock, and reads its report.

    What the suite says goes to standard error. Raises NotDone when it did not come to a report.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "conformance", "--report", folder, *options]
        command += ["--target", target] if target is not None else []
        command += ["--contract", str(contract)] if contract is not None else []
        environment = {**os.environ, KEY: key} if key else dict(os.environ)
        finished = subprocess.run(
            command, stdout=STANDARD_ERROR, stderr=subprocess.PIPE, text=True, env=environment, check=False
        )
        said = finished.stderr.strip()
        report = Path(folder) / "report.json"
        if finished.returncode == NOT_DONE or not report.exists() or not report.stat().st_size:
            raise NotDone(f"The suite did not run: {said or 'it said nothing'}")
        run = read(report)
        return run if target is not None else replace(run, target="our own mock")


@contextmanager
def mock(contract: Path) -> Iterator[str]:
    """Runs the mock under a contract meanwhile and hands out its base URL; raises NotDone when it does not start."""
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--contract", str(contract)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield _base_url(process)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@contextmanager
def written(document: Document) -> Iterator[Path]:
    """A contract as a file, wherever it was read from; the files that it refers to stand beside it."""
    with tempfile.TemporaryDirectory() as folder:
        for source, one in document.others.items():
            path = Path(folder, *(part for part in source.path.parts if part not in ("/", "..")))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(one.text, encoding="utf-8")
        yield Path(folder, *(part for part in document.source.path.parts if part not in ("/", "..")))


def _base_url(process: subprocess.Popen[str]) -> str:
    output = cast("IO[str]", process.stdout)
    with DefaultSelector() as selector:
        selector.register(output, EVENT_READ)
        line = output.readline() if selector.select(SECONDS_TO_START) else ""
    found = [word for word in line.split() if word.startswith("http")]
    if not found:
        process.kill()
        complaint = " ".join(process.communicate()[1].split()[-40:])
        raise NotDone(f"The mock did not start ({complaint or 'it said nothing'}); try `milestones-mock` by itself.")
    return found[0].rstrip("/")
