"""What a request schema says beside what it takes: what comes of leaving a value out, and where a value is capped."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from gate.source.document import Json, Node
from gate.subschema.difference import Difference, DifferenceKind
from gate.subschema.direction import Direction
from gate.subschema.instances import as_text
from gate.subschema.normal_form import Schema, key, shown
from gate.subschema.openapi_dialect import said

if TYPE_CHECKING:
    from gate.subschema.subschema_check import SubschemaCheck


def default_and_cap_differences(asked: "SubschemaCheck", one: Schema, other: Schema) -> Iterator[Difference]:
    """What the first request schema says of what is left out, and of caps, and the second does not."""
    if not asked.direction.is_request:
        return
    lost = asked.direction is Direction.REQUEST_NARROWED
    left, right = said(one, "default", old=asked.left.old_dialect), said(other, "default", old=asked.right.old_dialect)
    yield from _default(left, right, as_text if asked.as_text else key, lost=lost)
    left, right = said(one, "x-cap", old=asked.left.old_dialect), said(other, "x-cap", old=asked.right.old_dialect)
    high, low = _cap(left), _cap(right)
    if low is not None and (high is None or low < high):
        text = (
            f"{'no' if high is None else high}, then {low}"
            if lost
            else f"{low}, then {'none' if high is None else high}"
        )
        yield Difference((), DifferenceKind.CAP, text, left, right, proven=True, by_rule=True)


def _default(
    left: Node | None, right: Node | None, written: Callable[[Json], str], *, lost: bool
) -> Iterator[Difference]:
    if lost and left is not None and (right is None or written(left.value) != written(right.value)):
        now = "none" if right is None else shown(right.value)
        yield Difference(
            (), DifferenceKind.DEFAULT, f"{shown(left.value)}, now {now}", left, right, proven=True, by_rule=True
        )
    elif not lost and left is not None and right is None:
        yield Difference(
            (), DifferenceKind.DEFAULT, f"none, now {shown(left.value)}", left, right, proven=True, by_rule=True
        )


def _cap(node: Node | None) -> int | None:
    value = None if node is None else node.value
    return int(value) if isinstance(value, int | float) else None
