"""The subschema check agrees with jsonsubschema, which works differently, except for known differences."""

import json
from typing import Any

import jsonsubschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gate.subschema.test_subschema_check import differences

OBJECT = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
QUESTIONS: list[tuple[Any, Any]] = [
    ({"type": "integer"}, {"type": "number"}),
    ({"type": "number"}, {"type": "integer"}),
    ({"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 0}),
    ({"type": "integer", "minimum": 0}, {"type": "integer", "minimum": 1}),
    ({"type": "integer", "multipleOf": 6}, {"type": "integer", "multipleOf": 3}),
    ({"enum": ["a"]}, {"enum": ["a", "b"]}),
    ({"enum": ["a", "b"]}, {"enum": ["a"]}),
    ({"enum": ["a", "b"]}, {"type": "string"}),
    ({"type": "string", "maxLength": 3}, {"type": "string", "maxLength": 5}),
    ({"type": "string", "maxLength": 5}, {"type": "string", "maxLength": 3}),
    ({"type": "string", "pattern": "^[a-z0-9]+$"}, {"type": "string", "pattern": "^[a-z]+$"}),
    ({"type": "array", "items": {"type": "integer"}}, {"type": "array", "items": {"type": "number"}}),
    ({"type": "array", "maxItems": 5}, {"type": "array", "maxItems": 3}),
    (OBJECT, {"type": "object"}),
    ({"type": "object"}, OBJECT),
    (OBJECT, {"type": "object", "properties": {"a": {"type": "integer"}}}),
    ({**OBJECT, "additionalProperties": False}, {"type": "object", "additionalProperties": {"type": "number"}}),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["null", "string"]}),
    ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, {"anyOf": [{"type": "number"}, {"type": "string"}]}),
    ({"allOf": [{"type": "integer", "minimum": 3}, {"type": "integer"}]}, {"type": "integer", "minimum": 2}),
]
# The gate says "a person has to look", or is exact where the oracle is not.
KNOWN_DIFFERENCES: list[tuple[Any, Any, str]] = [
    (
        {"type": "integer", "minimum": 0, "maximum": 9},
        {"anyOf": [{"type": "integer", "maximum": 4}, {"type": "integer", "minimum": 5}]},
        "branches are compared one by one, and no two of them together",
    ),
    (
        {"type": "integer"},
        {"not": {"type": "string"}},
        "`not` is compared as it is written",
    ),
    (
        {"type": "string", "pattern": "^[a-z]+$"},
        {"type": "string", "pattern": "^[a-z0-9]+$"},
        "patterns are matched, and none of them is held against another",
    ),
]


@pytest.mark.parametrize(("left", "right"), QUESTIONS, ids=json.dumps)
def test_the_answer_is_that_of_the_oracle(left: Any, right: Any) -> None:
    assert (differences(left, right) == []) is bool(jsonsubschema.isSubschema(left, right))


@pytest.mark.parametrize(("left", "right", "reason"), KNOWN_DIFFERENCES)
def test_a_known_difference_is_still_one_and_never_proven(left: Any, right: Any, reason: str) -> None:
    assert jsonsubschema.isSubschema(left, right), reason
    matches = differences(left, right)
    assert matches, reason
    assert not any(difference.proven for difference in matches), reason


INTEGERS = st.fixed_dictionaries(
    {"type": st.just("integer")},
    optional={"minimum": st.integers(-2, 4), "maximum": st.integers(5, 9), "multipleOf": st.integers(1, 3)},
)
STRINGS = st.fixed_dictionaries(
    {"type": st.just("string")}, optional={"minLength": st.integers(0, 2), "maxLength": st.integers(3, 5)}
)
# Of strings against listed values, the oracle says that any short one is listed.
LISTED = st.builds(lambda values: {"enum": values}, st.lists(st.integers(0, 3), min_size=1, unique=True))
PLAIN = st.one_of(INTEGERS, STRINGS, LISTED)
OBJECTS = st.builds(
    lambda first, second, required: {"type": "object", "properties": {"a": first, "b": second}, "required": required},
    PLAIN,
    PLAIN,
    st.lists(st.sampled_from(["a", "b"]), min_size=1, unique=True),
)


@settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=40)
@given(st.one_of(st.tuples(PLAIN, PLAIN), st.tuples(OBJECTS, OBJECTS)))
def test_plain_schemas_are_compared_as_the_oracle_does(pair: tuple[Any, Any]) -> None:
    left, right = pair
    assert (differences(left, right) == []) is bool(jsonsubschema.isSubschema(left, right)), pair
