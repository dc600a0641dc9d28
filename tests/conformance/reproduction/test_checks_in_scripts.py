"""A check says the same in Python and in a script."""

import json
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from conformance.exchange import AuthVariant, Exchange
from conformance.reproduction.answers import Answer
from conformance.reproduction.checks import (
    Check,
    EveryRowHas,
    IsInstant,
    IsNotBefore,
    RowsHave,
    StandsBefore,
    TypeIs,
    ValueIs,
    holds,
)
from conformance.reproduction.program import Ref
from conformance.reproduction.trace import Trace

ROWS = [{"id": 7, "title": "One", "project": {"id": 3}}, {"id": 8, "title": "Two", "project": {"id": 3}}]
FOREIGN = [*ROWS, {"id": 9, "title": "Three", "project": {"id": 4}}]
NOON = "2026-02-28T12:00:00Z"
INSTANTS = {
    NOON: True,
    "2026-02-28T12:00:00.000001Z": True,
    "2026-02-28T11:59:59.999999Z": False,
    "2026-03-01T00:00:00Z": True,
    "2026-01-31T23:59:59Z": False,
    "2025-12-31T23:59:59.5Z": False,
    "2028-02-29T00:00:00Z": True,
    "2026-02-28T12:00:00+00:00": True,
    "2026-02-28T12:00:00": None,
    "2026-02-28 12:00:00": None,
    "2026-02-28T14:00:00+02:00": None,
    "yesterday": None,
}
CHECKS: list[tuple[Check, str, Any, bool | None]] = [
    (EveryRowHas(1, "project.id", ("3",)), "every_row_has 1 project.id 3", ROWS, True),
    (EveryRowHas(1, "project.id", ("3",)), "every_row_has 1 project.id 3", FOREIGN, False),
    (EveryRowHas(1, "project.id", ("3",)), "every_row_has 1 project.id 3", [], True),
    (ValueIs(1, "title", ("Two",), row=Ref(1, "data.1.id")), 'value_is 1 "$(place 1 data id 8 title)" Two', ROWS, True),
    (
        ValueIs(1, "title", ("One",), row=Ref(1, "data.1.id")),
        'value_is 1 "$(place 1 data id 8 title)" One',
        ROWS,
        False,
    ),
    (ValueIs(1, "data.id", ("7",), negated=True), "value_is_not 1 data.id 7", {"id": 8}, True),
    (ValueIs(1, "data.id", ("7",), negated=True), "value_is_not 1 data.id 7", {"id": 7}, False),
    (ValueIs(1, "data.id", ("7",), negated=True), "value_is_not 1 data.id 7", {}, None),
    (StandsBefore(1, ("7",), ("8",)), "stands_before 1 7 8", ROWS, True),
    (StandsBefore(1, ("8",), ("7",)), "stands_before 1 8 7", ROWS, False),
    (StandsBefore(1, ("7",), ("5",)), "stands_before 1 7 5", ROWS, None),
    *(
        (IsNotBefore(1, "data.at", (NOON,)), f"not_before 1 data.at {NOON} 0", {"at": instant}, verdict)
        for instant, verdict in INSTANTS.items()
    ),
    (IsNotBefore(1, "data.at", (NOON,), 60), f"not_before 1 data.at {NOON} 60", {"at": "2026-02-28T11:59:00Z"}, True),
    (IsNotBefore(1, "data.at", (NOON,), 60), f"not_before 1 data.at {NOON} 60", {"at": "2026-02-28T11:58:59Z"}, False),
]
REFUSAL = {"message": "The given data was invalid.", "errors": {"limit": ["Too many."]}}
ON_REFUSALS: list[tuple[Check, str, bool | None]] = [
    (ValueIs(1, "meta.per_page", ("100",)), "value_is 1 meta.per_page 100", None),
    (ValueIs(1, "data.id", ("7",), negated=True), "value_is_not 1 data.id 7", None),
    (ValueIs(1, "message", ("Thanks.",)), "value_is 1 message Thanks.", False),
    (TypeIs(1, "data", "array"), "type_is 1 data array", None),
    (TypeIs(1, "data", ""), "type_is 1 data nothing", True),
    (TypeIs(1, "errors", ""), "type_is 1 errors nothing", False),
    (IsInstant(1, "data.at"), "instant 1 data.at", None),
    (IsNotBefore(1, "data.at", (NOON,)), f"not_before 1 data.at {NOON} 0", None),
    (RowsHave(1, "id", ("7",)), "rows_have 1 id 7", None),
    (RowsHave(1, "id", ("7",), negated=True), "rows_lack 1 id 7", None),
    (EveryRowHas(1, "id", ("7",)), "every_row_has 1 id 7", None),
    (StandsBefore(1, ("7",), ("8",)), "stands_before 1 7 8", None),
]
VERDICTS = {True: 0, False: 1, None: 2}


@pytest.mark.parametrize(("check", "line", "data", "verdict"), CHECKS)
def test_both_judge_alike(check: Check, line: str, data: Any, verdict: bool | None, tmp_path: Path) -> None:
    assert_both_judge(check, line, 200, {"data": data}, verdict, tmp_path)


@pytest.mark.parametrize(("check", "line", "verdict"), ON_REFUSALS)
def test_the_content_of_a_refusal_is_no_violation(
    check: Check, line: str, verdict: bool | None, tmp_path: Path
) -> None:
    assert_both_judge(check, line, 422, REFUSAL, verdict, tmp_path)


def assert_both_judge(
    check: Check, line: str, status: int, content: dict[str, Any], verdict: bool | None, folder: Path
) -> None:
    """Assert that a check gives a verdict on an answer, here and in a script."""
    body = json.dumps(content).encode()
    exchange = Exchange(1, "", "GET", "/", "", AuthVariant.OURS, None, None, status, {}, body, 0.0)
    prelude = files("conformance.reproduction").joinpath("prelude.sh").read_text(encoding="utf-8")
    reading = prelude[prelude.index("flatten() {") : prelude.index("# Take a project")]
    judging = prelude[prelude.index("# Checks: ") : prelude.index("# Run the calls")]
    script = f"LC_ALL=C\nwork=.\n{reading}\n{judging}\necho {status} >1.status\nflatten >1.flat\n{line}\n"

    done = subprocess.run(["sh", "-c", script], input=body, cwd=folder, capture_output=True, check=False)

    assert holds(check, Trace({1: Answer.of(exchange)}, {}, {})) is verdict
    assert done.returncode == VERDICTS[verdict], done.stdout + done.stderr
