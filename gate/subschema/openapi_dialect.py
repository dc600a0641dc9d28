"""What of a schema holds as it is written: OpenAPI 3.0 knows fewer keywords than 3.1, and nothing beside a `$ref`."""

from collections.abc import Iterable, Iterator

from gate.source.document import Node

ONLY_LATER = frozenset(
    {
        "$anchor",
        "$defs",
        "$dynamicRef",
        "const",
        "contains",
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
        "dependentRequired",
        "dependentSchemas",
        "else",
        "examples",
        "if",
        "maxContains",
        "minContains",
        "patternProperties",
        "prefixItems",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)


def known(node: Node, *, old: bool) -> Node:
    """A schema without the keywords that its dialect does not know."""
    if not old or not isinstance(node.value, dict) or not ONLY_LATER & node.value.keys():
        return node
    kept = {name: one for name, one in node.value.items() if name not in ONLY_LATER}
    return Node(node.document, node.pointer, kept)


def applicable_schemas(written: Node, *, old: bool, above: frozenset[Node] = frozenset()) -> Iterator[Node]:
    """All that holds together: what a schema says itself, in the members of its allOf, and where it refers to."""
    if written in above:
        return
    above |= {written}
    own = written.without_reference()
    if written.reference is None or not old:
        yield own
        for member in own.raw_elements("allOf"):
            yield from applicable_schemas(member, old=old, above=above)
    if written.reference is not None:
        yield from applicable_schemas(written.follow(written.reference), old=old, above=above)


def said(schema: Iterable[Node], keyword: str, *, old: bool) -> Node | None:
    """What a schema says with a keyword, in whichever of its sayings."""
    found = (one.get(keyword) for node in schema for one in applicable_schemas(node, old=old))
    return next((one for one in found if one is not None), None)
