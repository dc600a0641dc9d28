"""What a run exercised is counted against the contract, and a threshold can fail it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Gate = Callable[..., Result]
Write = Callable[..., Path]


@pytest.fixture
def report(tmp_path: Path) -> Callable[..., Path]:
    """Writes a report of the suite with what it covered."""

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

    said = gate("coverage", contract("openapi.yaml", more), report(coverage=[ASKED]), "--minimum", minimum)

    assert said.exit_code == code
    assert "1 of 2 statuses were exercised (50 %" in said.output
    assert "listThings 4XX" in said.output


def test_parameters_are_counted_where_the_report_names_them(
    gate: Gate, contract: Write, report: Callable[..., Path]
) -> None:
    named = gate("coverage", contract("openapi.yaml"), report(coverage=[ASKED | {"parameters": ["limit"]}]))
    assert "1 of 1 parameters" in named.output


@pytest.mark.parametrize(
    ("minimum", "complaint"),
    [
        ("statuses=90", "says nothing of statuses"),
        ("all=1", "write KIND=PERCENT"),
        ("statuses=x", "write KIND=PERCENT"),
    ],
)
def test_a_threshold_that_cannot_be_judged_ends_with_3(
    gate: Gate, contract: Write, report: Callable[..., Path], minimum: str, complaint: str
) -> None:
    said = gate("coverage", contract("openapi.yaml"), report(), "--minimum", minimum)

    assert said.exit_code == 3
    assert complaint in said.output
