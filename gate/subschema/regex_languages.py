"""Regular expressions: linear-time matching, and inclusion of one regular language in another within a bound."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

import re2
from interegular import InvalidSyntax, Unsupported
from interegular.patterns import _DOT, _EMPTY, Pattern, _CharGroup, _Concatenation, _Repeated, parse_pattern

from gate.subschema.limits import Budget

# Bounds of the search, which is exponential in the worst case: a few milliseconds, then the answer is UndecidedSearch.
MOST_STATES = 600
MOST_STEPS = 100_000
MOST_LETTERS = 5_000
LONGEST_PATTERN = 500
STEPS_OF_A_FAILED_SEARCH = 500
OTHER_LETTERS = "~_Zz9é"
# JavaScript's way to write what RE2 writes otherwise.
ESCAPED_CODE = re.compile(r"\\u(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{4}))")
UNNAMED_GROUP = re.compile(r"(?<!\\)\(\?:")
# interegular reads these as letters.
NOT_REGULAR = re.compile(r"\\[bBpPkuc\d]|\(\?")
QUIET = re2.Options()
QUIET.log_errors = False

Lengths: TypeAlias = tuple[int, int | None]
Letters: TypeAlias = tuple[frozenset[str], bool]
"""Letters, and whether they are those that do not match."""


@dataclass(frozen=True, slots=True)
class Outside:
    """A string of one language that is not in another."""

    example: str


@dataclass(frozen=True, slots=True)
class UndecidedSearch:
    """The patterns are not regular, or the search exceeds its bound."""


@dataclass(frozen=True, slots=True)
class Language:
    """The strings within two lengths that match every pattern."""

    patterns: frozenset[str] = frozenset()
    lengths: Lengths = (0, None)


class _TooLarge(Exception):
    """The search exceeds its bound."""


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


def difference(left: Language, right: Language, budget: Budget) -> Outside | UndecidedSearch | None:
    """Return a shortest string of the left language that the right one lacks; None where there is none."""
    if not budget.spend():
        return UndecidedSearch()
    result = _search(left, right)
    if isinstance(result, UndecidedSearch):
        budget.spend(STEPS_OF_A_FAILED_SEARCH)
    return result


def example(language: Language) -> str | None:
    """Return a shortest string of a language; None where none was found within the bound."""
    result = _search(language, None)
    return result.example if isinstance(result, Outside) else None


@lru_cache(maxsize=2048)
def _search(left: Language, right: Language | None) -> Outside | UndecidedSearch | None:
    try:
        automata = [_Automaton.of(pattern) for pattern in sorted(left.patterns)]
        others = [_Automaton.of(pattern) for pattern in sorted(right.patterns)] if right is not None else []
        result = _Search(automata, others, left.lengths, right.lengths if right is not None else None).run()
    except (Unsupported, InvalidSyntax, _TooLarge, RecursionError):
        return UndecidedSearch()
    return None if result is None else Outside(result)


@dataclass(eq=False)
class _Automaton:
    """A nondeterministic automaton; state 0 is initial, state 1 is final."""

    empty_moves: list[list[int]] = field(default_factory=lambda: [[], []])
    moves: list[list[tuple[Letters, int]]] = field(default_factory=lambda: [[], []])

    @classmethod
    def of(cls, pattern: str) -> "_Automaton":
        """Build the automaton of a pattern, which matches anywhere in a string unless it is anchored."""
        plain = UNNAMED_GROUP.sub("(", pattern).replace("[^]", "[\\s\\S]")
        if len(pattern) > LONGEST_PATTERN or NOT_REGULAR.search(plain):
            raise Unsupported(pattern)
        automaton = cls()
        for alternative in alternatives(plain):
            front = alternative.startswith("^")
            back = alternative.endswith("$") and (len(alternative) - len(alternative[:-1].rstrip("\\"))) % 2 == 1
            start = automaton._new(0)
            if not front:
                automaton.moves[start].append(((frozenset(), True), start))
            inner = alternative[1 if front else 0 : -1 if back else None]
            end = automaton._add(parse_pattern(inner), automaton._new(start))
            if not back:
                automaton.moves[end].append(((frozenset(), True), end))
            automaton.empty_moves[end].append(1)
        return automaton

    def _new(self, origin: int) -> int:
        if len(self.moves) >= MOST_STATES:
            raise _TooLarge
        self.moves.append([])
        self.empty_moves.append([])
        self.empty_moves[origin].append(len(self.moves) - 1)
        return len(self.moves) - 1

    def _add(self, part: object, start: int) -> int:
        """Add the automaton of a part of a pattern behind a state; return the state in which it ends."""
        match part:
            case Pattern(options=options) if not part.added_flags and not part.removed_flags:
                ends = [self._add(option, self._new(start)) for option in options]
                end = self._new(ends[0])
                for joined in ends[1:]:
                    self.empty_moves[joined].append(end)
                return end
            case _Concatenation(parts=parts):
                for inner in parts:
                    start = self._add(inner, start)
                return start
            case _Repeated():
                return self._repeat(part, start)
            case _CharGroup(chars=chars, negated=negated):
                return self._move((frozenset(chars), negated), start)
            case _ if part is _DOT:
                return self._move((frozenset("\n"), True), start)
            case _ if part is _EMPTY:
                return start
            case _:
                raise Unsupported(part)

    def _repeat(self, part: _Repeated, start: int) -> int:
        for _ in range(part.min):
            start = self._add(part.base, start)
        if part.max is None:
            loop = self._new(start)
            self.empty_moves[self._add(part.base, loop)].append(loop)
            return self._new(loop)
        ends = [start]
        for _ in range(part.max - part.min):
            ends.append(self._add(part.base, self._new(ends[-1])))
        end = self._new(start)
        for skipped in ends[1:]:
            self.empty_moves[skipped].append(end)
        return end

    def _move(self, letters: Letters, start: int) -> int:
        end = self._new(start)
        self.empty_moves[start].pop()
        self.moves[start].append((letters, end))
        return end

    def closure(self, states: Iterable[int]) -> frozenset[int]:
        """Return all states that can be reached without a letter."""
        reached = set(states)
        waiting = list(reached)
        while waiting:
            for state in self.empty_moves[waiting.pop()]:
                if state not in reached:
                    reached.add(state)
                    waiting.append(state)
        return frozenset(reached)

    def after(self, states: frozenset[int], letter: str) -> frozenset[int]:
        """Return the states after a letter."""
        return self.closure(
            target
            for state in states
            for (letters, negated), target in self.moves[state]
            if (letter in letters) is not negated
        )


State: TypeAlias = tuple[int, tuple[frozenset[int], ...]]


@dataclass(eq=False)
class _Search:
    """Breadth-first search for a string that all left automata accept and some right automaton does not."""

    lefts: Sequence[_Automaton]
    rights: Sequence[_Automaton]
    left_lengths: Lengths
    right_lengths: Lengths | None
    """None where every string of the left language is sought."""

    def run(self) -> str | None:
        """Return a shortest such string; raises _TooLarge beyond the bound."""
        automata = [*self.lefts, *self.rights]
        initial: State = (0, tuple(automaton.closure([0]) for automaton in automata))
        reached: dict[State, tuple[State, str] | None] = {initial: None}
        waiting, letters, steps = deque([initial]), representatives(automata), 0
        longest = max(bound or 0 for bound in (*self.left_lengths, *(self.right_lengths or ())))
        while waiting:
            state = waiting.popleft()
            if self._is_outside(state):
                return "".join(_spell(reached, state))
            length, sets = state
            if length == self.left_lengths[1]:
                continue
            for letter in letters:
                steps += 1 + sum(map(len, sets))
                if steps > MOST_STEPS:
                    raise _TooLarge
                after = tuple(automaton.after(states, letter) for automaton, states in zip(automata, sets, strict=True))
                # Beyond the largest bound, lengths no longer differ.
                following = (min(length + 1, longest + 1), after)
                if following not in reached and all(after[: len(self.lefts)]):
                    reached[following] = (state, letter)
                    waiting.append(following)
        return None

    def _is_outside(self, state: State) -> bool:
        length, sets = state
        count = len(self.lefts)
        if not (is_within(length, self.left_lengths) and all(1 in states for states in sets[:count])):
            return False
        if self.right_lengths is None:
            return True
        return not (is_within(length, self.right_lengths) and all(1 in states for states in sets[count:]))


def is_within(length: int, lengths: Lengths) -> bool:
    """Test whether a length is within two bounds."""
    return length >= lengths[0] and (lengths[1] is None or length <= lengths[1])


def _spell(reached: dict[State, tuple[State, str] | None], state: State) -> Iterator[str]:
    step = reached[state]
    if step is not None:
        yield from _spell(reached, step[0])
        yield step[1]


def representatives(automata: Iterable[_Automaton]) -> list[str]:
    """Return one letter for each class of letters that no move tells apart, readable ones first."""
    groups = list({letters for automaton in automata for moves in automaton.moves for (letters, _), _ in moves})
    letters = set().union(*groups)
    if len(letters) * len(groups) > MOST_LETTERS * 10 or len(letters) > MOST_LETTERS:
        raise _TooLarge
    classes: dict[tuple[bool, ...], str] = {}
    for letter in sorted(letters, key=lambda letter: (not (letter.isascii() and letter.isalnum()), letter)):
        classes.setdefault(tuple(letter in group for group in groups), letter)
    unnamed = next(
        (letter for letter in (*OTHER_LETTERS, *map(chr, range(0x100, 0x2000))) if letter not in letters), ""
    )
    return [*classes.values(), *([unnamed] if unnamed else [])]


def alternatives(pattern: str) -> Iterator[str]:
    """Split a pattern at each `|` outside of brackets."""
    depth, in_class, start, escaped = 0, False, 0, False
    for position, letter in enumerate(pattern):
        if escaped or letter == "\\":
            escaped = not escaped
        elif in_class:
            in_class = letter != "]"
        elif letter == "[":
            in_class = True
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == "|" and depth == 0:
            yield pattern[start:position]
            start = position + 1
    yield pattern[start:]
