"""Compare array schemas, and scalars sent as text with arrays of one item."""

from collections.abc import Iterator

from gate.subschema.check_context import CheckContext
from gate.subschema.difference import UNDECIDED, Difference, DifferenceKind, Example, Missing
from gate.subschema.normal_form import Array, TypeSchema, kind


def scalar_to_array_differences(check: CheckContext, left: TypeSchema, right: Array) -> Iterator[Difference]:
    """Yield the differences of scalars, each an array of one item as text, from an array schema."""
    source = right.sources.get("type")
    if right.min_items > 1 or right.max_items == 0:
        yield Difference(
            (), DifferenceKind.TYPE, kind(left), None, source, check.sampler.sample_type(left), proven=True
        )
        return
    items = [item_schema for item_schema in check.right.type_schemas(right.items) if not isinstance(item_schema, Array)]
    attempts = [
        list(check.compare_types(left, item_schema)) for item_schema in items if check.is_comparable(left, item_schema)
    ]
    if not attempts:
        source = right.sources.get("items")
        yield Difference(
            (), DifferenceKind.TYPE, kind(left), None, source, check.sampler.sample_type(left), proven=True
        )
    elif all(attempts):
        yield from min(attempts, key=len)


def array_differences(check: CheckContext, left: Array, right: Array) -> Iterator[Difference]:
    """Yield the differences of the left array schema from the right one."""
    if left.min_items < right.min_items:
        text = f"fewer than {right.min_items} items"
        yield count_difference("minItems", text, left, right, check.sampler.fill(left, left.min_items))
    if right.max_items is not None and (left.max_items is None or left.max_items > right.max_items):
        text = f"more than {right.max_items} items"
        longest = max(left.min_items, right.max_items + 1)
        yield count_difference("maxItems", text, left, right, check.sampler.fill(left, longest))
    if right.unique and not left.unique and (left.max_items is None or left.max_items > 1):
        example = check.sampler.fill(left, max(2, left.min_items))
        source = right.sources.get("uniqueItems")
        yield Difference((), DifferenceKind.UNIQUE, "repeated items", None, source, example, proven=True)
    if left.max_items == 0:
        return
    for difference in check.differences(left.items, right.items):
        if difference is UNDECIDED:
            yield difference
            continue
        witness = difference.witness
        if not isinstance(witness, Missing):
            witness = check.sampler.fill(left, max(left.min_items, 1), [witness])
        yield difference.inside("[]", witness)


def count_difference(keyword: str, text: str, left: TypeSchema, right: TypeSchema, example: Example) -> Difference:
    """Return a difference in the number of items or properties."""
    sources = (left.sources.get(keyword), right.sources.get(keyword))
    return Difference((), DifferenceKind.COUNT, text, *sources, example, proven=True)
