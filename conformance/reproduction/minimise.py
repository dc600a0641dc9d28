"""Finds the fewest calls that still show a violation, by leaving out calls and trying again (delta debugging)."""

from collections.abc import Callable, Sequence

from conformance.reproduction.program import Program


def minimise(program: Program, required: frozenset[int], still_shows: Callable[[Program], bool]) -> Program:
    """Return a program without the calls that it does not take; `required` ones and what they need stay.

    `still_shows` replays a program; it may return False to end the search.
    """
    kept = program
    size = max(len(kept.steps) // 2, 1)
    while size:
        for chunk in reversed(_chunks(_removable(kept, required), size)):
            smaller = _without(kept, chunk)
            if len(smaller.steps) < len(kept.steps) and still_shows(smaller):
                kept = smaller
        size //= 2
    return kept


def _removable(program: Program, required: frozenset[int]) -> list[int]:
    needed = program.needed_by(required)
    return [step.number for step in program.steps if step.number not in needed]


def _chunks(numbers: Sequence[int], size: int) -> list[frozenset[int]]:
    return [frozenset(numbers[start : start + size]) for start in range(0, len(numbers), size)]


def _without(program: Program, removed: frozenset[int]) -> Program:
    """Leave out calls, and those that refer to them."""
    gone = set(removed)
    for step in program.steps:
        if any(ref.step in gone for ref in step.refs):
            gone.add(step.number)
    return program.only(step.number for step in program.steps if step.number not in gone)
