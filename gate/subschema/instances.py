"""Instances: does a schema accept a value? The answers prove the reported differences of schemas."""

import re
from datetime import date
from fractions import Fraction

from gate.source.document import Json, Node
from gate.subschema.limits import Budget
from gate.subschema.normal_form import (
    ANYTHING,
    Array,
    Enumeration,
    Number,
    Object,
    OpaqueConstraint,
    Schema,
    SchemaNormalizer,
    String,
    TypeSchema,
    canonical_json,
)
from gate.subschema.patterns import FORMAT_PATTERNS, is_supported, matches

DATED = ("date", "date-time")
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
LONGEST_NUMBER = 400
ALTERNATIVES_PER_STEP = 8


class Undecided(Exception):
    """It cannot be decided whether the schema accepts the value."""


class Placeholder(str):
    """Stands for a string that a string schema accepts, if none can be generated."""

    __slots__ = ("schema",)
    schema: String

    @classmethod
    def of(cls, schema: String) -> "Placeholder":
        """Return the placeholder of a string schema."""
        placeholder = cls("?")
        placeholder.schema = schema
        return placeholder


class InstanceChecker:
    """Checks values against the schemas of one contract; `as_text` if scalars are sent as text: 5 equals "5"."""

    def __init__(self, normalizer: SchemaNormalizer, *, as_text: bool = False, budget: Budget | None = None) -> None:
        self.normalizer = normalizer
        self.as_text = as_text
        self.budget = budget or Budget()
        self._in_progress: set[tuple[Schema, int]] = set()
        # For the current value, so that the branches of a union do not each compute them.
        # The value is kept so that its id is not reused.
        self._opaque: dict[tuple[OpaqueConstraint, int], tuple[bool, Json]] = {}

    def accepts(self, schema: Schema, value: Json) -> bool:
        """Return whether a schema accepts a value; raise Undecided if that cannot be decided."""
        if schema == ANYTHING:
            return True
        key = (schema, id(value))
        if key in self._in_progress or not self.budget.spend():
            raise Undecided("The schema is recursive, or the budget is spent: the value cannot be decided.")
        self._in_progress.add(key)
        try:
            return self.any_accepts(self.normalizer.type_schemas(schema), value)
        finally:
            self._in_progress.remove(key)
            if not self._in_progress:
                self._opaque.clear()

    def any_accepts(self, type_schemas: tuple[TypeSchema, ...], value: Json) -> bool:
        """Return whether one of several type schemas accepts a value; raise Undecided."""
        undecided = None
        self.budget.spend(len(type_schemas) // ALTERNATIVES_PER_STEP)
        for type_schema in type_schemas:
            try:
                if self.satisfies(type_schema, value):
                    return True
            except Undecided as reason:
                undecided = reason
        if undecided is not None:
            raise undecided
        return False

    def satisfies(self, type_schema: TypeSchema, value: Json) -> bool:
        """Return whether a value satisfies a type schema and its opaque constraints; raise Undecided."""
        return self.satisfies_type(type_schema, value) and all(
            self._satisfies_opaque_once(constraint, value) for constraint in type_schema.opaque
        )

    def _satisfies_opaque_once(self, constraint: OpaqueConstraint, value: Json) -> bool:
        key = (constraint, id(value))
        if key not in self._opaque:
            answer = self.satisfies_opaque(constraint, value)
            if not self._in_progress:
                return answer
            self._opaque[key] = answer, value
        return self._opaque[key][0]

    def satisfies_type(self, type_schema: TypeSchema, value: Json) -> bool:
        """Return whether a value satisfies a type schema, without its opaque constraints; raise Undecided."""
        if self.as_text and not isinstance(value, list | dict):
            return self.satisfies_as_text(type_schema, value)
        match type_schema, value:
            case Enumeration(), Placeholder():
                raise Undecided("The string is not spelled out.")
            case Enumeration(), _:
                return canonical_json(value) in type_schema.values
            case Number(), bool():
                return False
            case Number(), int() | float():
                return satisfies_number(type_schema, Fraction(str(value)))
            case String(), str():
                return satisfies_string(type_schema, value)
            case Array(), list():
                return self.satisfies_array(type_schema, value)
            case Object(), dict():
                return self.satisfies_object(type_schema, value)
            case _:
                return False

    def satisfies_as_text(self, type_schema: TypeSchema, value: Json) -> bool:
        """Return whether a type schema accepts a scalar sent as text; raise Undecided."""
        if isinstance(value, Placeholder) and not isinstance(type_schema, String | Array):
            raise Undecided("The string is not spelled out.")
        text = value if isinstance(value, Placeholder) else as_text(value)
        match type_schema:
            case Enumeration(values=values):
                return any(as_text(listed) == text for listed in values.values() if not isinstance(listed, list | dict))
            case Number():
                is_number = len(text) < LONGEST_NUMBER and NUMBER.fullmatch(text) is not None
                return is_number and satisfies_number(type_schema, Fraction(text))
            case String():
                return satisfies_string(type_schema, text)
            case Array():
                return self.satisfies_array(type_schema, [text])
            case _:
                return False

    def satisfies_array(self, array: Array, value: list[Json]) -> bool:
        """Return whether an array schema accepts a list; raise Undecided."""
        if len(value) < array.min_items or (array.max_items is not None and len(value) > array.max_items):
            return False
        if array.unique and len({canonical_json(item) for item in value}) < len(value):
            return False
        # Equal items are checked once.
        return all(self.accepts(array.items, item) for item in {id(item): item for item in value}.values())

    def satisfies_object(self, object_: Object, value: dict[str, Json]) -> bool:
        """Return whether an object schema accepts an object; raise Undecided."""
        if object_.required - value.keys() or len(value) < object_.min_properties:
            return False
        if object_.max_properties is not None and len(value) > object_.max_properties:
            return False
        return all(self.accepts(object_.schemas_of(name), inner) for name, inner in value.items())

    def satisfies_opaque(self, constraint: OpaqueConstraint, value: Json) -> bool:
        """Return whether a value satisfies an opaque constraint; raise Undecided."""
        node, keyword = constraint.node, constraint.keyword
        if isinstance(value, Placeholder) and constraint in value.schema.opaque:
            return True
        match keyword:
            case "oneOf":
                return [self.accepts((branch,), value) for branch in node.raw_elements("oneOf")].count(True) == 1
            case "anyOf":
                return any(self.accepts((branch,), value) for branch in node.raw_elements("anyOf"))
            case "not":
                refused = node.get("not")
                return refused is not None and not self.accepts((refused,), value)
            case "patternProperties":
                return self.satisfies_patterns(node, value if isinstance(value, dict) else {})
            case _:
                raise Undecided(keyword)

    def satisfies_patterns(self, node: Node, value: dict[str, Json]) -> bool:
        """Return whether an object satisfies `patternProperties` and related keywords; raise Undecided."""
        patterns, additional = dict(node.items_raw("patternProperties")), node.get("additionalProperties")
        if value and not all(map(is_supported, patterns)):
            raise Undecided("patternProperties")
        for name, inner in value.items():
            schemas = [schema for pattern, schema in patterns.items() if matches(pattern, name)]
            if not schemas and additional is not None and node.get("properties", name) is None:
                schemas = [additional]
            if not self.accepts(tuple(schemas), inner):
                return False
        return True


def as_text(value: Json) -> str:
    """Return a scalar as text: null is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def satisfies_number(number: Number, value: Fraction) -> bool:
    """Return whether a number schema accepts a value."""
    if number.low is not None and (value < number.low or (number.low_open and value == number.low)):
        return False
    if number.high is not None and (value > number.high or (number.high_open and value == number.high)):
        return False
    if number.integer and value.denominator != 1:
        return False
    return number.step is None or value % number.step == 0


def satisfies_string(string: String, text: str) -> bool:
    """Return whether a string schema accepts a text; raise Undecided for an unknown format."""
    if isinstance(text, Placeholder):
        return satisfies_placeholder(string, text.schema)
    if len(text) < string.min_length or (string.max_length is not None and len(text) > string.max_length):
        return False
    if not all(matches(pattern, text) for pattern in string.patterns):
        return False
    for name in sorted(string.formats):
        if name not in FORMAT_PATTERNS:
            raise Undecided(name)
        if not matches(FORMAT_PATTERNS[name], text) or (name in DATED and not is_day(text[:10])):
            return False
    return True


def satisfies_placeholder(string: String, placeholder: String) -> bool:
    """Return whether a string schema accepts every string of another; raise Undecided if that is unclear."""
    longest = placeholder.max_length
    within = string.max_length is None or (longest is not None and longest <= string.max_length)
    if (
        within
        and placeholder.min_length >= string.min_length
        and placeholder.patterns >= string.patterns
        and placeholder.formats >= string.formats
    ):
        return True
    raise Undecided("The string is not spelled out.")


def is_day(text: str) -> bool:
    """Return whether a text is a valid calendar date."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
