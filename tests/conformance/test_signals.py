"""A stopped run cleans up, or names what it could not remove and how to remove it."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from conformance.http.signals import NOTICED_WITHIN, stop_on_signals
from mock_server.app import App
from mock_server.contract.contract import load_contract
from mock_server.messages import Request, Response
from mock_server.scenarios.loader import load_scenario
from tests.conformance.command_line import KEY, surroundings
from tests.conformance.live_server import serving

pytestmark = [
    pytest.mark.zoo,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send to one process"),
]
PATIENCE = 60
"""Seconds in which anything must have happened, on a machine however busy."""


@dataclass
class Deployment:
    """A mock whose deletions of projects take long; its events are set when the first request of a kind comes."""

    app: App
    seconds: float = 0.0
    deleting: threading.Event = field(default_factory=threading.Event)
    reading: threading.Event = field(default_factory=threading.Event)
    reordering: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def handle(self, request: Request) -> Response:
        """Answer a request, deletions late."""
        self.reading.set()
        if request.method == "PUT":
            self.reordering.set()
        if request.method == "DELETE" and request.path.startswith("/api/projects/"):
            self.deleting.set()
            self.over.wait(self.seconds)
        return self.app.handle(request)

    def projects(self) -> dict[int, str]:
        """Return the projects that are there."""
        account = self.app.accounts.find(KEY)
        assert account is not None
        return {project.id: project.title for project in account.store.projects}


@contextmanager
def deployed(seconds: float) -> Iterator[tuple[Deployment, str]]:
    """Serve a deployment; yield it with its URL."""
    deployment = Deployment(App(load_contract(), scenario=load_scenario("default")), seconds)
    with serving(deployment.handle) as url:
        yield deployment, url
        deployment.over.set()


@contextmanager
def running(url: str, folder: Path, *options: str, process_group: int | None = None) -> Iterator[subprocess.Popen[str]]:
    """Start a run on a deployment; kill it in the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "conformance", "--target", url, *options],
        cwd=folder,
        env=surroundings(folder, KEY),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=process_group,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return the exit code and the output of a run."""
    output, _ = process.communicate(timeout=PATIENCE)
    return process.returncode, output


def assert_named(left: dict[int, str], output: str, url: str) -> None:
    """Assert that every project that is left is named, and so is the command that removes it."""
    assert left
    for identifier, title in left.items():
        assert f"project {identifier} " in output or re.search(rf"titled {title.rpartition('_')[0]}_…", output)
    assert f"milestones-check clean-up --target {url}" in output


def test_a_signal_that_the_main_thread_does_not_notice_cuts_what_it_waits_for() -> None:
    stopped, cut = threading.Event(), threading.Event()

    def send() -> None:
        # A signal to another thread does not end the waiting of the main thread.
        while not cut.wait(2 * NOTICED_WITHIN):
            signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

    with stop_on_signals(stopped.set, cut.set):
        sender = threading.Thread(target=send)
        sender.start()
        assert cut.wait(PATIENCE)
        sender.join()

    assert stopped.is_set()


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_a_second_signal_ends_cleaning_up_and_what_is_left_is_named(second: signal.Signals, tmp_path: Path) -> None:
    with deployed(600) as (deployment, url), running(url, tmp_path, "--only", "race/*", "--depth", "quick") as process:
        assert deployment.reordering.wait(PATIENCE)
        process.send_signal(signal.SIGINT)
        # Cleaning up has begun, and hangs.
        assert deployment.deleting.wait(PATIENCE)
        process.send_signal(second)
        began = time.monotonic()
        code, output = ended(process)
        left = {number: title for number, title in deployment.projects().items() if title.startswith("ZZZ_")}

    assert code == 2, output
    assert "Traceback" not in output
    assert time.monotonic() - began < PATIENCE / 2
    assert_named(left, output, url)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_while_cleaning_up_does_not_end_it(number: signal.Signals, tmp_path: Path) -> None:
    with deployed(0.5) as (deployment, url), running(url, tmp_path, "--only", "get/an*", "--depth", "quick") as process:
        assert deployment.deleting.wait(PATIENCE)
        process.send_signal(number)
        code, output = ended(process)
        titles = deployment.projects().values()

    assert code in (0, 2), output
    assert "Traceback" not in output
    assert not any(title.startswith("ZZZ_") for title in titles)


def test_ctrl_c_does_not_end_our_own_mock_before_the_run_has_cleaned_up(tmp_path: Path) -> None:
    with running("mock", tmp_path, "-v", process_group=0) as process:
        assert process.stdout is not None
        # A terminal sends the signal to every process of the group.
        next(line for line in process.stdout if "POST /milestones" in line)
        os.killpg(process.pid, signal.SIGINT)
        code, output = ended(process)

    assert code == 2, output
    assert "the run was interrupted" in output
    assert "Could not be removed" not in output


def test_our_own_mock_ends_with_a_run_that_is_killed(tmp_path: Path) -> None:
    with running("mock", tmp_path) as process:
        assert process.stdout is not None
        announced = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
        assert announced is not None
        process.kill()
        deadline = time.monotonic() + PATIENCE
        while (is_served := answers(int(announced[1]))) and time.monotonic() < deadline:
            pass

    assert not is_served


def answers(port: int) -> bool:
    """Return whether a port takes connections."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
    except OSError:
        return False
    return True


def test_a_signal_before_the_first_answer_ends_the_run(tmp_path: Path) -> None:
    with deployed(0) as (deployment, _):
        hold = threading.Event()

        def handle(request: Request) -> Response:
            deployment.reading.set()
            hold.wait(PATIENCE)
            return deployment.app.handle(request)

        with serving(handle) as slow, running(slow, tmp_path) as process:
            assert deployment.reading.wait(PATIENCE)
            process.send_signal(signal.SIGTERM)
            code, output = ended(process)
            hold.set()

    assert code == 3, output
    assert "Traceback" not in output


def test_what_a_stopped_clean_up_left_is_removed_later(tmp_path: Path) -> None:
    with deployed(600) as (deployment, url):
        with running(url, tmp_path, "--only", "race/*", "--depth", "quick") as process:
            assert deployment.deleting.wait(PATIENCE)
            process.kill()
        deployment.seconds = 0
        done = subprocess.run(
            [sys.executable, "-m", "conformance", "clean-up", "--target", url],
            env=surroundings(tmp_path, KEY),
            capture_output=True,
            text=True,
            check=False,
        )
        titles = deployment.projects().values()

    assert done.returncode == 0, done.stderr
    assert re.match(r"[1-9]\d* projects? removed from ", done.stdout)
    assert not any(title.startswith("ZZZ_") for title in titles)
