"""What a discriminator says beside the values that it lets through: by which field, and under which names."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gate.document import Node
from gate.schemas.dialects import said
from gate.schemas.difference import Difference, What
from gate.schemas.pieces import Schema
from gate.schemas.question import Question

if TYPE_CHECKING:
    from gate.schemas.containment import Comparison


def discriminator_differences(asked: "Comparison", one: Schema, other: Schema) -> Iterator[Difference]:
    """Where messages of the first schema are told apart otherwise than by the second.

    No schema says what becomes of a message with another name in another field, so a person has to look.
    """
    if asked.question is Question.LOGIC:
        return
    left = said(one, "discriminator", old=asked.left.old_dialect)
    right = said(other, "discriminator", old=asked.right.old_dialect)
    if left is None or right is None:
        return
    # The branches of a oneOf say themselves what they are called.
    branching = any(said(one, keyword, old=asked.left.old_dialect) for keyword in ("oneOf", "anyOf"))
    if left.text("propertyName") != right.text("propertyName") or (not branching and _renamed(asked, left, right)):
        yield Difference((), What.CONSTRAINT, "discriminator", left, right)


def _renamed(asked: "Comparison", left: Node, right: Node) -> bool:
    """Whether a name of the first mapping is not in the second, or means something else there."""
    known = dict(right.named("mapping"))
    return any(
        name not in known or (target.value != known[name].value and _differ(asked, target, known[name]))
        for name, target in left.named("mapping")
    )


def _differ(asked: "Comparison", one: Node, other: Node) -> bool:
    return bool(asked.differences((_mapped(one),), (_mapped(other),)))


def _mapped(target: Node) -> Node:
    """What a mapping leads to: a component that it names, or the schema at a reference."""
    name = str(target.value)
    return target.document.root.child("components", "schemas", name) or target.follow(name)
