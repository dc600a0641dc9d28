"""Contracts made to be slow get a result or are left for review; benchmarks/contracts.py has the times."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.gate.hostile_contracts import HOSTILE, listed, patterns

Gate = Callable[..., Result]


def write(name: str, contract: dict[str, Any]) -> str:
    """Write a contract and return its name."""
    Path(name).write_text(json.dumps(contract), encoding="utf-8")
    return name


@pytest.mark.zoo
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_contract_is_answered(gate: Gate, make: Callable[[str], dict[str, Any]]) -> None:
    result = gate("contract", write("old.json", make("string")), write("new.json", make("integer")))

    assert result.exit_code in (1, 2), result.output[-500:]


@pytest.mark.parametrize("make", [patterns, listed])
def test_lint_answers_a_hostile_contract(gate: Gate, make: Callable[[str], dict[str, Any]]) -> None:
    assert gate("lint", write("openapi.json", make("string"))).exit_code == 0
