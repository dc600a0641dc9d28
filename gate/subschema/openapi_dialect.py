"""Schema dialects: OpenAPI 3.0 has fewer keywords than 3.1, and ignores all that stands beside a `$ref`."""

from collections.abc import Iterable, Iterator

from gate.source.document import Node

NEW_KEYWORDS = frozenset(
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


def supported_keywords(node: Node, *, old: bool) -> Node:
    """Return a schema without the keywords that its dialect does not have; `old` is OpenAPI 3.0."""
    if not old or not isinstance(node.value, dict) or not NEW_KEYWORDS & node.value.keys():
        return node
    return Node(
        node.document, node.pointer, {key: value for key, value in node.value.items() if key not in NEW_KEYWORDS}
    )


def applicable_schemas(written: Node, *, old: bool, above: frozenset[Node] = frozenset()) -> Iterator[Node]:
    """Yield a schema, the members of its allOf and what it refers to, none of them twice on one path."""
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


def keyword_value(schema: Iterable[Node], keyword: str, *, old: bool) -> Node | None:
    """Return the value of a keyword in the first of the applicable schemas that has it."""
    values = (applicable.get(keyword) for node in schema for applicable in applicable_schemas(node, old=old))
    return next((value for value in values if value is not None), None)
