"""Normal form of a schema: type schemas, each of one JSON type, whose union holds the instances of the schema."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm
from typing import Protocol, TypeAlias

from gate.source.document import Json, Node
from gate.subschema.regex_languages import matches

# Subschemas that hold at once; none of them allows everything.
Schema: TypeAlias = tuple[Node, ...]
ANYTHING: Schema = ()
LONGEST_SHOWN = 60
MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class OpaqueConstraint:
    """A constraint that type schemas cannot express, such as `not`; equal where keyword and meaning are."""

    keyword: str
    meaning: str
    node: Node = field(compare=False)


@dataclass(frozen=True, slots=True)
class Branch:
    """Identity of a branch of `oneOf` or `anyOf`: the component it refers to, if any, and its canonical name."""

    component: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeSchema:
    """Constraints on one JSON type; `sources` has the node of each keyword, `branch` the branch they come from."""

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
    """Strings within two lengths that match every pattern and have every format."""

    min_length: int = 0
    max_length: int | None = None
    patterns: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Array(TypeSchema):
    """Arrays: the first items by `prefix`, all others by `rest`."""

    min_items: int = 0
    max_items: int | None = None
    prefix: tuple[Schema, ...] = ()
    rest: Schema = ANYTHING
    unique: bool = False

    def item(self, number: int) -> Schema:
        """Return the schema of an item, counted from 0."""
        return self.prefix[number] if number < len(self.prefix) else self.rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Object(TypeSchema):
    """Objects: `properties` by name, `patterns` by a pattern of the name, `additional` for every other name.

    `hidden` are properties that messages of this side never have, even if required.
    """

    properties: Mapping[str, Schema] = field(default_factory=dict)
    patterns: Mapping[str, Schema] = field(default_factory=dict)
    additional: Schema = ANYTHING
    required: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    min_properties: int = 0
    max_properties: int | None = None

    def schemas_of(self, name: str) -> Schema:
        """Return the schemas that a property has to satisfy, all of them."""
        if not self.patterns:
            return self.properties.get(name, self.additional)
        own = [self.properties[name]] if name in self.properties else []
        own += [schema for pattern, schema in self.patterns.items() if matches(pattern, name)]
        return all_of(*own) if own else self.additional


TypeSchemas: TypeAlias = tuple[TypeSchema, ...]


class SchemaNormalizer(Protocol):
    """Returns the type schemas of a schema."""

    def type_schemas(self, schema: Schema) -> TypeSchemas:
        """Return the type schemas whose union is the schema."""


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
    """Return a text that only equal values share: 1 equals 1.0, true does not equal 1."""
    return json.dumps(with_whole_numbers(value), sort_keys=True)


def displayed(value: Json) -> str:
    """Return a value as JSON, cut short where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def displayed_list(values: Iterable[Json]) -> str:
    """Return values as JSON, with the number of those beyond the first few."""
    listed = list(values)
    more = [f"and {len(listed) - MOST_SHOWN} more"] if len(listed) > MOST_SHOWN else []
    return ", ".join([*map(displayed, listed[:MOST_SHOWN]), *more])


def with_whole_numbers(value: Json) -> Json:
    """Return a value in which 1.0 is 1."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [with_whole_numbers(item) for item in value]
    if isinstance(value, dict):
        return {name: with_whole_numbers(inner) for name, inner in value.items()}
    return value


def intersect(left: TypeSchema, right: TypeSchema) -> TypeSchema | None:
    """Return what two type schemas other than enumerations have in common; None where nothing is."""
    match left, right:
        case Number(), Number():
            common: TypeSchema | None = intersect_numbers(left, right)
        case String(), String():
            common = intersect_strings(left, right)
        case Array(), Array():
            common = intersect_arrays(left, right)
        case Object(), Object():
            common = intersect_objects(left, right)
        case _:
            return None
    return None if common is None else with_origin(common, left, right)


def with_origin(common: TypeSchema, left: TypeSchema, right: TypeSchema) -> TypeSchema:
    """Return a type schema with the opaque constraints, sources and branches of two others."""
    branch = left.branch or right.branch
    if left.branch is not None and right.branch is not None:
        component = ", ".join(filter(None, (left.branch.component, right.branch.component)))
        branch = Branch(component, f"{left.branch.meaning} {right.branch.meaning}")
    sources = {**right.sources, **left.sources} if right.sources else left.sources
    return replace(common, opaque=left.opaque | right.opaque, sources=sources, branch=branch)


def intersect_numbers(left: Number, right: Number) -> Number | None:
    """Return the numbers that two schemas have in common."""
    low, low_open = max(_bounds(left.low, left.low_open, right.low, right.low_open), default=(None, False))
    highs = [(high, not opened) for high, opened in _bounds(left.high, left.high_open, right.high, right.high_open)]
    high, closed = min(highs, default=(None, True))
    steps = [step for step in (left.step, right.step) if step is not None]
    common = Number(
        low=low,
        low_open=low_open,
        high=high,
        high_open=not closed,
        integer=left.integer or right.integer,
        step=common_multiple(steps),
    )
    return tightened(common)


def _bounds(
    left: Fraction | None, left_open: bool, right: Fraction | None, right_open: bool
) -> list[tuple[Fraction, bool]]:
    return [(bound, opened) for bound, opened in ((left, left_open), (right, right_open)) if bound is not None]


def common_multiple(steps: list[Fraction]) -> Fraction | None:
    """Return the least common multiple of steps; None where there are none."""
    if not steps:
        return None
    denominator = lcm(*(step.denominator for step in steps))
    return Fraction(lcm(*(step.numerator * denominator // step.denominator for step in steps)), denominator)


def tightened(number: Number) -> Number | None:
    """Return the same numbers with the closest bounds; None where no number is left.

    `minimum: 1` and `exclusiveMinimum: 0` are one bound for whole numbers.
    """
    low, high, step = number.low, number.high, number.step
    if number.integer:
        step = common_multiple([Fraction(1), step]) if step else Fraction(1)
    if step is not None:
        if low is not None:
            count = -(-low // step)
            low = step * (count + 1 if number.low_open and count * step == low else count)
        if high is not None:
            count = high // step
            high = step * (count - 1 if number.high_open and count * step == high else count)
        number = replace(
            number, low=low, high=high, low_open=False, high_open=False, step=step, integer=step.denominator == 1
        )
    if low is None or high is None or low < high:
        return number
    return number if low == high and not (number.low_open or number.high_open) else None


def intersect_strings(left: String, right: String) -> String | None:
    """Return the strings that two schemas have in common."""
    common = String(
        min_length=max(left.min_length, right.min_length),
        max_length=lower(left.max_length, right.max_length),
        patterns=left.patterns | right.patterns,
        formats=left.formats | right.formats,
    )
    return None if common.max_length is not None and common.min_length > common.max_length else common


def intersect_arrays(left: Array, right: Array) -> Array | None:
    """Return the arrays that two schemas have in common."""
    length = max(len(left.prefix), len(right.prefix))
    common = Array(
        min_items=max(left.min_items, right.min_items),
        max_items=lower(left.max_items, right.max_items),
        prefix=tuple(all_of(left.item(number), right.item(number)) for number in range(length)),
        rest=all_of(left.rest, right.rest),
        unique=left.unique or right.unique,
    )
    return None if common.max_items is not None and common.min_items > common.max_items else common


def intersect_objects(left: Object, right: Object) -> Object | None:
    """Return the objects that two schemas have in common."""
    hidden = left.hidden | right.hidden
    names = [name for name in dict.fromkeys([*left.properties, *right.properties]) if name not in hidden]
    common = Object(
        properties={name: all_of(left.schemas_of(name), right.schemas_of(name)) for name in names},
        patterns={
            pattern: all_of(left.patterns.get(pattern, left.additional), right.patterns.get(pattern, right.additional))
            for pattern in [*left.patterns, *right.patterns]
        },
        additional=all_of(left.additional, right.additional),
        required=(left.required | right.required) - hidden,
        hidden=hidden,
        min_properties=max(left.min_properties, right.min_properties),
        max_properties=lower(left.max_properties, right.max_properties),
    )
    if common.max_properties is not None and max(common.min_properties, len(common.required)) > common.max_properties:
        return None
    return common


def all_of(*schemas: Schema) -> Schema:
    """Return the schema whose instances satisfy all of the schemas."""
    return tuple(dict.fromkeys(node for schema in schemas for node in schema))


def lower(left: int | None, right: int | None) -> int | None:
    """Return the lower of two upper bounds, each of which may be missing."""
    return min((bound for bound in (left, right) if bound is not None), default=None)
