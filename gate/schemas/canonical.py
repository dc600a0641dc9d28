"""What a schema means, as a text that schemas written differently share: references inlined, annotations left out."""

import json
from collections.abc import Collection, Iterator

from gate.document import Json, Node

ANNOTATIONS = frozenset(
    {
        "$comment",
        "deprecated",
        "description",
        "example",
        "examples",
        "externalDocs",
        "summary",
        "title",
        "xml",
    }
)
UNORDERED = frozenset({"allOf", "anyOf", "enum", "oneOf", "required", "type"})
BY_NAME = frozenset({"$defs", "dependentRequired", "dependentSchemas", "patternProperties", "properties"})
# Their values are data, in which nothing is a keyword.
DATA = frozenset({"const", "default", "enum"})


def meaning(node: Node, *, only: Collection[str] = ()) -> str:
    """The canonical text of a schema, or of some of its keywords."""
    value = _schema(node, (), frozenset(only))
    return json.dumps(value, sort_keys=True)


def _schema(written: Node, above: tuple[Node, ...], only: frozenset[str] = frozenset()) -> Json:
    node = written.resolved()
    if node in above:
        # A schema within itself is named by how far up it is, which a new name does not change.
        return {"$up": above[::-1].index(node)}
    if not isinstance(node.value, dict):
        return node.value
    above = (*above, node)
    said = {name: _keyword(node, name, above) for name in node.value if _asserts(name, only)}
    if written.reference is not None:
        beside = written.without_reference()
        names = beside.value if isinstance(beside.value, dict) else {}
        siblings = {name: _keyword(beside, name, above) for name in names if _asserts(name, only)}
        said = {"allOf": _sorted([said, siblings])} if siblings else said
    return _unwrapped(said)


def _asserts(name: str, only: frozenset[str]) -> bool:
    if only:
        return name in only
    return name not in ANNOTATIONS and (not name.startswith("x-") or name == "x-cap")


def _keyword(node: Node, name: str, above: tuple[Node, ...]) -> Json:
    child = node.child(name)
    assert child is not None
    if name == "discriminator":
        return [node.text("propertyName"), *(_tags(child, one, above) for one in _branches(node))]
    if name in DATA:
        return _sorted(child.value) if name in UNORDERED and isinstance(child.value, list) else child.value
    if name in BY_NAME and isinstance(child.value, dict):
        return {
            key: _below(Node(child.document, (*child.pointer, key), one), above) for key, one in child.value.items()
        }
    if isinstance(child.value, list):
        items = [
            _below(Node(child.document, (*child.pointer, str(number)), one), above)
            for number, one in enumerate(child.value)
        ]
        return _sorted(items) if name in UNORDERED else items
    return _below(child, above)


def _branches(node: Node) -> Iterator[Node]:
    for keyword in ("anyOf", "oneOf"):
        yield from node.written_elements(keyword)


def _tags(discriminator: Node, branch: Node, above: tuple[Node, ...]) -> Json:
    """A branch and the names by which messages call it."""
    return [_below(branch, above), *sorted(tags(discriminator, branch))]


def tags(discriminator: Node, branch: Node) -> list[str]:
    """The names by which messages call a branch: those that are mapped to it, or else its component's."""
    reference = branch.reference
    if reference is None:
        return []
    name = reference.rpartition("/")[2]
    mapped = [key for key, target in discriminator.named("mapping") if target.value in (reference, name)]
    return mapped or [name]


def _below(node: Node, above: tuple[Node, ...]) -> Json:
    return _schema(node, above) if isinstance(node.value, dict | bool) else node.value


def _sorted(values: list[Json]) -> list[Json]:
    return sorted(values, key=lambda one: json.dumps(one, sort_keys=True))


def _unwrapped(said: dict[str, Json]) -> Json:
    """`const` is an `enum` of one, a list of one type that type, `allOf` of one schema and nothing else that schema."""
    if "const" in said and "enum" not in said:
        said = {name: value for name, value in said.items() if name != "const"} | {"enum": [said["const"]]}
    kinds = said.get("type")
    if isinstance(kinds, list) and len(kinds) == 1:
        said = {**said, "type": kinds[0]}
    members = said.get("allOf")
    if len(said) == 1 and isinstance(members, list) and len(members) == 1:
        return members[0]
    return said
