"""The command line: a mock as a process, and the verbs that drive it."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from mock_server.cli import main
from tests.mock_server.http.test_server import call, exchange, running


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """The base URL of a mock that serves all tests of this module, each with a key of its own."""
    with running("--validation", "report") as (_, url):
        yield url


def drive(base_url: str, key: str, *words: str) -> Result:
    """Run a verb against the mock."""
    return CliRunner().invoke(main, [*words, "--url", base_url, "--key", key])


def told(base_url: str, key: str, *words: str) -> str:
    """Run a verb that has to succeed; return what it says."""
    result = drive(base_url, key, *words)
    assert result.exit_code == 0, result.output
    return result.output


def get(base_url: str, key: str, path: str) -> int:
    return call(base_url, "GET", path, Authorization=f"Bearer {key}")[0]


def test_state_is_reset_kept_and_loaded(base_url: str, tmp_path: Path) -> None:
    key = "test-state"
    told(base_url, key, "snapshot")
    call(base_url, "DELETE", "/milestones/12", Authorization=f"Bearer {key}")
    told(base_url, key, "restore")
    assert get(base_url, key, "/milestones/12") == 200
    path = tmp_path / "state.json"
    path.write_text(told(base_url, key, "state"))
    told(base_url, key, "load", "empty")
    assert get(base_url, key, "/milestones/12") == 404
    told(base_url, key, "load", str(path))
    assert get(base_url, key, "/milestones/12") == 200
    call(base_url, "DELETE", "/milestones/12", Authorization=f"Bearer {key}")
    told(base_url, key, "reset")
    assert get(base_url, key, "/milestones/12") == 200
    assert f"{key}: 6 projects" in told(base_url, key, "accounts")


def test_clock_and_profile_are_shown_and_changed(base_url: str) -> None:
    key = "test-clock"
    clock = json.loads(told(base_url, key, "clock", "--now", "2027-01-01T00:00:00Z", "--advance", "60", "--frozen"))
    assert clock == {"now": "2027-01-01T00:01:00.000000Z", "frozen": True}
    assert json.loads(told(base_url, key, "clock")) == clock
    choices = json.loads(told(base_url, key, "profile", "laravel", "--choose", "list/default-page-size=10"))
    assert (choices["list/default-page-size"], choices["list/page-below-one"]) == ("10", "first")
    assert json.loads(told(base_url, key, "profile", "--clear"))["list/page-below-one"] == "422"


def test_requests_are_listed_explained_archived_and_cleared(base_url: str, tmp_path: Path) -> None:
    key = "test-requests"
    get(base_url, key, "/milestones/12")
    listed = told(base_url, key, "requests")
    assert "200 GET /api/milestones/12" in listed
    whole = json.loads(told(base_url, key, "requests", "--number", listed.split()[0]))
    assert whole["why"][0]["id"] == "get/answers-the-milestone-asked-for"
    told(base_url, key, "har", str(tmp_path / "seen.har"))
    assert len(json.loads((tmp_path / "seen.har").read_text())["log"]["entries"]) == 1
    told(base_url, key, "scenario", str(tmp_path / "seen.json"))
    assert 12 in [row["id"] for row in json.loads((tmp_path / "seen.json").read_text())["projects"][0]["milestones"]]
    assert told(base_url, key, "requests", "--clear") == f"1 request of {key} cleared.\n"


def test_what_is_recorded_of_others_is_told(base_url: str, tmp_path: Path) -> None:
    get(base_url, "test-busy", "/milestones/12")
    hint = told(base_url, "test-idle", "requests")
    assert hint.startswith("Nothing is recorded of test-idle, but ")
    assert "test-busy (1)" in hint
    assert told(base_url, "test-idle", "har", str(tmp_path / "seen.har")) == hint
    assert "test-busy" in told(base_url, "test-idle", "requests", "--all")
    told(base_url, "test-idle", "har", str(tmp_path / "all.har"), "--all")
    assert json.loads((tmp_path / "all.har").read_text())["log"]["entries"]


def test_faults_reach_the_wire(base_url: str) -> None:
    key, url = "test-faults", urlsplit(base_url)
    request = f"GET /api/milestones/12 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
    told(base_url, key, "fail", "--operation", "getMilestone", "--drop", "--times", "1")
    assert exchange(base_url, request) == b""
    told(base_url, key, "fail", "--truncate-at", "10", "--times", "1")
    head, _, body = exchange(base_url, request).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert body == b'{"data":{"'
    told(base_url, key, "fail", "--delay", "30", "--times", "1")
    with socket.create_connection((url.hostname, url.port), timeout=0.3) as slow:
        slow.sendall(request)
        assert get(base_url, "test-other", "/milestones/12") == 200, "nobody else waits"
        with pytest.raises(TimeoutError):
            slow.recv(1)
    told(base_url, key, "fail", "--status", "429", "--retry-after", "9")
    assert '"retry_after": 9' in told(base_url, key, "faults")
    told(base_url, "test-more", "fail", "--delay", "30")
    cleared, rest = told(base_url, key, "faults", "--clear").splitlines()
    assert cleared == f"1 fault of {key} cleared. Other accounts keep 1 fault; --all clears them, too:"
    assert json.loads(rest)["key"] == "test-more"
    assert get(base_url, key, "/milestones/12") == 200
    assert told(base_url, key, "faults", "--clear", "--all") == "1 fault of all accounts cleared.\n"
    told(base_url, key, "fail", "--all", "--status", "404", "--times", "1")
    assert get(base_url, "test-more", "/milestones/12") == 404


def test_what_cannot_be_done_is_one_line(base_url: str) -> None:
    for words in (
        ["load", "nowhere"],
        ["load", "nofile.yaml"],
        ["restore", "never"],
        ["fail"],
        ["fail", "--status", "418"],
        ["profile", "symfony"],
        ["har", "/none/x.har"],
        ["har", "/dev"],
        ["scenario", "/none/x.json"],
    ):
        result = drive(base_url, "test-wrong", *words)
        assert result.exit_code == 1
        assert result.output.startswith("Error: ")
        assert result.output.count("\n") == 1
    assert "nofile.yaml does not exist" in drive(base_url, "test-wrong", "load", "nofile.yaml").output
    assert "The value is empty" in drive(base_url, "", "requests").output
    assert "Start one: milestones-mock" in drive("http://127.0.0.1:1", "test-me", "reset").output


def test_a_mock_saves_on_sigterm_and_continues(tmp_path: Path) -> None:
    path = tmp_path / "board.json"
    with running("--save", str(path)) as (process, url):
        call(url, "DELETE", "/milestones/12")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    with running("--scenario", str(path)) as (_, url):
        assert call(url, "GET", "/milestones/12")[0] == 404
        assert call(url, "GET", "/milestones/10")[0] == 200


def put(path: Path, text: str) -> None:
    """Write a file at one stroke, so that no half of it is ever seen."""
    part = path.with_suffix(".part")
    part.write_text(text)
    part.replace(path)


@pytest.mark.zoo
def test_files_that_change_are_read_anew_while_it_runs(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    scenario, contract = tmp_path / "mine.yaml", tmp_path / "openapi.yaml"
    scenario.write_text((root / "mock_server/scenarios/one-project.yaml").read_text(encoding="utf-8"))
    contract.write_text((root / "openapi.yaml").read_text(encoding="utf-8"))
    with running("--scenario", str(scenario), "--contract", str(contract), "--reload") as (process, url):
        assert process.stderr is not None
        put(scenario, scenario.read_text().replace("title: Build\n", "title: Make it\n"))
        assert process.stderr.readline() == f"{scenario} was read again.\n"
        assert b"Make it" in call(url, "GET", "/milestones/12")[1]
        put(contract, contract.read_text().replace("x-cap: 100", "x-cap: 2"))
        assert process.stderr.readline() == f"{contract} was read again.\n"
        assert b'"per_page":2' in call(url, "GET", "/milestones?project_id=159&limit=50")[1]
        put(scenario, "users: [")
        assert "The mock continues with the old version." in process.stderr.readline()


def test_every_request_is_a_line_of_the_log() -> None:
    with running("--log", "json") as (process, url):
        call(url, "GET", "/milestones/12")
        assert process.stderr is not None
        assert json.loads(process.stderr.readline())["operation"] == "getMilestone"


def test_elsewhere_than_on_loopback_the_control_needs_its_token() -> None:
    with running("--host", "0.0.0.0") as (_, url):
        port = urlsplit(url).port
        assert call(f"http://127.0.0.1:{port}", "GET", "/_mock/accounts")[0] == 403
    with running("--host", "0.0.0.0", "--control-token", "secret") as (_, url):
        local = f"http://127.0.0.1:{urlsplit(url).port}"
        assert call(local, "GET", "/_mock/accounts", Authorization="Bearer secret")[0] == 200
        result = CliRunner().invoke(main, ["accounts", "--url", local, "--control-token", "secret"])
        assert result.exit_code == 0


@pytest.mark.parametrize(
    "options",
    [
        ("--upstream", "nowhere"),
        ("--profile", "symfony"),
        ("--scenario", "none"),
        ("--faults", "none.yaml"),
        ("--save", "none/saved.json"),
        ("--save", "/dev"),
        ("--api-key", ""),
        ("--host", "203.0.113.1"),
        ("--host", "milestones..invalid"),
    ],
)
def test_options_that_cannot_be_are_said_in_one_line(options: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_server.http.server.serve", None)
    result = CliRunner().invoke(main, options)
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "--port" not in result.output


@pytest.mark.parametrize("option", ["--host", "--upstream", "--control-token"])
def test_a_variable_that_is_unset_is_not_taken_for_an_option_left_out(
    option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_server.http.server.serve", None)
    result = CliRunner().invoke(main, [option, ""])
    assert result.exit_code == 2
    assert "The value is empty; a variable in it seems to be unset." in result.output


def test_help_lists_the_verbs() -> None:
    help_text = CliRunner().invoke(main, ["--help"]).output
    for verb in (
        "reset",
        "snapshot",
        "restore",
        "load",
        "clock",
        "profile",
        "requests",
        "har",
        "scenario",
        "fail",
        "faults",
    ):
        assert f"\n  {verb} " in help_text


def test_the_command_is_quick_to_say_what_it_offers() -> None:
    script = (
        "import sys, mock_server.cli; print([name for name in sys.modules if name in ('uvloop', 'urllib3', 'yaml')])"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False).stdout == "[]\n"
