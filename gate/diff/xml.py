"""XML: whether the names of elements and attributes, or what wraps them, differ anywhere in a message."""

import json
from collections.abc import Iterator

from gate.diff.change import Change
from gate.diff.schemas import Where
from gate.openapi.messages import Content
from gate.source.document import Json, Node
from gate.subschema.normalizer import Side

LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
INNER = ("items", "additionalProperties")


def xml_changes(old: Content, new: Content, side: Side, where: Where) -> Iterator[Change]:
    """Yield one change for all `xml` keywords that differ; a person has to look at what that means."""
    if not all(content.media.endswith(("/xml", "+xml")) and content.schema for content in (old, new)):
        return
    before, after = (_by_path(content.schema[0]) for content in (old, new))
    if any(before[path] != after[path] for path in before.keys() & after.keys()):
        text = f"{where.called} has other names or wrappers in XML now"
        subject = json.dumps([sorted(before.items()), sorted(after.items())])
        at = (where.at(new.encoding, ()),)
        yield Change(f"{side}/tagged-differently", text, new.node.place, at, proven=False, subject=subject)


def _by_path(schema: Node) -> dict[str, list[str]]:
    by_path: dict[str, set[str]] = {}
    for path, xml in _xml(schema, (), set()):
        by_path.setdefault("/".join(path), set()).add(xml)
    return {path: sorted(keywords) for path, keywords in by_path.items()}


def _xml(written: Node, path: tuple[str, ...], passed: set[Node]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the `xml` keyword of every schema of a message, by its path; members of unions have one path."""
    node = written.resolved()
    if node in passed or not isinstance(node.value, dict):
        return
    passed.add(node)
    # An element is called by its component, or by its property, unless it has a name.
    xml: dict[str, Json] = {"name": path[-1] if path else (written.reference or "").rpartition("/")[2]}
    for child in (node.get("xml"), written.get("xml")):
        xml |= child.value if child is not None and isinstance(child.value, dict) else {}
    yield path, json.dumps(xml, sort_keys=True)
    for key, inner in sorted(node.items_raw("properties"), key=lambda pair: pair[0]):
        yield from _xml(inner, (*path, key), passed)
    for key in INNER:
        child = node.get(key)
        if child is not None:
            yield from _xml(child, (*path, f"[{key}]"), passed)
    for key in LISTS:
        for member in node.raw_elements(key):
            yield from _xml(member, path, passed)
