"""Numbers against numbers, texts against texts, and numbers as the texts that go over the wire."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

from gate.subschema.difference import MISSING, Difference, DifferenceKind, Example
from gate.subschema.formats import FORMATS
from gate.subschema.instances import (
    LONGEST_TEXT,
    NoSample,
    Undecided,
    fits_number,
    fits_text,
    number_in,
    plain,
    text_in,
)
from gate.subschema.normal_form import Number, String, TypeSchema
from gate.subschema.regex_languages import Outside, Verdict, between, outside

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
WHOLE = r"^-?(0|[1-9][0-9]*)$"
COUNTED = r"^(0|[1-9][0-9]*)$"
DECIMAL = r"^-?[0-9]+(\.[0-9]+)?([eE][+\-]?[0-9]+)?$"


def number_differences(one: Number, other: Number) -> Iterator[Difference]:
    """What numbers of the first type_schema are not in the second."""
    if other.integer and not one.integer:
        example = _number_outside(one, other, fractional=True)
        yield _difference(DifferenceKind.TYPE, "a number with a fraction", "type", one, other, example)
    if _reaches_below(one, other):
        shown = f"a number below {_shown(other.low)}" if not other.low_open else f"{_shown(other.low)} or less"
        yield _difference(DifferenceKind.RANGE, shown, _low_keyword(other), one, other, _number_outside(one, other))
    if _reaches_above(one, other):
        shown = f"a number above {_shown(other.high)}" if not other.high_open else f"{_shown(other.high)} or more"
        yield _difference(DifferenceKind.RANGE, shown, _high_keyword(other), one, other, _number_outside(one, other))
    if other.step is not None and (other.step != 1 or not other.integer):
        divided = one.step is not None and one.step % other.step == 0
        if not divided and not (one.low is not None and one.low == one.high and one.low % other.step == 0):
            text = f"a number that is no multiple of {_shown(other.step)}"
            yield _difference(DifferenceKind.RANGE, text, "multipleOf", one, other, _number_outside(one, other))


def text_differences(one: String, other: String) -> Iterator[Difference]:
    """What texts of the first type_schema are not in the second."""
    yield from _length_differences(one, other)
    missing = other.patterns - one.patterns
    if missing:
        verdict = outside(one.patterns, between(one.shortest, one.longest), frozenset(missing), between(0, None))
        if verdict is not None:
            text = f"a text that does not match {' and '.join(sorted(missing))}"
            yield _difference(DifferenceKind.PATTERN, text, "pattern", one, other, _example(verdict))
    for name in sorted(other.formats - one.formats):
        if not any((own, name) in BROADER for own in one.formats):
            yield _difference(
                DifferenceKind.FORMAT, f"a text that is no {name}", "format", one, other, _unformatted(one, other)
            )


def number_to_string_differences(one: Number, other: String) -> Iterator[Difference]:
    """What numbers, written out, are not in a type_schema of texts."""
    if other.formats:
        example = _sample(one)
        yield _difference(
            DifferenceKind.FORMAT,
            f"a text that is no {', '.join(sorted(other.formats))}",
            "format",
            one,
            other,
            example,
        )
    written = WHOLE if one.integer else DECIMAL
    if one.integer and one.low is not None and one.low >= 0:
        written = COUNTED
    if not other.patterns and other.longest is None and other.shortest <= 1:
        return
    longest = None
    if one.integer and one.low is not None and one.high is not None:
        longest = max(len(str(int(one.low))), len(str(int(one.high))))
    verdict = outside(frozenset({written}), between(1, longest), other.patterns, between(other.shortest, other.longest))
    if verdict is not None:
        found = _example(verdict)
        what = DifferenceKind.PATTERN if other.patterns else DifferenceKind.LENGTH
        yield _difference(
            what, "numbers that do not fit", "pattern" if other.patterns else "maxLength", one, other, found
        )


def _length_differences(one: String, other: String) -> Iterator[Difference]:
    if one.patterns:
        yield from _length_differences_of_patterns(one, other)
        return
    if one.shortest < other.shortest:
        shown = "the empty text" if other.shortest == 1 else f"a text shorter than {other.shortest}"
        yield _difference(DifferenceKind.LENGTH, shown, "minLength", one, other, _of_length(one.shortest))
    if other.longest is not None and (one.longest is None or one.longest > other.longest):
        shown = f"a text longer than {other.longest}"
        yield _difference(DifferenceKind.LENGTH, shown, "maxLength", one, other, _of_length(other.longest + 1))


def _of_length(length: int) -> Example:
    return "x" * length if length <= LONGEST_TEXT else MISSING


def _length_differences_of_patterns(one: String, other: String) -> Iterator[Difference]:
    if one.shortest >= other.shortest and (
        other.longest is None or (one.longest or other.longest + 1) <= other.longest
    ):
        return
    for keyword, bounds, shown in (
        ("minLength", (other.shortest, None), f"a text shorter than {other.shortest}"),
        ("maxLength", (0, other.longest), f"a text longer than {other.longest}"),
    ):
        verdict = outside(one.patterns, between(one.shortest, one.longest), frozenset(), between(*bounds))
        if verdict is not None:
            yield _difference(DifferenceKind.LENGTH, shown, keyword, one, other, _example(verdict))


def _difference(
    what: DifferenceKind, text: str, keyword: str, one: TypeSchema, other: TypeSchema, example: Example
) -> Difference:
    where = one.written.get(keyword) or next(iter(one.written.values()), None)
    counterpart = other.written.get(keyword) or next(iter(other.written.values()), None)
    return Difference((), what, text, where, counterpart, example, proven=True)


def _example(verdict: Verdict) -> Example:
    return verdict.example if isinstance(verdict, Outside) else MISSING


def _unformatted(one: String, other: String) -> Example:
    """A text of the first type_schema that clearly has not the format of the second."""
    candidates = ["x", "", *FORMATS.values()]
    with suppress(NoSample):
        candidates.insert(0, text_in(one))
    for text in candidates:
        try:
            if fits_text(one, text) and not fits_text(other, text):
                return text
        except Undecided:
            return MISSING
    return MISSING


def _number_outside(one: Number, other: Number, *, fractional: bool = False) -> Example:
    """A number of the first type_schema that the second has not."""
    step = one.step or (Fraction(1, 2) if fractional else Fraction(1))
    candidates = [Fraction(0), Fraction(1), Fraction(1, 2), step]
    for bound in (other.low, other.high, one.low, one.high):
        if bound is not None:
            nearest = bound // step * step
            candidates += [nearest + count * step for count in (-2, -1, 0, 1, 2)] + [bound]
    candidates += [step * count for count in range(-12, 13)]
    for number in candidates:
        if fits_number(one, number) and not fits_number(other, number):
            return plain(number)
    return MISSING


def _sample(one: Number) -> Example:
    try:
        return number_in(one)
    except NoSample:
        return MISSING


def _reaches_below(one: Number, other: Number) -> bool:
    if other.low is None:
        return False
    if one.low is None or one.low < other.low:
        return True
    return one.low == other.low and other.low_open and not one.low_open


def _reaches_above(one: Number, other: Number) -> bool:
    if other.high is None:
        return False
    if one.high is None or one.high > other.high:
        return True
    return one.high == other.high and other.high_open and not one.high_open


def _low_keyword(number: Number) -> str:
    return "minimum" if "minimum" in number.written else "exclusiveMinimum"


def _high_keyword(number: Number) -> str:
    return "maximum" if "maximum" in number.written else "exclusiveMaximum"


def _shown(number: Fraction | None) -> str:
    return "" if number is None else str(plain(number))
