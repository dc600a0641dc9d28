"""Single values: whether a schema takes one, and one that it takes. Their word backs what is said of whole schemas."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import chain, count, islice
from typing import TYPE_CHECKING, Literal

from gate.document import Json, Node
from gate.schemas.formats import FORMAT_PATTERNS, FORMATS
from gate.schemas.languages import between, language, matches
from gate.schemas.languages import example as spelled
from gate.schemas.pieces import ANYTHING, Array, Extra, Number, Object, Piece, Schema, Text, Value, key, same

if TYPE_CHECKING:
    from gate.schemas.reading import Reader

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


class Judge:
    """Judges single values by schemas. With `words`, a scalar is the text on the wire: 5 and "5" are one."""

    def __init__(self, reader: "Reader", *, words: bool = False) -> None:
        self.reader = reader
        self.words = words
        self._samples: dict[Schema, Json] = {}
        self._sampling: set[Schema] = set()
        self._judging: set[tuple[Schema, int]] = set()

    def takes(self, schema: Schema, value: Json) -> bool:
        """Whether the schema takes the value; raises Undecided where it cannot be told."""
        if schema == ANYTHING:
            return True
        asked = (schema, id(value))
        if asked in self._judging:
            raise Undecided("It hangs on itself.")
        self._judging.add(asked)
        try:
            return any(self.fits(piece, value) for piece in self.reader.pieces(schema))
        finally:
            self._judging.remove(asked)

    def fits(self, piece: Piece, value: Json) -> bool:
        """Whether a piece has the value; raises Undecided where it cannot be told."""
        return self._fits_type(piece, value) and all(self._meets(extra, value) for extra in piece.extras)

    def _fits_type(self, piece: Piece, value: Json) -> bool:
        if self.words and not isinstance(value, list | dict):
            return self._fits_word(piece, word(value))
        match piece, value:
            case Value(), _:
                return same(piece.value, value)
            case Number(), bool():
                return False
            case Number(), int() | float():
                return fits_number(piece, Fraction(str(value)))
            case Text(), str():
                return fits_text(piece, value)
            case Array(), list():
                return self._fits_array(piece, value)
            case Object(), dict():
                return self._fits_object(piece, value)
            case _:
                return False

    def _fits_word(self, piece: Piece, text: str) -> bool:
        match piece:
            case Value():
                return not isinstance(piece.value, list | dict) and word(piece.value) == text
            case Number():
                return NUMBER.fullmatch(text) is not None and fits_number(piece, Fraction(text))
            case Text():
                return fits_text(piece, text)
            case Array():
                return self._fits_array(piece, [text])
            case _:
                return False

    def _fits_array(self, piece: Array, value: list[Json]) -> bool:
        if len(value) < piece.shortest or (piece.longest is not None and len(value) > piece.longest):
            return False
        if piece.unique and len({key(one) for one in value}) < len(value):
            return False
        return all(self.takes(piece.item(number), one) for number, one in enumerate(value))

    def _fits_object(self, piece: Object, value: dict[str, Json]) -> bool:
        if piece.required - value.keys() or len(value) < piece.fewest:
            return False
        if piece.most is not None and len(value) > piece.most:
            return False
        return all(self.takes(one, value[name]) for name in value for one in schemas_of(piece, name))

    def _meets(self, extra: Extra, value: Json) -> bool:
        node, keyword = extra.node, extra.meaning.partition(" ")[0]
        match keyword:
            case "oneOf":
                branches = [self.takes((one,), value) for one in node.written_elements("oneOf")]
                return branches.count(True) == 1
            case "not":
                return not self.takes((_child(node, "not"),), value)
            case "if":
                branch = node.child("then" if self.takes((_child(node, "if"),), value) else "else")
                return branch is None or self.takes((branch,), value)
            case "propertyNames":
                names = value if isinstance(value, dict) else {}
                return all(self.takes((_child(node, "propertyNames"),), name) for name in names)
            case "dependentRequired":
                held = value if isinstance(value, dict) else {}
                needed = [one for name, one in node.fields("dependentRequired") if name in held]
                return all(str(name) in held for one in needed if isinstance(one.value, list) for name in one.value)
            case _:
                raise Undecided(keyword)

    def sample(self, schema: Schema, depth: int = 0) -> Json:
        """A small value that the schema takes; raises NoSample where none was found."""
        if schema == ANYTHING:
            return "x"
        if schema not in self._samples:
            # What has a value of its own kind within it is not the smallest of its kind.
            kind_of = tuple(node.resolved() for node in schema)
            if kind_of in self._sampling or depth >= DEEPEST:
                raise NoSample
            self._sampling.add(kind_of)
            try:
                self._samples[schema] = self._smallest(schema, depth + 1)
            finally:
                self._sampling.remove(kind_of)
        return self._samples[schema]

    def _smallest(self, schema: Schema, depth: int) -> Json:
        for piece in sorted(self.reader.pieces(schema), key=lambda one: isinstance(one, Array | Object)):
            try:
                found = self._of(piece, depth)
                if not _is_large(found) and self.fits(piece, found):
                    return found
            except (NoSample, Undecided):
                continue
        raise NoSample

    def of(self, piece: Piece) -> Json:
        """A small value of a piece; raises NoSample where none was found."""
        return self._of(piece, 0)

    def _of(self, piece: Piece, depth: int) -> Json:
        match piece:
            case Value():
                return piece.value
            case Number():
                return number_in(piece)
            case Text():
                return text_in(piece)
            case Array():
                if piece.shortest > LARGEST:
                    raise NoSample
                return [self.sample(piece.item(number), depth) for number in range(piece.shortest)]
            case Object():
                return self.completed(piece, {}, depth)
            case _:
                raise NoSample

    def completed(self, piece: Object, given: Mapping[str, Json], depth: int = 0, but: str = "") -> dict[str, Json]:
        """An object of a piece that has the given fields, and not the one called `but`; raises NoSample."""
        if piece.fewest > LARGEST:
            raise NoSample
        found = {**given}
        for name in sorted(piece.required - given.keys()):
            found[name] = self._field(piece, name, depth)
        free = (name for name in chain(piece.fields, names()) if name not in found and name != but)
        while len(found) < piece.fewest:
            name = next(free)
            found[name] = self._field(piece, name, depth)
        return found

    def _field(self, piece: Object, name: str, depth: int) -> Json:
        return self.sample(tuple(node for one in schemas_of(piece, name) for node in one), depth)


def schemas_of(piece: Object, name: str) -> list[Schema]:
    """The schemas that a field of an object has to fit, all of them."""
    found = [piece.fields[name]] if name in piece.fields else []
    found += [schema for pattern, schema in piece.patterns.items() if matches(pattern, name)]
    return found or [piece.rest]


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


def word(value: Json) -> str:
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


def number_in(piece: Number) -> int | float:
    """A number of a piece, near zero or a bound."""
    step = piece.step or Fraction(1, 1 if piece.low is None or piece.high is None else 2)
    candidates = [Fraction(0), Fraction(1)]
    for bound, sign in ((piece.low, 1), (piece.high, -1)):
        if bound is not None:
            candidates += [bound, bound + sign * step]
    if piece.low is not None and piece.high is not None:
        candidates.append((piece.low + piece.high) / 2)
    for one in candidates:
        if fits_number(piece, one):
            return plain(one)
    raise NoSample


def text_in(piece: Text) -> str:
    """A short text of a piece."""
    if piece.shortest > LONGEST_TEXT:
        raise NoSample
    if piece.formats:
        texts = [FORMATS[name] for name in sorted(piece.formats) if name in FORMATS]
        if texts and fits_text(piece, texts[0]):
            return texts[0]
        raise NoSample
    if not piece.patterns:
        return "x" * max(piece.shortest, 1 if piece.longest != 0 else 0)
    built = language(piece.patterns, between(piece.shortest, piece.longest))
    found = spelled(built) if built is not None else None
    if found is None:
        raise NoSample
    return found


def plain(number: Fraction) -> int | float:
    """A number as JSON writes it."""
    return int(number) if number.denominator == 1 else float(number)


def fits_number(piece: Number, number: Fraction) -> bool:
    if piece.low is not None and (number < piece.low or (piece.low_open and number == piece.low)):
        return False
    if piece.high is not None and (number > piece.high or (piece.high_open and number == piece.high)):
        return False
    if piece.integer and number.denominator != 1:
        return False
    return piece.step is None or number % piece.step == 0


def fits_text(piece: Text, text: str) -> bool:
    if len(text) < piece.shortest or (piece.longest is not None and len(text) > piece.longest):
        return False
    if not all(matches(pattern, text) for pattern in piece.patterns):
        return False
    for name in sorted(piece.formats):
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
    child = node.child(keyword)
    assert child is not None
    return child
