"""The container's file fits the mock: its files, command, port, health check and end. `scripts/container` builds it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mock_server.cli import main
from tests.mock_server.http.test_server import running

INSTRUCTION = re.compile(r"^([A-Z]+) (.*)$", re.MULTILINE)


@pytest.fixture
def instructions(root: Path) -> list[tuple[str, str]]:
    """The instructions of the Containerfile, each with what stands behind it."""
    text = (root / "Containerfile").read_text(encoding="utf-8")
    return [(match[1], match[2]) for match in INSTRUCTION.finditer(text.replace("\\\n", ""))]


def value(instructions: list[tuple[str, str]], name: str) -> str:
    """Return what stands behind the last instruction of a name."""
    return [rest for instruction, rest in instructions if instruction == name][-1]


def words(text: str) -> list[str]:
    """Return the command of an instruction in the form of a list."""
    command: list[str] = json.loads(text[text.index("[") :])
    return command


def test_the_command_answers_where_the_health_check_looks_and_ends_at_once(instructions: list[tuple[str, str]]) -> None:
    program, *options = words(value(instructions, "ENTRYPOINT"))
    assert Path(program).name == "milestones-mock"
    assert options == ["--host", "0.0.0.0"]
    _, *health = words(value(instructions, "HEALTHCHECK"))
    with running("--host", "127.0.0.1") as (process, url):
        port = url.split(":")[2].partition("/")[0]
        check = [sys.executable, *(word.replace(value(instructions, "EXPOSE"), port) for word in health)]
        assert subprocess.run(check, capture_output=True, timeout=20, check=False).returncode == 0
        process.terminate()
        assert process.wait(10) == 0
    assert subprocess.run(check, capture_output=True, timeout=20, check=False).returncode != 0


def test_it_runs_as_nobody_in_particular_on_the_port_of_the_command(instructions: list[tuple[str, str]]) -> None:
    port = next(option for option in main.params if option.name == "port")
    assert value(instructions, "EXPOSE") == str(port.default)
    assert int(value(instructions, "USER").partition(":")[0]) > 0
    assert value(instructions, "FROM").endswith("-slim")


def test_it_is_made_of_files_that_are_there_and_not_ignored(root: Path, instructions: list[tuple[str, str]]) -> None:
    copies = [rest.split()[:-1] for name, rest in instructions if name == "COPY" and "--from" not in rest]
    names = {name for sources in copies for name in sources}
    let_in = {line[1:] for line in (root / ".dockerignore").read_text(encoding="utf-8").split() if line[0] == "!"}
    assert names == let_in
    assert [name for name in names if not (root / name).exists()] == []


def test_the_compose_file_is_valid_and_starts_a_mock(root: Path) -> None:
    path = root / "examples" / "container" / "compose.yaml"
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    ended = subprocess.run(check, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    service = yaml.safe_load(path.read_text(encoding="utf-8"))["services"]["mock"]
    assert (path.parent / service["build"]["context"]).samefile(root)
    assert main.make_context("milestones-mock", list(service["command"])).params["save_path"] == Path("accounts.json")
