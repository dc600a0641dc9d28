"""The three commands are alike from the outside: Ctrl-C at any moment, and their version."""

import signal
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

SETTINGS = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
COMMANDS: dict[str, str] = SETTINGS["project"]["scripts"]
# An import that meets Ctrl-C, as the user's finger may have it, and goes on if nothing comes of it.
INTERRUPTED_IMPORT = """
import importlib, os, signal, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
sys.meta_path.insert(0, Finder())
_, entry, module, *words = sys.argv
sys.argv = [entry, *words]
main = importlib.import_module(entry).main
main()
"""


def interrupt(command: str, module: str, *words: str) -> tuple[int, str]:
    """Run a command that meets Ctrl-C when it imports a module; return its exit code and all that it printed."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_IMPORT, COMMANDS[command].removesuffix(":main"), module, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="a process there cannot send itself Ctrl-C")
@pytest.mark.parametrize(
    ("command", "module"),
    [
        ("milestones-mock", "mock_server.cli"),
        ("milestones-mock", "mock_server.http.server"),
        ("milestones-check", "conformance.cli"),
        ("milestones-gate", "gate.cli"),
    ],
)
def test_ctrl_c_while_a_command_starts_ends_it_without_a_word(command: str, module: str) -> None:
    # A shell shows it as 130.
    assert interrupt(command, module) == (-signal.SIGINT, "")


@pytest.mark.skipif(sys.platform == "win32", reason="a process there cannot send itself Ctrl-C")
@pytest.mark.parametrize(
    ("module", "sentence"),
    [("gate.commands.contract", "The run was interrupted"), ("gate.reports.github", "new.yaml: cannot be read")],
)
def test_ctrl_c_while_the_gate_imports_late_says_that_nothing_is_done(module: str, sentence: str) -> None:
    code, printed = interrupt("milestones-gate", module, "contract", "old.yaml", "new.yaml", "--annotations")
    assert code == 3
    assert "Traceback" not in printed
    assert printed.lstrip().startswith(sentence)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_its_name_and_version(command: str) -> None:
    start = [sys.executable, "-m", COMMANDS[command].removesuffix(".__main__:main"), "--version"]
    done = subprocess.run(start, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"{command} {version('milestones-conformance')}\n"
