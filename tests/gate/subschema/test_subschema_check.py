"""The subschema check agrees with a validator on values of both schemas; rewriting a schema changes nothing."""

import json
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from gate.source.document import Document, Node
from gate.source.files import Source
from gate.subschema.difference import Difference
from gate.subschema.instances import Placeholder
from gate.subschema.normalizer import Normalizer, Side
from gate.subschema.subschema_check import SubschemaCheck

WORDS = st.sampled_from(["a", "b", "ab", "abc", "", "1", "2026-06-15"])
NAMES = st.sampled_from(["p", "q", "r"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-4, 12) | st.sampled_from([0.5, 1.5, 2.0, 10.5]) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
COUNTS = st.integers(0, 3)


def keywords(**optional: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A schema with some of the keywords."""
    return st.fixed_dictionaries({}, optional=optional)


SCALARS = st.one_of(
    keywords(
        type=st.sampled_from(["integer", "number", ["integer", "null"], ["string", "integer"], "boolean"]),
        minimum=st.integers(-2, 5),
        maximum=st.integers(2, 10),
        exclusiveMinimum=st.integers(-2, 3),
        exclusiveMaximum=st.integers(4, 10),
        multipleOf=st.sampled_from([1, 2, 3, 0.5]),
    ),
    keywords(
        type=st.sampled_from(["string", ["string", "null"]]),
        minLength=COUNTS,
        maxLength=st.integers(1, 4),
        pattern=st.sampled_from(["^a", "b$", "^[ab]+$", "^[a-z]*$", "1", "^.{2}$", "a|b"]),
    ),
    keywords(enum=st.lists(VALUES, min_size=1, max_size=3), type=st.sampled_from(["string", ["integer", "null"]])),
    st.builds(lambda value: {"const": value}, VALUES),
    st.booleans(),
)


def apart(schema: Any) -> dict[str, Any]:
    """A oneOf whose branches are apart, as the gate takes them to be."""
    return {"oneOf": [{"allOf": [schema, {"type": ["string", "array"]}]}, {"type": ["integer", "object", "null"]}]}


def compound(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Generate schemas made of schemas."""
    several = st.lists(inner, min_size=1, max_size=2)
    return st.one_of(
        keywords(
            type=st.just("object"),
            properties=st.dictionaries(NAMES, inner, max_size=2),
            required=st.lists(NAMES, max_size=2, unique=True),
            additionalProperties=inner,
            minProperties=st.integers(0, 2),
            maxProperties=st.integers(1, 3),
        ),
        keywords(
            type=st.just("array"),
            items=inner,
            prefixItems=several,
            minItems=st.integers(0, 2),
            maxItems=st.integers(1, 3),
            uniqueItems=st.booleans(),
        ),
        keywords(allOf=several, anyOf=several, type=st.sampled_from(["string", "object", "integer"])),
        st.builds(apart, inner),
        st.builds(lambda schema: {"not": schema}, inner),
        st.builds(lambda a, b, c: {"if": a, "then": b, "else": c}, inner, inner, inner),
    )


SCHEMAS = st.recursive(SCALARS, compound, max_leaves=5)
FREELY = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=120)


def node(schema: Any) -> Node:
    """A schema as a document of its own."""
    return Document(Source(PurePosixPath("schema.json")), schema, json.dumps(schema)).root


def differences(first: Any, other: Any) -> list[Difference]:
    """Return what the first schema takes that the second does not."""
    return SubschemaCheck(Normalizer(Side.REQUEST), Normalizer(Side.REQUEST)).differences(
        (node(first),), (node(other),)
    )


def taken(schema: Any, value: Any) -> bool:
    """Tell if a validator accepts the value."""
    return bool(Draft202012Validator(schema).is_valid(value))


@FREELY
@given(SCHEMAS, SCHEMAS, st.lists(VALUES, min_size=5, max_size=25))
def test_what_is_said_to_lie_inside_is_never_refused(first: Any, other: Any, values: list[Any]) -> None:
    matches = differences(first, other)
    escaping = [value for value in values if taken(first, value) and not taken(other, value)]
    assert matches or not escaping, (first, other, escaping)


@FREELY
@given(SCHEMAS, SCHEMAS)
def test_what_is_surely_outside_has_an_example_that_proves_it(first: Any, other: Any) -> None:
    proven = [
        difference
        for difference in differences(first, other)
        if difference.proven and not isinstance(difference.example, Placeholder)
    ]
    assume(proven)
    for matches in proven:
        assert taken(first, matches.witness), (first, other, matches)
        assert not taken(other, matches.witness), (first, other, matches)


@FREELY
@given(SCHEMAS, st.data())
def test_a_schema_written_otherwise_is_the_same_schema(schema: Any, data: st.DataObject) -> None:
    rewritten = rewrite(schema, data)
    assert differences(schema, rewritten) == [], rewritten
    assert differences(rewritten, schema) == [], rewritten


def rewrite(schema: Any, data: st.DataObject) -> Any:
    """The same schema in other words."""
    if not isinstance(schema, dict):
        return schema
    changed = dict(schema)
    for key in ("allOf", "anyOf", "oneOf"):
        if key in changed:
            changed[key] = data.draw(st.permutations([rewrite(item, data) for item in changed[key]]))
    if "properties" in changed:
        changed["properties"] = {name: rewrite(item, data) for name, item in reversed(changed["properties"].items())}
    if "enum" in changed:
        changed["enum"] = data.draw(st.permutations(changed["enum"]))
    if "const" in changed:
        changed["enum"] = [changed.pop("const")]
    if isinstance(changed.get("type"), str):
        changed["type"] = [changed["type"]]
    if data.draw(st.booleans()):
        changed = {"allOf": [changed], "description": "In other words."}
    return changed


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ({"type": "integer", "minimum": 1}, {"type": "integer", "exclusiveMinimum": 0}),
        ({"type": "integer"}, {"type": "number"}),
        ({"type": "integer", "multipleOf": 4}, {"type": "integer", "multipleOf": 2}),
        ({"const": "a"}, {"enum": ["b", "a"]}),
        ({"type": "array", "maxItems": 1}, {"type": "array", "uniqueItems": True}),
        ({"enum": [1, 2]}, {"type": "integer", "minimum": 1}),
        ({"type": "string", "format": "email"}, {"type": "string", "format": "idn-email"}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["null", "string"]}),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, {"anyOf": [{"type": "number"}, {"type": "string"}]}),
        (
            {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": False},
            {"type": "object", "additionalProperties": {"type": "number"}},
        ),
    ],
)
def test_what_lies_inside_is_known_to(first: Any, other: Any) -> None:
    assert differences(first, other) == []


def test_a_schema_within_itself_is_compared_to_its_end() -> None:
    def tree(value: dict[str, Any]) -> Any:
        kids = {"type": "array", "items": {"$ref": "#"}}
        return {"type": "object", "properties": {"value": value, "kids": kids}}

    assert differences(tree({"type": "integer"}), tree({"type": "number"})) == []
    assert differences(tree({"type": "number"}), tree({"type": "integer"})) != []
