"""Large contracts get the right answer; benchmarks/contracts.py has what they cost at their full size."""

import json
from pathlib import PurePosixPath
from typing import Any

import pytest

from gate.diff.catalogue import Effect
from gate.diff.change import Change
from gate.diff.compare import compare
from gate.openapi.contract import Contract, read
from gate.source.document import Document
from gate.source.files import Source
from gate.subschema.limits import run_with_deep_stack
from tests.gate.large_contracts import CONTRACTS, with_a_value_less, with_optional_fields

pytestmark = pytest.mark.zoo

# Of the size that is measured; the answers do not depend on it.
PART = 8


@pytest.fixture(params=CONTRACTS)
def contract(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Make one of the contracts."""
    make, size = CONTRACTS[request.param]
    return make(size // PART)


def model(name: str, data: dict[str, Any]) -> Contract:
    """Return a contract as the gate reads it."""
    document = Document(Source(PurePosixPath(name)), data, json.dumps(data))
    document.others[document.source] = document
    return read(document)


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """Return the changes between two contracts."""
    before, after = model("old.json", old), model("new.json", new)
    return run_with_deep_stack(lambda: compare(before, after))


def test_a_contract_that_stays_has_no_changes(contract: dict[str, Any]) -> None:
    assert changes(contract, json.loads(json.dumps(contract))) == []


def test_optional_fields_everywhere_break_nobody(contract: dict[str, Any]) -> None:
    old = json.loads(json.dumps(contract))
    with_optional_fields(contract)
    rules = {(change.effect, change.rule) for change in changes(old, contract)}

    assert {effect for effect, _ in rules} == {Effect.COMPATIBLE}
    assert {rule for _, rule in rules} <= {"request/field-added", "response/field-added"}


def test_a_value_less_breaks_callers_and_is_proven(contract: dict[str, Any]) -> None:
    old = json.loads(json.dumps(contract))
    with_a_value_less(contract)
    breaking = [change for change in changes(old, contract) if change.effect is Effect.BREAKING]

    assert {change.rule for change in breaking} == {"request/enum-narrowed"}
    assert all(change.proven for change in breaking)
