"""After any failure, a run ends with a sentence and the right exit code, and leaves nothing half-finished."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.reports import files
from mock_server.app import App
from mock_server.contract.contract import load_contract
from mock_server.messages import Request, Response
from mock_server.scenarios.loader import load_scenario
from tests.conformance.command_line import KEY, Check, surroundings
from tests.conformance.live_server import serving

SHORT = ("--depth", "quick", "--only", "get/unknown-id-is-404")


@pytest.fixture
def app() -> App:
    """Return a mock for one test."""
    return App(load_contract(), scenario=load_scenario("default"))


@pytest.fixture
def requests() -> list[str]:
    """Return the requests that the mock has answered."""
    return []


@pytest.fixture
def mock(app: App, requests: list[str]) -> Iterator[str]:
    """Serve that mock; yield its base URL."""

    def handle(request: Request) -> Response:
        requests.append(f"{request.method} {request.path}")
        return app.handle(request)

    with serving(handle) as url:
        yield url


def ours(app: App) -> list[str]:
    """Return the titles of the projects that a run has left on a mock."""
    account = app.accounts.find(KEY)
    assert account is not None
    return [project.title for project in account.store.projects if project.title.startswith("ZZZ_CONFORMANCE_")]


def fail(*_: object, **__: object) -> None:
    raise RuntimeError("injected\nmistake")


PLACES = (
    "conformance.session.explore",
    "conformance.session.Scheduler",
    "conformance.session.Session.judge_all",
    "conformance.session.explain",
    "conformance.session.Session.report",
    "conformance.runner.hypothesis_runner.new_context",
    "conformance.runner.hypothesis_runner.fold",
    "conformance.runner.scheduler.Scheduler.run_all",
    "conformance.results.expect.Expectation.holds",
    "conformance.results.expect.Expectation.status",
    "conformance.http.client.encode",
    "conformance.reports.json.write",
    "conformance.reports.html.write",
    "conformance.reports.junit.write",
    "conformance.reports.files.write_scripts",
    "conformance.reports.rendering.print_line",
    "conformance.reports.terminal.show",
)


@pytest.mark.parametrize("place", PLACES)
def test_a_mistake_of_the_suite_anywhere_is_a_sentence_and_ends_with_3(
    check: Check, mock: str, app: App, monkeypatch: pytest.MonkeyPatch, place: str, tmp_path: Path
) -> None:
    monkeypatch.setattr(place, fail)
    ending = check("--target", mock, *SHORT, "--report", "out")

    assert ending.code == 3
    assert "injected mistake" in f"{ending.err}{' '.join(ending.out.split())}"
    assert len(ending.err.splitlines()) <= 1
    assert ours(app) == []
    for report in (tmp_path / "out").glob("*.json"):
        json.loads(report.read_text(encoding="utf-8"))


def test_a_mistake_in_cleaning_up_names_what_may_be_left(
    check: Check, mock: str, app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("conformance.sandbox.cleaner.Cleaner.run", fail)
    ending = check("--target", mock, *SHORT)
    left = ours(app)

    assert ending.code == 3
    assert "injected mistake" in ending.err
    assert left
    assert all(f'"{title}"' in caplog.text for title in left)
    assert "Remove it with: milestones-check clean-up --target" in caplog.text


def test_a_full_disk_under_a_report_leaves_the_whole_ones_and_no_verdict_file(
    check: Check, mock: str, app: App, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    replace = Path.replace

    def full(path: Path, target: Path) -> Path:
        if target.name == "report.json":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", full)
    ending = check("--target", mock, *SHORT, "--report", "out")

    assert ending.code == 3
    assert "report.json could not be written (No space left on device); the run itself is complete." in ending.err
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(files.REPORTS) - {"report.json"}
    assert ours(app) == []


def test_the_reports_of_a_former_run_do_not_pass_for_those_of_one_that_fails(
    check: Check, mock: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "out" / "reproductions").mkdir(parents=True)
    for name in (*files.REPORTS, "reproductions/get-unknown.sh", "notes.txt"):
        (tmp_path / "out" / name).write_text("former", encoding="utf-8")
    monkeypatch.setattr("conformance.session.explore", fail)
    check("--target", mock, *SHORT, "--report", "out")

    assert [path.name for path in (tmp_path / "out").rglob("*") if path.is_file()] == ["notes.txt"]


def test_a_folder_that_cannot_be_written_is_found_out_before_the_first_request(
    check: Check, mock: str, requests: list[str], tmp_path: Path
) -> None:
    (tmp_path / "out").touch()
    ending = check("--target", mock, *SHORT, "--report", "out")

    assert (ending.code, ending.out, requests) == (3, "", [])
    assert ending.err.startswith("out cannot be written to (")


def test_a_folder_for_journals_that_cannot_be_written_is_found_out_before_the_first_write(
    check: Check, mock: str, requests: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    ending = check("--target", mock, *SHORT)

    assert ending.code == 3
    assert len(ending.err.splitlines()) == 1
    assert "cannot be written" in ending.err
    assert "XDG_STATE_HOME" in ending.err
    assert {request.partition(" ")[0] for request in requests} == {"GET"}


def test_a_journal_that_was_tampered_with_is_named(check: Check, mock: str, tmp_path: Path) -> None:
    journal = tmp_path / "state" / "milestones-check" / "RUN.jsonl"
    journal.parent.mkdir(parents=True)
    for content in ("", "[]", "{", '{"run": 1}', '{"run": "X", "target": "y", "existing": "abc"}', "\0"):
        journal.write_text(content, encoding="utf-8")
        ending = check("clean-up", "--target", mock)

        assert ending.code == 3
        assert "RUN.jsonl is not a valid journal" in ending.err


@pytest.mark.parametrize("most", [1, 2, 3, 10, 30])
def test_no_more_requests_are_sent_than_allowed_and_nothing_is_left(
    check: Check, mock: str, app: App, requests: list[str], most: int
) -> None:
    ending = check("--target", mock, "--depth", "quick", "--max-requests", str(most))

    assert ending.code == (3 if most == 1 else 2)
    assert len(requests) <= most
    assert ours(app) == []


def test_cleaning_up_with_a_wrong_key_is_no_success(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.sandbox.cleaner.PAUSES", ())
    app = App(load_contract(), scenario=load_scenario("default"), keys=["another"])
    with serving(app.handle) as url:
        ending = check("clean-up", "--target", url)

    assert ending.code == 3
    assert "could not be listed" in ending.err
    assert "check MILESTONES_API_KEY" in ending.err
    assert ending.out.startswith("0 projects removed")


def test_control_codes_of_a_deployment_do_not_reach_the_terminal(check: Check) -> None:
    def hostile(_: Request) -> Response:
        headers = (("Content-Type", "text/html"), ("X-Title", "x"))
        return Response(200, headers, b"\x1b]0;owned\x07\x1b[2J\xe2\x80\xae<html>")

    with serving(hostile) as url:
        ending = check("--target", url)

    assert ending.code == 3
    assert ending.err.rstrip("\n").isprintable()


# What only a process of its own shows


def in_a_process(folder: Path, target: str, *options: str, **pipes: object) -> subprocess.CompletedProcess[bytes]:
    """Run `milestones-check` by itself."""
    done: subprocess.CompletedProcess[bytes] = subprocess.run(
        [sys.executable, "-m", "conformance", "--target", target, *SHORT, *options],
        cwd=folder,
        env=surroundings(folder) | {"PYTHONIOENCODING": str(pipes.pop("encoding", "utf-8"))},
        check=False,
        timeout=120,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **pipes},  # type: ignore[call-overload]
    )
    return done


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_verdict_reaches_a_console_of_any_encoding(mock: str, tmp_path: Path, encoding: str) -> None:
    done = in_a_process(tmp_path, mock, encoding=encoding)

    assert (done.returncode, done.stderr) == (0, b"")
    assert b"conformant: " in done.stdout


def test_a_reader_that_goes_away_ends_neither_the_run_nor_its_reports(mock: str, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = in_a_process(tmp_path, mock, "--report", "out", stdout=writing)
    finally:
        os.close(writing)

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["verdict"] == "conformant"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_disk_under_the_output_is_a_sentence_and_ends_with_3(mock: str, tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = in_a_process(tmp_path, mock, stdout=full)

    assert done.returncode == 3
    assert done.stderr == b"milestones-check could not continue: No space left on device.\n"
