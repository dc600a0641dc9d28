"""Canonical names of schemas: schemas that mean the same share a name, however they are written.

References are followed and annotations dropped. Recursive schemas share a name only under the same component names.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from hashlib import sha256
from typing import TypeVar

from gate.source.document import Json, Node
from gate.subschema.openapi_dialect import supported_keywords

T = TypeVar("T")

# They restrict no value; definitions in `$defs` count where they are referred to.
ANNOTATIONS = frozenset(
    {
        "$anchor",
        "$comment",
        "$defs",
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
BY_NAME = frozenset({"dependentRequired", "dependentSchemas", "patternProperties", "properties"})
# Their values are data, in which no key is a keyword.
INSTANCES = frozenset({"const", "default", "enum"})


def canonical_form(node: Node, *, only: Collection[str] = ()) -> str:
    """Return the canonical name of a schema, or of some of its keywords."""
    return CanonicalForms().name(node, only=only)


class CanonicalForms:
    """Canonical names of the schemas of one contract, each computed once."""

    def __init__(self, *, old: bool = False) -> None:
        self.old = old
        self._names: dict[Node, str] = {}
        self._targets: dict[Node, Node] = {}

    def name(self, node: Node, *, only: Collection[str] = ()) -> str:
        """Return the canonical name of a schema, or of some of its keywords."""
        if only:
            return digest(self._content(node.resolved(), self._inner_name, only))
        inner = self._inner_name(node)
        return inner if isinstance(inner, str) else digest(inner)

    def _inner_name(self, written: Node) -> Json:
        """Return the name of a schema within another; a value that is no schema is its own name."""
        node = self._target(written)
        if not isinstance(node.value, dict):
            return node.value
        if node not in self._names:
            for component in strongly_connected_components(node, self._unnamed_subschemas):
                self._name_component(component)
        return self._names[node]

    def _unnamed_subschemas(self, node: Node) -> list[Node]:
        return [inner for inner in self._subschemas(node) if inner not in self._names]

    def _subschemas(self, node: Node) -> list[Node]:
        inner: dict[Node, None] = {}

        def collect(written: Node) -> Json:
            target = self._target(written)
            if isinstance(target.value, dict):
                inner[target] = None
            return None

        self._content(node, collect)
        return list(inner)

    def _name_component(self, component: list[Node]) -> None:
        if len(component) == 1 and component[0] not in self._subschemas(component[0]):
            self._names[component[0]] = digest(self._content(component[0], self._inner_name))
            return
        members = set(component)

        def inner_name(written: Node) -> Json:
            target = self._target(written)
            return "/".join(target.pointer) if target in members else self._inner_name(target)

        contents = {node: digest(self._content(node, inner_name)) for node in component}
        whole = digest([*sorted(contents.values())])
        self._names |= {node: digest([content, whole]) for node, content in contents.items()}

    def _content(self, written: Node, name: Callable[[Node], Json], only: Collection[str] = ()) -> Json:
        """Return the keywords of a schema, with a name in place of each subschema."""
        node = supported_keywords(written, old=self.old)
        if node.reference is not None and not only:
            target, beside = node.follow(node.reference), self._content(node.without_reference(), name)
            return {"allOf": sort_values([name(target), beside])}
        keywords = node.value if isinstance(node.value, dict) else {}
        content = {keyword: _keyword(node, keyword, name) for keyword in keywords if restricts(keyword, only)}
        return simplified(content)

    def _target(self, written: Node) -> Node:
        """Follow references, and an allOf of one schema, as long as nothing is written beside them."""
        if written in self._targets:
            return self._targets[written]
        node, passed = written, {written}
        while (inner := self._sole(node)) is not None:
            node = inner
            if node in passed:
                raise node.circular_reference_error()
            passed.add(node)
        self._targets[written] = node
        return node

    def _sole(self, node: Node) -> Node | None:
        value = supported_keywords(node, old=self.old).value
        if not isinstance(value, dict) or not ("$ref" in value or "allOf" in value):
            return None
        restricting = [keyword for keyword in value if restricts(keyword)]
        if node.reference is not None and (self.old or restricting == ["$ref"]):
            return node.follow(node.reference)
        members = list(node.raw_elements("allOf")) if restricting == ["allOf"] else []
        return members[0] if len(members) == 1 else None


def _keyword(node: Node, keyword: str, name: Callable[[Node], Json]) -> Json:
    child = node.get(keyword)
    assert child is not None
    if keyword == "discriminator":
        return _discriminator(node, child, name)
    if keyword in INSTANCES:
        return sort_values(child.value) if keyword in UNORDERED and isinstance(child.value, list) else child.value
    if keyword in BY_NAME and isinstance(child.value, dict):
        return {key: _named(child.child(key, value), name) for key, value in child.value.items()}
    if isinstance(child.value, list):
        items = [_named(item, name) for item in child.raw_elements()]
        return sort_values(items) if keyword in UNORDERED else items
    return _named(child, name)


def _named(node: Node, name: Callable[[Node], Json]) -> Json:
    return name(node) if isinstance(node.value, dict) else node.value


def _discriminator(node: Node, child: Node, name: Callable[[Node], Json]) -> Json:
    """Return the discriminator property, and the values that select each branch or derived schema."""
    branches: list[Json] = [[name(branch), *sorted(tags(child, branch))] for branch in union_branches(node)]
    mapping = child.get("mapping")
    mapped = [] if branches or mapping is None else [mapping.value]
    return [child.text("propertyName"), *sort_values(branches), *mapped]


def union_branches(node: Node) -> Iterator[Node]:
    """Yield the branches of `anyOf` and `oneOf`."""
    for keyword in ("anyOf", "oneOf"):
        yield from node.raw_elements(keyword)


def tags(discriminator: Node, branch: Node) -> list[str]:
    """Return the values that select a branch: those mapped to it, or else its component's name."""
    reference = branch.reference
    if reference is None:
        return []
    name = reference.rpartition("/")[2]
    mapped = [key for key, target in discriminator.items_raw("mapping") if target.value in (reference, name)]
    return mapped or [name]


def restricts(keyword: str, only: Collection[str] = ()) -> bool:
    """Return whether a keyword restricts values."""
    if only:
        return keyword in only
    return keyword not in ANNOTATIONS and (not keyword.startswith("x-") or keyword == "x-cap")


def sort_values(values: list[Json]) -> list[Json]:
    """Return values in the order of their JSON."""
    return sorted(values, key=lambda value: json.dumps(value, sort_keys=True))


def simplified(content: dict[str, Json]) -> Json:
    """Write `const` as an `enum` of one value, and a list of one type as that type."""
    if "const" in content and "enum" not in content:
        content = {keyword: value for keyword, value in content.items() if keyword != "const"} | {
            "enum": [content["const"]]
        }
    types = content.get("type")
    return {**content, "type": types[0]} if isinstance(types, list) and len(types) == 1 else content


def digest(content: Json) -> str:
    """Return the SHA-256 of a value as JSON."""
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def strongly_connected_components(start: T, successors: Callable[[T], Iterable[T]]) -> list[list[T]]:
    """Return the reachable components, each after those that it leads to."""
    components: list[list[T]] = []
    index: dict[T, int] = {}
    lowest: dict[T, int] = {}
    stack: list[T] = []
    on_stack: set[T] = set()

    def visit(node: T) -> None:
        index[node] = lowest[node] = len(index)
        stack.append(node)
        on_stack.add(node)
        for successor in successors(node):
            if successor not in index:
                visit(successor)
            if successor in on_stack:
                lowest[node] = min(lowest[node], lowest[successor])
        if lowest[node] == index[node]:
            component: list[T] = []
            while not component or component[-1] != node:
                component.append(stack.pop())
                on_stack.remove(component[-1])
            components.append(component)

    visit(start)
    return components
