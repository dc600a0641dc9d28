"""Every example and default in the contract is valid against the schema that it illustrates."""

from collections.abc import Iterator
from dataclasses import dataclass

import jsonschema_rs
import pytest

from tests.repo.references import Node, escape, resolve

CONTRACT = "urn:contract"
# Their keys are names that the author chose, so a property called `default` is no default.
MAPS_OF_NAMES = {
    "$defs",
    "callbacks",
    "content",
    "dependentSchemas",
    "encoding",
    "headers",
    "links",
    "parameters",
    "paths",
    "pathItems",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
    "variables",
    "webhooks",
}
VALUES = {"const", "default", "enum", "example", "examples"}


@dataclass(frozen=True, slots=True)
class Example:
    """A value that the contract shows, and the pointers to where it stands and to its schema."""

    place: str
    schema: str
    value: object


def test_every_example_is_valid(contract: Node) -> None:
    shown = list(examples(contract, contract, ""))
    assert shown, "The contract shows no examples at all."
    assert [complaint for example in shown if (complaint := complaint_about(example, contract))] == []


@pytest.mark.parametrize(
    ("node", "faulty"),
    [
        ({"schema": {"type": "integer"}, "example": "one"}, ["/example"]),
        ({"schema": {"type": "integer"}, "examples": {"a": {"value": 1}, "b": {"value": "b"}}}, ["/examples/b"]),
        ({"type": "string", "examples": ["a", 1]}, ["/examples/1"]),
        ({"type": "string", "default": 1}, ["/default"]),
        ({"properties": {"default": {"type": "string", "default": 1}}}, ["/properties/default/default"]),
        ({"properties": {"example": {"type": "string"}}, "example": {"example": "fine"}}, []),
    ],
)
def test_a_faulty_example_is_found_wherever_it_stands(node: Node, faulty: list[str]) -> None:
    places = [example.place for example in examples(node, node, "") if complaint_about(example, node)]
    assert places == faulty


def examples(contract: Node, node: object, place: str) -> Iterator[Example]:
    """Walk the contract and yield each value that it shows."""
    if isinstance(node, list):
        for index, child in enumerate(node):
            yield from examples(contract, child, f"{place}/{index}")
    elif isinstance(node, dict):
        yield from examples_here(contract, node, place)
        for key, child in node.items():
            if key in VALUES or key.startswith("x-"):
                continue
            if key in MAPS_OF_NAMES and isinstance(child, dict):
                for name, grandchild in child.items():
                    yield from examples(contract, grandchild, f"{place}/{key}/{escape(name)}")
            else:
                yield from examples(contract, child, f"{place}/{key}")


def examples_here(contract: Node, node: Node, place: str) -> Iterator[Example]:
    """Yield what one media type, parameter, header or schema shows itself."""
    schema = f"{place}/schema" if "schema" in node else place
    for keyword in ("example", "default"):
        if keyword in node:
            yield Example(f"{place}/{keyword}", schema, node[keyword])
    shown = node.get("examples", {})
    if isinstance(shown, list):
        for index, value in enumerate(shown):
            yield Example(f"{place}/examples/{index}", schema, value)
    elif "schema" in node:
        for name, example in shown.items():
            yield Example(f"{place}/examples/{name}", schema, resolve(contract, example)["value"])


def complaint_about(example: Example, contract: Node) -> str:
    """Say where the example breaks its schema, or nothing."""
    registry = jsonschema_rs.Registry([(CONTRACT, contract)], draft=jsonschema_rs.Draft202012)
    schema = {"$ref": f"{CONTRACT}#{example.schema.replace('{', '%7B').replace('}', '%7D')}"}
    validator = jsonschema_rs.Draft202012Validator(schema, registry=registry, validate_formats=True)
    faults = [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in validator.iter_errors(example.value)
    ]
    return f"{example.place}: {'; '.join(faults)}" if faults else ""
