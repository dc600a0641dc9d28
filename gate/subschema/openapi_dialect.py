"""OpenAPI's schema dialects: 3.0 has fewer keywords than 3.1, and ignores all keywords beside a `$ref`."""

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
    """Return a schema without keywords that its dialect lacks; `old` is OpenAPI 3.0."""
    if not old or not isinstance(node.value, dict) or not NEW_KEYWORDS & node.value.keys():
        return node
    return Node(
        node.document, node.pointer, {key: value for key, value in node.value.items() if key not in NEW_KEYWORDS}
    )


def applicable_schemas(written: Node, *, old: bool, above: frozenset[Node] = frozenset()) -> Iterator[Node]:
    """Yield a schema, the members of its allOf and its reference targets, none of them twice on one path."""
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


def common_targets(left: tuple[Node, ...], right: tuple[Node, ...]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """Follow two references to one component, so that it is compared once for all references."""
    if len(left) == len(right) == 1 and is_reference(left[0]) and is_reference(right[0]):
        targets = reference_target(left[0]), reference_target(right[0])
        if targets[0].pointer == targets[1].pointer:
            return (targets[0],), (targets[1],)
    return left, right


def reference_target(node: Node) -> Node:
    """Follow references as long as nothing is written beside them."""
    passed: set[Node] = set()
    while is_reference(node) and node not in passed:
        passed.add(node)
        node = node.follow(str(node.reference))
    return node


def is_reference(node: Node) -> bool:
    """Return whether a schema is only a reference."""
    return node.reference is not None and isinstance(node.value, dict) and len(node.value) == 1
