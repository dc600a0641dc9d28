"""Pairs of contracts with the expected changes, argued from what clients can send and read."""

import copy
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from gate.diff.catalogue import RULES, Effect
from gate.diff.change import Change
from gate.diff.compare import compare
from gate.openapi.contract import Contract, read
from gate.source.document import Document
from gate.source.files import Source
from gate.source.yaml_loader import LOADER

FOLDER = Path(__file__).parents[1] / "pairs"
PAIRS = [
    pytest.param(pair, id=f"{path.stem}: {pair['name']}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for pair in yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
]
BASE = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1.0.0"},
    "paths": {"/things": {"post": {"operationId": "things", "responses": {"200": {"description": "Fine."}}}}},
}


@pytest.mark.parametrize("pair", PAIRS)
def test_a_change_is_called_what_it_is_for_clients(pair: dict[str, Any]) -> None:
    matches = compare(contract(pair, 0), contract(pair, 1))

    assert {effect.value: rules(matches, effect) for effect in Effect} == {
        effect.value: sorted(pair.get(effect.value, [])) for effect in Effect
    }, pair["why"]
    assert all(item.proven for item in matches if item.effect is Effect.BREAKING) is pair.get("sure", True)


def test_there_are_many_pairs_and_each_argues_its_answer() -> None:
    pairs = [parameter.values[0] for parameter in PAIRS]
    assert len(pairs) >= 350
    assert [pair for pair in pairs if not isinstance(pair, dict) or not pair.get("why")] == []


def test_every_rule_says_why_and_every_breaking_one_how_to_mend_it() -> None:
    assert [name for name, rule in RULES.items() if not rule.reason] == []
    assert [name for name, rule in RULES.items() if rule.effect is Effect.BREAKING and not rule.remedy] == []


def contract(pair: dict[str, Any], side: int) -> Contract:
    """One side of a pair as a contract."""
    data: Any = copy.deepcopy(BASE)
    for kind, layer in layers(pair, side):
        operation: Any = data["paths"]["/things"]["post"]
        overlay(data if kind == "contract" else operation, layer)
    text = yaml.safe_dump(data, sort_keys=False)
    document = Document(Source(PurePosixPath("openapi.yaml")), data, text)
    document.others[document.source] = document
    return read(document)


def layers(pair: dict[str, Any], side: int) -> Iterator[tuple[str, Any]]:
    """Yield the layers that a pair lays over the base, in the shorthands that keep pairs readable."""
    for kind, sides in pair.items():
        match kind:
            case "contract" | "operation":
                yield kind, sides[side]
            case "openapi" | "components":
                yield "contract", {kind: sides[side]}
            case "parameters":
                yield "operation", {"parameters": sides[side]}
            case "body":
                yield "operation", {"requestBody": {"content": {"application/json": {"schema": sides[side]}}}}
            case "form":
                form = {"application/x-www-form-urlencoded": {"schema": sides[side]}}
                yield "operation", {"requestBody": {"content": form}}
            case "answer":
                content = {"application/json": {"schema": sides[side]}}
                yield "operation", {"responses": {"200": {"description": "Fine.", "content": content}}}


def overlay(below: dict[str, Any], above: dict[str, Any], replaced: frozenset[str] = frozenset({"responses"})) -> None:
    """Lay one mapping over another, deeply, save what is replaced."""
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(below.get(key), dict) and key not in replaced:
            overlay(below[key], value)
        else:
            below[key] = copy.deepcopy(value)


def rules(changes: list[Change], effect: Effect) -> list[str]:
    """The rules of the changes that have an effect."""
    return sorted(finding.rule for finding in changes if finding.effect is effect)
