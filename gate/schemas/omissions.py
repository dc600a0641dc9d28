"""What a request schema says beside what it takes: what comes of leaving a value out, and where a value is capped."""

from collections.abc import Iterator

from gate.document import Node
from gate.schemas.difference import Difference, What
from gate.schemas.pieces import Schema, key, shown
from gate.schemas.question import Question


def omission_differences(question: Question, one: Schema, other: Schema) -> Iterator[Difference]:
    """What the first request schema says of what is left out, and of caps, and the second does not."""
    if not question.of_requests:
        return
    lost = question is Question.STILL_TAKEN
    yield from _default(one, other, lost=lost)
    left, right = _said(one, "x-cap"), _said(other, "x-cap")
    high, low = _cap(left), _cap(right)
    if low is not None and (high is None or low < high):
        text = (
            f"{'no' if high is None else high}, then {low}"
            if lost
            else f"{low}, then {'none' if high is None else high}"
        )
        yield Difference((), What.CAP, text, left, right, sure=True, by_rule=True)


def _default(one: Schema, other: Schema, *, lost: bool) -> Iterator[Difference]:
    left, right = _said(one, "default"), _said(other, "default")
    if lost and left is not None and (right is None or key(left.value) != key(right.value)):
        now = "none" if right is None else shown(right.value)
        yield Difference((), What.DEFAULT, f"{shown(left.value)}, now {now}", left, right, sure=True, by_rule=True)
    elif not lost and left is not None and right is None:
        yield Difference((), What.DEFAULT, f"none, now {shown(left.value)}", left, right, sure=True, by_rule=True)


def _said(schema: Schema, keyword: str) -> Node | None:
    """What a schema says with a keyword that bears on no value: itself, by reference, or in allOf."""
    for node in schema:
        beside = node.without_reference().child(keyword)
        found = beside or node.resolved().child(keyword)
        if found is None:
            found = next((inner for one in node.written_elements("allOf") if (inner := _said((one,), keyword))), None)
        if found is not None:
            return found
    return None


def _cap(node: Node | None) -> int | None:
    value = None if node is None else node.value
    return int(value) if isinstance(value, int | float) else None
