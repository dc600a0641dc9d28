"""Scripts of violations: they show the key to nobody, touch nothing of others, read any JSON, and leave nothing."""

import json
import os
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme

from conformance.exchange import AuthVariant
from conformance.reproduction import shell
from conformance.reproduction.checks import Check, IsWhole, StatusIs, ValueIs
from conformance.reproduction.program import Label, Ref
from conformance.reproduction.reproduce import Reproduction
from conformance.reproduction.trace import Trace
from conformance.target import NetworkOptions
from mock_server.app import App
from mock_server.contract.contract import load_contract
from mock_server.messages import Request, Response
from mock_server.responses import json_response
from mock_server.scenarios.loader import load_scenario
from tests.conformance.live_server import Handle, serving
from tests.conformance.reproduction.scripts import (
    KEEPS_TITLE,
    KEY,
    PROGRAM,
    REQUIREMENT,
    TITLE,
    project,
    run_script,
    step,
    unchanged,
    written,
)
from tests.faulty_mocks.in_process import ANNOUNCED


@pytest.fixture
def app() -> App:
    return App(load_contract(), scenario=load_scenario("default"))


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run() -> Run:
    """Run the script of a check on a deployment."""

    def run(
        handle: Handle, check: Check = KEEPS_TITLE, surroundings: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        with serving(handle) as url:
            return run_script(PROGRAM, check, url, surroundings)

    return run


def test_it_holds_on_the_right_mock_and_nothing_is_left(run: Run, app: App) -> None:
    with unchanged(app):
        done = run(app.handle)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "It holds: create/keeps-the-title" in done.stdout


def test_a_violation_is_shown_with_what_was_expected_and_what_came(run: Run, app: App) -> None:
    with unchanged(app):
        done = run(app.handle, ValueIs(13, "data.title", ("Another",)))

    assert done.returncode == 1, done.stdout + done.stderr
    assert "expected  call 3: data.title is Another" in done.stdout
    assert f"actual    {TITLE}" in done.stdout


def escaped_pretty_reordered(original: Handle) -> Handle:
    """Answer the same in other words: indented, keys reversed, slashes and letters escaped, ids as texts."""

    def turn(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: str(part) if key == "id" else turn(part) for key, part in reversed(value.items())}
        return [turn(part) for part in value] if isinstance(value, list) else value

    def handle(request: Request) -> Response:
        response = original(request)
        body = json.dumps(turn(json.loads(response.body)), indent=4).replace("/", "\\/")
        return replace(response, body=body.encode())

    return handle


def test_any_spelling_of_json_is_read(run: Run, app: App) -> None:
    with unchanged(app):
        done = run(escaped_pretty_reordered(app.handle))

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_project_that_is_not_ours_is_left_alone(run: Run, app: App) -> None:
    requests: list[Request] = []

    def lies(request: Request) -> Response:
        requests.append(request)
        if request.method == "POST" and request.path == "/api/projects":
            return json_response(201, {"data": {"id": 159}, "message": "Created."})
        return app.handle(request)

    with unchanged(app):
        done = run(lies)

    assert done.returncode == 2
    assert "Cannot decide: project 159 does not have the title of this script." in done.stdout
    assert {request.method for request in requests if request.path != "/api/projects"} == {"GET"}


def test_a_milestone_that_is_not_ours_is_left_alone(app: App) -> None:
    requests: list[Request] = []
    rename = step(
        13, "updateMilestone", "PATCH", "/milestones/", Ref(12, "data.id"), body=('{"milestone_title": "Mine"}',)
    )
    order = step(
        14, "reorderMilestones", "PUT", "/milestones/positions", body=('{"milestones": [', Ref(12, "data.id"), "]}")
    )

    def lies(request: Request) -> Response:
        requests.append(request)
        if request.method == "POST" and request.path == "/api/milestones":
            return json_response(201, {"data": {"id": 12}, "message": "Created."})
        return app.handle(request)

    for writing in (rename, order):
        requests.clear()
        program = replace(PROGRAM, steps=[*PROGRAM.steps[:2], writing])
        with unchanged(app), serving(lies) as url:
            done = run_script(program, StatusIs(writing.number, ("200",)), url)

        assert done.returncode == 2, done.stdout + done.stderr
        assert "milestone 12 was not shown to belong to this script, so nothing is written to it." in done.stdout
        assert [request for request in requests if request.method in ("PATCH", "PUT")] == []
        with serving(app.handle) as url:
            assert run_script(program, StatusIs(writing.number, ("2??", "4??")), url).returncode == 0


def test_what_is_looked_up_on_the_way_leaves_the_script_s_own_values_alone(app: App) -> None:
    task = (
        '{"task_title": "Task", "task_status": 1, "task_priority": 1, "task_projectid": ',
        Ref(21, "data.id"),
        "}",
    )
    second = replace(PROGRAM.steps[0], number=21, body=project(5))
    program = replace(
        PROGRAM,
        steps=[
            *PROGRAM.steps[:2],
            second,
            step(22, "createTask", "POST", "/tasks", body=task),
            step(23, "archiveTask", "PUT", "/tasks/", Ref(22, "data.id"), "/archive"),
            step(24, "getProject", "GET", "/projects/", Ref(11, "data.id")),
        ],
    )
    with unchanged(app), serving(app.handle) as url:
        done = run_script(program, ValueIs(24, "data.id", (Ref(11, "data.id"),)), url)
        named = run_script(program, ValueIs(24, "data.title", (Label(4),)), url)

    assert done.returncode == 0, done.stdout + done.stderr
    assert named.returncode == 0, named.stdout + named.stderr


def wrong_by_turns(original: Handle, *, first: bool = False) -> Handle:
    """Answer every second GET of a milestone, or the first of each, with another title."""
    turns: dict[str, int] = {}

    def handle(request: Request) -> Response:
        response = original(request)
        if request.method != "GET" or "/milestones/" not in request.path:
            return response
        key = request.path if first else ""
        turns[key] = turns.get(key, 0) + 1
        if turns[key] > 1 if first else turns[key] % 2:
            return response
        body = json.loads(response.body)
        body["data"]["title"] = "Another"
        return replace(response, body=json.dumps(body).encode())

    return handle


def test_a_violation_by_turns_is_shown_although_every_round_takes_the_same_number_of_turns(app: App) -> None:
    read = PROGRAM.steps[2]
    program = replace(PROGRAM, steps=[*PROGRAM.steps[:2], replace(read, number=21), replace(read, number=22)])
    with unchanged(app), serving(wrong_by_turns(app.handle)) as url:
        done = run_script(program, ValueIs(21, "data.title", (TITLE,)), url, rounds=8)

    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.count("POST /projects") > 1


def test_what_did_not_show_every_time_and_is_not_shown_again_proves_little(app: App) -> None:
    with unchanged(app), serving(app.handle) as url:
        done = run_script(PROGRAM, KEEPS_TITLE, url, rounds=2)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "this proves little" in done.stdout


def test_a_read_that_has_another_answer_later_is_told(run: Run, app: App) -> None:
    with unchanged(app):
        done = run(wrong_by_turns(app.handle, first=True))

    assert done.returncode == 1, done.stdout + done.stderr
    assert "and the requirement then holds: reads lag, or change by turns." in done.stdout


def test_a_gateway_is_no_verdict(run: Run, app: App) -> None:
    def handle(request: Request) -> Response:
        is_read = request.method == "GET" and "/milestones/" in request.path
        return json_response(502, {"message": "Bad gateway"}) if is_read else app.handle(request)

    with unchanged(app):
        assert run(handle).returncode == 2


def test_an_answer_that_ends_too_early_is_told(run: Run, app: App) -> None:
    def cut(request: Request) -> Response:
        response = app.handle(request)
        if not (request.method == "GET" and "/milestones/" in request.path):
            return response
        return replace(response, headers=(*response.headers, (ANNOUNCED, str(len(response.body) + 9))))

    assert run(cut, IsWhole(13)).returncode == 1
    assert run(app.handle, IsWhole(13)).returncode == 0


def test_a_content_type_of_its_own_is_the_only_one_that_is_sent() -> None:
    own = replace(PROGRAM.steps[1], headers={"Content-Type": "application/json;charset=UTF-8"})
    program = replace(PROGRAM, steps=[PROGRAM.steps[0], own, PROGRAM.steps[2]])
    text = shell.script(
        Reproduction(program, KEEPS_TITLE, Trace({}, {}, {}), Trace({}, {}, {})), REQUIREMENT, "http://x/api", "run"
    )

    assert "call 2 ours POST \"/milestones\" 'application/json;charset=UTF-8'" in text
    assert "headers='Content-Type" not in text


def test_a_server_error_is_a_verdict_on_server_errors(run: Run, app: App) -> None:
    def handle(request: Request) -> Response:
        is_read = request.method == "GET" and "/milestones/" in request.path
        return json_response(503, {"message": "Oops"}) if is_read else app.handle(request)

    assert run(handle, StatusIs(13, ("1??", "2??", "3??", "4??"))).returncode == 1


@pytest.mark.parametrize("missing", ["MILESTONES_TARGET", "MILESTONES_API_KEY"])
def test_without_target_or_key_it_cannot_be_run(run: Run, app: App, missing: str) -> None:
    done = run(app.handle, surroundings={missing: ""})

    assert done.returncode == 3
    assert missing in done.stderr


def test_no_list_of_processes_shows_the_key(run: Run, app: App, tmp_path: Path) -> None:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "curl").write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/arguments\nexec {shutil.which("curl")} "$@"\n')
    (bin_folder / "curl").chmod(0o755)
    done = run(app.handle, surroundings={"PATH": f"{bin_folder}:{os.environ['PATH']}", "TMPDIR": str(tmp_path)})
    arguments = (tmp_path / "arguments").read_text()

    assert done.returncode == 0
    assert "/api/milestones/" in arguments
    assert KEY not in arguments
    assert sorted(path.name for path in tmp_path.iterdir()) == ["arguments", "bin"]


def test_it_takes_the_way_that_the_run_took(app: App, tmp_path: Path) -> None:
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("crm.internal.example").configure_cert(tls)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    def front(request: Request) -> Response:
        passes = request.headers.get("x-front") == 'to"ken'
        return app.handle(request) if passes else json_response(403, {"message": "Refused by the front"})

    with serving(front, tls) as url:
        port = urlsplit(url).port or 0
        addresses = {("crm.internal.example", port): "127.0.0.1"}
        network = NetworkOptions(ca_bundle="not here.pem", headers=(("X-Front", 'to"ken'),), addresses=addresses)
        words = ["sh", str(written(tmp_path, KEEPS_TITLE, network))]
        target = f"https://crm.internal.example:{port}/api"
        surroundings = os.environ | {"MILESTONES_TARGET": target, "MILESTONES_API_KEY": KEY}
        untold = subprocess.run(words, env=surroundings, check=False, capture_output=True, text=True)
        surroundings |= {"MILESTONES_HEADER_X_FRONT": 'to"ken', "MILESTONES_CA_BUNDLE": str(tmp_path / "ca.pem")}
        done = subprocess.run(words, env=surroundings, check=False, capture_output=True, text=True)

    assert 'to"ken' not in Path(words[1]).read_text(encoding="utf-8")
    assert (untold.returncode, untold.stdout) == (3, "")
    assert "Set MILESTONES_HEADER_X_FRONT to the value of the header field X-Front." in untold.stderr
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_script_that_is_stopped_cleans_up(app: App, tmp_path: Path) -> None:
    def slow(request: Request) -> Response:
        if request.method == "POST" and request.path == "/api/milestones":
            (tmp_path / "reached").touch()
            time.sleep(1)
        return app.handle(request)

    with unchanged(app), serving(slow) as url:
        surroundings = os.environ | {"MILESTONES_TARGET": url, "MILESTONES_API_KEY": KEY}
        with subprocess.Popen(["sh", str(written(tmp_path, KEEPS_TITLE))], env=surroundings) as process:
            while not (tmp_path / "reached").exists():
                time.sleep(0.02)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 3


def test_each_way_to_send_a_key_has_its_name() -> None:
    assert shell.KEYS.keys() == set(AuthVariant)
    assert all(f" {name})" in shell.prelude() for name in shell.KEYS.values() if name != "none")


@pytest.mark.parametrize(
    ("requirement", "name"),
    [("create/keeps-the-title", "create-keeps-the-title.sh"), ("../x y/$z", "..-x-y-z.sh")],
)
def test_a_file_name_is_safe(requirement: str, name: str) -> None:
    assert shell.file_name(requirement) == name
