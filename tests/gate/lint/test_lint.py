"""`milestones-gate lint` finds what is wrong with a contract by itself."""

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
    found: dict[str, Any] = data["paths"]["/things"]["get"]
    return found


def answer(data: dict[str, Any]) -> dict[str, Any]:
    """The one answer of it."""
    found: dict[str, Any] = operation(data)["responses"]["200"]["content"]["application/json"]
    return found


def fetching(name: str, variable: str) -> dict[str, Any]:
    """A path with one operation."""
    declared = {"name": variable, "in": "path", "required": True, "schema": {}}
    return {"get": {"operationId": name, "parameters": [declared], "responses": {"200": {"description": "Fine."}}}}


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
    "an impossible day": (
        lambda d: d["components"]["schemas"]["Thing"]["properties"].update(
            day={"type": "string", "format": "date", "example": "2020-13-45"}
        ),
        '"2020-13-45" is not allowed',
    ),
    "an impossible time": (
        lambda d: d["components"]["schemas"]["Thing"]["properties"].update(
            at={"type": "string", "format": "date-time", "example": "2020-02-30T25:00:00Z"}
        ),
        '"2020-02-30T25:00:00Z" is not allowed',
    ),
    "a wrong example of a header": (
        lambda d: operation(d)["responses"]["200"].update(
            headers={"X-Left": {"schema": {"type": "integer"}, "example": "many"}}
        ),
        '"many" is not allowed',
    ),
    "a wrong example in an answer that nobody uses": (
        lambda d: d["components"].update(
            responses={"Gone": {"content": {"application/json": {"schema": {"type": "object"}, "example": 5}}}}
        ),
        "5 is not allowed",
    ),
    "the same path under another variable": (
        lambda d: d["paths"].update({"/t/{a}": fetching("one", "a"), "/t/{b}": fetching("two", "b")}),
        "/t/{b} and /t/{a} are the same path",
    ),
    "an operationId twice": (
        lambda d: d["paths"].update({"/t/{a}": fetching("fetch", "a"), "/u/{b}": fetching("fetch", "b")}),
        "two operations are called fetch",
    ),
    "an operationId twice, at twin paths": (
        lambda d: d["paths"].update({"/t/{a}": fetching("fetch", "a"), "/t/{b}": fetching("fetch", "b")}),
        "two operations are called fetch",
    ),
    "a discriminator to nowhere": (
        lambda d: d["components"]["schemas"].update(
            Any={"oneOf": [], "discriminator": {"propertyName": "state", "mapping": {"a": "Nothing"}}}
        ),
        "the discriminator maps a to Nothing, which is nowhere",
    ),
    "a key that is declared nowhere": (
        lambda d: operation(d).update(security=[{"token": []}]),
        "token is asked for, and is none of the security schemes",
    ),
    "a key for all that is declared nowhere": (lambda d: d.update(security=[{"token": []}]), "token is asked for"),
    "a requirement at a path without its source": (
        lambda d: d["paths"]["/things"].update(
            {"x-requirements": [{"id": "path/holds", "level": "stated", "text": "It holds."}]}
        ),
        "path/holds cannot be traced",
    ),
    "a reference to nowhere": (
        lambda d: answer(d).update(schema={"$ref": "#/components/schemas/Thin"}),
        "#/components/schemas/Thin leads nowhere",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_told_with_its_line(gate: Gate, contract: Write, fault: str) -> None:
    edit, issue = FAULTS[fault]
    said = gate("lint", contract("openapi.yaml", edit))

    assert said.exit_code == 1
    assert issue in said.output
    assert re.search(r"openapi.yaml:[0-9]+  /", said.output)


def test_well_made_contracts_pass(gate: Gate, contract: Write) -> None:
    assert gate("lint", contract("openapi.yaml"), Path(__file__).parents[3] / "openapi.yaml").exit_code == 0


def test_an_example_of_a_shared_schema_may_be_as_it_is_sent_or_as_it_is_answered(gate: Gate, contract: Write) -> None:
    def edit(data: dict[str, Any]) -> None:
        thing = data["components"]["schemas"]["Thing"]
        thing["properties"] |= {"id": {"type": "integer", "readOnly": True}, "key": {"writeOnly": True}}
        thing["required"] = ["state", "id", "key"]
        thing["examples"] = [{"state": "open", "key": "k"}, {"state": "open", "id": 7}]

    assert gate("lint", contract("fine.yaml", edit)).exit_code == 0


def test_every_reference_to_nowhere_is_listed_with_its_line(gate: Gate, contract: Write) -> None:
    def edit(data: dict[str, Any]) -> None:
        operation(data)["parameters"].append({"$ref": "#/components/parameters/Page"})
        answer(data)["schema"] = {"$ref": "missing.yaml#/Thing"}
        data["components"]["schemas"]["Old"] = {"properties": {"example": {"$ref": "#/components/schemas/Older"}}}

    written = contract("openapi.yaml", edit)
    said = gate("lint", written)

    assert said.exit_code == 1
    assert "3 complaint" in said.output
    lines = [int(line) for line in re.findall(r"openapi.yaml:(\d+)  /", said.output)]
    text = written.read_text(encoding="utf-8").splitlines()
    assert ["Page" in "".join(text[one - 1 : one + 1]) for one in lines] == [True, False, False]


def test_a_reference_in_another_file_is_looked_at_too(gate: Gate, contract: Write) -> None:
    Path("thing.yaml").write_text("Thing:\n  properties:\n    a: {$ref: '#/Nothing'}\n", encoding="utf-8")
    said = gate("lint", contract("openapi.yaml", lambda d: answer(d).update(schema={"$ref": "thing.yaml#/Thing"})))

    assert said.exit_code == 1
    assert "thing.yaml:3  /Thing/properties/a" in said.output


def test_what_looks_like_a_reference_in_an_example_is_data(gate: Gate, contract: Write) -> None:
    shown = {"state": "open", "$ref": "#/nowhere"}

    def edit(data: dict[str, Any]) -> None:
        answer(data).update(example=shown, examples={"a": {"value": shown}})
        data["components"]["schemas"]["Thing"] |= {"default": shown, "examples": [shown], "x-note": shown}

    assert gate("lint", contract("openapi.yaml", edit)).exit_code == 0


def test_a_key_that_is_there_twice_is_found_at_the_second(gate: Gate, contract: Write) -> None:
    written = contract("openapi.yaml")
    text = written.read_text(encoding="utf-8")
    written.write_text(text + "info:\n  title: Again\n  version: 2.0.0\n", encoding="utf-8")
    said = gate("lint", written)

    assert said.exit_code == 1
    assert "info is there twice" in said.output
    assert f"openapi.yaml:{len(text.splitlines()) + 1}  /info" in said.output


def test_a_discriminator_may_name_a_schema_or_refer_to_it(gate: Gate, contract: Write) -> None:
    def edit(data: dict[str, Any]) -> None:
        mapping = {"a": "Thing", "b": "#/components/schemas/Thing"}
        data["components"]["schemas"]["Any"] = {
            "oneOf": [{"$ref": "#/components/schemas/Thing"}],
            "discriminator": {"propertyName": "state", "mapping": mapping},
        }

    assert gate("lint", contract("openapi.yaml", edit)).exit_code == 0


def test_letters_that_json_writes_as_two_escapes_are_no_complaint(gate: Gate, contract: Write) -> None:
    written = contract("openapi.yaml", lambda data: operation(data).update(summary="Things \U0001f600"))
    Path("openapi.json").write_text(json.dumps(yaml.safe_load(written.read_text(encoding="utf-8"))), encoding="utf-8")
    assert "\\ud83d\\ude00" in Path("openapi.json").read_text(encoding="utf-8")
    assert gate("lint", "openapi.json").exit_code == 0
