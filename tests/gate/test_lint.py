"""`milestones-gate lint` finds what is wrong with a contract by itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Gate = Callable[..., Result]
Write = Callable[..., Path]


def operation(data: dict[str, Any]) -> dict[str, Any]:
    """The one operation of the small contract."""
    found: dict[str, Any] = data["paths"]["/things"]["get"]
    return found


def answer(data: dict[str, Any]) -> dict[str, Any]:
    """The one answer of it."""
    found: dict[str, Any] = operation(data)["responses"]["200"]["content"]["application/json"]
    return found


FAULTS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a wrong example": (lambda d: answer(d).update(example={"state": "lost"}), 'state: "lost" is not allowed'),
    "an incomplete example": (lambda d: answer(d).update(example={}), "state is missing"),
    "a wrong named example": (lambda d: answer(d).update(examples={"a": {"value": 5}}), "5 is not allowed"),
    "a wrong example of a parameter": (lambda d: operation(d)["parameters"][0].update(example=500), "500 is not"),
    "a wrong default": (lambda d: operation(d)["parameters"][0]["schema"].update(default=500), "500 is not"),
    "a wrong example in a schema": (
        lambda d: d["components"]["schemas"]["Thing"].update(example={"state": "lost"}),
        'state: "lost" is not allowed',
    ),
    "a wrong example of a field": (
        lambda d: d["components"]["schemas"]["Thing"]["properties"]["size"].update(examples=[5, "big"]),
        '"big" is not allowed',
    ),
    "a wrong example in a schema that nobody uses": (
        lambda d: d["components"]["schemas"].update(
            Old={"allOf": [{"type": "array", "items": {"type": "string", "default": 7}}]}
        ),
        "7 is not allowed",
    ),
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
    "no operationId": (lambda d: operation(d).pop("operationId"), "has no operationId"),
    "a variable without a parameter": (
        lambda d: d["paths"].update({"/a/{id}": {"get": {"operationId": "a", "responses": {"200": {}}}}}),
        "does not declare the variable {id}",
    ),
    "a reference to nowhere": (
        lambda d: answer(d).update(schema={"$ref": "#/components/schemas/Thin"}),
        "#/components/schemas/Thin leads nowhere",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_told_with_its_line(gate: Gate, contract: Write, fault: str) -> None:
    edit, complaint = FAULTS[fault]
    said = gate("lint", contract("openapi.yaml", edit))

    assert said.exit_code in (1, 3)
    assert complaint in said.output
    assert "openapi.yaml:" in said.output


def test_well_made_contracts_pass(gate: Gate, contract: Write) -> None:
    assert gate("lint", contract("openapi.yaml"), Path(__file__).parents[2] / "openapi.yaml").exit_code == 0


def test_an_example_of_a_shared_schema_may_be_as_it_is_sent_or_as_it_is_answered(gate: Gate, contract: Write) -> None:
    def edit(data: dict[str, Any]) -> None:
        thing = data["components"]["schemas"]["Thing"]
        thing["properties"] |= {"id": {"type": "integer", "readOnly": True}, "key": {"writeOnly": True}}
        thing["required"] = ["state", "id", "key"]
        thing["examples"] = [{"state": "open", "key": "k"}, {"state": "open", "id": 7}]

    assert gate("lint", contract("fine.yaml", edit)).exit_code == 0
