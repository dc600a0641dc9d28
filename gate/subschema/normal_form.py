"""What a schema comes down to: type_schemas, each of one JSON type, whose union is what the schema takes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm
from typing import TypeAlias

from gate.source.document import Json, Node

# All nodes of a schema hold at once; without any, everything is taken.
Schema: TypeAlias = tuple[Node, ...]
ANYTHING: Schema = ()
LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class OpaqueConstraint:
    """A constraint that type_schemas cannot say, such as `not`; two are the same when they mean the same."""

    meaning: str
    node: Node = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeSchema:
    """What all type_schemas have: constraints beyond their type's own, and where each keyword is written."""

    extras: frozenset[OpaqueConstraint] = frozenset()
    written: Mapping[str, Node] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant(TypeSchema):
    """One value."""

    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(TypeSchema):
    """Numbers between two bounds, whole ones if `integer`, that each of `steps` divides."""

    low: Fraction | None = None
    low_open: bool = False
    high: Fraction | None = None
    high_open: bool = False
    integer: bool = False
    step: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class String(TypeSchema):
    """Strings of a length that match every pattern and have every format."""

    shortest: int = 0
    longest: int | None = None
    patterns: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Array(TypeSchema):
    """Arrays: what stands first in `prefix`, what follows as `rest` says."""

    shortest: int = 0
    longest: int | None = None
    prefix: tuple[Schema, ...] = ()
    rest: Schema = ANYTHING
    unique: bool = False

    def item(self, number: int) -> Schema:
        """The schema of an item, counted from 0."""
        return self.prefix[number] if number < len(self.prefix) else self.rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Object(TypeSchema):
    """Objects: `fields` by name, `patterns` by what a name matches, and `rest` for every other name.

    `hidden` are fields that this side's messages do not have, whoever says that they are required.
    """

    fields: Mapping[str, Schema] = field(default_factory=dict)
    patterns: Mapping[str, Schema] = field(default_factory=dict)
    rest: Schema = ANYTHING
    required: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    fewest: int = 0
    most: int | None = None


def kind(type_schema: TypeSchema) -> str:
    """The JSON type of a type_schema; a whole number is a number."""
    match type_schema:
        case Constant(value=None):
            return "null"
        case Constant(value=bool()):
            return "boolean"
        case Constant(value=int() | float()) | Number():
            return "number"
        case Constant(value=str()) | String():
            return "string"
        case Constant(value=list()) | Array():
            return "array"
        case _:
            return "object"


def same(one: Json, other: Json) -> bool:
    """Whether two values are equal to JSON Schema: 1 is 1.0, true is not 1."""
    return key(one) == key(other)


def key(value: Json) -> str:
    """A text that is the same for equal values alone."""
    return json.dumps(_whole(value), sort_keys=True)


def shown(value: Json) -> str:
    """A value as people are shown it: JSON, cut short where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def _whole(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value.items()}
    return value


def intersect(one: TypeSchema, other: TypeSchema) -> TypeSchema | None:
    """What two type_schemas other than values have in common; none where they have nothing."""
    match one, other:
        case Number(), Number():
            met: TypeSchema | None = _meet_numbers(one, other)
        case String(), String():
            met = _meet_texts(one, other)
        case Array(), Array():
            met = _meet_arrays(one, other)
        case Object(), Object():
            met = _meet_objects(one, other)
        case _:
            return None
    if met is None:
        return None
    return replace(met, extras=one.extras | other.extras, written={**other.written, **one.written})


def _meet_numbers(one: Number, other: Number) -> Number | None:
    low, low_open = max(_bounds(one.low, one.low_open, other.low, other.low_open), default=(None, False))
    highs = [(high, not opened) for high, opened in _bounds(one.high, one.high_open, other.high, other.high_open)]
    high, closed = min(highs, default=(None, True))
    steps = [step for step in (one.step, other.step) if step is not None]
    met = Number(
        low=low,
        low_open=low_open,
        high=high,
        high_open=not closed,
        integer=one.integer or other.integer,
        step=_common(steps),
    )
    return tightened(met)


def _bounds(
    one: Fraction | None, one_open: bool, other: Fraction | None, other_open: bool
) -> list[tuple[Fraction, bool]]:
    return [(bound, opened) for bound, opened in ((one, one_open), (other, other_open)) if bound is not None]


def _common(steps: list[Fraction]) -> Fraction | None:
    """The least number that all the steps divide."""
    if not steps:
        return None
    numerators, denominators = [one.numerator for one in steps], lcm(*(one.denominator for one in steps))
    return Fraction(
        lcm(*(n * denominators // one.denominator for n, one in zip(numerators, steps, strict=True))), denominators
    )


def tightened(number: Number) -> Number | None:
    """The same numbers with the closest bounds that say so; none where no number is left.

    `minimum: 1` and `exclusiveMinimum: 0` are one bound for whole numbers.
    """
    low, high, step = number.low, number.high, number.step
    if number.integer:
        step = _common([Fraction(1), step]) if step else Fraction(1)
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


def _meet_texts(one: String, other: String) -> String | None:
    met = String(
        shortest=max(one.shortest, other.shortest),
        longest=lower(one.longest, other.longest),
        patterns=one.patterns | other.patterns,
        formats=one.formats | other.formats,
    )
    return None if met.longest is not None and met.shortest > met.longest else met


def _meet_arrays(one: Array, other: Array) -> Array | None:
    length = max(len(one.prefix), len(other.prefix))
    met = Array(
        shortest=max(one.shortest, other.shortest),
        longest=lower(one.longest, other.longest),
        prefix=tuple(all_of(one.item(number), other.item(number)) for number in range(length)),
        rest=all_of(one.rest, other.rest),
        unique=one.unique or other.unique,
    )
    return None if met.longest is not None and met.shortest > met.longest else met


def _meet_objects(one: Object, other: Object) -> Object | None:
    from gate.subschema.regex_languages import matches

    def of(type_schema: Object, name: str) -> Schema:
        own = type_schema.fields.get(name)
        if own is not None:
            return own
        matched = [schema for pattern, schema in type_schema.patterns.items() if matches(pattern, name)]
        return all_of(*matched) if matched else type_schema.rest

    hidden = one.hidden | other.hidden
    names = [name for name in dict.fromkeys([*one.fields, *other.fields]) if name not in hidden]
    met = Object(
        fields={name: all_of(of(one, name), of(other, name)) for name in names},
        patterns={
            pattern: all_of(one.patterns.get(pattern, one.rest), other.patterns.get(pattern, other.rest))
            for pattern in [*one.patterns, *other.patterns]
        },
        rest=all_of(one.rest, other.rest),
        required=(one.required | other.required) - hidden,
        hidden=hidden,
        fewest=max(one.fewest, other.fewest),
        most=lower(one.most, other.most),
    )
    return None if met.most is not None and max(met.fewest, len(met.required)) > met.most else met


def all_of(*schemas: Schema) -> Schema:
    """The schema of what all of them take."""
    return tuple(dict.fromkeys(node for schema in schemas for node in schema))


def lower(one: int | None, other: int | None) -> int | None:
    """The smaller of two upper bounds, of which any may be missing."""
    return min((bound for bound in (one, other) if bound is not None), default=None)
