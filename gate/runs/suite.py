"""Run the suite and the mock as commands: start them, wait for them, and read the reports."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Timer
from typing import IO, cast

from gate.errors import GateError
from gate.runs import child_process
from gate.runs.report import Run, read
from gate.source.document import Document, Json
from gate.verdict import ExitCode

SECONDS_TO_START = 20.0
KEY = "MILESTONES_API_KEY"
MOCK_KEY = "test-gate"


def check(target: str | None, options: Sequence[str], *, key: str = "", contract: Path | None = None) -> Run:
    """Run `milestones-check` on a deployment, or by default on the embedded mock, and return its report.

    The suite's messages go to standard error meanwhile. Raises GateError if it wrote no report.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "conformance", *options, "--quiet", "--report", folder]
        command += ["--target", target if target is not None else "mock"]
        command += ["--contract", str(contract)] if contract is not None else []
        code, errors = child_process.run(command, {**os.environ, KEY: key} if key else os.environ)
        report = Path(folder) / "report.json"
        if code == ExitCode.NOT_DONE or not report.exists() or not report.stat().st_size:
            raise GateError(f"The suite did not run: {errors.strip() or 'it said nothing'}")
        run = read(report)
        return run if target is not None else replace(run, target="our own mock")


@contextmanager
def mock(contract: Path) -> Iterator[str]:
    """Run the mock with a contract and yield its base URL; raise GateError if it does not start."""
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--contract", str(contract), "--until-stdin-closes"]
    # Ctrl-C reaches a whole process group; the mock answers until the suite has cleaned up.
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    )
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
    """Write a contract, and the files that it refers to beside it; yield its path."""
    if not document.source.revision:
        yield Path(document.source.path)
        return
    with tempfile.TemporaryDirectory() as folder:
        follow(document, document.data)
        for file in document.others.values():
            path = _within(folder, file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8")
        path = _within(folder, document)
        try:
            yield path
        except GateError as reason:
            raise GateError(str(reason).replace(str(path), document.source.name)) from reason


def _within(folder: str, document: Document) -> Path:
    return Path(folder, *(part for part in document.source.path.parts if part not in ("/", "..")))


def follow(document: Document, value: Json) -> None:
    """Read every file that a contract refers to."""
    if isinstance(value, list):
        for reference in value:
            follow(document, reference)
    elif isinstance(value, dict):
        file = str(value.get("$ref", "")).partition("#")[0]
        if file and "://" not in file and document.source.beside(file) not in document.others:
            target = document.sibling(file)
            follow(target, target.data)
        for reference in value.values():
            follow(document, reference)


def _base_url(process: subprocess.Popen[str]) -> str:
    output = cast("IO[str]", process.stdout)
    late = Timer(SECONDS_TO_START, process.kill)
    late.start()
    line = output.readline()
    late.cancel()
    match = [word for word in line.split() if word.startswith("http")]
    if not match:
        process.kill()
        complaint = " ".join(process.communicate()[1].split()[-40:])
        raise GateError(f"The mock did not start ({complaint or 'it said nothing'}); try `milestones-mock` by itself.")
    return match[0].rstrip("/")
