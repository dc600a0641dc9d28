"""What a discriminator says beside the values that it lets through: by which field, and under which names."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gate.source.document import Node
from gate.subschema.difference import Difference, DifferenceKind
from gate.subschema.direction import Direction
from gate.subschema.normal_form import Schema
from gate.subschema.openapi_dialect import said

if TYPE_CHECKING:
    from gate.subschema.subschema_check import SubschemaCheck


def discriminator_differences(asked: "SubschemaCheck", one: Schema, other: Schema) -> Iterator[Difference]:
    """Where messages of the first schema are told apart otherwise than by the second.

    No schema says what becomes of a message with another name in another field, so a person has to look.
    """
    if asked.direction is Direction.LOGIC:
        return
    left = said(one, "discriminator", old=asked.left.old_dialect)
    right = said(other, "discriminator", old=asked.right.old_dialect)
    if left is None or right is None:
        return
    # The branches of a oneOf say themselves what they are called.
    branching = any(said(one, keyword, old=asked.left.old_dialect) for keyword in ("oneOf", "anyOf"))
    if left.text("propertyName") != right.text("propertyName") or (not branching and _renamed(asked, left, right)):
        yield Difference((), DifferenceKind.CONSTRAINT, "discriminator", left, right)


def _renamed(asked: "SubschemaCheck", left: Node, right: Node) -> bool:
    """Whether a name of the first mapping is not in the second, or means something else there."""
    known = dict(right.items_raw("mapping"))
    return any(
        name not in known or (target.value != known[name].value and _differ(asked, target, known[name]))
        for name, target in left.items_raw("mapping")
    )


def _differ(asked: "SubschemaCheck", one: Node, other: Node) -> bool:
    return bool(asked.differences((_mapped(one),), (_mapped(other),)))


def _mapped(target: Node) -> Node:
    """What a mapping leads to: a component that it names, or the schema at a reference."""
    name = str(target.value)
    return target.document.root.get("components", "schemas", name) or target.follow(name)
