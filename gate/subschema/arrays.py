"""Lists against lists, and single values against the lists that they are on the wire."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gate.source.document import Json
from gate.subschema.difference import MISSING, Difference, DifferenceKind, Example
from gate.subschema.instances import LARGEST, NoSample
from gate.subschema.normal_form import Array, TypeSchema, kind

if TYPE_CHECKING:
    from gate.subschema.subschema_check import SubschemaCheck


def scalar_to_array_differences(asked: "SubschemaCheck", one: TypeSchema, other: Array) -> Iterator[Difference]:
    """What single values, each a list of one on the wire, are not in a type_schema of lists."""
    if other.shortest > 1 or other.longest == 0:
        yield Difference(
            (), DifferenceKind.TYPE, kind(one), None, other.written.get("type"), asked.sampled(one, []), proven=True
        )
        return
    type_schemas = [
        type_schema for type_schema in asked.right.type_schemas(other.item(0)) if asked.comparable(one, type_schema)
    ]
    attempts = [list(asked.between(one, type_schema)) for type_schema in type_schemas]
    if not attempts:
        yield Difference(
            (), DifferenceKind.TYPE, kind(one), None, other.written.get("items"), asked.sampled(one, []), proven=True
        )
    elif all(attempts):
        yield from min(attempts, key=len)


def array_differences(asked: "SubschemaCheck", one: Array, other: Array) -> Iterator[Difference]:
    """What lists of the first type_schema are not in the second."""
    if one.shortest < other.shortest:
        text = f"fewer than {other.shortest} items"
        yield counted_difference("minItems", text, one, other, _array(asked, one, one.shortest))
    if other.longest is not None and (one.longest is None or one.longest > other.longest):
        text = f"more than {other.longest} items"
        yield counted_difference("maxItems", text, one, other, _array(asked, one, other.longest + 1))
    if other.unique and not one.unique and (one.longest is None or one.longest > 1):
        example = _array(asked, one, max(2, one.shortest))
        yield Difference(
            (), DifferenceKind.UNIQUE, "doubled items", None, other.written.get("uniqueItems"), example, proven=True
        )
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


def counted_difference(keyword: str, text: str, one: TypeSchema, other: TypeSchema, example: Example) -> Difference:
    """A difference in how many items or fields there may be."""
    written = other.written.get(keyword)
    return Difference((), DifferenceKind.COUNT, text, one.written.get(keyword), written, example, proven=True)


def _array(asked: "SubschemaCheck", type_schema: Array, length: int) -> Example:
    if length > LARGEST:
        return MISSING
    try:
        return [asked.left_checker.sample(type_schema.item(number)) for number in range(length)]
    except NoSample:
        return MISSING
