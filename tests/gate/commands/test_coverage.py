"""The coverage of a run is counted against the contract, and a threshold can fail it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Gate = Callable[..., Result]
Write = Callable[..., Path]


@pytest.fixture
def report(tmp_path: Path) -> Callable[..., Path]:
    """Write a report of the suite with what it covered."""

    def write(**extra: Any) -> Path:
        data = {
            "target": "there",
            "requirements": [{"id": "list/is-sorted", "status": "PASS", "level": "stated"}],
            **extra,
        }
        (tmp_path / "report.json").write_text(json.dumps(data), encoding="utf-8")
        return tmp_path

    return write


ASKED = {"operation": "listThings", "status": 200, "encoding": "none", "exchanges": 3}


@pytest.mark.parametrize(("minimum", "code"), [("statuses=50", 0), ("statuses=51", 1), ("requirements=100", 0)])
def test_a_threshold_fails_a_run_that_exercised_less(
    gate: Gate, contract: Write, report: Callable[..., Path], minimum: str, code: int
) -> None:
    def more(data: dict[str, Any]) -> None:
        data["paths"]["/things"]["get"]["responses"]["4XX"] = {"description": "No."}

    result = gate("coverage", contract("openapi.yaml", more), report(coverage=[ASKED]), "--minimum", minimum)

    assert result.exit_code == code
    assert "1 of 2 statuses were exercised (50 %" in result.output
    assert "listThings 4XX" in result.output


def test_parameters_and_fields_are_counted_where_the_report_names_them(
    gate: Gate, contract: Write, report: Callable[..., Path]
) -> None:
    def with_bodies(data: dict[str, Any]) -> None:
        form = {"type": "object", "properties": {"title": {}, "ids[]": {"type": "array"}}}
        body = {"type": "object", "properties": {"title": {}, "ids": {"type": "array"}}}
        content = {"application/x-www-form-urlencoded": {"schema": form}, "application/json": {"schema": body}}
        data["paths"]["/things"]["get"]["requestBody"] = {"content": content}

    sent = [
        ASKED | {"parameters": ["limit"], "fields": []},
        ASKED | {"encoding": "form", "parameters": [], "fields": ["ids", "title"]},
    ]
    named = gate("coverage", contract("openapi.yaml", with_bodies), report(coverage=sent), "--minimum", "fields=50")

    assert "1 of 1 parameters" in named.output
    assert "2 of 4 fields were exercised (50 %" in named.output
    assert "listThings json title" in named.output


def test_a_report_on_another_contract_is_told(gate: Gate, contract: Write, report: Callable[..., Path]) -> None:
    foreign = report(coverage=[ASKED | {"operation": "listOthers"}])
    result = gate("coverage", contract("openapi.yaml"), foreign, "--minimum", "encodings=100")

    assert result.exit_code == 3
    assert "belongs to another contract" in result.output


@pytest.mark.zoo
def test_the_suite_tells_which_parameters_it_sent(gate: Gate, tmp_path: Path) -> None:
    suite = [
        sys.executable,
        "-m",
        "conformance",
        "--target",
        "mock",
        "--depth",
        "quick",
        "--only",
        "list/*",
        "--report",
        "run",
    ]
    subprocess.run(suite, cwd=tmp_path, check=True, capture_output=True)
    shipped = Path(__file__).parents[3] / "openapi.yaml"
    result = gate("coverage", shipped, "run/report.json", "--minimum", "parameters=30", "--minimum", "fields=5")

    assert result.exit_code == 0, result.output
    assert "listMilestones sort" not in result.output


def test_too_little_is_called_what_it_is_and_reports_hold_all_that_was_missed(
    gate: Gate, contract: Write, report: Callable[..., Path]
) -> None:
    def more(data: dict[str, Any]) -> None:
        data["paths"]["/things"]["get"]["responses"] |= {
            str(status): {"description": "No."} for status in range(400, 420)
        }

    result = gate(
        *("coverage", contract("openapi.yaml", more), report(coverage=[ASKED])),
        *("--minimum", "statuses=50", "--report", "written"),
    )

    assert "not enough: 1 too little" in result.output
    assert "breaks" not in result.output
    assert "… and 14 more, which --report writes down" in result.output
    assert "breaks" not in Path("written/gate.md").read_text(encoding="utf-8")
    for file in ("gate.md", "gate.json"):
        written = Path("written", file).read_text(encoding="utf-8")
        assert [status for status in range(400, 420) if f"listThings {status}" not in written] == []


@pytest.mark.parametrize(
    ("minimum", "complaint"),
    [
        ("statuses=90", "says nothing about statuses"),
        ("all=1", "write KIND=PERCENT"),
        ("statuses=x", "write KIND=PERCENT"),
    ],
)
def test_a_threshold_that_cannot_be_judged_ends_with_3(
    gate: Gate, contract: Write, report: Callable[..., Path], minimum: str, complaint: str
) -> None:
    result = gate("coverage", contract("openapi.yaml"), report(), "--minimum", minimum)

    assert result.exit_code == 3
    assert complaint in result.output
