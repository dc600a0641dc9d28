"""The command line: its output, exit codes and error messages."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from conformance.sandbox import discovery
from mock_server.app import App
from mock_server.contract.contract import load_contract
from mock_server.messages import Request, Response
from mock_server.scenarios.loader import load_scenario
from tests.conformance.command_line import KEY, Check, check_as_command, surroundings
from tests.conformance.live_server import free_port, hanging, html_site, other_api, serving
from tests.faulty_mocks import reorder_faults
from tests.faulty_mocks.fault import FAULTS
from tests.faulty_mocks.mock_builder import MockBuilder

ZOO = reorder_faults


@pytest.fixture
def app() -> App:
    """Return a mock for one test."""
    return App(load_contract(), scenario=load_scenario("default"))


@pytest.fixture
def mock(app: App) -> Iterator[str]:
    """Serve that mock; yield its base URL."""
    with serving(app.handle) as url:
        yield url


@pytest.fixture
def lacking(tmp_path: Path) -> Path:
    """Write the shipped contract without the operations on projects."""
    shipped = (Path(__file__).parents[2] / "openapi.yaml").read_text(encoding="utf-8")
    contract = yaml.safe_load(shipped)
    contract["paths"] = {path: item for path, item in contract["paths"].items() if "projects" not in path}
    path = tmp_path / "lacking.yaml"
    path.write_text(yaml.safe_dump(contract, sort_keys=False), encoding="utf-8")
    return path


def test_a_contract_that_lacks_what_the_suite_arranges_with_is_refused_by_name(check: Check, lacking: Path) -> None:
    done = check("--target", "mock", "--contract", str(lacking), "--depth", "quick")

    assert done.code == 3
    assert f"{lacking}: lacks listProjects, createProject, getProject, deleteProject; the suite needs" in done.err


def test_what_is_violated_is_judged_again_by_the_same_contract(check: Check, tmp_path: Path) -> None:
    shipped = (Path(__file__).parents[2] / "openapi.yaml").read_text(encoding="utf-8")
    (tmp_path / "our contract.yaml").write_text(shipped, encoding="utf-8")
    check(
        *("--target", "mock", "--contract", "our contract.yaml"),
        *("--depth", "quick", "--only", "get/*", "--report", "out"),
    )
    judged = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["requirements"]

    assert all(" --contract 'our contract.yaml' " in requirement["command"] for requirement in judged)


def test_a_quiet_run_prints_no_verdict_and_reports_all_the_same(check: Check, tmp_path: Path) -> None:
    done = check("--target", "mock", "--depth", "quick", "--only", "get/*", "--quiet", "--report", "out")

    (announcement,) = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert announcement.startswith("Checking our own mock")
    assert (tmp_path / "out" / "report.json").stat().st_size


def test_listing_shows_sentences_and_sources(check: Check) -> None:
    listed = check("--list", "--only", "delete/*")

    assert listed.code == 0
    assert "delete/the-default-conflicts  (stated)" in listed.out
    assert "Milestones, Delete a milestone" in listed.out
    assert "create/" not in listed.out


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--bogus",), "No such option"),
        (("--depth", "bottomless"), "bottomless"),
        (("--target", "mock", "--only", "nothing/like-this"), "--only nothing/like-this matches no requirement"),
        (("--target", "mock", "--only", "get/*", "--exclude", "auth/*"), "--exclude auth/* matches no requirement"),
        (("--target", "mock", "--only", "get/*", "--exclude", "get/*"), "nothing is selected"),
        (("--list", "--only", "nothing/like-this"), "--only nothing/like-this matches"),
        (("--target", "crm.example.com"), "is not a URL"),
        (("--target", "http://user:pw@crm.example.com/api"), "plain base URL"),
        (("--target", "mock", "--contract", "nowhere.yaml"), "nowhere.yaml"),
        (("--clean-up",), "--target"),
        (("clean-up", "--target", "mock"), "--target URL"),
        ((), "--target mock"),
        (("--target", "mock", "--target", "http://crm.example.com/api"), "milestones-check fleet FILE"),
        (("lst",), "Did you mean 'list'?"),
        (("compare", "only-one.json"), "two report.json"),
        (("fleet", "--report", "out"), "a FILE of deployments"),
        (("fleet", "fleet.toml"), "fleet fleet.toml --report out"),
    ],
)
def test_what_cannot_be_done_is_said_and_ends_with_3(check: Check, options: tuple[str, ...], word: str) -> None:
    done = check(*options)

    assert done.code == 3
    assert word in done.err


def test_a_deployment_needs_a_key(check: Check, mock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MILESTONES_API_KEY")
    done = check("--target", mock)

    assert done.code == 3
    assert "MILESTONES_API_KEY" in done.err


def test_nothing_at_the_address_ends_with_3(check: Check) -> None:
    done = check("--target", f"http://127.0.0.1:{free_port()}/api")

    assert done.code == 3
    assert "gives no answer" in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("site", [html_site, other_api])
def test_what_is_no_milestones_api_ends_with_3(check: Check, site: Callable[[Request], Response]) -> None:
    with serving(site) as url:
        done = check("--target", url)

    assert done.code == 3
    assert "is not a Milestones API" in done.err
    assert len(done.err.splitlines()) == 1


def test_a_wrong_key_ends_with_3(check: Check) -> None:
    app = App(load_contract(), scenario=load_scenario("default"), keys=["another"])
    with serving(app.handle) as url:
        done = check("--target", url)

    assert done.code == 3
    assert "refuses the key" in done.err


def test_a_server_that_hangs_ends_with_3(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "DISCOVERY_TIMEOUT", 0.5)
    with hanging() as url:
        done = check("--target", url)

    assert done.code == 3
    assert "no whole answer came within" in done.err


def test_reports_that_cannot_be_written_are_found_out_before_the_run(check: Check, mock: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = check("--target", mock, "--report", "file/inside")

    assert done.code == 3
    assert "cannot be written" in done.err


@pytest.mark.zoo
def test_the_embedded_mock_is_checked_when_it_is_asked_for(tmp_path: Path) -> None:
    done = check_as_command(tmp_path, "--target", "mock", "--depth", "quick", "--report", "out", "--seed", "3")
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))

    assert done.code == 0, done.out
    assert (report["verdict"], report["seed"], report["depth"]) == ("conformant", 3, "quick")
    assert {requirement["status"] for requirement in report["requirements"]} == {"PASS"}
    assert (tmp_path / "out" / "junit.xml").exists()
    assert (tmp_path / "out" / "report.html").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_a_run_removes_all_that_it_made(check: Check, mock: str, app: App, tmp_path: Path) -> None:
    store = app.accounts.find(KEY)
    assert store is not None
    before = [len(table) for table in store.store.tables()]
    done = check("--target", mock, "--depth", "quick", "--only", "delete/*", "--only", "project/*")

    assert done.code == 0, done.out
    assert [len(table) for table in store.store.tables()] == before
    assert list((tmp_path / "state" / "milestones-check").iterdir()) == []


def test_a_violation_ends_with_1_and_is_shown_with_its_calls(check: Check, tmp_path: Path) -> None:
    builder = MockBuilder(load_contract(), load_scenario("default"))
    FAULTS["reorders_from_zero"].inject(builder)
    with builder.built() as handle, serving(handle) as url:
        done = check("--target", url, "--depth", "quick", "--only", "reorder/*", "--seed", "1", "--report", "out")
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    broken = [requirement for requirement in report["requirements"] if requirement["status"] == "FAIL"]

    assert done.code == 1
    assert [requirement["id"] for requirement in broken] == ["reorder/positions-run-from-one"]
    assert "After a reorder each milestone's position is its place in the list, counted from 1." in done.out
    assert '"Authorization: Bearer $MILESTONES_API_KEY"' in done.out
    assert broken[0]["reproduction"][-1]["curl"] in done.out
    assert broken[0]["command"] in done.out


def test_what_could_not_be_judged_ends_with_2(check: Check, mock: str) -> None:
    done = check("--target", mock, "--depth", "quick", "--max-requests", "25")

    assert done.code == 2
    assert "raise --max-requests" in done.out


@pytest.mark.zoo
def test_what_failed_is_judged_again_alone_and_each_exchange_is_shown(check: Check, tmp_path: Path) -> None:
    builder = MockBuilder(load_contract(), load_scenario("default"))
    FAULTS["reorders_from_zero"].inject(builder)
    with builder.built() as handle, serving(handle) as url:
        check("--target", url, "--depth", "quick", "--only", "reorder/*", "--seed", "5", "--report", "out")
        words = ("--rerun-failed", "out/report.json", "--report", "again", "-v")
        done = check("--target", url, "--depth", "quick", *words)
    report = json.loads((tmp_path / "again" / "report.json").read_text(encoding="utf-8"))
    suite = ET.parse(tmp_path / "again" / "junit.xml").find("testsuite")

    assert done.code == 1
    judged = [requirement["id"] for requirement in report["requirements"] if requirement["status"] != "NOT_RUN"]
    assert (judged, report["seed"]) == (["reorder/positions-run-from-one"], 5)
    assert re.search(r"^PUT /milestones/positions → 200 \(\d+ ms\)$", done.out, re.MULTILINE)
    assert suite is not None
    properties = {node.get("name"): node.get("value") for node in suite.iter("property")}
    assert properties == {"target": url, "seed": "5", "depth": "quick"}
    assert any(float(case.get("time", "0")) > 0 for case in suite.iter("testcase"))


def test_where_nothing_failed_nothing_is_run_again(check: Check, tmp_path: Path) -> None:
    check("--target", "mock", "--depth", "quick", "--only", "get/unknown-id-is-404", "--report", "out")
    done = check("--target", "mock", "--rerun-failed", "out/report.json")

    assert done.code == 3
    assert "Nothing failed in out" in done.err


@pytest.mark.zoo
def test_fields_that_a_customer_requires_are_sent_with_each_project_and_task(check: Check, app: App) -> None:
    def demanding(request: Request) -> Response:
        for noun, name in (("projects", b"project_region"), ("tasks", b"task_region")):
            if request.method == "POST" and request.path.endswith(f"/{noun}") and name not in request.body:
                errors = json.dumps({"message": "Invalid.", "errors": {name.decode(): ["Required."]}})
                return Response(422, (("Content-Type", "application/json"),), errors.encode())
        return app.handle(request)

    words = ("--depth", "quick", "--only", "count/*")
    with serving(demanding) as url:
        without = check("--target", url, *words)
        done = check(
            "--target", url, *words, "--project-field", "project_region=north", "--task-field", "task_region=x"
        )

    assert without.code != 0
    assert done.code == 0, done.out


def test_a_read_only_run_writes_nothing(check: Check, app: App) -> None:
    methods: list[str] = []

    def watched(request: Request) -> Response:
        methods.append(request.method)
        return app.handle(request)

    with serving(watched) as url:
        done = check("--target", url, "--read-only", "--depth", "quick")

    assert done.code == 0, done.out
    assert set(methods) <= {"GET", "HEAD", "OPTIONS"}
    assert "this run is read-only" in done.out


def stopped_run(mock: str, folder: Path, number: signal.Signals) -> tuple[int, str]:
    """Stop a run in the middle, once it has sent some requests; return its exit code and output."""
    with subprocess.Popen(
        [sys.executable, "-m", "conformance", "--target", mock, "--depth", "deep", "--report", "out", "--verbose"],
        cwd=folder,
        env=surroundings(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        output = []
        for line in process.stdout:
            output.append(line)
            if len(output) > 60:
                process.send_signal(number)
                break
        output.append(process.stdout.read())
        return process.wait(timeout=60), "".join(output)


@pytest.mark.zoo
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_cleans_up_and_reports(number: signal.Signals, mock: str, app: App, tmp_path: Path) -> None:
    account = app.accounts.find(KEY)
    assert account is not None
    before = len(account.store.projects)
    code, message = stopped_run(mock, tmp_path, number)
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))

    assert code == 2, message
    assert report["interrupted"] is True
    assert len(account.store.projects) == before


@pytest.mark.zoo
def test_what_a_killed_run_left_behind_is_removed_by_cleaning_up(
    check: Check, mock: str, app: App, tmp_path: Path
) -> None:
    account = app.accounts.find(KEY)
    assert account is not None
    before = {project.id for project in account.store.projects}
    stopped_run(mock, tmp_path, signal.SIGKILL)
    stray = [project for project in account.store.projects if project.id not in before]
    journals = list((tmp_path / "state" / "milestones-check").iterdir())
    done = check("--clean-up", "--target", mock)

    assert len(journals) == 1
    assert stray == [] or all(project.title.startswith("ZZZ_CONFORMANCE_") for project in stray)
    assert done.code == 0, done.err
    assert {project.id for project in account.store.projects} == before
    assert "1 unfinished run found" in done.out
    assert list((tmp_path / "state" / "milestones-check").iterdir()) == []
