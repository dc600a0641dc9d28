"""The catalogues in docs/ are what the contract and the gate say today."""

import runpy
from pathlib import Path

import pytest

from gate.diff.catalogue import RULES

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "catalogue"))


@pytest.mark.parametrize("name", SCRIPT["PAGES"])
def test_the_catalogues_are_up_to_date(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == SCRIPT["PAGES"][name](), "run scripts/catalogue"


def test_every_rule_of_the_gate_is_listed() -> None:
    page = SCRIPT["gate_rules"]()
    assert [rule for rule in RULES if page.count(f"| `{rule}` |") != 1] == []
