"""Compare object schemas: properties that are new, removed or required, and the schemas of properties."""

from collections.abc import Iterator
from dataclasses import replace

from gate.source.document import Node
from gate.subschema.arrays import count_difference
from gate.subschema.check_context import CheckContext
from gate.subschema.difference import UNDECIDED, Difference, DifferenceKind, Direction, Example, Missing
from gate.subschema.normal_form import ANYTHING, Object, Schema, first
from gate.subschema.normalizer import Normalizer
from gate.subschema.samples import new_names


def object_differences(check: CheckContext, left: Object, right: Object) -> Iterator[Difference]:
    """Yield the differences of the left object schema from the right one."""
    new_or_gone: set[str] = set()
    for name in dict.fromkeys([*left.properties, *right.properties]):
        for difference in property_differences(check, left, right, name):
            if difference.kind in (DifferenceKind.REMOVED, DifferenceKind.ADDED) and difference.path == (name,):
                new_or_gone.add(name)
            yield difference
    for name in sorted(right.required - left.required - new_or_gone):
        if not check.direction.is_towards_new or (name in left.properties and name in right.properties):
            yield presence_difference(check, left, right, name)
    yield from pattern_differences(check, left, right)
    yield from additional_differences(check, left, right)
    yield from count_differences(check, left, right)


def count_differences(check: CheckContext, left: Object, right: Object) -> Iterator[Difference]:
    """Yield the differences in the number of properties."""
    if max(left.min_properties, len(left.required)) < right.min_properties:
        text = f"fewer than {right.min_properties} fields"
        yield count_difference("minProperties", text, left, right, check.sampler.complete(left, {}))
    is_closed = left.additional != ANYTHING and not check.left.type_schemas(left.additional)
    most = left.max_properties
    if most is None and is_closed:
        most = len(left.properties)
    if right.max_properties is not None and (most is None or most > right.max_properties):
        text = f"more than {right.max_properties} fields"
        more = replace(left, min_properties=right.max_properties + 1)
        yield count_difference("maxProperties", text, left, right, check.sampler.complete(more, {}))


def presence_difference(check: CheckContext, left: Object, right: Object, name: str) -> Difference:
    """Return the difference of a property that only the right side requires."""
    source = right.sources.get("required") or first(right.properties.get(name, ()))
    example = check.sampler.complete(left, {}, without=name)
    own = first(left.properties.get(name, ()))
    return Difference((name,), DifferenceKind.PRESENCE, name, own, source, example, proven=True)


def property_differences(check: CheckContext, left: Object, right: Object, name: str) -> Iterator[Difference]:
    """Yield the differences of one property."""
    direction = check.direction
    own, counterpart = left.schemas_of(name), right.schemas_of(name)
    if (name in left.properties and name in right.properties) or direction is Direction.LOGIC:
        yield from inner_differences(check, left, name, own, counterpart)
    elif direction.is_towards_new:
        new = _new(check, left, right)
        if name in new.properties:
            node = first(new.properties[name])
            yield Difference((name,), DifferenceKind.ADDED, name, node, node, proven=True, by_rule=True)
    elif direction is Direction.REQUEST_NARROWED:
        yield from request_property_differences(check, left, right, name)
    elif name in right.properties:
        if not says_of(check.left, left, name) or list(inner_differences(check, left, name, own, counterpart)):
            gone = DifferenceKind.REMOVED
            yield Difference((name,), gone, name, _around(left), first(counterpart), proven=True, by_rule=True)
    elif says_of(check.right, right, name):
        yield from inner_differences(check, left, name, own, counterpart)
    elif counterpart != ANYTHING:
        example = _with_sample(check, left, name)
        yield Difference((name,), DifferenceKind.ADDED, name, first(own), first(counterpart), example, proven=True)


def _new(check: CheckContext, left: Object, right: Object) -> Object:
    """Return the new contract's object schema, in a direction towards the new contract."""
    return left if check.direction is Direction.REQUEST_WIDENED else right


def request_property_differences(check: CheckContext, left: Object, right: Object, name: str) -> Iterator[Difference]:
    """Yield the differences of a property of requests that only one contract names."""
    own, counterpart = left.schemas_of(name), right.schemas_of(name)
    if name in right.properties:
        if says_of(check.left, left, name):
            yield from inner_differences(check, left, name, own, counterpart)
    elif says_of(check.right, right, name):
        yield from inner_differences(check, left, name, own, counterpart)
    else:
        gone = DifferenceKind.REMOVED
        yield Difference((name,), gone, name, first(own), _around(right), proven=True, by_rule=True)


def _around(object_: Object) -> Node | None:
    """Return the node where a missing property of an object would be."""
    return object_.sources.get("properties") or next(iter(object_.sources.values()), None)


def says_of(normalizer: Normalizer, object_: Object, name: str) -> bool:
    """Return whether an object restricts a property that it does not name."""
    schema = object_.schemas_of(name)
    return schema != ANYTHING and bool(normalizer.type_schemas(schema))


def inner_differences(
    check: CheckContext, object_: Object, name: str, left: Schema, right: Schema
) -> Iterator[Difference]:
    """Yield the differences within a property."""
    for difference in check.differences(left, right):
        # The default of a required property is never used.
        if difference.kind is DifferenceKind.DEFAULT and not difference.path and name in object_.required:
            continue
        yield _inside(check, difference, object_, name)


def _inside(check: CheckContext, difference: Difference, object_: Object, name: str, step: str = "") -> Difference:
    if difference is UNDECIDED:
        return difference
    witness = difference.witness
    if not isinstance(witness, Missing):
        witness = check.sampler.complete(object_, {name: witness})
    return difference.inside(step or name, witness)


def _with_sample(check: CheckContext, object_: Object, name: str) -> Example:
    value = check.sampler.sample(object_.schemas_of(name))
    return value if isinstance(value, Missing) else check.sampler.complete(object_, {name: value})


def pattern_differences(check: CheckContext, left: Object, right: Object) -> Iterator[Difference]:
    """Yield the name patterns of request properties if the right schema has none and allows any property."""
    own, counterpart = (
        [constraint.node for constraint in side.opaque if constraint.keyword == "patternProperties"]
        for side in (left, right)
    )
    if check.direction is Direction.REQUEST_NARROWED and right.additional == ANYTHING and not counterpart:
        for pattern, node in (item for schema in own for item in schema.items_raw("patternProperties")):
            gone, path = DifferenceKind.REMOVED, (f"{{{pattern}}}",)
            yield Difference(path, gone, pattern, node, _around(right), proven=True, by_rule=True)


def additional_differences(check: CheckContext, left: Object, right: Object) -> Iterator[Difference]:
    """Yield the differences of properties that neither side names."""
    if right.additional == ANYTHING or not check.left.type_schemas(left.additional):
        return
    name = next(name for name in new_names() if name not in left.properties and name not in right.properties)
    differences = check.differences(left.additional, right.additional)
    if differences and not check.right.type_schemas(right.additional):
        keyword = "additionalProperties"
        sources = (left.sources.get(keyword), right.sources.get(keyword))
        example = _with_sample(check, left, name)
        yield Difference((), DifferenceKind.OTHER_FIELDS, "", *sources, example, proven=True)
        return
    for difference in differences:
        yield _inside(check, difference, left, name, "{*}")
