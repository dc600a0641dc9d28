"""Single values: whether a schema takes one, and one that it takes. Their word backs what is said of whole schemas."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import chain, count, islice
from typing import TYPE_CHECKING, Literal

from gate.source.document import Json, Node
from gate.subschema.formats import FORMAT_PATTERNS, FORMATS
from gate.subschema.normal_form import (
    ANYTHING,
    Array,
    Constant,
    Number,
    Object,
    OpaqueConstraint,
    Schema,
    String,
    TypeSchema,
    key,
    same,
)
from gate.subschema.regex_languages import between, language, matches
from gate.subschema.regex_languages import example as spelled

if TYPE_CHECKING:
    from gate.subschema.normalizer import Normalizer

DATED = ("date", "date-time")
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
DEEPEST = 12
# Larger samples convince nobody more, and take long to make.
LARGEST = 500
LONGEST_TEXT = 1_000_000


class Undecided(Exception):
    """Whether the value is taken cannot be told."""


class NoSample(Exception):
    """No value of the schema was found."""


class InstanceChecker:
    """Judges single values by schemas. With `words`, a scalar is the text on the wire: 5 and "5" are one."""

    def __init__(self, normalizer: "Normalizer", *, as_text: bool = False) -> None:
        self.normalizer = normalizer
        self.as_text = as_text
        self._samples: dict[Schema, Json] = {}
        self._sampling: set[Schema] = set()
        self._judging: set[tuple[Schema, int]] = set()

    def accepts(self, schema: Schema, value: Json) -> bool:
        """Whether the schema takes the value; raises Undecided where it cannot be told."""
        if schema == ANYTHING:
            return True
        asked = (schema, id(value))
        if asked in self._judging:
            raise Undecided("It hangs on itself.")
        self._judging.add(asked)
        try:
            return any(self.fits(type_schema, value) for type_schema in self.normalizer.type_schemas(schema))
        finally:
            self._judging.remove(asked)

    def fits(self, type_schema: TypeSchema, value: Json) -> bool:
        """Whether a type_schema has the value; raises Undecided where it cannot be told."""
        return self._fits_type(type_schema, value) and all(self._meets(extra, value) for extra in type_schema.extras)

    def _fits_type(self, type_schema: TypeSchema, value: Json) -> bool:
        if self.as_text and not isinstance(value, list | dict):
            return self._fits_word(type_schema, as_text(value))
        match type_schema, value:
            case Constant(), _:
                return same(type_schema.value, value)
            case Number(), bool():
                return False
            case Number(), int() | float():
                return fits_number(type_schema, Fraction(str(value)))
            case String(), str():
                return fits_text(type_schema, value)
            case Array(), list():
                return self._fits_array(type_schema, value)
            case Object(), dict():
                return self._fits_object(type_schema, value)
            case _:
                return False

    def _fits_word(self, type_schema: TypeSchema, text: str) -> bool:
        match type_schema:
            case Constant():
                return not isinstance(type_schema.value, list | dict) and as_text(type_schema.value) == text
            case Number():
                return NUMBER.fullmatch(text) is not None and fits_number(type_schema, Fraction(text))
            case String():
                return fits_text(type_schema, text)
            case Array():
                return self._fits_array(type_schema, [text])
            case _:
                return False

    def _fits_array(self, type_schema: Array, value: list[Json]) -> bool:
        if len(value) < type_schema.shortest or (type_schema.longest is not None and len(value) > type_schema.longest):
            return False
        if type_schema.unique and len({key(one) for one in value}) < len(value):
            return False
        return all(self.accepts(type_schema.item(number), one) for number, one in enumerate(value))

    def _fits_object(self, type_schema: Object, value: dict[str, Json]) -> bool:
        if type_schema.required - value.keys() or len(value) < type_schema.fewest:
            return False
        if type_schema.most is not None and len(value) > type_schema.most:
            return False
        return all(self.accepts(one, value[name]) for name in value for one in schemas_of(type_schema, name))

    def _meets(self, extra: OpaqueConstraint, value: Json) -> bool:
        node, keyword = extra.node, extra.meaning.partition(" ")[0]
        match keyword:
            case "oneOf":
                branches = [self.accepts((one,), value) for one in node.raw_elements("oneOf")]
                return branches.count(True) == 1
            case "not":
                return not self.accepts((_child(node, "not"),), value)
            case "if":
                branch = node.get("then" if self.accepts((_child(node, "if"),), value) else "else")
                return branch is None or self.accepts((branch,), value)
            case "propertyNames":
                names = value if isinstance(value, dict) else {}
                return all(self.accepts((_child(node, "propertyNames"),), name) for name in names)
            case "dependentRequired":
                held = value if isinstance(value, dict) else {}
                needed = [one for name, one in node.items("dependentRequired") if name in held]
                return all(str(name) in held for one in needed if isinstance(one.value, list) for name in one.value)
            case _:
                raise Undecided(keyword)

    def sample(self, schema: Schema, depth: int = 0) -> Json:
        """A small value that the schema takes; raises NoSample where none was found."""
        if schema == ANYTHING:
            return "x"
        if schema not in self._samples:
            # What has a value of its own kind within it is not the smallest of its kind.
            value_kind = tuple(node.resolved() for node in schema)
            if value_kind in self._sampling or depth >= DEEPEST:
                raise NoSample
            self._sampling.add(value_kind)
            try:
                self._samples[schema] = self._smallest(schema, depth + 1)
            finally:
                self._sampling.remove(value_kind)
        return self._samples[schema]

    def _smallest(self, schema: Schema, depth: int) -> Json:
        for type_schema in sorted(
            self.normalizer.type_schemas(schema), key=lambda one: isinstance(one, Array | Object)
        ):
            try:
                found = self._of(type_schema, depth)
                if not _is_large(found) and self.fits(type_schema, found):
                    return found
            except (NoSample, Undecided):
                continue
        raise NoSample

    def of(self, type_schema: TypeSchema) -> Json:
        """A small value of a type_schema; raises NoSample where none was found."""
        return self._of(type_schema, 0)

    def _of(self, type_schema: TypeSchema, depth: int) -> Json:
        match type_schema:
            case Constant():
                return type_schema.value
            case Number():
                return number_in(type_schema)
            case String():
                return text_in(type_schema)
            case Array():
                if type_schema.shortest > LARGEST:
                    raise NoSample
                return [self.sample(type_schema.item(number), depth) for number in range(type_schema.shortest)]
            case Object():
                return self.completed(type_schema, {}, depth)
            case _:
                raise NoSample

    def completed(
        self, type_schema: Object, given: Mapping[str, Json], depth: int = 0, but: str = ""
    ) -> dict[str, Json]:
        """An object of a type_schema that has the given fields, and not the one called `but`; raises NoSample."""
        if type_schema.fewest > LARGEST:
            raise NoSample
        found = {**given}
        for name in sorted(type_schema.required - given.keys()):
            found[name] = self._field(type_schema, name, depth)
        free = (name for name in chain(type_schema.fields, names()) if name not in found and name != but)
        while len(found) < type_schema.fewest:
            name = next(free)
            found[name] = self._field(type_schema, name, depth)
        return found

    def _field(self, type_schema: Object, name: str, depth: int) -> Json:
        return self.sample(tuple(node for one in schemas_of(type_schema, name) for node in one), depth)


def schemas_of(type_schema: Object, name: str) -> list[Schema]:
    """The schemas that a field of an object has to fit, all of them."""
    found = [type_schema.fields[name]] if name in type_schema.fields else []
    found += [schema for pattern, schema in type_schema.patterns.items() if matches(pattern, name)]
    return found or [type_schema.rest]


def names() -> Iterator[str]:
    """Names for fields that no schema names."""
    return chain(["other"], (f"other{number}" for number in count(2)))


def _is_large(value: Json) -> bool:
    return next(islice(_nodes(value), LARGEST, None), None) is not None


def _nodes(value: Json) -> Iterator[Literal[1]]:
    yield 1
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _nodes(one)


def as_text(value: Json) -> str:
    """A scalar as text: null is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def number_in(type_schema: Number) -> int | float:
    """A number of a type_schema, near zero or a bound."""
    step = type_schema.step or Fraction(1, 1 if type_schema.low is None or type_schema.high is None else 2)
    candidates = [Fraction(0), Fraction(1)]
    for bound, sign in ((type_schema.low, 1), (type_schema.high, -1)):
        if bound is not None:
            candidates += [bound, bound + sign * step]
    if type_schema.low is not None and type_schema.high is not None:
        candidates.append((type_schema.low + type_schema.high) / 2)
    for one in candidates:
        if fits_number(type_schema, one):
            return plain(one)
    raise NoSample


def text_in(type_schema: String) -> str:
    """A short text of a type_schema."""
    if type_schema.shortest > LONGEST_TEXT:
        raise NoSample
    if type_schema.formats:
        texts = [FORMATS[name] for name in sorted(type_schema.formats) if name in FORMATS]
        if texts and fits_text(type_schema, texts[0]):
            return texts[0]
        raise NoSample
    if not type_schema.patterns:
        return "x" * max(type_schema.shortest, 1 if type_schema.longest != 0 else 0)
    built = language(type_schema.patterns, between(type_schema.shortest, type_schema.longest))
    found = spelled(built) if built is not None else None
    if found is None:
        raise NoSample
    return found


def plain(number: Fraction) -> int | float:
    """A number as JSON writes it."""
    return int(number) if number.denominator == 1 else float(number)


def fits_number(type_schema: Number, number: Fraction) -> bool:
    if type_schema.low is not None and (
        number < type_schema.low or (type_schema.low_open and number == type_schema.low)
    ):
        return False
    if type_schema.high is not None and (
        number > type_schema.high or (type_schema.high_open and number == type_schema.high)
    ):
        return False
    if type_schema.integer and number.denominator != 1:
        return False
    return type_schema.step is None or number % type_schema.step == 0


def fits_text(type_schema: String, text: str) -> bool:
    if len(text) < type_schema.shortest or (type_schema.longest is not None and len(text) > type_schema.longest):
        return False
    if not all(matches(pattern, text) for pattern in type_schema.patterns):
        return False
    for name in sorted(type_schema.formats):
        if name not in FORMAT_PATTERNS:
            raise Undecided(name)
        if not matches(FORMAT_PATTERNS[name], text) or (name in DATED and not _is_day(text[:10])):
            return False
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _child(node: Node, keyword: str) -> Node:
    child = node.get(keyword)
    assert child is not None
    return child
