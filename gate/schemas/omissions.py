"""What a request schema says beside what it takes: what comes of leaving a value out, and where a value is capped."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from gate.document import Json, Node
from gate.schemas.dialects import said
from gate.schemas.difference import Difference, What
from gate.schemas.pieces import Schema, key, shown
from gate.schemas.question import Question
from gate.schemas.values import word

if TYPE_CHECKING:
    from gate.schemas.containment import Comparison


def omission_differences(asked: "Comparison", one: Schema, other: Schema) -> Iterator[Difference]:
    """What the first request schema says of what is left out, and of caps, and the second does not."""
    if not asked.question.of_requests:
        return
    lost = asked.question is Question.STILL_TAKEN
    left, right = said(one, "default", old=asked.left.old_dialect), said(other, "default", old=asked.right.old_dialect)
    yield from _default(left, right, word if asked.words else key, lost=lost)
    left, right = said(one, "x-cap", old=asked.left.old_dialect), said(other, "x-cap", old=asked.right.old_dialect)
    high, low = _cap(left), _cap(right)
    if low is not None and (high is None or low < high):
        text = (
            f"{'no' if high is None else high}, then {low}"
            if lost
            else f"{low}, then {'none' if high is None else high}"
        )
        yield Difference((), What.CAP, text, left, right, sure=True, by_rule=True)


def _default(
    left: Node | None, right: Node | None, written: Callable[[Json], str], *, lost: bool
) -> Iterator[Difference]:
    if lost and left is not None and (right is None or written(left.value) != written(right.value)):
        now = "none" if right is None else shown(right.value)
        yield Difference((), What.DEFAULT, f"{shown(left.value)}, now {now}", left, right, sure=True, by_rule=True)
    elif not lost and left is not None and right is None:
        yield Difference((), What.DEFAULT, f"none, now {shown(left.value)}", left, right, sure=True, by_rule=True)


def _cap(node: Node | None) -> int | None:
    value = None if node is None else node.value
    return int(value) if isinstance(value, int | float) else None
