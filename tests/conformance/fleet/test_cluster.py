"""A fleet on a Dask cluster: a scheduler and two workers as commands, one of them killed in the middle."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from click.testing import CliRunner

from conformance.cli import command
from conformance.fleet import executors
from mock_server.app import App
from mock_server.messages import Request, Response
from tests.conformance.fleet.fleet_files import COMMAND, check, files_with, report, verdicts, write
from tests.conformance.live_server import free_port, serving

KEYS = {f"tenant-{number}": f"test-cluster-{number}" for number in range(4)}


@contextmanager
def started(*words: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of Dask in a process group of its own meanwhile."""
    with (folder / f"{words[0]}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{words[0]}", *words[1:]],
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and what it has started in its group."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.zoo
@pytest.mark.skipif(sys.platform == "win32", reason="kills a process group")
def test_the_deployments_of_a_worker_that_dies_are_cleaned_up_and_run_again(app: App, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    accounts: set[str] = set()
    all_began, is_dead = Event(), Event()

    def handle(request: Request) -> Response:
        if request.method == "POST" and request.path.endswith("/projects"):
            accounts.add(request.headers["authorization"])
            if len(accounts) == len(KEYS):
                all_began.set()
            # None goes on before a worker is dead, however fast it is.
            is_dead.wait(60)
        return app.handle(request)

    scheduler = f"tcp://127.0.0.1:{free_port()}"
    with ExitStack() as stack:
        url = stack.enter_context(serving(handle))
        write(tmp_path, {name: (url, key) for name, key in KEYS.items()}, 'only = ["get/unknown-id-is-404"]')
        port = scheduler.rpartition(":")[2]
        stack.enter_context(started("scheduler", "--port", port, "--no-dashboard", folder=tmp_path))
        worker = ("worker", scheduler, "--nthreads", "2", "--no-dashboard", "--no-nanny")
        workers = [stack.enter_context(started(*worker, folder=tmp_path)) for _ in range(2)]
        stack.enter_context(killing(workers[0], all_began, is_dead))
        done = check(tmp_path, "--scheduler", scheduler)

    fleet = report(tmp_path)
    assert is_dead.is_set()
    assert done.returncode == 0, done.stdout + done.stderr
    assert verdicts(tmp_path) == dict.fromkeys(KEYS, "conformant")
    assert max(row["attempts"] for row in fleet["deployments"]) == 2
    assert files_with(tmp_path, list(KEYS.values())) == []
    assert [title for key in KEYS.values() for title in titles(app, key) if "ZZZ_CONFORMANCE_" in title] == []


def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(executors, "SECONDS_TO_CONNECT", 0.5)
    write(tmp_path, {"a": ("http://127.0.0.1:9/api", "test-a")})
    done = CliRunner().invoke(command, [*COMMAND[3:], "--scheduler", "127.0.0.1:9"])

    assert done.exit_code == 3
    assert "No Dask scheduler answers at 127.0.0.1:9" in done.output


@contextmanager
def killing(process: "subprocess.Popen[bytes]", when: Event, is_dead: Event) -> Iterator[None]:
    """Kill a process at an event, and set another once it is dead."""

    def wait() -> None:
        if when.wait(120):
            kill(process)
        is_dead.set()

    thread = Thread(target=wait, daemon=True)
    thread.start()
    yield


def titles(app: App, key: str) -> list[str]:
    """Return the titles of the projects of an account."""
    account = app.accounts.find(key)
    return [] if account is None else [project.title for project in account.store.projects]
