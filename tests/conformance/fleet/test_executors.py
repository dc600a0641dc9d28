"""Without Dask the same jobs run on threads, behind the same interface."""

from pathlib import Path
from typing import Any

import pytest

from conformance.fleet.deployment import Deployment
from conformance.fleet.executors import open_crew
from conformance.fleet.keys import KeyKind, KeySource
from conformance.fleet.task import Job
from conformance.target import RunError

KEYLESS = KeySource(KeyKind.ENVIRONMENT, ["NO_SUCH_VARIABLE"])


def test_jobs_run_without_dask(without_dask: None, tmp_path: Path) -> None:
    job = Job(Deployment("a", "http://a.example/api", KEYLESS), 0, str(tmp_path))
    with open_crew(2, None) as crew:
        outcome = crew.submit(job).result()

    assert crew.description == "2 processes"
    assert (outcome.exit_code, outcome.reason.split()[:2]) == (3, ["key-env", "NO_SUCH_VARIABLE"])


def test_the_embedded_cluster_listens_on_this_machine_alone() -> None:
    psutil = pytest.importorskip("psutil")
    pytest.importorskip("distributed")
    before = listening(psutil)
    with open_crew(2, None):
        opened = listening(psutil) - before

    assert {address for address, _ in opened} <= {"127.0.0.1"}


def listening(psutil: Any) -> set[tuple[str, int]]:
    """Return the addresses that this process listens on."""
    connections = psutil.Process().net_connections()
    return {tuple(entry.laddr) for entry in connections if entry.status == psutil.CONN_LISTEN}


def test_a_scheduler_without_dask_is_refused_with_what_to_install(without_dask: None) -> None:
    with pytest.raises(RunError, match=r"pip install 'milestones-conformance\[fleet\]'"), open_crew(2, "tcp://x:1"):
        pass
