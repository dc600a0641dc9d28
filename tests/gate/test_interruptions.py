"""Whoever ends the gate ends what it has started, too, and hears meanwhile what it waits for."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mock_server.messages import Request, Response
from tests.conformance.loopback import serving
from tests.gate.test_endings import says_not_done

ROOT = Path(__file__).parents[2]
KEYED = {**os.environ, "MILESTONES_API_KEY": "test-gate"}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_gate_that_is_ended_leaves_no_suite_and_no_files_behind(how: signal.Signals, tmp_path: Path) -> None:
    asked = threading.Event()

    def busy(_: Request) -> Response:
        asked.set()
        return Response(429, (("Retry-After", "30"),), b"{}")

    (tmp_path / "temporary").mkdir()
    with serving(busy) as target:
        words = [
            "behaviour",
            "--old",
            str(ROOT / "openapi.yaml"),
            "--target",
            target,
            "--report",
            str(tmp_path / "out"),
        ]
        with subprocess.Popen(
            [sys.executable, "-m", "gate", *words],
            cwd=tmp_path,
            env={**KEYED, "TMPDIR": str(tmp_path / "temporary"), "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            assert asked.wait(30)
            said = process.stderr.readline()
            (child,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            process.send_signal(how)
            rest = process.stderr.read()
            code = process.wait(30)

    assert code == 3
    assert "answers 429; asking again in 30 s" in said
    assert "Traceback" not in rest
    assert not Path(f"/proc/{child}").exists()
    assert list((tmp_path / "temporary").iterdir()) == []
    says_not_done(tmp_path / "out")
