"""The normal form of a schema: type schemas, each for one JSON type, whose union accepts the same values."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol, TypeAlias

from gate.source.document import Json, Node

# Subschemas that all apply; none of them allows every value.
Schema: TypeAlias = tuple[Node, ...]
ANYTHING: Schema = ()
LONGEST_SHOWN = 60
MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class OpaqueConstraint:
    """A constraint that type schemas cannot express, such as `not`; equal if keyword and meaning are."""

    keyword: str
    meaning: str
    node: Node = field(compare=False)


@dataclass(frozen=True, slots=True)
class Branch:
    """The identity of a branch of `oneOf` or `anyOf`: the component it refers to, if any, and its canonical name."""

    component: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeSchema:
    """Constraints on one JSON type; `sources` has the node of each keyword, `branch` the originating branches."""

    opaque: frozenset[OpaqueConstraint] = frozenset()
    sources: Mapping[str, Node] = field(default_factory=dict, compare=False)
    branch: Branch | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumeration(TypeSchema):
    """Values of one JSON type, by their canonical JSON."""

    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(TypeSchema):
    """Numbers between two bounds that are multiples of a step; whole ones if `integer`."""

    low: Fraction | None = None
    low_open: bool = False
    high: Fraction | None = None
    high_open: bool = False
    integer: bool = False
    step: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class String(TypeSchema):
    """Strings with a length in a range that match every pattern and have every format."""

    min_length: int = 0
    max_length: int | None = None
    patterns: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Array(TypeSchema):
    """Arrays with a length in a range and one schema for all items."""

    min_items: int = 0
    max_items: int | None = None
    items: Schema = ANYTHING
    unique: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Object(TypeSchema):
    """Objects: `properties` by name, `additional` for every other name.

    `hidden` are properties that messages of this side never have, even if required.
    """

    properties: Mapping[str, Schema] = field(default_factory=dict)
    additional: Schema = ANYTHING
    required: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    min_properties: int = 0
    max_properties: int | None = None

    def schemas_of(self, name: str) -> Schema:
        """Return all schemas that a property has to satisfy."""
        return self.properties.get(name, self.additional)


TypeSchemas: TypeAlias = tuple[TypeSchema, ...]


class SchemaNormalizer(Protocol):
    """The interface of a normalizer of schemas."""

    def type_schemas(self, schema: Schema) -> TypeSchemas:
        """Return the type schemas whose union is equivalent to the schema."""


def json_type(value: Json) -> str:
    """Return the JSON type of a value; a whole number is a number."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def kind(type_schema: TypeSchema) -> str:
    """Return the JSON type of a type schema."""
    match type_schema:
        case Enumeration(values=values):
            return json_type(next(iter(values.values())))
        case Number():
            return "number"
        case String():
            return "string"
        case Array():
            return "array"
        case _:
            return "object"


def enumerations(values: Iterable[Json], sources: Mapping[str, Node]) -> list[Enumeration]:
    """Return values as one enumeration for each JSON type."""
    by_type: dict[str, dict[str, Json]] = {}
    for value in values:
        by_type.setdefault(json_type(value), {})[canonical_json(value)] = value
    return [Enumeration(values=group, sources=sources) for group in by_type.values()]


def everything() -> TypeSchemas:
    """Return the type schemas of a schema without constraints."""
    return (*enumerations([None, True, False], {}), Number(), String(), Array(), Object())


def canonical_json(value: Json) -> str:
    """Return a text that equal values share: 1 equals 1.0, true does not equal 1."""
    return json.dumps(with_whole_numbers(value), sort_keys=True)


def displayed(value: Json) -> str:
    """Return a value as JSON, truncated if it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def displayed_list(values: Iterable[Json]) -> str:
    """Return values as JSON, with the number of those beyond the first few."""
    listed = list(values)
    more = [f"and {len(listed) - MOST_SHOWN} more"] if len(listed) > MOST_SHOWN else []
    return ", ".join([*map(displayed, listed[:MOST_SHOWN]), *more])


def with_whole_numbers(value: Json) -> Json:
    """Return a value with 1.0 replaced by 1."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [with_whole_numbers(item) for item in value]
    if isinstance(value, dict):
        return {name: with_whole_numbers(inner) for name, inner in value.items()}
    return value


def first(schema: Schema) -> Node | None:
    """Return the first node of a schema."""
    return schema[0] if schema else None


def all_of(*schemas: Schema) -> Schema:
    """Return the schema whose instances satisfy all of the given schemas."""
    return tuple(dict.fromkeys(node for schema in schemas for node in schema))


def lower(left: int | None, right: int | None) -> int | None:
    """Return the lower of two upper bounds, each of which may be missing."""
    return min((bound for bound in (left, right) if bound is not None), default=None)
