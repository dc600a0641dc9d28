"""Samples: small instances of a schema, several of them where a list of distinct items is needed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import chain, count, islice, product

from gate.source.document import Json
from gate.subschema.difference import MISSING, Example, Missing
from gate.subschema.instances import InstanceChecker, Placeholder, Undecided, satisfies_number, satisfies_string
from gate.subschema.normal_form import (
    ANYTHING,
    Array,
    Enumeration,
    Number,
    Object,
    Schema,
    String,
    TypeSchema,
    canonical_json,
)
from gate.subschema.patterns import FORMATS

DEEPEST = 12
# Larger samples take long to make.
MOST_DISTINCT = 1_000
LONGEST_LIST = 10_000
MOST_FIELDS = 200
LONGEST_STRING = 100_000
MOST_TRIED = 40
LETTERS = "x1aA"
NEARBY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
# Lengths to try for texts that may match a pattern.
LENGTHS = (*range(2, 13), 16, 20, 24, 32, 40, 64, 128, 256)


class Sampler:
    """Generates instances of the schemas of one contract; MISSING if none is found."""

    def __init__(self, checker: InstanceChecker) -> None:
        self.checker = checker
        self._samples: dict[Schema, Example] = {}
        self._in_progress: set[Schema] = set()

    def sample(self, schema: Schema) -> Example:
        """Return a small instance."""
        if schema not in self._samples:
            sample = next(iter(self.several(schema, 1)), MISSING)
            if sample is MISSING:
                return MISSING
            self._samples[schema] = sample
        return self._samples[schema]

    def sample_type(self, type_schema: TypeSchema, excluded: Collection[str] = ()) -> Example:
        """Return a small instance of a type schema, except those with the given canonical JSON."""
        instances = self._instances(type_schema, len(excluded) + 1)
        return next((value for value in instances if not excluded or canonical_json(value) not in excluded), MISSING)

    def complete(self, object_: Object, given: Mapping[str, Json], without: str = "") -> Example:
        """Return an object with the given properties and all required ones, but without the one called `without`."""
        needed = sorted(object_.required - given.keys() - {without})
        missing = object_.min_properties - len(given) - len(needed)
        most = object_.max_properties
        if missing > MOST_FIELDS or (most is not None and len(given) + len(needed) + max(missing, 0) > most):
            return MISSING
        if missing > 0:
            passed = {*given, *needed, without}
            needed += islice((name for name in chain(object_.properties, new_names()) if name not in passed), missing)
        completed = {**given}
        for name in needed:
            value = self.sample(object_.schemas_of(name))
            if isinstance(value, Missing):
                return MISSING
            completed[name] = value
        return completed

    def fill(self, array: Array, length: int, given: Sequence[Json] = ()) -> Example:
        """Return an array of a length that begins with the given items."""
        missing = length - len(given)
        if length > (MOST_DISTINCT if array.unique else LONGEST_LIST) or not self.checker.budget.spend(length):
            return MISSING
        if not array.unique:
            item = self.sample(array.items) if missing else None
            return MISSING if isinstance(item, Missing) else [*given, *[item] * missing]
        used = {canonical_json(value) for value in given}
        fresh = {canonical_json(value): value for value in self.several(array.items, length + MOST_TRIED)}
        more = [value for name, value in fresh.items() if name not in used][:missing]
        return [*given, *more] if len(more) == missing else MISSING

    def several(self, schema: Schema, number: int) -> list[Json]:
        """Return up to a number of instances, the smallest first."""
        if schema == ANYTHING:
            return [f"x{i}" if i else "x" for i in range(number)]
        # A recursive occurrence is never the smallest instance.
        target = tuple(node.resolved() for node in schema)
        if target in self._in_progress or len(self._in_progress) >= DEEPEST or not self.checker.budget.spend():
            return []
        self._in_progress.add(target)
        try:
            type_schemas = self.checker.normalizer.type_schemas(schema)
            ordered = sorted(type_schemas, key=lambda type_schema: isinstance(type_schema, Array | Object))
            return list(
                islice(chain.from_iterable(self._instances(type_schema, number) for type_schema in ordered), number)
            )
        finally:
            self._in_progress.discard(target)

    def _instances(self, type_schema: TypeSchema, number: int) -> Iterator[Json]:
        for value in islice(self._candidates(type_schema), number + MOST_TRIED):
            if isinstance(value, Missing):
                continue
            try:
                if self.checker.budget.spend() and self.checker.satisfies(type_schema, value):
                    yield value
            except Undecided:
                continue

    def _candidates(self, type_schema: TypeSchema) -> Iterator[Example]:
        """Yield values that may be instances, the smallest first."""
        match type_schema:
            case Enumeration(values=values):
                yield from values.values()
            case Number():
                yield from map(plain_number, number_candidates(type_schema))
            case String():
                yield from string_candidates(type_schema)
            case Array():
                yield self.fill(type_schema, type_schema.min_items)
                yield self.fill(type_schema, type_schema.min_items + 1)
            case Object():
                yield self.complete(type_schema, {})
                for name in chain(sorted(type_schema.required), type_schema.properties, ["other"]):
                    for value in self.several(type_schema.schemas_of(name), MOST_TRIED)[1:]:
                        yield self.complete(type_schema, {name: value})


def new_names() -> Iterator[str]:
    """Yield names that no schema has for a property."""
    return chain(["other"], (f"other{number}" for number in count(2)))


def number_candidates(number: Number) -> Iterator[Fraction]:
    """Yield numbers that a number schema accepts: zero, the middle, and those next to a bound."""
    step = number.step or Fraction(1, 2)
    bounds = [bound for bound in (number.low, number.high) if bound is not None]
    middle = [(bounds[0] + bounds[-1]) / 2] if bounds else []
    start, sign = (
        (number.high, -1) if number.low is None and number.high is not None else (number.low or Fraction(0), 1)
    )
    walk = ((start // step + sign * i) * step for i in range(MOST_DISTINCT + MOST_TRIED))
    return (value for value in chain([Fraction(0)], bounds, middle, walk) if satisfies_number(number, value))


def string_candidates(string: String) -> Iterator[str]:
    """Yield strings of a string schema: generated ones if possible, or else a placeholder."""
    if string.min_length > LONGEST_STRING:
        return
    with suppress(Undecided):
        fitting = (text for text in _texts(string) if satisfies_string(string, text))
        first = next(fitting, None)
        if first is not None:
            yield first
            # If a constraint cannot be checked, no text is known to satisfy it.
            nearby = (f"{first[:i]}{letter}{first[i + 1 :]}" for i, letter in product(range(len(first)), NEARBY))
            numbers = (str(number).rjust(string.min_length, "x") for number in range(MOST_DISTINCT))
            more = (text for text in chain(nearby, numbers) if satisfies_string(string, text))
            yield from chain(fitting, more) if not string.opaque else ()
    # Whether any string satisfies other constraints is not known.
    if all(constraint.keyword == "pattern" for constraint in string.opaque):
        yield Placeholder.of(string)


def _texts(string: String) -> Iterator[str]:
    """Yield plain texts, and those that the schema has as examples."""
    for keyword in ("example", "examples", "default") if string.patterns else ():
        node = string.sources.get(keyword)
        values = node.value if node is not None else None
        yield from (value for value in (values if isinstance(values, list) else [values]) if isinstance(value, str))
    yield from (FORMATS[name] for name in sorted(string.formats) if name in FORMATS)
    lengths = LENGTHS if string.patterns else ()
    for length in (max(string.min_length, 1), string.min_length, *lengths):
        yield from (letter * length for letter in LETTERS)


def plain_number(number: Fraction) -> int | float:
    """Return a number as JSON has it."""
    return int(number) if number.denominator == 1 else float(number)
