"""Run `milestones-check` from a test: in this process, which is quick, or as the command that users start."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from conformance.cli import command

KEY = "test-key-of-the-command-line"


@dataclass(frozen=True)
class Ending:
    """The exit code of a command, and what it printed."""

    code: int
    out: str
    err: str


Check = Callable[..., Ending]


def surroundings(folder: Path, key: str | None = KEY) -> dict[str, str]:
    """Return the environment of a run: the current one, with a key and a folder for journals."""
    kept = {name: value for name, value in os.environ.items() if name != "MILESTONES_API_KEY"}
    named = {} if key is None else {"MILESTONES_API_KEY": key}
    return kept | named | {"XDG_STATE_HOME": str(folder / "state"), "PYTHONPATH": str(Path(__file__).parents[2])}


def check_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> Ending:
    """Run `milestones-check` in this process."""
    # Consoles of this process would reach beyond the test.
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(open(1, "wb", closefd=False)))  # noqa: SIM115
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(open(2, "wb", closefd=False)))  # noqa: SIM115
    with pytest.raises(SystemExit) as ended:
        command.main(args=list(options), prog_name="milestones-check")
    sys.stdout.flush()
    sys.stderr.flush()
    out, err = capfd.readouterr()
    return without_key(Ending(int(ended.value.code or 0), out, err), folder)


def check_as_command(folder: Path, *options: str) -> Ending:
    """Run `milestones-check` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "conformance", *options],
        cwd=folder,
        env=surroundings(folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return without_key(Ending(done.returncode, done.stdout, done.stderr), folder)


def without_key(ending: Ending, folder: Path) -> Ending:
    """Return the result after asserting that no output or file contains the key, and no output an internal error."""
    assert "Traceback" not in ending.out + ending.err
    assert KEY not in ending.out + ending.err
    assert [path for path in folder.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()] == []
    return ending
