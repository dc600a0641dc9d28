"""Samples: small instances of a schema, several of them where a list of distinct items is needed."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain, count, islice, product

from gate.source.document import Json
from gate.subschema.difference import MISSING, Missing
from gate.subschema.formats import format_examples
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
from gate.subschema.regex_languages import Language, example

DEEPEST = 12
# Larger samples take long to make.
MOST_DISTINCT = 1_000
LONGEST_LIST = 10_000
MOST_FIELDS = 200
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
LONGEST_STRING = 100_000
MOST_TRIED = 40


class NoSample(Exception):
    """No instance of the schema was found."""


class Sampler:
    """Makes instances of the schemas of one contract."""

    def __init__(self, checker: InstanceChecker) -> None:
        self.checker = checker
        self._samples: dict[Schema, Json] = {}
        self._in_progress: set[Schema] = set()
        # The object schema is kept so that its id stays its own.
        self._completable: dict[tuple[int, str], Object | None] = {}

    def sample(self, schema: Schema) -> Json:
        """Return a small instance; raises NoSample where none is found."""
        if schema == ANYTHING:
            return "x"
        if schema not in self._samples:
            instances = self.several(schema, 1)
            if not instances:
                raise NoSample
            self._samples[schema] = instances[0]
        return self._samples[schema]

    def distinct(self, schema: Schema, number: int) -> list[Json]:
        """Return distinct instances of a schema; raises NoSample where there are not as many."""
        if number > MOST_DISTINCT:
            raise NoSample
        by_name = {canonical_json(value): value for value in self.several(schema, number + MOST_TRIED)}
        if len(by_name) < number:
            raise NoSample
        return list(by_name.values())[:number]

    def sample_type(self, type_schema: TypeSchema) -> Json:
        """Return a small instance of a type schema; raises NoSample where none is found."""
        for value in islice(self._candidates(type_schema), MOST_TRIED):
            if self._satisfies(type_schema, value):
                return value
        raise NoSample

    def several_of_type(self, type_schema: TypeSchema, number: int) -> list[Json]:
        """Return up to a number of instances of a type schema."""
        candidates = islice(self._candidates(type_schema), number + MOST_TRIED)
        return [value for value in candidates if self._satisfies(type_schema, value)][:number]

    def complete(self, object_: Object, given: Mapping[str, Json], without: str = "") -> dict[str, Json]:
        """Return an object with the given properties, and not the one called `without`; raises NoSample."""
        if object_.min_properties > MOST_FIELDS:
            raise NoSample
        completed = {**given}
        for name in sorted(object_.required - given.keys() - {without}):
            completed[name] = self.sample(object_.schemas_of(name))
        free = (name for name in chain(object_.properties, new_names()) if name not in completed and name != without)
        while len(completed) < object_.min_properties:
            name = next(free)
            completed[name] = self.sample(object_.schemas_of(name))
        if object_.max_properties is not None and len(completed) > object_.max_properties:
            raise NoSample
        return completed

    def can_complete(self, object_: Object, name: str) -> bool:
        """Test whether there is an object that has a property of a name, whatever its value is."""
        key = (id(object_), "" if len(object_.required) >= object_.min_properties else name)
        if key not in self._completable:
            try:
                self.complete(object_, {name: None})
                self._completable[key] = object_
            except NoSample:
                self._completable[key] = None
        most = object_.max_properties
        return self._completable[key] is not None and (most is None or len(object_.required | {name}) <= most)

    def can_fill(self, array: Array, number: int) -> bool:
        """Test whether there is an array that has an item at a position, whatever its value is."""
        length = max(array.min_items, number + 1)
        if length == 1:
            return True
        try:
            return self.checker.budget.spend(length) and bool(self.fill(array, length, {number: None}))
        except NoSample:
            return False

    def fill(self, array: Array, length: int, given: Mapping[int, Json] | None = None) -> list[Json]:
        """Return an array of a length with the given items; raises NoSample."""
        fixed = given or {}
        if length > (MOST_DISTINCT if array.unique else LONGEST_LIST):
            raise NoSample
        if not array.unique:
            return [fixed[i] if i in fixed else self.sample(array.item(i)) for i in range(length)]
        used = {canonical_json(value) for value in fixed.values()}
        waiting: dict[Schema, Iterator[Json]] = {}
        items: list[Json] = []
        for i in range(length):
            if i in fixed:
                items.append(fixed[i])
                continue
            schema = array.item(i)
            if schema not in waiting:
                waiting[schema] = iter(self.several(schema, length + 1))
            fresh = next((value for value in waiting[schema] if canonical_json(value) not in used), MISSING)
            if isinstance(fresh, Missing):
                raise NoSample
            used.add(canonical_json(fresh))
            items.append(fresh)
        return items

    def several(self, schema: Schema, number: int) -> list[Json]:
        """Return up to a number of instances, the smallest first."""
        if schema == ANYTHING:
            return [f"x{i}" if i else "x" for i in range(number)]
        # A schema within itself is not the smallest of its kind.
        target = tuple(node.resolved() for node in schema)
        if target in self._in_progress or len(self._in_progress) >= DEEPEST or not self.checker.budget.spend():
            return []
        self._in_progress.add(target)
        try:
            type_schemas = self.checker.normalizer.type_schemas(schema)
            ordered = sorted(type_schemas, key=lambda type_schema: isinstance(type_schema, Array | Object))
            satisfying = (
                value
                for type_schema in ordered
                for value in islice(self._candidates(type_schema), number + MOST_TRIED)
                if self._satisfies(type_schema, value)
            )
            return list(islice(satisfying, number))
        finally:
            self._in_progress.discard(target)

    def _satisfies(self, type_schema: TypeSchema, value: Json) -> bool:
        try:
            return self.checker.budget.spend() and self.checker.satisfies(type_schema, value)
        except Undecided:
            return False

    def _candidates(self, type_schema: TypeSchema) -> Iterator[Json]:
        """Yield values that may be instances, the smallest first."""
        match type_schema:
            case Enumeration(values=values):
                yield from values.values()
            case Number():
                yield from number_candidates(type_schema)
            case String():
                yield from string_candidates(type_schema)
            case Array():
                yield from self._arrays(type_schema)
            case Object():
                yield from self._objects(type_schema)

    def _arrays(self, array: Array) -> Iterator[Json]:
        try:
            yield self.fill(array, array.min_items)
            if array.max_items is None or array.max_items > array.min_items:
                for value in self.several(array.item(array.min_items), MOST_TRIED):
                    yield self.fill(array, array.min_items + 1, {array.min_items: value})
        except NoSample:
            return

    def _objects(self, object_: Object) -> Iterator[Json]:
        try:
            yield self.complete(object_, {})
            for name in chain(sorted(object_.required), object_.properties, ["other"]):
                for value in self.several(object_.schemas_of(name), MOST_TRIED)[1:]:
                    yield self.complete(object_, {name: value})
        except NoSample:
            return


def new_names() -> Iterator[str]:
    """Yield names for properties that no schema names."""
    return chain(["other"], (f"other{number}" for number in count(2)))


def number_candidates(number: Number) -> Iterator[int | float]:
    """Yield numbers near zero and near the bounds that a number schema accepts."""
    step = number.step or Fraction(1, 1 if number.low is None or number.high is None else 2)
    candidates = [Fraction(0), Fraction(1), step]
    for bound, sign in ((number.low, 1), (number.high, -1)):
        if bound is not None:
            candidates += [bound, bound + sign * step]
    if number.low is not None and number.high is not None:
        candidates.append((number.low + number.high) / 2)
    start, sign = (number.low, 1) if number.low is not None else (number.high or Fraction(0), -1)
    if number.low is None and number.high is None:
        sign = 1
    first = -(-start // step) * step if sign == 1 else start // step * step
    walk = (first + sign * step * i for i in range(MOST_DISTINCT + MOST_TRIED))
    passed: set[Fraction] = set()
    for candidate in chain(candidates, walk):
        if candidate not in passed and satisfies_number(number, candidate):
            passed.add(candidate)
            yield plain_number(candidate)


def string_candidates(string: String) -> Iterator[str]:
    """Yield strings of a string schema: spelled out where possible, or else a placeholder."""
    if string.min_length > LONGEST_STRING:
        return
    texts: Iterator[str] = chain(*map(format_examples, sorted(string.formats)), matching(string))
    if not string.patterns and not string.formats:
        texts = _walk(string)
    for text in texts:
        try:
            if satisfies_string(string, text):
                yield text
        except Undecided:
            break
    # Of other constraints it is not known whether any string satisfies them.
    if all(constraint.keyword == "pattern" for constraint in string.opaque):
        yield Placeholder.of(string)


def _walk(string: String) -> Iterator[str]:
    length = max(string.min_length, 0 if string.max_length == 0 else 1)
    yield "x" * length
    for number in range(MOST_TRIED // 2 if string.opaque else MOST_DISTINCT + MOST_TRIED):
        yield str(number).rjust(length, "x")
    if string.min_length == 0:
        yield ""


def matching(string: String) -> Iterator[str]:
    """Yield a shortest text that matches the patterns, and texts that differ from it in a letter or two."""
    text = example(Language(string.patterns, (string.min_length, string.max_length))) if string.patterns else None
    if text is None:
        return
    yield text
    for nearby in _near(text):
        yield nearby
    for nearby in islice(_near(text), MOST_TRIED):
        yield from _near(nearby)


def _near(text: str) -> Iterator[str]:
    for position, letter in product(range(len(text)), LETTERS):
        yield f"{text[:position]}{letter}{text[position + 1 :]}"


def plain_number(number: Fraction) -> int | float:
    """Return a number as JSON has it."""
    return int(number) if number.denominator == 1 else float(number)
