"""Discriminators: the property that selects a schema, and the values that do so."""

from collections.abc import Iterator

from gate.source.document import Node
from gate.subschema.check_context import CheckContext
from gate.subschema.difference import Difference, DifferenceKind, Direction
from gate.subschema.normal_form import Schema
from gate.subschema.openapi_dialect import keyword_value


def discriminator_differences(check: CheckContext, left: Schema, right: Schema) -> Iterator[Difference]:
    """Yield changed ways of selecting a schema for a message; a person has to judge their effect."""
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
    """Return the discriminator property that only one side has; in OpenAPI, it does not affect validation."""
    own = keyword_value(left, "discriminator", old=check.left.old)
    counterpart = keyword_value(right, "discriminator", old=check.right.old)
    if (own is None) is (counterpart is None):
        return ""
    return (own or counterpart or left[0]).text("propertyName")


def is_renamed(check: CheckContext, left: Node, right: Node) -> bool:
    """Return whether a value of the left mapping is missing on the right, or selects another schema there."""
    targets = dict(right.items_raw("mapping"))
    return any(
        name not in targets
        or (
            target.value != targets[name].value
            and check.differences((mapped_schema(target),), (mapped_schema(targets[name]),))
        )
        for name, target in left.items_raw("mapping")
    )


def mapped_schema(target: Node) -> Node:
    """Return the schema that a mapping names, by component name or by reference."""
    name = str(target.value)
    return target.document.root.get("components", "schemas", name) or target.follow(name)
