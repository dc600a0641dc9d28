"""Regular expressions: linear-time matching, and inclusion of one regular language in another within a bound.

Inclusion is searched with partial derivatives (Antimirov): what a string that begins with a letter may go on with.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import re2
from interegular import InvalidSyntax, Unsupported
from interegular.patterns import _DOT, Pattern, _CharGroup, _Concatenation, _Repeated, parse_pattern

from gate.subschema.difference import MISSING, Example
from gate.subschema.limits import Budget

# Bounds of the search, which is exponential in the worst case: some 70 ms, then it is undecided.
MOST_STEPS = 20_000
MOST_LETTERS = 5_000
LONGEST_PATTERN = 500
LONGEST_TEXT = 100_000
SEARCH_STEPS_PER_STEP = 10
OTHER_LETTERS = "~_Zz9é"
# JavaScript's way to write what RE2 writes otherwise.
ESCAPED_CODE = re.compile(r"\\u(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{4}))")
UNNAMED_GROUP = re.compile(r"(?<!\\)\(\?:")
# interegular reads these as letters.
NOT_REGULAR = re.compile(r"\\[bBpPkuc\d]|\(\?")
TOKEN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|[\^$]", re.DOTALL)
# Every string is read between two marks, which only anchors and what stands around an unanchored pattern match.
START, END = "\ue000", "\ue001"
MARKS = {"^": START, "$": END}
AROUND = _Repeated(_CharGroup(frozenset(), True), 0, None)
QUIET = re2.Options()
QUIET.log_errors = False

Lengths: TypeAlias = tuple[int, int | None]
Rest: TypeAlias = tuple[object, ...]
"""Parts of a pattern that are still to be matched, one after the other."""
Position: TypeAlias = tuple[int, tuple[frozenset[int], ...]]
"""Length of a string, and the states in which it leaves each pattern."""


@dataclass(frozen=True, slots=True)
class Language:
    """The strings within two lengths that match every pattern."""

    patterns: frozenset[str] = frozenset()
    lengths: Lengths = (0, None)


@lru_cache(maxsize=2048)
def _compiled(pattern: str) -> "re2._Regexp | None":
    code = ESCAPED_CODE.sub(lambda match: f"\\x{{{match[1] or match[2]}}}", pattern)
    try:
        return re2.compile(code.replace("[^]", "[\\s\\S]"), options=QUIET)
    except (re2.error, UnicodeEncodeError):
        return None


def is_supported(pattern: str) -> bool:
    """Test whether RE2 compiles a pattern; it has no look-around and no back-references."""
    return _compiled(pattern) is not None


def matches(pattern: str, text: str) -> bool:
    """Test whether a supported pattern matches anywhere in a text, in linear time."""
    compiled = _compiled(pattern)
    return compiled is not None and compiled.search(text.encode("utf-8", "replace").decode()) is not None


def text_outside(left: Language, right: Language, budget: Budget) -> Example:
    """Return a shortest string of the left language that the right one lacks; None where there is none.

    MISSING is where the patterns are not regular, or the search exceeds its bound.
    """
    if not budget.spend():
        return MISSING
    if not left.patterns and not right.patterns:
        length = left.lengths[0] if left.lengths[0] < right.lengths[0] else (right.lengths[1] or 0) + 1
        return "x" * length if length <= LONGEST_TEXT else MISSING
    text, steps = _search(left, right)
    budget.spend(steps // SEARCH_STEPS_PER_STEP)
    return text


def example(language: Language) -> str:
    """Return a shortest string of a language; an empty one where none was found within the bound."""
    text, _ = _search(language, None)
    return text if isinstance(text, str) else ""


@lru_cache(maxsize=2048)
def _search(left: Language, right: Language | None) -> tuple[Example, int]:
    """Search for a string of the left language that is not in the right one, if there is one; return the steps, too."""
    try:
        patterns = [_parsed(pattern) for side in (left, right) if side for pattern in sorted(side.patterns)]
        text, steps = _shortest(patterns, len(left.patterns), left.lengths, right.lengths if right else None)
    except (Unsupported, InvalidSyntax, RecursionError):
        return MISSING, MOST_STEPS
    if text is None:
        # A language that seems empty, such as that of `^^a`, is one that the search does not understand.
        is_empty = right is None or not isinstance(_search(left, None)[0], str)
        return MISSING if is_empty else None, steps
    return text if all(matches(pattern, text) for pattern in left.patterns) else MISSING, steps


def _shortest(patterns: list[Rest], count: int, lengths: Lengths, excluded: Lengths | None) -> tuple[str | None, int]:
    """Return a shortest string that the first patterns match and not all others, and the steps that it took.

    `count` is the number of the first patterns. A string outside the `excluded` lengths is outside as well.
    """
    letters, states = _representatives(patterns), _States()
    # Beyond the largest bound, lengths no longer differ.
    longest = 1 + max(bound or 0 for bound in (*lengths, *(excluded or ())))
    initial: Position = (0, tuple(states.after(states.of([pattern]), START) for pattern in patterns))
    reached = {initial: ""}
    waiting, steps = deque([initial]), 0
    while waiting and steps <= MOST_STEPS:
        position = waiting.popleft()
        length, sets = position
        ends = [states.is_end(members) for members in sets]
        is_excluded = excluded is not None and _is_within(length, excluded) and all(ends[count:])
        if _is_within(length, lengths) and all(ends[:count]) and not is_excluded:
            return reached[position], steps
        for letter in letters if length != lengths[1] else ():
            steps += 1 + sum(map(len, sets))
            following: Position = (min(length + 1, longest), tuple(states.after(members, letter) for members in sets))
            if following not in reached and all(following[1][:count]):
                reached[following] = reached[position] + letter
                waiting.append(following)
    if waiting:
        raise Unsupported
    return None, steps


class _States:
    """States of a search, numbered as they are reached: what is still to be matched of a pattern."""

    def __init__(self) -> None:
        self.rests: list[Rest] = []
        self.numbers: dict[Rest, int] = {}
        self.moves: dict[tuple[int, str], frozenset[int]] = {}

    def of(self, rests: Iterable[Rest]) -> frozenset[int]:
        """Return the states of what is still to be matched."""
        listed = list(dict.fromkeys(rests))
        for rest in listed:
            if rest not in self.numbers:
                self.numbers[rest] = len(self.rests)
                self.rests.append(rest)
        return frozenset(self.numbers[rest] for rest in listed)

    def after(self, states: frozenset[int], letter: str) -> frozenset[int]:
        """Return the states after a letter."""
        for state in states:
            if (state, letter) not in self.moves:
                self.moves[state, letter] = self.of(_derive(self.rests[state], letter))
        return frozenset().union(*(self.moves[state, letter] for state in states))

    def is_end(self, states: frozenset[int]) -> bool:
        """Test whether a string may end here."""
        return any(_is_nullable(self.rests[state]) for state in self.after(states, END))


def _is_within(length: int, lengths: Lengths) -> bool:
    return length >= lengths[0] and (lengths[1] is None or length <= lengths[1])


def _parsed(pattern: str) -> Rest:
    """Parse a pattern, which matches anywhere in a string unless it is anchored; raises Unsupported, InvalidSyntax."""
    plain = UNNAMED_GROUP.sub("(", pattern).replace("[^]", "[\\s\\S]")
    marked = TOKEN.sub(lambda token: MARKS.get(token[0], token[0]), plain)
    if len(pattern) > LONGEST_PATTERN or NOT_REGULAR.search(plain):
        raise Unsupported(pattern)
    return (AROUND, parse_pattern(marked), AROUND)


def _derive(rest: Rest, letter: str) -> Iterator[Rest]:
    """Yield what may follow after a letter."""
    if not rest:
        return
    first, others = rest[0], rest[1:]
    match first:
        case Pattern(options=options):
            for option in options:
                yield from _derive((option, *others), letter)
        case _Concatenation(parts=parts):
            yield from _derive((*parts, *others), letter)
        case _Repeated(base=base, min=low, max=high):
            again = _Repeated(base, max(low - 1, 0), None if high is None else high - 1)
            for following in _derive((base,), letter) if high != 0 else ():
                yield (*following, again, *others)
            if low == 0 or _is_nullable((base,)):
                yield from _derive(others, letter)
        case _:
            if _is_letter(first, letter):
                yield others


def _is_letter(part: object, letter: str) -> bool:
    if not isinstance(part, _CharGroup):
        return letter not in (START, END, "\n")
    if letter in (START, END) and part.negated:
        return not part.chars
    return (letter in part.chars) is not part.negated


def _is_nullable(rest: Rest) -> bool:
    """Test whether the parts of a pattern match the empty string."""
    return all(
        any(_is_nullable((option,)) for option in part.options)
        if isinstance(part, Pattern)
        else _is_nullable(part.parts)
        if isinstance(part, _Concatenation)
        else isinstance(part, _Repeated) and (part.min == 0 or _is_nullable((part.base,)))
        for part in rest
    )


def _representatives(patterns: list[Rest]) -> list[str]:
    """Return one letter for each class of letters that no pattern tells apart, readable ones first."""
    groups = list({group.chars for pattern in patterns for group in _groups(pattern)})
    letters = frozenset().union(*groups) - {START, END}
    if len(letters) > MOST_LETTERS or len(letters) * len(groups) > MOST_LETTERS * 10:
        raise Unsupported
    classes: dict[tuple[bool, ...], str] = {}
    for letter in sorted(letters, key=lambda letter: (not (letter.isascii() and letter.isalnum()), letter)):
        classes.setdefault(tuple(letter in group for group in groups), letter)
    unnamed = (letter for letter in (*OTHER_LETTERS, *map(chr, range(0x100, 0x2000))) if letter not in letters)
    return [*classes.values(), *[letter for letter in [next(unnamed, "")] if letter]]


def _groups(rest: Rest) -> Iterator[_CharGroup]:
    """Yield the groups of letters of a pattern; raises Unsupported for a part that is not regular."""
    for part in rest:
        match part:
            case Pattern(options=inner) if not part.added_flags and not part.removed_flags:
                yield from _groups(inner)
            case _Concatenation(parts=inner):
                yield from _groups(inner)
            case _Repeated(base=base):
                yield from _groups((base,))
            case _CharGroup():
                yield part
            case _ if part is _DOT:
                yield _CharGroup(frozenset("\n"), True)
            case _:
                raise Unsupported(part)
