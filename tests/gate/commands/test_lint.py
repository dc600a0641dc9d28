"""`milestones-gate lint` finds errors in a single contract."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result

Gate = Callable[..., Result]
Write = Callable[..., Path]


def operation(data: dict[str, Any]) -> dict[str, Any]:
    """The one operation of the small contract."""
    matches: dict[str, Any] = data["paths"]["/things"]["get"]
    return matches


def answer(data: dict[str, Any]) -> dict[str, Any]:
    """The one answer of it."""
    matches: dict[str, Any] = operation(data)["responses"]["200"]["content"]["application/json"]
    return matches


def link(data: dict[str, Any], **fields: Any) -> None:
    """Add a link to the one answer."""
    operation(data)["responses"]["200"]["links"] = {"next": fields}


FAULTS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no source": (lambda d: operation(d)["x-requirements"][0].pop("source"), "cannot be traced"),
    "a wrong level": (lambda d: operation(d)["x-requirements"][0].update(level="sure"), "has the level sure"),
    "no sentence": (lambda d: operation(d)["x-requirements"][0].pop("text"), "says nothing"),
    "a wrong id": (lambda d: operation(d)["x-requirements"][0].update(id="Sorted"), "Sorted is no id"),
    "an id twice": (
        lambda d: d.update({"x-requirements": operation(d)["x-requirements"]}),
        "list/is-sorted is there twice",
    ),
    "an open point without its default": (
        lambda d: d.update(
            {"x-open-points": [{"id": "a/b", "question": "?", "choices": {"c": "", "d": ""}, "default": "e"}]}
        ),
        "is none of its choices",
    ),
    "a requirement at a path without its source": (
        lambda d: d["paths"]["/things"].update(
            {"x-requirements": [{"id": "path/holds", "level": "stated", "text": "It holds."}]}
        ),
        "path/holds cannot be traced",
    ),
    "a link to an operation that is not there": (
        lambda d: link(d, operationId="listThink"),
        "the link next leads to listThink, which is not there",
    ),
    "a link that refers to nowhere": (
        lambda d: link(d, operationRef="#/paths/~1thing/get"),
        "the link next leads to #/paths/~1thing/get, which is not there",
    ),
    "a link to no operation": (link, "the link next leads to no operation"),
    "a link that sets a parameter that its operation does not have": (
        lambda d: link(d, operationId="listThings", parameters={"limits": 5}),
        "the link next sets limits, which listThings does not have",
    ),
    "a link that sets a parameter of another place": (
        lambda d: link(d, operationRef="#/paths/~1things/get", parameters={"path.number": 5}),
        "the link next sets path.number, which listThings does not have",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_reported_with_its_line(gate: Gate, contract: Write, fault: str) -> None:
    edit, issue = FAULTS[fault]
    result = gate("lint", contract("openapi.yaml", edit))

    assert result.exit_code == 1
    assert issue in result.output
    assert re.search(r"openapi.yaml:[0-9]+  /", result.output)


def test_well_made_contracts_pass(gate: Gate, contract: Write) -> None:
    assert gate("lint", contract("openapi.yaml"), Path(__file__).parents[3] / "openapi.yaml").exit_code == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"operationId": "listThings", "parameters": {"limit": 5, "query.limit": 5}},
        {"operationRef": "#/paths/~1things/get", "parameters": {"limit": 5}},
        {"operationRef": "https://example.com/openapi.yaml#/paths/~1things/get"},
    ],
)
def test_a_link_that_leads_somewhere_passes(gate: Gate, contract: Write, fields: dict[str, Any]) -> None:
    assert gate("lint", contract("openapi.yaml", lambda data: link(data, **fields))).exit_code == 0


def test_what_standard_linters_report_is_left_to_them(gate: Gate, contract: Write) -> None:
    def edit(data: dict[str, Any]) -> None:
        operation(data).pop("operationId")
        answer(data)["example"] = {"state": "lost"}

    assert gate("lint", contract("openapi.yaml", edit)).exit_code == 0


def test_what_looks_like_a_reference_in_an_example_is_data(gate: Gate, contract: Write) -> None:
    shown = {"state": "open", "$ref": "#/nowhere"}

    def edit(data: dict[str, Any]) -> None:
        answer(data).update(example=shown, examples={"a": {"value": shown}})
        data["components"]["schemas"]["Thing"] |= {"default": shown, "examples": [shown], "x-note": shown}

    assert gate("lint", contract("openapi.yaml", edit)).exit_code == 0


def test_letters_that_json_writes_as_two_escapes_are_no_issue(gate: Gate, contract: Write) -> None:
    written = contract("openapi.yaml", lambda data: operation(data).update(summary="Things \U0001f600"))
    Path("openapi.json").write_text(json.dumps(yaml.safe_load(written.read_text(encoding="utf-8"))), encoding="utf-8")
    assert "\\ud83d\\ude00" in Path("openapi.json").read_text(encoding="utf-8")
    assert gate("lint", "openapi.json").exit_code == 0
