"""Changes of what is called how in XML: the names of elements and attributes, and what wraps them."""

from collections.abc import Iterator
from dataclasses import dataclass

from gate.diff.change import Change
from gate.diff.schemas import Where
from gate.openapi.messages import Content
from gate.source.document import Json, Node
from gate.subschema.normal_form import shown
from gate.subschema.normalizer import Side

# What they change is left to people: a component's name stands in where XML has no other, prefixes come and go.
UNSURE = frozenset({"component", "prefix"})
BRANCHES = ("anyOf", "oneOf", "prefixItems")
INNER = ("items", "additionalProperties")


def xml_changes(old: Content, new: Content, side: Side, where: Where) -> Iterator[Change]:
    """Every change of the tags of an XML message, as far as both contracts know what is tagged."""
    if not all(one.media.endswith(("/xml", "+xml")) and one.schema for one in (old, new)):
        return
    for path, before, after in _differing(old.schema[0], new.schema[0], (), set()):
        called = f"`{path[-1]}`" if path else where.called
        differing = {
            name for name in before.xml.keys() | after.xml.keys() if before.xml.get(name) != after.xml.get(name)
        }
        text = f"{called} was tagged {shown(before.xml)} and is tagged {shown(after.xml)} now"
        if not differing:
            text = f"{called} is another choice now, with tags of its own"
        at = (where.at(new.encoding, path),)
        yield Change(f"{side}/tagged-differently", text, after.node.place, at, proven=not differing <= UNSURE)


@dataclass(frozen=True, slots=True)
class _Tagged:
    """A schema with all that it is put together of, as XML sees it."""

    node: Node
    xml: dict[str, Json]
    inner: dict[str, Node]

    @property
    def branches(self) -> set[str]:
        """What it is a choice of, as far as steps tell."""
        return {step for step in self.inner if step.startswith(tuple(f"[{keyword} " for keyword in BRANCHES))}


def _differing(
    old: Node, new: Node, path: tuple[str, ...], seen: set[tuple[Node, Node]]
) -> Iterator[tuple[tuple[str, ...], _Tagged, _Tagged]]:
    """What is tagged in another way, and the path to it; a pair of schemas that was met is not looked at again."""
    if (old, new) in seen:
        return
    seen.add((old, new))
    before, after = (_tagged(one, path[-1] if path else None) for one in (old, new))
    if before.xml != after.xml or (before.branches != after.branches and _is_tagged_within(before, after)):
        yield path, before, after
    for step in before.inner:
        if step in after.inner:
            yield from _differing(before.inner[step], after.inner[step], (*path, step), seen)


def _tagged(written: Node, usual: str | None) -> _Tagged:
    """A schema as XML sees it; `usual` is its name unless it says another, and none for what is outermost."""
    xml: dict[str, Json] = {}
    inner: dict[str, Node] = {}
    for node in _members(written, set()):
        own = node.get_resolved("xml")
        if own is not None and isinstance(own.value, dict):
            xml = {**own.value, **xml}
        inner = {**dict(_inner(node)), **inner}
    if xml.get("name") == usual:
        xml.pop("name", None)
    if usual is None and "name" not in xml and written.reference is not None:
        xml["component"] = written.reference.rpartition("/")[2]
    return _Tagged(written.resolved(), xml, inner)


def _is_tagged_within(*roots: _Tagged) -> bool:
    """Whether anything in the branches of a choice has a tag of its own."""
    waiting, seen = [one.inner[step] for one in roots for step in one.branches], set[Node]()
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            tagged = _tagged(node, "")
            if tagged.xml:
                return True
            waiting += tagged.inner.values()
    return False


def _members(written: Node, seen: set[Node]) -> Iterator[Node]:
    """A schema, what it refers to, and all that holds at once with it."""
    if written in seen:
        return
    seen.add(written)
    yield written.without_reference()
    if written.reference is not None:
        yield from _members(written.resolved(), seen)
    for member in written.without_reference().raw_elements("allOf"):
        yield from _members(member, seen)


def _inner(node: Node) -> Iterator[tuple[str, Node]]:
    yield from node.items_raw("properties")
    for keyword in INNER:
        child = node.get(keyword)
        if child is not None:
            yield f"[{keyword}]", child
    for keyword in BRANCHES:
        for number, branch in enumerate(node.raw_elements(keyword)):
            yield f"[{keyword} {number}]", branch
