"""Numbers against numbers, strings against strings, and numbers as the strings that they are as text."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain, islice
from math import inf
from typing import TypeAlias

from gate.subschema.difference import MISSING, Difference, DifferenceKind, Example
from gate.subschema.formats import FORMATS
from gate.subschema.instances import Undecided, satisfies_number, satisfies_string
from gate.subschema.limits import Budget
from gate.subschema.normal_form import Number, String
from gate.subschema.regex_languages import Language, text_outside
from gate.subschema.samples import number_candidates, plain_number, string_candidates

Scalar: TypeAlias = Number | String
# What has the first format has the second as well.
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
COUNTED = r"^(0|[1-9][0-9]*)$"
WHOLE = r"^-?(0|[1-9][0-9]*)$"
DECIMAL = r"^-?[0-9]+(\.[0-9]+)?([eE][+\-]?[0-9]+)?$"


def number_differences(left: Number, right: Number) -> Iterator[Difference]:
    """Yield what left numbers are not among the right ones."""
    if right.integer and not left.integer:
        yield _difference(DifferenceKind.TYPE, "a number with a fraction", "type", left, right)
    if right.low is not None and _lower_bound(left) < _lower_bound(right):
        text = f"{plain_number(right.low)} or less" if right.low_open else f"a number below {plain_number(right.low)}"
        keyword = "minimum" if "minimum" in right.sources else "exclusiveMinimum"
        yield _difference(DifferenceKind.RANGE, text, keyword, left, right)
    if right.high is not None and _upper_bound(left) < _upper_bound(right):
        text = (
            f"{plain_number(right.high)} or more" if right.high_open else f"a number above {plain_number(right.high)}"
        )
        keyword = "maximum" if "maximum" in right.sources else "exclusiveMaximum"
        yield _difference(DifferenceKind.RANGE, text, keyword, left, right)
    if right.step is not None and (right.step != 1 or not right.integer):
        sole = left.low if left.low is not None and left.low == left.high else left.step
        if sole is None or sole % right.step:
            text = f"a number that is no multiple of {plain_number(right.step)}"
            yield _difference(DifferenceKind.RANGE, text, "multipleOf", left, right)


def _lower_bound(number: Number) -> tuple[Fraction | float, bool]:
    return (-inf if number.low is None else number.low), number.low_open


def _upper_bound(number: Number) -> tuple[Fraction | float, bool]:
    return (-inf if number.high is None else -number.high), number.high_open


def string_differences(left: String, right: String, budget: Budget) -> Iterator[Difference]:
    """Yield what left strings are not among the right ones."""
    shortest, longest, missing = right.min_length, right.max_length, right.patterns - left.patterns
    checks: list[tuple[DifferenceKind, str, str, Language]] = []
    if left.min_length < shortest:
        text = "the empty text" if shortest == 1 else f"a text shorter than {shortest}"
        checks.append((DifferenceKind.LENGTH, text, "minLength", Language(lengths=(shortest, None))))
    if longest is not None and (left.max_length is None or left.max_length > longest):
        text = f"a text longer than {longest}"
        checks.append((DifferenceKind.LENGTH, text, "maxLength", Language(lengths=(0, longest))))
    if missing:
        text = f"a text that does not match {' and '.join(sorted(missing))}"
        checks.append((DifferenceKind.PATTERN, text, "pattern", Language(missing)))
    language = Language(left.patterns, (left.min_length, left.max_length))
    for kind, text, keyword, allowed in checks:
        example = text_outside(language, allowed, budget)
        if example is not None:
            yield _difference(kind, text, keyword, left, right, example)
    for name in sorted(right.formats - left.formats):
        if not any((own, name) in BROADER for own in left.formats):
            yield _difference(DifferenceKind.FORMAT, f"a text that is no {name}", "format", left, right)


def number_as_text(number: Number) -> String:
    """Return the strings that numbers are as text."""
    is_counted = number.integer and number.low is not None and number.low >= 0
    pattern = COUNTED if is_counted else WHOLE if number.integer else DECIMAL
    return String(min_length=1, patterns=frozenset({pattern}), sources=number.sources, opaque=number.opaque)


def _difference(
    kind: DifferenceKind, text: str, keyword: str, left: Scalar, right: Scalar, example: "Example | None" = None
) -> Difference:
    own, counterpart = (side.sources.get(keyword) or next(iter(side.sources.values()), None) for side in (left, right))
    example = next(_outside(left, right), MISSING) if example is None else example
    return Difference((), kind, text, own, counterpart, example, proven=True)


def _outside(left: Scalar, right: Scalar) -> Iterator[Example]:
    """Yield left values that the right schema refuses."""
    if isinstance(left, Number) and isinstance(right, Number):
        step = left.step or Fraction(1)
        bounds = [bound for bound in (right.low, right.high) if bound is not None]
        near = [(bound // step + count) * step for bound in bounds for count in (-1, 0, 1)]
        for number in chain(bounds, near, number_candidates(left)):
            if satisfies_number(left, number) and not satisfies_number(right, number):
                yield plain_number(number)
    elif isinstance(left, String) and isinstance(right, String):
        for text in (*islice(string_candidates(left), 1), "x", "", *FORMATS.values()):
            with suppress(Undecided):
                if satisfies_string(left, text) and not satisfies_string(right, text):
                    yield text
