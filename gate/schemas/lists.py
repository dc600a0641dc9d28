"""Lists against lists, and single values against the lists that they are on the wire."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gate.document import Json
from gate.schemas.difference import MISSING, Difference, Example, What
from gate.schemas.pieces import Array, Piece, kind
from gate.schemas.values import LARGEST, NoSample

if TYPE_CHECKING:
    from gate.schemas.containment import Comparison


def one_and_many_differences(asked: "Comparison", one: Piece, other: Array) -> Iterator[Difference]:
    """What single values, each a list of one on the wire, are not in a piece of lists."""
    if other.shortest > 1 or other.longest == 0:
        yield Difference((), What.TYPE, kind(one), None, other.written.get("type"), asked.sampled(one, []), sure=True)
        return
    pieces = [piece for piece in asked.right.pieces(other.item(0)) if asked.comparable(one, piece)]
    attempts = [list(asked.between(one, piece)) for piece in pieces]
    if not attempts:
        yield Difference((), What.TYPE, kind(one), None, other.written.get("items"), asked.sampled(one, []), sure=True)
    elif all(attempts):
        yield from min(attempts, key=len)


def array_differences(asked: "Comparison", one: Array, other: Array) -> Iterator[Difference]:
    """What lists of the first piece are not in the second."""
    if one.shortest < other.shortest:
        text = f"fewer than {other.shortest} items"
        yield counted_difference("minItems", text, one, other, _array(asked, one, one.shortest))
    if other.longest is not None and (one.longest is None or one.longest > other.longest):
        text = f"more than {other.longest} items"
        yield counted_difference("maxItems", text, one, other, _array(asked, one, other.longest + 1))
    if other.unique and not one.unique and (one.longest is None or one.longest > 1):
        example = _array(asked, one, max(2, one.shortest))
        yield Difference((), What.UNIQUE, "doubled items", None, other.written.get("uniqueItems"), example, sure=True)
    for number in range(max(len(one.prefix), len(other.prefix)) + 1):
        if one.longest is not None and number >= one.longest:
            break
        last = number == max(len(one.prefix), len(other.prefix))
        step = "[]" if last else f"[{number}]"

        def wrap(value: Json, number: int = number) -> Example:
            array = _array(asked, one, max(one.shortest, number + 1))
            if isinstance(array, list):
                array[number] = value
            return array

        for each in asked.differences(one.item(number), other.item(number)):
            yield each.inside(step, wrap)


def counted_difference(keyword: str, text: str, one: Piece, other: Piece, example: Example) -> Difference:
    """A difference in how many items or fields there may be."""
    written = other.written.get(keyword)
    return Difference((), What.COUNT, text, one.written.get(keyword), written, example, sure=True)


def _array(asked: "Comparison", piece: Array, length: int) -> Example:
    if length > LARGEST:
        return MISSING
    try:
        return [asked.of_left.sample(piece.item(number)) for number in range(length)]
    except NoSample:
        return MISSING
