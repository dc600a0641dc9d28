"""Large contracts get the right answer, and within the time that their size allows."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from gate.diff.catalogue import Effect
from gate.diff.change import Change
from gate.diff.compare import compare
from gate.openapi.contract import read
from gate.source.document import load
from gate.subschema.deep_recursion import run_with_deep_stack
from tests.gate.large_contracts import CONTRACTS, with_a_value_less, with_optional_fields

pytestmark = pytest.mark.slow

# Loading included; some 3 s are the aim on a quiet machine.
SECONDS_PER_MEGABYTE = 12.0
LEAST_SECONDS = 5.0


@pytest.fixture(params=CONTRACTS)
def contract(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Make one of the large contracts."""
    make, size = CONTRACTS[request.param]
    return make(size)


def changes(old: dict[str, Any], new: dict[str, Any], folder: Path) -> list[Change]:
    """Return the changes between two contracts, and check the time that they took."""
    names = [folder / "old.json", folder / "new.json"]
    for path, content in zip(names, (old, new), strict=True):
        path.write_text(json.dumps(content), encoding="utf-8")
    started = time.process_time()
    before, after = (read(load(str(path))) for path in names)
    matches = run_with_deep_stack(lambda: compare(before, after))
    megabytes = sum(path.stat().st_size for path in names) / 1e6
    assert time.process_time() - started < max(LEAST_SECONDS, SECONDS_PER_MEGABYTE * megabytes)
    return matches


def test_a_contract_that_stays_has_no_changes(contract: dict[str, Any], tmp_path: Path) -> None:
    assert changes(contract, contract, tmp_path) == []


def test_optional_fields_everywhere_break_nobody(contract: dict[str, Any], tmp_path: Path) -> None:
    old = json.loads(json.dumps(contract))
    with_optional_fields(contract)
    matches = changes(old, contract, tmp_path)

    assert [change.text for change in matches if change.effect is Effect.BREAKING] == []
    assert {change.rule for change in matches} <= {"request/field-added", "response/field-added"}


def test_a_value_less_breaks_callers_and_is_proven(contract: dict[str, Any], tmp_path: Path) -> None:
    old = json.loads(json.dumps(contract))
    with_a_value_less(contract)
    matches = changes(old, contract, tmp_path)

    breaking = [change for change in matches if change.effect is Effect.BREAKING]
    assert {change.rule for change in breaking} == {"request/enum-narrowed"}
    assert all(change.proven for change in breaking)
