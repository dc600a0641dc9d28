"""A program and its script: written, run on a deployment, and held to leave everything as it was."""

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conformance.contract import Requirement
from conformance.exchange import AuthVariant
from conformance.reproduction import shell
from conformance.reproduction.checks import Check, ValueIs
from conformance.reproduction.program import Label, Prerequisite, Program, ProgramStep, Ref
from conformance.reproduction.reproduce import Reproduction
from conformance.reproduction.trace import Trace
from conformance.target import DIRECT, NetworkOptions
from mock_server.app import App
from mock_server.messages import Request, Response

KEY = "test-script"
FORM = "application/x-www-form-urlencoded"
TITLE = 'O\'Brien & "sons" $HOME `id` Größe "設計"'
REQUIREMENT = Requirement("create/keeps-the-title", "stated", "A sentence, it's one.", "Milestones", "createMilestone")
Answer = Callable[[Request], Response]


def step(
    number: int, operation: str, method: str, *path: str | Ref, body: tuple[Any, ...] | None = None
) -> ProgramStep:
    """Return a call with our key; a body is JSON."""
    kind = "application/json" if body else None
    return ProgramStep(number, operation, method, path, (), body, kind, AuthVariant.OURS)


def project(number: int) -> tuple[Any, ...]:
    """Return the body of the creation of a project with a title of ours."""
    return (
        '{"project_clientid": ',
        Prerequisite("client_id"),
        ', "project_title": "',
        Label(number),
        '", "project_date_start": "2026-01-01", "project_categoryid": 1}',
    )


PROGRAM = Program(
    [
        step(11, "createProject", "POST", "/projects", body=project(4)),
        step(
            12,
            "createMilestone",
            "POST",
            "/milestones",
            body=(
                '{"milestone_projectid": ',
                Ref(11, "data.id"),
                ', "milestone_color": "success", "milestone_title": ',
                json.dumps(TITLE, ensure_ascii=False),
                "}",
            ),
        ),
        step(13, "getMilestone", "GET", "/milestones/", Ref(12, "data.id")),
    ],
    {"client_id": 14},
)
KEEPS_TITLE = ValueIs(13, "data.title", (TITLE,))


def run_script(
    program: Program, check: Check, url: str, surroundings: Mapping[str, str] | None = None, rounds: int = 1
) -> subprocess.CompletedProcess[str]:
    """Run the script of a program and its check on a deployment."""
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            ["sh", str(written(Path(folder), check, program=program, rounds=rounds))],
            env=os.environ
            | {"MILESTONES_TARGET": url, "MILESTONES_API_KEY": KEY, "MILESTONES_AGAIN_AFTER": "0"}
            | dict(surroundings or {}),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


def written(
    folder: Path, check: Check, network: NetworkOptions = DIRECT, program: Program = PROGRAM, rounds: int = 1
) -> Path:
    """Write the script of a check to a file."""
    trace = Trace({}, {}, {})
    path = folder / "script.sh"
    reproduction = Reproduction(program, check, trace, trace, rounds)
    text = shell.script(reproduction, REQUIREMENT, "http://x/api", "milestones-check run", network)
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def unchanged(app: App) -> Iterator[None]:
    """Assert that nothing is there afterwards that was not, and nothing is gone."""
    app.handle(Request("GET", "/api/projects", "", {"authorization": f"Bearer {KEY}"}, b""))
    account = app.accounts.find(KEY)
    assert account is not None
    before = {project.id: project for project in account.store.projects}
    yield
    assert {project.id: project for project in account.store.projects} == before
