"""Minimise a program that shows a violation, by leaving out calls and trying again (delta debugging)."""

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from conformance.reproduction.program import Program, ProgramStep, Ref, Template

_MARK = re.compile("\0([0-9]+)\0")
WORTH_HALVING = 12
"""The number of calls from which on leaving them out one by one would take too long."""
_IN_A_LIST = (
    # A pair of a form that repeats its name, and a member of a JSON array.
    re.compile("(?:&|^)[^&=]*(?:\\[[0-9]*\\]|%5B[0-9]*%5D)=\0GONE\0"),
    re.compile("\0GONE\0, *"),
    re.compile(", *\0GONE\0"),
)


def minimise(
    program: Program,
    required: frozenset[int],
    still_shows: Callable[[Program], bool],
    creations: frozenset[int] = frozenset(),
) -> Program:
    """Return a program without unnecessary calls; `required` ones and those they need are kept.

    `still_shows` replays a program; it may return False to end the search. `creations` are left out last: the records
    they make may matter without being named.
    """
    kept = _halved(program, required, still_shows, creations)
    size = max(len(kept.steps) // 2, 1)
    while size:
        for chunk in reversed(_chunks(removable(kept, required), size)):
            smaller = without(kept, chunk)
            if len(smaller.steps) < len(kept.steps) and still_shows(smaller):
                kept = smaller
        size //= 2
    return kept


def _halved(
    program: Program,
    required: frozenset[int],
    still_shows: Callable[[Program], bool],
    creations: frozenset[int],
) -> Program:
    """Try the program with required calls alone, without reads, and then with ever smaller halves of the rest."""
    kept = program

    def is_enough(numbers: AbstractSet[int]) -> bool:
        nonlocal kept
        smaller = kept.only(kept.needed_by(required | numbers))
        if len(smaller.steps) == len(kept.steps) or not still_shows(smaller):
            return False
        kept = smaller
        return True

    if is_enough(frozenset()) or len(program.steps) < WORTH_HALVING:
        return kept
    is_enough({step.number for step in program.steps if step.method != "GET"})
    if is_enough(creations):
        return kept
    # Of the calls other than creations, usually only one matters.
    while any(is_enough(creations | half) for half in _halves(removable(kept, required | creations))):
        pass
    return kept


def _halves(numbers: Sequence[int]) -> list[frozenset[int]]:
    return _chunks(numbers, (len(numbers) + 1) // 2)[::-1] if len(numbers) > 1 else []


def without(program: Program, removed: AbstractSet[int]) -> Program:
    """Return a program without some calls, and without those that depend on them other than as a list member."""
    gone = set(removed)
    kept: list[ProgramStep] = []
    for step in program.steps:
        if step.number in gone:
            continue
        shorter = without_members(step, gone)
        if shorter is None:
            gone.add(step.number)
        else:
            kept.append(shorter)
    return replace(program, steps=kept)


def removable(program: Program, required: frozenset[int]) -> list[int]:
    """Return the calls that no required call needs, other than as a list member."""
    needed = set(required)
    for step in reversed(program.steps):
        if step.number in needed:
            needed |= {ref.step for ref in step.refs if without_members(step, {ref.step}) is None}
    return [step.number for step in program.steps if step.number not in needed]


def _chunks(numbers: Sequence[int], size: int) -> list[frozenset[int]]:
    return [frozenset(numbers[start : start + size]) for start in range(0, len(numbers), size)]


def without_members(step: ProgramStep, gone: AbstractSet[int]) -> ProgramStep | None:
    """Remove references from the list in a call's body; None if the call needs them elsewhere."""
    if not any(ref.step in gone for ref in step.refs):
        return step
    if step.body is None:
        return None
    shorter = replace(step, body=_shortened(step.body, gone))
    left = list(shorter.refs)
    return shorter if left and not any(ref.step in gone for ref in left) else None


def _shortened(body: Template, gone: AbstractSet[int]) -> Template:
    text = "".join(part if isinstance(part, str) else f"\0{place}\0" for place, part in enumerate(body))
    for place, part in enumerate(body):
        if isinstance(part, Ref) and part.step in gone:
            text = text.replace(f"\0{place}\0", "\0GONE\0")
            for pattern in _IN_A_LIST:
                text = pattern.sub("", text)
            text = text.replace("\0GONE\0", f"\0{place}\0")
    pieces = _MARK.split(text.removeprefix("&"))
    parts = [body[int(piece)] if index % 2 else piece for index, piece in enumerate(pieces)]
    return tuple(part for part in parts if part != "")
