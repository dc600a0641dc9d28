"""Forty concurrent deployments are reported separately, and their number is limited by workers and memory."""

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import NoReturn

import pytest

from conformance.cli import command
from conformance.fleet import coordinator, executors
from conformance.fleet.budget import Allowance, Politeness
from conformance.fleet.coordinator import Coordinator, Folder
from conformance.fleet.deployment import Deployment
from conformance.fleet.executors import Crew
from conformance.fleet.file import Fleet
from conformance.fleet.keys import KeyKind, KeySource
from conformance.fleet.task import REPORTS, Job, JobResult
from conformance.runner import reproduction_runner
from conformance.target import RunError
from mock_server.app import App
from tests.conformance.fleet.conftest import CheckHere
from tests.conformance.fleet.fleet_files import report, verdicts, write
from tests.conformance.live_server import free_port

FINE, FAULTY, DOWN = 32, 5, 2


def run_here(job: Job) -> JobResult:
    """Check a deployment in this process: forty interpreters would take half a minute to start."""
    key = job.deployment.key.resolve()
    with tempfile.TemporaryDirectory() as folder:
        words = ["run", *job.deployment.arguments(job.rate), "--quiet", "--report", folder, "--api-key", key]
        with pytest.raises(SystemExit) as end:
            command.main(words)
        files = {name: (Path(folder) / name) for name in REPORTS}
        return JobResult(int(str(end.value)), "", {name: p.read_bytes() for name, p in files.items() if p.is_file()})


@contextmanager
def threads_here(workers: int, _: str | None) -> Iterator[Crew]:
    with ThreadPoolExecutor(workers) as executor:
        yield Crew("threads", lambda job: executor.submit(run_here, job), Event().set)


def no_reference(*_: object) -> NoReturn:
    """Skip minimising calls, as starting a reference takes a second."""
    raise RunError("not in this test")


@pytest.mark.zoo
def test_of_forty_the_faulty_the_lying_and_those_that_are_down_are_told_apart(
    site: str, app: App, tmp_path: Path, check_here: CheckHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "open_crew", threads_here)
    monkeypatch.setattr(reproduction_runner, "run_reference", no_reference)
    nowhere = f"http://127.0.0.1:{free_port()}/api"
    fine = {f"fine-{number}": (site, f"test-fine-{number}") for number in range(FINE)}
    faulty = {f"faulty-{number}": (site, f"test-faulty-{number}") for number in range(FAULTY)}
    down = {f"down-{number}": (nowhere, f"test-down-{number}") for number in range(DOWN)}
    everything = {**fine, **faulty, **down, "lying": (site, "test-lying")}
    write(tmp_path, everything, 'only = ["get/dates-are-instants"]', "strict = true")
    done = check_here("-n", "3")
    came = verdicts(tmp_path)

    assert done.exit_code == 1, done.output
    assert {name for name, verdict in came.items() if verdict == "violations"} - {"lying"} == set(faulty)
    assert {name for name, verdict in came.items() if verdict == "not done"} - {"lying"} == set(down)
    assert {came[name] for name in fine} == {"conformant"}
    assert came["lying"] != "conformant"
    assert list(came)[:FAULTY] == sorted(faulty)
    assert f"{FINE} alike; " in report(tmp_path)["alike"]
    account = app.accounts.find("test-lying")
    assert account is not None
    assert 159 in {project.id for project in account.store.projects}


class Slow:
    """Workers that finish a job only when all of them are busy."""

    def __init__(self, places: int) -> None:
        self.most = 0
        self._places = places
        self._running: list[Future[JobResult]] = []

    def submit(self, _: Job) -> "Future[JobResult]":
        future: Future[JobResult] = Future()
        self._running.append(future)
        self.most = max(self.most, len(self._running))
        if len(self._running) == self._places:
            end(self._running)
        return future


def end(futures: list["Future[JobResult]"]) -> None:
    for future in futures:
        future.set_result(JobResult(3, "it ended"))
    futures.clear()


def fleet_of(count: int) -> Sequence[Deployment]:
    """Return deployments with a host each, so that no budget holds them back."""
    key = KeySource(KeyKind.ENVIRONMENT, ["KEY"])
    return [Deployment(f"tenant-{number}", f"http://tenant-{number}.invalid/api", key) for number in range(count)]


def test_few_results_wait_in_memory_however_large_the_fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coordinator, "MOST_AT_ONCE", 4)
    monkeypatch.setattr("conformance.fleet.budget.addresses_of", lambda _: frozenset())
    workers = Slow(4)
    fleet = Fleet(fleet_of(12), Politeness(Allowance(4, 0)))
    checked = Coordinator(fleet, Folder(tmp_path / "out"), tmp_path / "state", resume=False)
    verdict = checked.run(Crew("slow workers", workers.submit, Event().set), lambda _: None)

    assert verdict.counts == {"not done": 12}
    assert workers.most == 4
