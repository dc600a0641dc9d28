"""Objects against objects: fields that are new, gone, required, and what the fields hold."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from gate.document import Json, Node
from gate.schemas.difference import MISSING, Difference, Example, What
from gate.schemas.lists import counted_difference
from gate.schemas.pieces import ANYTHING, Object, Schema
from gate.schemas.question import Question
from gate.schemas.reading import Reader
from gate.schemas.values import NoSample, names, schemas_of

if TYPE_CHECKING:
    from gate.schemas.containment import Comparison


def object_differences(asked: "Comparison", one: Object, other: Object) -> Iterator[Difference]:
    """What objects of the first piece are not in the second."""
    gone: set[str] = set()
    for name in dict.fromkeys([*one.fields, *other.fields]):
        found = list(_field(asked, one, other, name))
        gone |= {name for each in found if each.what in (What.REMOVED, What.ADDED) and each.path == (name,)}
        yield from found
    for name in sorted(other.required - one.required - gone):
        if _known_to_both_or_asked(asked, one, other, name):
            yield _presence(asked, one, other, name)
    yield from _other_fields(asked, one, other)
    least = max(one.fewest, len(one.required))
    if least < other.fewest:
        yield counted_difference(
            "minProperties", f"fewer than {other.fewest} fields", one, other, _object(asked, one, {})
        )
    closed = one.rest != ANYTHING and not asked.left.pieces(one.rest) and not one.patterns
    most = one.most if one.most is not None or not closed else len(one.fields)
    if other.most is not None and (most is None or most > other.most):
        yield counted_difference("maxProperties", f"more than {other.most} fields", one, other, MISSING)


def _known_to_both_or_asked(asked: "Comparison", one: Object, other: Object, name: str) -> bool:
    """Whether the absence of a field says something beside the field's being new or gone."""
    match asked.question:
        case Question.NEWLY_TAKEN | Question.NO_LONGER_ANSWERED:
            return name in one.fields and name in other.fields
        case _:
            return True


def _presence(asked: "Comparison", one: Object, other: Object, name: str) -> Difference:
    left = one.fields.get(name, ())
    where = other.written.get("required") or _first(other.fields.get(name, ()))
    return Difference((name,), What.PRESENCE, name, _first(left), where, _object(asked, one, {}, name), sure=True)


def _field(asked: "Comparison", one: Object, other: Object, name: str) -> Iterator[Difference]:
    left, right = _joined(one, name), _joined(other, name)
    question = asked.question
    if (name in one.fields and name in other.fields) or question is Question.LOGIC:
        yield from _inside_field(asked, one, name, left, right)
    elif question in (Question.NEWLY_TAKEN, Question.NO_LONGER_ANSWERED):
        new = one if question is Question.NEWLY_TAKEN else other
        if name in new.fields:
            node = _first(new.fields[name])
            yield Difference((name,), What.ADDED, name, node, node, sure=True, by_rule=True)
    elif question is Question.STILL_TAKEN:
        yield from _field_of_request(asked, one, other, name)
    elif name in other.fields:
        found = list(_inside_field(asked, one, name, left, right)) if _is_map(asked.left, one, name) else None
        if found is None or found:
            yield Difference((name,), What.REMOVED, name, _around(one), _first(right), sure=True, by_rule=True)
    elif right != ANYTHING:
        named = _is_map(asked.right, other, name)
        node = _first(left)
        if named:
            yield from _inside_field(asked, one, name, left, right)
        else:
            yield Difference((name,), What.ADDED, name, node, _first(right), _with(asked, one, name), sure=True)


def _field_of_request(asked: "Comparison", one: Object, other: Object, name: str) -> Iterator[Difference]:
    left, right = _joined(one, name), _joined(other, name)
    if name in other.fields:
        if _is_map(asked.left, one, name):
            yield from _inside_field(asked, one, name, left, right)
    elif _is_map(asked.right, other, name):
        yield from _inside_field(asked, one, name, left, right)
    else:
        yield Difference((name,), What.REMOVED, name, _first(left), _around(other), sure=True, by_rule=True)


def _around(piece: Object) -> Node | None:
    """Where a field would stand that an object does not have."""
    return piece.written.get("properties") or next(iter(piece.written.values()), None)


def _is_map(reader: Reader, piece: Object, name: str) -> bool:
    """Whether an object that does not name a field says what it holds all the same."""
    schema = _joined(piece, name)
    return schema != ANYTHING and bool(reader.pieces(schema))


def _inside_field(asked: "Comparison", one: Object, name: str, left: Schema, right: Schema) -> Iterator[Difference]:
    optional = name not in one.required
    for each in asked.differences(left, right):
        if each.what is What.DEFAULT and not each.path and not optional:
            continue
        yield each.inside(name, lambda value: _object(asked, one, {name: value}))


def _with(asked: "Comparison", one: Object, name: str) -> Example:
    try:
        return _object(asked, one, {name: asked.of_left.sample(_joined(one, name))})
    except NoSample:
        return MISSING


def _object(asked: "Comparison", piece: Object, given: dict[str, Json], but: str = "") -> Example:
    try:
        return asked.of_left.completed(piece, given, but=but)
    except NoSample:
        return MISSING


def _other_fields(asked: "Comparison", one: Object, other: Object) -> Iterator[Difference]:
    if one.patterns.keys() != other.patterns.keys() and one.patterns and other.patterns:
        yield Difference((), What.CONSTRAINT, "patternProperties", None, other.written.get("patternProperties"))
        return
    for pattern in dict.fromkeys([*one.patterns, *other.patterns]):
        left, right = one.patterns.get(pattern, one.rest), other.patterns.get(pattern, other.rest)
        if asked.question is not Question.LOGIC and left == ANYTHING and pattern not in one.patterns:
            continue
        for each in asked.differences(left, right):
            yield replace(each.inside(f"{{{pattern}}}", lambda _: MISSING), sure=False)
    if other.rest == ANYTHING or not asked.left.pieces(one.rest):
        return
    name = next(name for name in names() if name not in one.fields and name not in other.fields)
    found = asked.differences(one.rest, other.rest)
    if found and not asked.right.pieces(other.rest):
        where = other.written.get("additionalProperties")
        example = _with(asked, one, name)
        yield Difference((), What.OTHER_FIELDS, "", one.written.get("additionalProperties"), where, example, sure=True)
        return
    for each in found:
        yield each.inside("{*}", lambda value: _object(asked, one, {name: value}))


def _joined(piece: Object, name: str) -> Schema:
    return tuple(node for schema in schemas_of(piece, name) for node in schema)


def _first(schema: Schema) -> Node | None:
    return schema[0] if schema else None
