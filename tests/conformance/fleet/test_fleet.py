"""A fleet from its file to its reports: one bad deployment costs nothing but its own verdict."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest

from conformance.fleet.outputs import SCHEMA
from mock_server.app import App
from mock_server.contract.contract import load_contract
from mock_server.messages import Request, Response
from mock_server.scenarios.loader import load_scenario
from tests.conformance.fleet.fleet_files import COMMAND, check, files_with, report, verdicts, write
from tests.conformance.live_server import free_port, serving
from tests.faulty_mocks.fault import load_all
from tests.faulty_mocks.mock_builder import MockBuilder

FAULTS = load_all()
FAULT = "writes_dates_without_a_zone"
LABEL = "ZZZ_CONFORMANCE_"


@pytest.fixture
def app() -> App:
    """A mock, each key an account of its own."""
    return App(load_contract(), scenario=load_scenario("default"))


@pytest.fixture
def made() -> Event:
    """Set once a project was made."""
    return Event()


@pytest.fixture
def site(app: App, made: Event) -> Iterator[str]:
    """A mock with accounts that are fine, accounts that are faulty, and accounts that lie of what they made."""
    builder = MockBuilder(load_contract(), load_scenario("default"))
    FAULTS[FAULT].inject(builder)
    with builder.built() as faulty:

        def handle(request: Request) -> Response:
            key = request.headers.get("authorization", "")
            if request.method == "POST" and request.path.endswith("/projects"):
                made.set()
            if "faulty" in key:
                return faulty(request)
            return lying(app.handle, request) if "lying" in key else app.handle(request)

        with serving(handle) as url:
            yield url


def lying(handle: Callable[[Request], Response], request: Request) -> Response:
    """Answer the creation of a project with the record of somebody else's."""
    response = handle(request)
    if request.method != "POST" or not request.path.endswith("/projects"):
        return response
    body = json.loads(response.body)
    body["data"]["id"] = 159
    return Response(response.status, response.headers, json.dumps(body).encode())


def leftovers(app: App, key: str) -> list[str]:
    """The titles of the suite's projects in an account."""
    account = app.accounts.find(key)
    return [] if account is None else [p.title for p in account.store.projects if p.title.startswith(LABEL)]


def test_five_tenants_get_one_verdict_and_every_report(site: str, app: App, tmp_path: Path) -> None:
    keys = [f"test-tenant-{number}" for number in range(4)]
    tenants = {f"tenant-{number}": (site, key) for number, key in enumerate(keys)}
    write(tmp_path, {**tenants, "down": (f"http://127.0.0.1:{free_port()}/api", "test-down")})
    done = check(tmp_path)
    fleet = report(tmp_path)

    assert done.returncode == 3, done.stdout + done.stderr
    jsonschema_rs.validate(json.loads(SCHEMA.read_text(encoding="utf-8")), fleet)
    assert fleet["counts"] == {"not done": 1, "conformant": 4}
    assert fleet["alike"] == "All 4 that were judged are alike."
    assert "gives no answer" in fleet["deployments"][0]["reason"]
    assert {row["groups"]["get"]["holds"] for row in fleet["deployments"][1:]} == {6}
    suites = {suite.get("name"): suite for suite in ET.parse(tmp_path / "out" / "junit.xml").iter("testsuite")}
    assert set(suites) == {*tenants, "down"}
    assert suites["down"].get("errors") == "1"
    assert suites["tenant-0"].get("failures") == "0"
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    pages = [tmp_path / "out" / "deployments" / name / "report.html" for name in suites if name]
    assert all(f'href="deployments/{path.parent.name}/report.html"' in page and path.is_file() for path in pages)
    assert files_with(tmp_path, keys) == []
    assert not (tmp_path / "out" / "state").exists()
    assert [key for key in keys if leftovers(app, key)] == []


@pytest.mark.slow
def test_of_forty_the_faulty_the_lying_and_those_that_are_down_are_told_apart(
    site: str, app: App, tmp_path: Path
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/api"
    fine = {f"fine-{number}": (site, f"test-fine-{number}") for number in range(32)}
    faulty = {f"faulty-{number}": (site, f"test-faulty-{number}") for number in range(5)}
    down = {f"down-{number}": (nowhere, f"test-down-{number}") for number in range(2)}
    write(
        tmp_path,
        {**fine, **faulty, **down, "lying": (site, "test-lying")},
        'only = ["get/dates-are-instants"]',
        "strict = true",
    )
    done = check(tmp_path, "-n", "3")
    came = verdicts(tmp_path)

    assert done.returncode == 1, done.stdout + done.stderr
    assert {name for name, verdict in came.items() if verdict == "violations"} - {"lying"} == set(faulty)
    assert {name for name, verdict in came.items() if verdict == "not done"} - {"lying"} == set(down)
    assert {came[name] for name in fine} == {"conformant"}
    assert came["lying"] != "conformant"
    assert list(came)[:5] == sorted(faulty)
    assert "32 alike; " in report(tmp_path)["alike"]
    account = app.accounts.find("test-lying")
    assert account is not None
    assert 159 in {project.id for project in account.store.projects}


def test_a_fleet_that_was_stopped_cleans_up_and_goes_on(site: str, app: App, made: Event, tmp_path: Path) -> None:
    write(tmp_path, {"first": (site, "test-first"), "second": (site, "test-second")}, 'depth = "quick"', runs=1)
    with subprocess.Popen([*COMMAND, "-n", "1"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert made.wait(60)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    stopped = report(tmp_path)
    left = leftovers(app, "test-first")
    write(tmp_path, {"first": (site, "test-first"), "second": (site, "test-second")})
    done = check(tmp_path, "--resume")

    assert process.returncode != 0
    assert stopped["interrupted"] is True
    assert left == []
    assert {row["name"]: row["reason"] for row in stopped["deployments"]}["second"].startswith("the fleet was stopped")
    assert done.returncode == 0, done.stdout + done.stderr
    assert verdicts(tmp_path) == {"first": "conformant", "second": "conformant"}


def test_a_resumed_fleet_keeps_what_is_final_and_checks_the_rest_again(site: str, tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/api"
    write(tmp_path, {"fine": (site, "test-fine"), "down": (nowhere, "test-down")})
    check(tmp_path)
    kept = tmp_path / "out" / "deployments" / "fine" / "report.json"
    before = kept.stat().st_mtime_ns
    done = check(tmp_path, "--resume")

    assert "1 kept from before" in done.stdout
    assert verdicts(tmp_path) == {"down": "not done", "fine": "conformant"}
    assert kept.stat().st_mtime_ns == before


@pytest.mark.skipif(sys.platform != "linux", reason="finds the process in /proc")
def test_a_run_that_dies_is_cleaned_up_and_run_again(site: str, app: App, made: Event, tmp_path: Path) -> None:
    write(tmp_path, {"only": (site, "test-only")}, 'depth = "quick"', 'only = ["get/*", "delete/*"]')
    with subprocess.Popen(COMMAND, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert made.wait(60)
        os.kill(child_of(process.pid), signal.SIGKILL)
        process.communicate(timeout=100)
    (row,) = report(tmp_path)["deployments"]

    assert (row["verdict"], row["attempts"]) == ("conformant", 2)
    assert leftovers(app, "test-only") == []


def test_a_run_out_of_time_ends_in_its_own_row(site: str, tmp_path: Path) -> None:
    write(tmp_path, {"slow": (site, "test-slow")}, 'depth = "deep"', 'time-limit = "2s"')
    check(tmp_path)
    (row,) = report(tmp_path)["deployments"]

    assert row["verdict"] in ("inconclusive", "not done")
    assert "time limit of 2 s" in row["reason"]


def test_results_go_into_a_history(site: str, tmp_path: Path) -> None:
    write(tmp_path, {"fine": (site, "test-fine"), "down": (f"http://127.0.0.1:{free_port()}/api", "test-down")})
    check(tmp_path, "--history", "history.sqlite")
    command = [*COMMAND[:3], "history", "history.sqlite"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "fine: conformant in run" in done.stdout
    assert "down: not done in run" in done.stdout


def child_of(parent: int) -> int:
    """The run that a fleet has started."""
    children = Path(f"/proc/{parent}/task").glob("*/children")
    (child,) = {int(word) for path in children for word in path.read_text().split()}
    return child
