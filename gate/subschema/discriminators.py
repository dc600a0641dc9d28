"""Discriminators: the property that selects a schema, and the values by which it does."""

from collections.abc import Iterator

from gate.source.document import Node
from gate.subschema.check_context import CheckContext
from gate.subschema.difference import Difference, DifferenceKind, Direction
from gate.subschema.normal_form import Schema
from gate.subschema.openapi_dialect import keyword_value


def discriminator_differences(check: CheckContext, left: Schema, right: Schema) -> Iterator[Difference]:
    """Yield where messages are told apart otherwise than before; a person has to look at what that means."""
    if check.direction is Direction.LOGIC:
        return
    own = keyword_value(left, "discriminator", old=check.left.old)
    counterpart = keyword_value(right, "discriminator", old=check.right.old)
    if own is None or counterpart is None:
        return
    # The branches of a union are compared with the values that select them.
    is_union = any(keyword_value(left, keyword, old=check.left.old) for keyword in ("oneOf", "anyOf"))
    if own.text("propertyName") != counterpart.text("propertyName") or (
        not is_union and is_renamed(check, own, counterpart)
    ):
        yield Difference((), DifferenceKind.CONSTRAINT, "discriminator", own, counterpart)


def one_sided_tag(check: CheckContext, left: Schema, right: Schema) -> str:
    """Return the property by which one side alone tells messages apart; by OpenAPI, it changes no validation."""
    own = keyword_value(left, "discriminator", old=check.left.old)
    counterpart = keyword_value(right, "discriminator", old=check.right.old)
    if (own is None) is (counterpart is None):
        return ""
    return (own or counterpart or left[0]).text("propertyName")


def is_renamed(check: CheckContext, left: Node, right: Node) -> bool:
    """Test whether a value of the left mapping is missing on the right, or selects something else there."""
    others = dict(right.items_raw("mapping"))
    return any(
        name not in others
        or (
            target.value != others[name].value
            and check.differences((mapped_schema(target),), (mapped_schema(others[name]),))
        )
        for name, target in left.items_raw("mapping")
    )


def mapped_schema(target: Node) -> Node:
    """Return the schema that a mapping names, by its name or by a reference."""
    name = str(target.value)
    return target.document.root.get("components", "schemas", name) or target.follow(name)
