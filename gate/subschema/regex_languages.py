"""Patterns and lengths of strings as regular languages: whether one lies in another, and a string that does not."""

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from interegular import Unsupported, parse_pattern
from interegular.fsm import FSM

# Longer counts make automata that take long to build and that nobody needs.
LONGEST_COUNT = 2_000


@dataclass(frozen=True, slots=True)
class Outside:
    """A string of one language that is not in another."""

    example: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """The patterns say more than regular languages do, or more than is worth building."""


Verdict: TypeAlias = Outside | Undecided | None


@lru_cache(maxsize=512)
def is_supported(pattern: str) -> bool:
    """Whether we can tell what a pattern matches; some patterns of other languages we cannot."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def matches(pattern: str, text: str) -> bool:
    """Whether a readable pattern is found in a text."""
    return re.search(pattern, text) is not None


def outside(patterns: frozenset[str], counted: str, other_patterns: frozenset[str], other_counted: str) -> Verdict:
    """A string that the first language has and the second has not; None where there is none.

    `counted` are the lengths, as `between` writes them.
    """
    one, other = language(patterns, counted), language(other_patterns, other_counted)
    if one is None or other is None:
        return Undecided()
    found = example(one.difference(other))
    return None if found is None else Outside(found)


def between(shortest: int, longest: int | None) -> str:
    """A pattern of the strings whose length lies between two bounds."""
    return f"[\\s\\S]{{{shortest},{'' if longest is None else longest}}}"


@lru_cache(maxsize=512)
def language(patterns: frozenset[str], counted: str) -> FSM | None:
    """The automaton of what matches all patterns; none where one cannot be built.

    A pattern without anchors may match anywhere within the string.
    """
    numbers = [int(one) for pattern in (*patterns, counted) for one in re.findall(r"\d+(?=[,}])", pattern)]
    if max(numbers, default=0) > LONGEST_COUNT:
        return None
    try:
        built = parse_pattern(counted).to_fsm()
        for pattern in sorted(patterns):
            built = built.intersection(parse_pattern(anchored(pattern)).to_fsm())
    except Exception:  # noqa: BLE001 - it raises whatever comes to it, and has no name for much of it
        return None
    return built


def anchored(pattern: str) -> str:
    """A pattern that has to match the whole string in the place of one that is searched for."""
    front, back = pattern.startswith("^"), pattern.endswith("$") and not pattern.endswith("\\$")
    inner = pattern[1 if front else 0 : -1 if back else None]
    alternatives = "|" in inner
    if alternatives and (front or back) and not _is_grouped(inner):
        raise Unsupported(f"{pattern} anchors some of its alternatives")
    return f"{'' if front else '[^]*'}({inner}){'' if back else '[^]*'}".replace("[^]", "[\\s\\S]")


def _is_grouped(pattern: str) -> bool:
    """Whether every `|` stands within brackets, so that anchors around it concern them all."""
    depth, escaped = 0, False
    for letter in pattern:
        if escaped:
            escaped = False
            continue
        escaped = letter == "\\"
        depth += (letter in "([") - (letter in ")]")
        if letter == "|" and depth == 0:
            return False
    return True


def example(fsm: FSM) -> str | None:
    """A shortest string of the language, of letters that people can read where there are such; none if it is empty."""
    reached: dict[int, tuple[int, str] | None] = {fsm.initial: None}
    waiting = deque([fsm.initial])
    while waiting:
        state = waiting.popleft()
        if state in fsm.finals:
            return _spelled(reached, state)
        # interegular numbers its transitions as its sets happen to be ordered; letters have one order.
        steps = fsm.map.get(state, {}).items()
        for letter, following in sorted((_letter(fsm.alphabet.by_transition[one]), after) for one, after in steps):
            if following not in reached:
                reached[following] = (state, letter)
                waiting.append(following)
    return None


def _spelled(reached: dict[int, tuple[int, str] | None], state: int) -> str:
    letters = []
    while (step := reached[state]) is not None:
        state, letter = step
        letters.append(letter)
    return "".join(reversed(letters))


def _letter(transition: Iterable[object]) -> str:
    """A letter of a transition: a readable one if there is one."""
    letters = [one for one in transition if isinstance(one, str)]
    is_supported = [one for one in letters if one.isascii() and one.isalnum()]
    # interegular has an object for every letter that no pattern names.
    return min(is_supported or letters, default="~")
