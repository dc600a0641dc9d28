"""Mock, suite and gate run where there is no POSIX: nothing to fork, few signals, no waiting for pipes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SIMULATION = Path(__file__).with_name("simulated_windows")


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (
            "conformance --target mock --depth quick --only delete/answers-200-with-the-id --report report",
            "Every requirement of the run holds",
        ),
        ("gate contract {contract} {contract}", "nothing was found"),
    ],
)
def test_mock_suite_and_gate_run_on_a_simulated_windows(root: Path, tmp_path: Path, command: str, shown: str) -> None:
    words = [sys.executable, "-m", *command.format(contract=root / "openapi.yaml").split()]
    # A folder of a module named sitecustomize: each process imports it first, children of ours included.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SIMULATION), str(root)])}
    ended = subprocess.run(
        words, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert shown in ended.stdout
