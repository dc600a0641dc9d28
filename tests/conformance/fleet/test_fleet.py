"""A fleet from its file to its reports: one failing deployment affects only its own verdict."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
from click.testing import CliRunner

from conformance.cli import command
from conformance.fleet.outputs import SCHEMA
from mock_server.app import App
from tests.conformance.fleet.conftest import CheckHere
from tests.conformance.fleet.fleet_files import COMMAND, check, files_with, report, verdicts, write
from tests.conformance.live_server import free_port

LABEL = "ZZZ_CONFORMANCE_"
NOWHERE = f"http://127.0.0.1:{free_port()}/api"


def leftovers(app: App, key: str) -> list[str]:
    """Return the titles of the suite's projects in an account."""
    account = app.accounts.find(key)
    return [] if account is None else [p.title for p in account.store.projects if p.title.startswith(LABEL)]


@pytest.mark.zoo
def test_five_tenants_get_one_verdict_and_every_report(site: str, app: App, tmp_path: Path) -> None:
    keys = {name: f"test-secret-{name}" for name in ("first", "second", "faulty", "lying", "down")}
    tenants = {name: (site, key) for name, key in keys.items()} | {"down": (NOWHERE, keys["down"])}
    write(tmp_path, tenants, 'only = ["get/dates-are-instants"]', "strict = true")
    done = check(tmp_path)
    fleet = report(tmp_path)
    rows = {row["name"]: row for row in fleet["deployments"]}

    assert done.returncode == 1, done.stdout + done.stderr
    jsonschema_rs.validate(json.loads(SCHEMA.read_text(encoding="utf-8")), fleet)
    assert verdicts(tmp_path) | {"lying": ""} == {
        "faulty": "violations",
        "lying": "",
        "down": "not done",
        "first": "conformant",
        "second": "conformant",
    }
    assert rows["lying"]["verdict"] != "conformant"
    assert fleet["alike"].startswith("2 alike; ")
    assert "gives no answer" in rows["down"]["reason"]
    assert rows["first"]["groups"] == {"get": {"holds": 1, "broken": 0, "undecided": 0}}
    suites = {suite.get("name"): suite for suite in ET.parse(tmp_path / "out" / "junit.xml").iter("testsuite")}
    assert suites.keys() == tenants.keys()
    assert (suites["down"].get("errors"), suites["faulty"].get("failures")) == ("1", "1")
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    folders = {name: tmp_path / "out" / "deployments" / name for name in tenants}
    assert all(f'href="deployments/{name}/report.html"' in page for name in folders)
    assert all((folder / "report.html").is_file() for folder in folders.values())
    assert [path.name for path in (folders["faulty"] / "reproductions").iterdir()] == ["get-dates-are-instants.sh"]
    assert files_with(tmp_path, list(keys.values())) == []
    assert not (tmp_path / "out" / "state").exists()
    assert [key for key in keys.values() if leftovers(app, key)] == []
    account = app.accounts.find(keys["lying"])
    assert account is not None
    assert 159 in {project.id for project in account.store.projects}


@pytest.mark.zoo
def test_a_fleet_that_was_stopped_cleans_up_and_goes_on(
    site: str, app: App, made: Event, goes_on: Event, tmp_path: Path, check_here: CheckHere
) -> None:
    tenants = {name: (site, f"test-{name}") for name in ("first", "second")}
    write(tmp_path, tenants, 'depth = "quick"', runs=1)
    goes_on.clear()
    with subprocess.Popen([*COMMAND, "-n", "1"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert made.wait(60)
        process.send_signal(signal.SIGINT)
        goes_on.set()
        process.communicate(timeout=60)
    stopped = report(tmp_path)
    left = leftovers(app, "test-first")
    write(tmp_path, tenants, 'only = ["get/unknown-id-is-404"]')
    done = check_here("--resume")

    assert process.returncode != 0
    assert stopped["interrupted"] is True
    assert left == []
    assert {row["name"]: row["reason"] for row in stopped["deployments"]}["second"].startswith("the fleet was stopped")
    assert done.exit_code == 0, done.output
    assert verdicts(tmp_path) == {"first": "conformant", "second": "conformant"}


@pytest.mark.zoo
def test_a_resumed_fleet_keeps_what_is_final_and_checks_the_rest_again(
    site: str, tmp_path: Path, check_here: CheckHere
) -> None:
    tenants = {"fine": (site, "test-fine"), "keyless": (site, "")}
    write(tmp_path, tenants, 'only = ["get/unknown-id-is-404"]')
    check_here()
    before = verdicts(tmp_path)
    kept = tmp_path / "out" / "deployments" / "fine" / "report.json"
    written = kept.stat().st_mtime_ns
    (tmp_path / "keyless.key").write_text("test-a-key-now", encoding="utf-8")
    done = check_here("--resume")

    assert before == {"fine": "conformant", "keyless": "not done"}
    assert "1 kept from before" in done.output
    assert verdicts(tmp_path) == {"fine": "conformant", "keyless": "conformant"}
    assert kept.stat().st_mtime_ns == written


@pytest.mark.zoo
@pytest.mark.skipif(sys.platform != "linux", reason="finds the process in /proc")
def test_a_run_that_dies_is_cleaned_up_and_run_again(
    site: str, app: App, made: Event, goes_on: Event, tmp_path: Path
) -> None:
    write(tmp_path, {"only": (site, "test-only")}, 'only = ["get/unknown-id-is-404"]')
    goes_on.clear()
    with subprocess.Popen(COMMAND, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert made.wait(60)
        os.kill(child_of(process.pid), signal.SIGKILL)
        goes_on.set()
        process.communicate(timeout=100)
    (row,) = report(tmp_path)["deployments"]

    assert (row["verdict"], row["attempts"]) == ("conformant", 2)
    assert leftovers(app, "test-only") == []


@pytest.mark.zoo
def test_a_run_out_of_time_ends_in_its_own_row(site: str, tmp_path: Path, check_here: CheckHere) -> None:
    write(tmp_path, {"slow": (site, "test-slow")}, 'depth = "deep"', 'time-limit = "1s"')
    check_here()
    (row,) = report(tmp_path)["deployments"]

    assert row["verdict"] in ("inconclusive", "not done")
    assert "time limit of 1 s" in row["reason"]


@pytest.mark.zoo
def test_results_go_into_a_history(site: str, tmp_path: Path, check_here: CheckHere) -> None:
    write(tmp_path, {"fine": (site, "test-fine"), "keyless": (site, "")}, 'only = ["get/unknown-id-is-404"]')
    check_here("--history", "history.sqlite")
    done = CliRunner().invoke(command, ["history", "history.sqlite"])

    assert done.exit_code == 0, done.output
    assert "fine: conformant in run" in done.output
    assert "keyless: not done in run" in done.output


def child_of(parent: int) -> int:
    """Return the process id of the run that a fleet has started."""
    children = Path(f"/proc/{parent}/task").glob("*/children")
    (child,) = {int(word) for path in children for word in path.read_text().split()}
    return child
