"""Ending the gate also ends its child processes, and their output is shown while they run."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gate.runs import child_process
from gate.runs.suite import mock
from mock_server.app import App
from mock_server.contract.contract import load_contract
from mock_server.messages import Request, Response
from mock_server.scenarios.loader import load_scenario
from tests.conformance.live_server import serving
from tests.gate.test_exit_handling import says_not_done

ROOT = Path(__file__).parents[3]
KEYED = {**os.environ, "MILESTONES_API_KEY": "test-gate"}


def test_ctrl_c_does_not_reach_the_mock_that_the_suite_still_has_to_clean_up() -> None:
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    before = set(children.read_text().split())
    with mock(ROOT / "openapi.yaml"):
        (started,) = set(children.read_text().split()) - before
        assert os.getpgid(int(started)) != os.getpgrp()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_gate_that_is_ended_leaves_no_suite_and_no_files_behind(how: signal.Signals, tmp_path: Path) -> None:
    requested = threading.Event()

    def busy(_: Request) -> Response:
        requested.set()
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
            assert requested.wait(30)
            message = process.stderr.readline()
            (suite,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            process.send_signal(how)
            rest = process.stderr.read()
            code = process.wait(30)

    assert code == 3
    assert "answers 429; asking again in 10 s" in message
    assert "Traceback" not in rest
    assert not Path(f"/proc/{suite}").exists()
    assert list((tmp_path / "temporary").iterdir()) == []
    says_not_done(tmp_path / "out")


@pytest.mark.zoo
def test_a_gate_that_is_ended_leaves_nothing_on_the_deployment(tmp_path: Path) -> None:
    app, made = App(load_contract(), scenario=load_scenario("default")), threading.Event()
    account = app.accounts.find("test-gate")
    assert account is not None
    before = len(account.store.projects)

    def watched(request: Request) -> Response:
        if request.method == "POST" and request.path.endswith("/milestones"):
            made.set()
        return app.handle(request)

    with serving(watched) as target:
        words = ["baseline", "baseline.json", "--write", "--depth", "quick", "--target", target]
        with subprocess.Popen(
            [sys.executable, "-m", "gate", *words],
            cwd=tmp_path,
            env={**KEYED, "XDG_STATE_HOME": str(tmp_path / "state"), "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert made.wait(30)
            process.send_signal(signal.SIGTERM)
            message = process.communicate(timeout=30)[1]

    assert process.returncode == 3
    assert "the suite has 15 s to remove what it made" in message
    assert len(account.store.projects) == before
    assert not (tmp_path / "baseline.json").exists()


STUBBORN = """
import os, pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path("pid").write_text(str(os.getpid()))
os.kill(os.getppid(), signal.SIGUSR1)
time.sleep(60)
"""


def test_a_child_that_does_not_end_by_itself_is_made_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(child_process, "GRACE_SECONDS", 0.1)
    former = signal.signal(signal.SIGUSR1, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            child_process.run([sys.executable, "-c", STUBBORN], os.environ)
    finally:
        signal.signal(signal.SIGUSR1, former)

    assert not Path(f"/proc/{(tmp_path / 'pid').read_text()}").exists()
    assert "milestones-check clean-up" in capsys.readouterr().err
