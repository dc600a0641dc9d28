"""Objects against objects: fields that are new, gone, required, and what the fields hold."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from gate.source.document import Json, Node
from gate.subschema.arrays import counted_difference
from gate.subschema.difference import MISSING, Difference, DifferenceKind, Example
from gate.subschema.direction import Direction
from gate.subschema.instances import NoSample, names, schemas_of
from gate.subschema.normal_form import ANYTHING, Object, Schema
from gate.subschema.normalizer import Normalizer

if TYPE_CHECKING:
    from gate.subschema.subschema_check import SubschemaCheck


def object_differences(asked: "SubschemaCheck", one: Object, other: Object) -> Iterator[Difference]:
    """What objects of the first type_schema are not in the second."""
    gone: set[str] = set()
    for name in dict.fromkeys([*one.fields, *other.fields]):
        found = list(_field(asked, one, other, name))
        gone |= {
            name
            for each in found
            if each.what in (DifferenceKind.REMOVED, DifferenceKind.ADDED) and each.path == (name,)
        }
        yield from found
    for name in sorted(other.required - one.required - gone):
        if _known_to_both_or_asked(asked, one, other, name):
            yield _presence(asked, one, other, name)
    yield from _other_fields(asked, one, other)
    lower = max(one.fewest, len(one.required))
    if lower < other.fewest:
        yield counted_difference(
            "minProperties", f"fewer than {other.fewest} fields", one, other, _object(asked, one, {})
        )
    closed = one.rest != ANYTHING and not asked.left.type_schemas(one.rest) and not one.patterns
    most = one.most if one.most is not None or not closed else len(one.fields)
    if other.most is not None and (most is None or most > other.most):
        yield counted_difference("maxProperties", f"more than {other.most} fields", one, other, MISSING)


def _known_to_both_or_asked(asked: "SubschemaCheck", one: Object, other: Object, name: str) -> bool:
    """Whether the absence of a field says something beside the field's being new or gone."""
    match asked.direction:
        case Direction.REQUEST_WIDENED | Direction.RESPONSE_NARROWED:
            return name in one.fields and name in other.fields
        case _:
            return True


def _presence(asked: "SubschemaCheck", one: Object, other: Object, name: str) -> Difference:
    left = one.fields.get(name, ())
    where = other.written.get("required") or _first(other.fields.get(name, ()))
    return Difference(
        (name,), DifferenceKind.PRESENCE, name, _first(left), where, _object(asked, one, {}, name), proven=True
    )


def _field(asked: "SubschemaCheck", one: Object, other: Object, name: str) -> Iterator[Difference]:
    left, right = _joined(one, name), _joined(other, name)
    direction = asked.direction
    if (name in one.fields and name in other.fields) or direction is Direction.LOGIC:
        yield from _inside_field(asked, one, name, left, right)
    elif direction in (Direction.REQUEST_WIDENED, Direction.RESPONSE_NARROWED):
        new = one if direction is Direction.REQUEST_WIDENED else other
        if name in new.fields:
            node = _first(new.fields[name])
            yield Difference((name,), DifferenceKind.ADDED, name, node, node, proven=True, by_rule=True)
    elif direction is Direction.REQUEST_NARROWED:
        yield from _field_of_request(asked, one, other, name)
    elif name in other.fields:
        found = list(_inside_field(asked, one, name, left, right)) if _is_map(asked.left, one, name) else None
        if found is None or found:
            yield Difference(
                (name,), DifferenceKind.REMOVED, name, _around(one), _first(right), proven=True, by_rule=True
            )
    elif right != ANYTHING:
        named = _is_map(asked.right, other, name)
        node = _first(left)
        if named:
            yield from _inside_field(asked, one, name, left, right)
        else:
            yield Difference(
                (name,), DifferenceKind.ADDED, name, node, _first(right), _with(asked, one, name), proven=True
            )


def _field_of_request(asked: "SubschemaCheck", one: Object, other: Object, name: str) -> Iterator[Difference]:
    left, right = _joined(one, name), _joined(other, name)
    if name in other.fields:
        if _is_map(asked.left, one, name):
            yield from _inside_field(asked, one, name, left, right)
    elif _is_map(asked.right, other, name):
        yield from _inside_field(asked, one, name, left, right)
    else:
        yield Difference((name,), DifferenceKind.REMOVED, name, _first(left), _around(other), proven=True, by_rule=True)


def _around(type_schema: Object) -> Node | None:
    """Where a field would stand that an object does not have."""
    return type_schema.written.get("properties") or next(iter(type_schema.written.values()), None)


def _is_map(normalizer: Normalizer, type_schema: Object, name: str) -> bool:
    """Whether an object that does not name a field says what it holds all the same."""
    schema = _joined(type_schema, name)
    return schema != ANYTHING and bool(normalizer.type_schemas(schema))


def _inside_field(asked: "SubschemaCheck", one: Object, name: str, left: Schema, right: Schema) -> Iterator[Difference]:
    optional = name not in one.required
    for each in asked.differences(left, right):
        if each.what is DifferenceKind.DEFAULT and not each.path and not optional:
            continue
        yield each.inside(name, lambda value: _object(asked, one, {name: value}))


def _with(asked: "SubschemaCheck", one: Object, name: str) -> Example:
    try:
        return _object(asked, one, {name: asked.left_checker.sample(_joined(one, name))})
    except NoSample:
        return MISSING


def _object(asked: "SubschemaCheck", type_schema: Object, given: dict[str, Json], but: str = "") -> Example:
    try:
        return asked.left_checker.completed(type_schema, given, but=but)
    except NoSample:
        return MISSING


def _other_fields(asked: "SubschemaCheck", one: Object, other: Object) -> Iterator[Difference]:
    if one.patterns.keys() != other.patterns.keys() and one.patterns and other.patterns:
        yield Difference(
            (), DifferenceKind.CONSTRAINT, "patternProperties", None, other.written.get("patternProperties")
        )
        return
    for pattern in dict.fromkeys([*one.patterns, *other.patterns]):
        left, right = one.patterns.get(pattern, one.rest), other.patterns.get(pattern, other.rest)
        if asked.direction is not Direction.LOGIC and left == ANYTHING and pattern not in one.patterns:
            continue
        for each in asked.differences(left, right):
            yield replace(each.inside(f"{{{pattern}}}", lambda _: MISSING), proven=False)
    if other.rest == ANYTHING or not asked.left.type_schemas(one.rest):
        return
    name = next(name for name in names() if name not in one.fields and name not in other.fields)
    found = asked.differences(one.rest, other.rest)
    if found and not asked.right.type_schemas(other.rest):
        where = other.written.get("additionalProperties")
        example = _with(asked, one, name)
        yield Difference(
            (), DifferenceKind.OTHER_FIELDS, "", one.written.get("additionalProperties"), where, example, proven=True
        )
        return
    for each in found:
        yield each.inside("{*}", lambda value: _object(asked, one, {name: value}))


def _joined(type_schema: Object, name: str) -> Schema:
    return tuple(node for schema in schemas_of(type_schema, name) for node in schema)


def _first(schema: Schema) -> Node | None:
    return schema[0] if schema else None
