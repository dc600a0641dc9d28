"""Errors in a baseline, a report or the options end with exit code 3, and leave the baseline unchanged."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from gate.errors import GateError
from tests.gate.suite_reports import KNOWN, report

Gate = Callable[..., Result]
NO_BASELINES = {
    "no requirements": {"format": 1},
    "empty": {"format": 1, "requirements": {}},
    "strange verdict": {"format": 1, "requirements": {"a/b": "SPLENDID"}},
    "number": {"format": 1, "requirements": {"a/b": 1}},
    "profile": {"format": 1, "requirements": {"a/b": "PASS"}, "profile": ["up"]},
}


@pytest.mark.parametrize("content", NO_BASELINES.values(), ids=list(NO_BASELINES))
def test_what_is_no_baseline_is_not_taken_for_one(gate: Gate, content: object) -> None:
    Path("b.json").write_text(json.dumps(content), encoding="utf-8")
    result = gate("baseline", "b.json", "--from", report("now.json", KNOWN))

    assert result.exit_code == 3
    assert "--write" in result.output


GOOD = {"id": "get/is-kind", "status": "PASS", "level": "stated"}
NO_REPORTS = {
    "empty": [],
    "text": ["a/b"],
    "no id": [{**GOOD, "id": ""}],
    "no level": [{**GOOD, "level": None}],
    "strange status": [{**GOOD, "status": "SPLENDID"}],
    "foreign": [{**GOOD, "id": "z/z"}],
}


@pytest.mark.parametrize("requirements", NO_REPORTS.values(), ids=list(NO_REPORTS))
def test_what_is_no_report_judges_nothing_and_changes_no_file(
    gate: Gate, baseline: Path, requirements: list[object]
) -> None:
    before = baseline.read_text(encoding="utf-8")
    Path("now.json").write_text(json.dumps({"target": "there", "requirements": requirements}), encoding="utf-8")

    for deed in ((), ("--shrink",)):
        assert gate("baseline", baseline, "--from", "now.json", *deed).exit_code == 3
    assert baseline.read_text(encoding="utf-8") == before


def test_json_that_is_nested_beyond_reason_is_refused_in_a_sentence(gate: Gate, baseline: Path) -> None:
    Path("deep.json").write_text("[" * 200_000, encoding="utf-8")

    for arguments in (("deep.json", "--from", "deep.json"), (baseline, "--from", "deep.json")):
        result = gate("baseline", *arguments)
        assert (result.exit_code, "nested too deeply" in result.output) == (3, True)


def test_where_a_baseline_cannot_be_written_nothing_is_run_for_it(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gate.commands.baseline.check", lambda *_, **__: pytest.fail("It was run."))
    # In /dev/fd no file can be made, not even by root.
    for path, complaint in (("d/e/f.json", "there is no folder d/e; make it"), ("/dev/fd/b.json", "name another file")):
        result = gate("baseline", path, "--write")

        assert result.exit_code == 3
        assert complaint in result.output


def test_a_run_that_comes_to_no_end_leaves_no_baseline(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise GateError("It went away.")

    monkeypatch.setattr("gate.commands.baseline.check", fail)
    assert gate("baseline", "b.json", "--write").exit_code == 3
    assert not Path("b.json").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("missing.json", "--from", "now.json"), "there is no baseline yet; write it with --write"),
        (("now.json", "--from", "now.json"), "is not a baseline of format 1"),
        (("baseline.json", "--from", "missing.json"), "missing.json: cannot be read"),
        (("baseline.json", "--from", "baseline.json"), "is not a report of milestones-check"),
        (("baseline.json", "--from", "now.json", "--write", "--shrink"), "exclude each other"),
        (
            ("baseline.json", "--from", "now.json", "--target", "http://127.0.0.1:1"),
            "--from reads the report of an earlier run",
        ),
        (("baseline.json", "--from", "empty.json"), "judged no requirement"),
        (("baseline.json", "--target", "http://127.0.0.1:9/api", "--api-key", "x"), "The suite did not run"),
    ],
)
def test_a_mistake_ends_with_3_and_says_what_to_do(
    gate: Gate, baseline: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    report("now.json", KNOWN)
    report("empty.json", dict.fromkeys(KNOWN, "NOT_RUN"))
    result = gate("baseline", *arguments)

    assert result.exit_code == 3
    assert complaint in result.output
