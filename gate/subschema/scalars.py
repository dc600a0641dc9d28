"""Numbers against numbers, strings against strings, and numbers as the strings that they are as text."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain, islice

from gate.subschema.difference import MISSING, Difference, DifferenceKind, Example
from gate.subschema.formats import FORMATS
from gate.subschema.instances import Undecided, satisfies_number, satisfies_string
from gate.subschema.limits import Budget
from gate.subschema.normal_form import Number, String, TypeSchema
from gate.subschema.regex_languages import Language, Outside, difference
from gate.subschema.samples import LONGEST_STRING, number_candidates, plain_number, string_candidates

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


def number_differences(left: Number, right: Number) -> Iterator[Difference]:
    """Yield what left numbers are not among the right ones."""
    if right.integer and not left.integer:
        example = number_outside(left, right)
        yield _difference(DifferenceKind.TYPE, "a number with a fraction", "type", left, right, example)
    if reaches_below(left, right):
        bound = _text(right.low)
        text = f"{bound} or less" if right.low_open else f"a number below {bound}"
        keyword = "minimum" if "minimum" in right.sources else "exclusiveMinimum"
        yield _difference(DifferenceKind.RANGE, text, keyword, left, right, number_outside(left, right))
    if reaches_above(left, right):
        bound = _text(right.high)
        text = f"{bound} or more" if right.high_open else f"a number above {bound}"
        keyword = "maximum" if "maximum" in right.sources else "exclusiveMaximum"
        yield _difference(DifferenceKind.RANGE, text, keyword, left, right, number_outside(left, right))
    if right.step is not None and (right.step != 1 or not right.integer):
        is_divided = left.step is not None and left.step % right.step == 0
        if not is_divided and not (left.low is not None and left.low == left.high and left.low % right.step == 0):
            text = f"a number that is no multiple of {_text(right.step)}"
            yield _difference(DifferenceKind.RANGE, text, "multipleOf", left, right, number_outside(left, right))


def string_differences(left: String, right: String, budget: Budget) -> Iterator[Difference]:
    """Yield what left strings are not among the right ones."""
    yield from length_differences(left, right, budget)
    missing = right.patterns - left.patterns
    if missing:
        result = difference(language_of(left), Language(missing), budget)
        if result is not None:
            text = f"a text that does not match {' and '.join(sorted(missing))}"
            yield _difference(DifferenceKind.PATTERN, text, "pattern", left, right, _example(result))
    for name in sorted(right.formats - left.formats):
        if not any((own, name) in BROADER for own in left.formats):
            text = f"a text that is no {name}"
            yield _difference(DifferenceKind.FORMAT, text, "format", left, right, string_outside(left, right))


def number_to_string_differences(left: Number, right: String, budget: Budget) -> Iterator[Difference]:
    """Yield what numbers, written as text, are not in a string schema."""
    if right.formats:
        text = f"a text that is no {', '.join(sorted(right.formats))}"
        example = next(map(plain_number, number_candidates(left)), MISSING)
        yield _difference(DifferenceKind.FORMAT, text, "format", left, right, example)
    if not right.patterns and right.max_length is None and right.min_length <= 1:
        return
    longest = None
    if left.integer and left.low is not None and left.high is not None:
        longest = max(len(str(int(left.low))), len(str(int(left.high))))
    written = DECIMAL if not left.integer else COUNTED if left.low is not None and left.low >= 0 else WHOLE
    result = difference(Language(frozenset({written}), (1, longest)), language_of(right), budget)
    if result is not None:
        kind, keyword = DifferenceKind.LENGTH, "maxLength"
        if right.patterns:
            kind, keyword = DifferenceKind.PATTERN, "pattern"
        yield _difference(kind, "numbers that do not fit", keyword, left, right, _example(result))


def language_of(string: String) -> Language:
    """Return the strings of a schema as a language."""
    return Language(string.patterns, (string.min_length, string.max_length))


def length_differences(left: String, right: String, budget: Budget) -> Iterator[Difference]:
    """Yield the differences in length."""
    shortest, longest = right.min_length, right.max_length
    if left.min_length < shortest and not has_lengths(left, (shortest, None), budget):
        text = "the empty text" if shortest == 1 else f"a text shorter than {shortest}"
        example = _of_length(left, left.min_length, (shortest, None), budget)
        yield _difference(DifferenceKind.LENGTH, text, "minLength", left, right, example)
    is_longer = longest is not None and (left.max_length is None or left.max_length > longest)
    if longest is not None and is_longer and not has_lengths(left, (0, longest), budget):
        text, example = f"a text longer than {longest}", _of_length(left, longest + 1, (0, longest), budget)
        yield _difference(DifferenceKind.LENGTH, text, "maxLength", left, right, example)


def has_lengths(string: String, lengths: tuple[int, int | None], budget: Budget) -> bool:
    """Test whether the patterns of a string schema allow only some lengths."""
    return bool(string.patterns) and difference(language_of(string), Language(lengths=lengths), budget) is None


def _of_length(string: String, length: int, lengths: tuple[int, int | None], budget: Budget) -> Example:
    if string.patterns:
        return _example(difference(language_of(string), Language(lengths=lengths), budget))
    return "x" * length if length <= LONGEST_STRING else MISSING


def _difference(
    kind: DifferenceKind, text: str, keyword: str, left: TypeSchema, right: TypeSchema, example: Example
) -> Difference:
    own, counterpart = (side.sources.get(keyword) or next(iter(side.sources.values()), None) for side in (left, right))
    return Difference((), kind, text, own, counterpart, example, proven=True)


def _example(result: object) -> Example:
    return result.example if isinstance(result, Outside) else MISSING


def string_outside(left: String, right: String) -> Example:
    """Return a left string that clearly has not the format of the right."""
    for text in (*islice(string_candidates(left), 1), "x", "", *FORMATS.values()):
        with suppress(Undecided):
            if satisfies_string(left, text) and not satisfies_string(right, text):
                return text
    return MISSING


def number_outside(left: Number, right: Number) -> Example:
    """Return a left number that the right schema refuses; MISSING where none is found."""
    step = left.step or Fraction(1)
    bounds = [bound for bound in (right.low, right.high) if bound is not None]
    near = [(bound // step + count) * step for bound in bounds for count in (-1, 0, 1)]
    candidates = chain(bounds, near, number_candidates(left))
    outside = (value for value in candidates if satisfies_number(left, value) and not satisfies_number(right, value))
    number = next(outside, None)
    return MISSING if number is None else plain_number(number)


def reaches_below(left: Number, right: Number) -> bool:
    """Test whether left numbers go below the right ones."""
    if right.low is None:
        return False
    if left.low is None or left.low < right.low:
        return True
    return left.low == right.low and right.low_open and not left.low_open


def reaches_above(left: Number, right: Number) -> bool:
    """Test whether left numbers go above the right ones."""
    if right.high is None:
        return False
    if left.high is None or left.high > right.high:
        return True
    return left.high == right.high and right.high_open and not left.high_open


def _text(number: Fraction | None) -> str:
    return "" if number is None else str(plain_number(number))
