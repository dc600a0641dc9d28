"""Visit all objects of a contract, across files, but not its example data."""

from collections.abc import Iterator

from gate.errors import GateError
from gate.source.document import Document, Json, Node

# In these, keys are names, not keywords.
NAMED = frozenset(
    {
        "$defs",
        "callbacks",
        "content",
        "definitions",
        "dependentSchemas",
        "encoding",
        "examples",
        "headers",
        "links",
        "parameters",
        "pathItems",
        "paths",
        "patternProperties",
        "properties",
        "requestBodies",
        "responses",
        "schemas",
        "securitySchemes",
        "variables",
        "webhooks",
    }
)
DATA = frozenset({"const", "default", "enum", "example", "value"})
OUR_OWN = ("x-requirements", "x-open-points")


def walk(root: Node) -> Iterator[Node]:
    """Yield every object of a contract once, including those of other files that it refers to."""
    return _walk(root, root.document, set())


def _walk(node: Node, home: Document, visited: set[Node], *, named: bool = False) -> Iterator[Node]:
    if node in visited:
        return
    visited.add(node)
    if isinstance(node.value, list):
        for number, value in enumerate(node.value):
            yield from _walk(node.child(str(number), value), home, visited)
    if not isinstance(node.value, dict):
        return
    if not named or node.reference is not None:
        yield node
    target = elsewhere(node, home)
    if target is not None:
        yield from _walk(target, home, visited, named=named)
    for key, value in node.value.items():
        if named or not _is_data(key, value):
            names = not named and key in NAMED and isinstance(value, dict)
            yield from _walk(node.child(key, value), home, visited, named=names)


def elsewhere(node: Node, home: Document) -> Node | None:
    """Return the target of a reference into another file."""
    try:
        target = node.resolved() if node.reference is not None else None
    except GateError:
        return None
    return target if target is not None and target.document is not home else None


def _is_data(key: str, value: Json) -> bool:
    if key == "examples":
        return isinstance(value, list)
    return key in DATA or (key.startswith("x-") and key not in OUR_OWN)
