"""Compare number and string schemas, and numbers sent as text with strings."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain, islice
from math import inf
from typing import TypeAlias

from gate.source.document import Json
from gate.subschema.difference import MISSING, Difference, DifferenceKind
from gate.subschema.instances import Undecided, satisfies_number, satisfies_string
from gate.subschema.normal_form import Number, String
from gate.subschema.patterns import FORMATS
from gate.subschema.samples import (
    LETTERS,
    LONGEST_STRING,
    MOST_TRIED,
    number_candidates,
    plain_number,
    string_candidates,
)

Scalar: TypeAlias = Number | String
# Strings with the first format have the second as well.
BROADER = {
    ("date", "partial-date"),
    ("email", "idn-email"),
    ("hostname", "idn-hostname"),
    ("uri", "iri"),
    ("uri", "uri-reference"),
    ("uri", "iri-reference"),
    ("iri", "iri-reference"),
    ("uri-reference", "iri-reference"),
}
# Numbers as text.
WHOLE = r"^-?(0|[1-9][0-9]*)$"
DECIMAL = r"^-?[0-9]+(\.[0-9]+)?([eE][+\-]?[0-9]+)?$"


def number_differences(left: Number, right: Number) -> Iterator[Difference]:
    """Yield the differences of the left number schema from the right one."""
    if right.integer and not left.integer:
        yield _difference(
            DifferenceKind.TYPE, "a number with a fraction", "type", left, right, _numbers_outside(left, right)
        )
    if right.low is not None and _lower_bound(left) < _lower_bound(right):
        text = f"{plain_number(right.low)} or less" if right.low_open else f"a number below {plain_number(right.low)}"
        keyword = "minimum" if "minimum" in right.sources else "exclusiveMinimum"
        yield _difference(DifferenceKind.RANGE, text, keyword, left, right, _numbers_outside(left, right))
    if right.high is not None and _upper_bound(left) < _upper_bound(right):
        text = (
            f"{plain_number(right.high)} or more" if right.high_open else f"a number above {plain_number(right.high)}"
        )
        keyword = "maximum" if "maximum" in right.sources else "exclusiveMaximum"
        yield _difference(DifferenceKind.RANGE, text, keyword, left, right, _numbers_outside(left, right))
    if right.step is not None and (right.step != 1 or not right.integer):
        sole = left.low if left.low is not None and left.low == left.high else left.step
        if sole is None or sole % right.step:
            text = f"a number that is no multiple of {plain_number(right.step)}"
            yield _difference(DifferenceKind.RANGE, text, "multipleOf", left, right, _numbers_outside(left, right))


def _lower_bound(number: Number) -> tuple[Fraction | float, bool]:
    return (-inf if number.low is None else number.low), number.low_open


def _upper_bound(number: Number) -> tuple[Fraction | float, bool]:
    return (-inf if number.high is None else -number.high), number.high_open


def string_differences(left: String, right: String) -> Iterator[Difference]:
    """Yield the differences of the left string schema from the right one; implications of patterns are undecided."""
    shortest, longest, patterns = right.min_length, right.max_length, right.patterns - left.patterns
    checks: list[tuple[DifferenceKind, str, str, String]] = []
    if left.min_length < shortest:
        text = "the empty text" if shortest == 1 else f"a text shorter than {shortest}"
        checks.append((DifferenceKind.LENGTH, text, "minLength", String(min_length=shortest)))
    if longest is not None and (left.max_length is None or left.max_length > longest):
        checks.append((DifferenceKind.LENGTH, f"a text longer than {longest}", "maxLength", String(max_length=longest)))
    if patterns:
        text = f"a text that does not match {' and '.join(sorted(patterns))}"
        checks.append((DifferenceKind.PATTERN, text, "pattern", String(patterns=patterns)))
    for name in sorted(right.formats - left.formats):
        if not any((own, name) in BROADER for own in left.formats):
            allowed = String(formats=frozenset({name}))
            checks.append((DifferenceKind.FORMAT, f"a text that is no {name}", "format", allowed))
    for kind, text, keyword, allowed in checks:
        yield _difference(kind, text, keyword, left, right, _outside(left, allowed))


def number_as_text(number: Number) -> String:
    """Return the string schema of numbers sent as text."""
    pattern = WHOLE if number.integer else DECIMAL
    return String(min_length=1, patterns=frozenset({pattern}), sources=number.sources, opaque=number.opaque)


def _difference(
    kind: DifferenceKind, text: str, keyword: str, left: Scalar, right: Scalar, outside: Iterator[Json]
) -> Difference:
    own, counterpart = (side.sources.get(keyword) or next(iter(side.sources.values()), None) for side in (left, right))
    return Difference((), kind, text, own, counterpart, next(outside, MISSING), proven=True)


def _numbers_outside(left: Number, right: Number) -> Iterator[Json]:
    step = left.step or Fraction(1)
    bounds = [bound for bound in (right.low, right.high) if bound is not None]
    near = [(bound // step + count) * step for bound in bounds for count in (-1, 0, 1)]
    for number in chain(bounds, near, number_candidates(left)):
        if satisfies_number(left, number) and not satisfies_number(right, number):
            yield plain_number(number)


def _outside(left: String, right: String) -> Iterator[Json]:
    length = right.max_length + 1 if right.max_length is not None else LONGEST_STRING + 1
    longer = (letter * length for letter in LETTERS if length <= LONGEST_STRING)
    for text in chain(longer, islice(string_candidates(left), MOST_TRIED), FORMATS.values()):
        with suppress(Undecided):
            if satisfies_string(left, text) and not satisfies_string(right, text):
                yield text
