"""The steps of a comparison are proportional to the number of branches, and limited by its budget."""

import json
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import pytest

from gate.source.document import Document
from gate.source.files import Source
from gate.subschema.difference import UNDECIDED, Difference
from gate.subschema.limits import Budget
from gate.subschema.normalizer import Normalizer, Side
from gate.subschema.subschema_check import SubschemaCheck

PLENTY = 10_000_000


def compare(left: Any, right: Any, budget: Budget) -> list[Difference]:
    """Return the differences of the schema `S` of two sets of components."""

    def schema(schemas: Any) -> Any:
        data: Any = {"components": {"schemas": schemas}}
        root = Document(Source(PurePosixPath("a.json")), data, json.dumps(data)).root
        node = root.get("components", "schemas", "S")
        assert node is not None
        return node

    check = SubschemaCheck(Normalizer(Side.REQUEST), Normalizer(Side.REQUEST), budget=budget)
    return check.differences((schema(left),), (schema(right),))


def named(count: int, leaf: str, keyword: str = "oneOf") -> dict[str, Any]:
    """Return a union of components."""
    kinds = {f"K{n}": {"type": "object", "properties": {f"p{n}": {}, "leaf": {"type": leaf}}} for n in range(count)}
    return {**kinds, "S": {keyword: [{"$ref": f"#/components/schemas/{name}"} for name in kinds]}}


def named_overlapping(count: int, leaf: str) -> dict[str, Any]:
    """Return a union of components, of which a message may satisfy several."""
    return named(count, leaf, "anyOf")


def tagged(count: int, leaf: str) -> dict[str, Any]:
    """Return a union of branches that a tag tells apart."""
    branches = [
        {"type": "object", "required": ["t"], "properties": {"t": {"const": f"k{n}"}, "leaf": {"type": leaf}}}
        for n in range(count)
    ]
    return {"S": {"oneOf": branches}}


def plain(count: int, leaf: str) -> dict[str, Any]:
    """Return a union of branches that nothing tells apart."""
    branches = [{"type": "object", "properties": {f"p{n}": {}, "leaf": {"type": leaf}}} for n in range(count)]
    return {"S": {"anyOf": branches}}


def nested(count: int, leaf: str) -> dict[str, Any]:
    """Return a union of records that each hold the union again."""
    kinds = {
        f"K{n}": {
            "type": "object",
            "required": ["t"],
            "properties": {
                "t": {"const": f"k{n}"},
                "in": {"$ref": "#/components/schemas/S"},
                "leaf": {"type": leaf},
            },
        }
        for n in range(count)
    }
    return {**kinds, "S": {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in kinds]}}


def steps(make: Callable[[int, str], dict[str, Any]], count: int) -> int:
    """Return the steps of comparing a union of `count` branches with one in which each leaf is another."""
    budget = Budget(total=PLENTY, current=PLENTY)
    assert compare(make(count, "string"), make(count, "integer"), budget)
    return PLENTY - budget.total


@pytest.mark.parametrize("make", [named, named_overlapping, tagged, plain, nested])
def test_steps_are_linear_in_the_number_of_branches(make: Callable[[int, str], dict[str, Any]]) -> None:
    few, many = steps(make, 40), steps(make, 160)

    assert many <= 5 * few


def test_beyond_its_budget_a_comparison_is_undecided() -> None:
    spent = Budget(total=3, current=3)
    assert UNDECIDED in compare(named(10, "string"), named(10, "integer"), spent)
