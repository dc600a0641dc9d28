"""Contracts made to be slow, each in two forms that differ in the type of a leaf."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]
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


def listed(leaf: str, count: int = 100_000) -> dict[str, Any]:
    """Return many values, half of which are others on the other side."""
    start = 0 if leaf == "string" else count // 2
    return document({"enum": [f"v{number}" for number in range(start, start + count)]})


def bounds(leaf: str) -> dict[str, Any]:
    """Return bounds that no example can be made for."""
    return document({"type": "array", "minItems": 10**9, "uniqueItems": True, "items": {"type": leaf}})


HOSTILE: Mapping[str, Callable[[str], dict[str, Any]]] = {
    make.__name__: make for make in (union, product, nested, clique, doubling, patterns, automata, listed, bounds)
}
