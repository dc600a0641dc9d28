"""Contracts made to be slow end within seconds: with an answer, or with "a person has to look"."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Gate = Callable[..., Result]
Schema = dict[str, Any]
# Of processor time; a quiet machine needs a part of it.
SECONDS = 5.0
REDOS = (r"^(a+)+$", r"(x+x+)+y", r"^(([a-z])+.)+[A-Z]([a-z])+$", r"^(a|a?)+$", r"^a{0,30000}$", r"^(?:.*a){20}$")


def document(schema: Schema, **components: Schema) -> dict[str, Any]:
    """Return a contract with one request body."""
    body = {"content": {"application/json": {"schema": schema}}}
    operation = {"operationId": "t", "requestBody": body, "responses": {"200": {"description": "Fine."}}}
    return {"openapi": "3.1.0", "paths": {"/t": {"post": operation}}, "components": {"schemas": components}}


def ref(name: str) -> Schema:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(number: int, **properties: Schema) -> Schema:
    """Return an object schema that differs from others in one property."""
    return {"type": "object", "properties": {f"p{number}": {"type": "integer"}, **properties}}


def union(leaf: str) -> dict[str, Any]:
    """Return a union of many branches without names or tags."""
    return document({"oneOf": [record(number, leaf={"type": leaf}) for number in range(800)]})


def product(leaf: str) -> dict[str, Any]:
    """Return a product of unions: 12 to the power of 8 combinations."""
    unions = [[record(number, **{f"q{k}{number}": {"type": leaf}}) for number in range(12)] for k in range(8)]
    return document({"allOf": [{"oneOf": branches} for branches in unions]})


def nested(leaf: str) -> dict[str, Any]:
    """Return unions within unions: 2 to the power of 30 branches."""
    schemas = {f"S{n}": {"oneOf": [ref(f"S{n + 1}"), {"allOf": [ref(f"S{n + 1}"), record(n)]}]} for n in range(30)}
    return document(ref("S0"), **schemas, S30=record(0, leaf={"type": leaf}))


def clique(leaf: str) -> dict[str, Any]:
    """Return records that all refer to each other."""
    links = {f"r{number}": {"anyOf": [{"type": "string"}, ref(f"S{number}")]} for number in range(30)}
    return document(ref("S0"), **{f"S{number}": record(number, **links, v={"type": leaf}) for number in range(30)})


def doubling(leaf: str) -> dict[str, Any]:
    """Return records that each need the next one twice: 2 to the power of 60 in a smallest instance."""
    schemas = {
        f"S{n}": {"required": ["a", "b"], "properties": {"a": ref(f"S{n + 1}"), "b": ref(f"S{n + 1}")}}
        for n in range(60)
    }
    return document(ref("S0"), **schemas, S60={"type": leaf})


def patterns(leaf: str) -> dict[str, Any]:
    """Return patterns on which a backtracking engine does not end, with values that show it."""
    fields = {
        f"p{number}": {"type": "string", "pattern": pattern, "example": "a" * 60 + "!", "maxLength": 20 - len(leaf)}
        for number, pattern in enumerate(REDOS)
    }
    return document({"type": "object", "properties": fields})


def automata(leaf: str) -> dict[str, Any]:
    """Return patterns whose automata have millions of states."""
    fields = {
        f"p{number}": {"type": "string", "pattern": f"^(a|b)*{leaf[0]}(a|b){{{20 + number % 50}}}{number}$"}
        for number in range(300)
    }
    return document({"type": "object", "properties": fields})


def listed(leaf: str) -> dict[str, Any]:
    """Return 100,000 values, half of which are others on the other side."""
    start = 0 if leaf == "string" else 50_000
    return document({"enum": [f"v{number}" for number in range(start, start + 100_000)]})


def bounds(leaf: str) -> dict[str, Any]:
    """Return bounds that no example can be made for."""
    return document({"type": "array", "minItems": 10**9, "uniqueItems": True, "items": {"type": leaf}})


@pytest.mark.parametrize("make", [union, product, nested, clique, doubling, patterns, automata, listed, bounds])
def test_a_hostile_contract_is_answered_in_time(gate: Gate, make: Callable[[str], dict[str, Any]]) -> None:
    for name, leaf in (("old.json", "string"), ("new.json", "integer")):
        Path(name).write_text(json.dumps(make(leaf)), encoding="utf-8")
    started = time.process_time()
    result = gate("contract", "old.json", "new.json")

    assert result.exit_code in (1, 2), result.output[-500:]
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("make", [patterns, listed])
def test_lint_is_answered_in_time(gate: Gate, make: Callable[[str], dict[str, Any]]) -> None:
    Path("openapi.json").write_text(json.dumps(make("string")), encoding="utf-8")
    started = time.process_time()

    assert gate("lint", "openapi.json").exit_code == 0
    assert time.process_time() - started < SECONDS
