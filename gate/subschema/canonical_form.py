"""What a schema means, as a text that schemas written differently share: references inlined, annotations left out."""

import json
from collections.abc import Callable, Collection, Iterator
from functools import partial
from hashlib import sha256

from gate.source.document import Json, Node
from gate.subschema.openapi_dialect import known
from gate.subschema.strongly_connected_components import strongly_connected_components

# They keep no value out; what is defined counts where it is referred to.
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
# Their values are data, in which nothing is a keyword.
DATA = frozenset({"const", "default", "enum"})


def meaning(node: Node, *, only: Collection[str] = ()) -> str:
    """The canonical text of a schema, or of some of its keywords."""
    return CanonicalForms().of(node, only=only)


class CanonicalForms:
    """The canonical texts of the schemas of one contract; each that is referred to is worked out once."""

    def __init__(self, *, old: bool = False) -> None:
        self.old = old
        self._names: dict[Node, str] = {}
        self._writer = _Writer(old, self._name)

    def of(self, node: Node, *, only: Collection[str] = ()) -> str:
        """The canonical text of a schema, or of some of its keywords."""
        said = self._writer.said(node.resolved(), only) if only else self._writer.below(node)
        return json.dumps(said, sort_keys=True)

    def _name(self, node: Node) -> str:
        if node not in self._names:
            for circle in strongly_connected_components(node, self._unnamed):
                self._names |= self._named(circle)
        return self._names[node]

    def _unnamed(self, node: Node) -> list[Node]:
        return [one for one in self._references(node) if one not in self._names]

    def _references(self, node: Node) -> list[Node]:
        found: dict[Node, str] = {}
        _Writer(self.old, lambda one: found.setdefault(one, "")).name_of(node)
        return list(found)

    def _named(self, circle: list[Node]) -> dict[Node, str]:
        """Names of schemas that are within each other; those that differ at whatever depth have other names.

        They all begin with one name. As long as that tells more of them apart, each is named by what it says of the
        others under their names so far. In the end, all these sayings together tell what each of them means.
        """
        if len(circle) == 1 and circle[0] not in self._references(circle[0]):
            return {circle[0]: self._writer.name_of(circle[0])}
        names = dict.fromkeys(circle, "")
        while True:
            writer = _Writer(self.old, partial(self._name_among, names))
            following = {one: writer.name_of(one) for one in circle}
            if len(set(following.values())) == len(set(names.values())):
                break
            names = following
        applicable_schemas: list[Json] = [
            [name, said] for name, said in sorted({(names[one], following[one]) for one in circle})
        ]
        return {one: _digest([following[one], applicable_schemas]) for one in circle}

    def _name_among(self, names: dict[Node, str], node: Node) -> str:
        return names[node] if node in names else self._name(node)


class _Writer:
    """Writes what a schema says itself; a schema within it, or referred to, is written as a name."""

    def __init__(self, old: bool, name: Callable[[Node], str]) -> None:
        self.old = old
        self.name = name

    def below(self, written: Node, *, elsewhere: bool = False) -> Json:
        """A schema as it stands in another: its name, that of what it refers to, or a value that is no schema."""
        node, referred = self._essence(written)
        if not isinstance(node.value, dict):
            return node.value
        return self.name(node) if referred or elsewhere else self.name_of(node)

    def name_of(self, node: Node) -> str:
        """A name that says all that a schema says."""
        return _digest(self.said(node))

    def said(self, written: Node, only: Collection[str] = ()) -> Json:
        """What a schema says, by keyword."""
        node = known(written, old=self.old)
        if node.reference is not None:
            beside: Json = self.name_of(node.without_reference())
            return {"allOf": _sorted([self.below(node.follow(node.reference), elsewhere=True), beside])}
        names = node.value if isinstance(node.value, dict) else {}
        return _plainer({name: self._keyword(node, name) for name in names if _asserts(name, only)})

    def _essence(self, written: Node) -> tuple[Node, bool]:
        """The schema that a reference, or an allOf of one, comes down to, and whether a reference led there."""
        node, seen, elsewhere = written, {written}, False
        while (inner := self._sole(node)) is not None:
            elsewhere = elsewhere or node.reference is not None
            node = inner
            if node in seen:
                raise node.circular_reference_error()
            seen.add(node)
        return node, elsewhere

    def _sole(self, node: Node) -> Node | None:
        """The only schema of which a schema consists."""
        value = known(node, old=self.old).value
        asserted = [name for name in value if _asserts(name)] if isinstance(value, dict) else []
        if node.reference is not None and (self.old or asserted == ["$ref"]):
            return node.follow(node.reference)
        members = list(node.raw_elements("allOf")) if asserted == ["allOf"] else []
        return members[0] if len(members) == 1 else None

    def _keyword(self, node: Node, name: str) -> Json:
        child = node.get(name)
        assert child is not None
        if name == "discriminator":
            return self._discriminator(node, child)
        if name in DATA:
            return _sorted(child.value) if name in UNORDERED and isinstance(child.value, list) else child.value
        if name in BY_NAME and isinstance(child.value, dict):
            return {
                key: self._below(Node(child.document, (*child.pointer, key), one)) for key, one in child.value.items()
            }
        if isinstance(child.value, list):
            items = [self._below(one) for one in child.raw_elements()]
            return _sorted(items) if name in UNORDERED else items
        return self._below(child)

    def _below(self, node: Node) -> Json:
        return self.below(node) if isinstance(node.value, dict) else node.value

    def _discriminator(self, node: Node, child: Node) -> Json:
        """The field, and the names by which messages call each branch, or what derives from this schema."""
        branches: list[Json] = [[self.below(one), *sorted(tags(child, one))] for one in _branches(node)]
        mapping = child.get("mapping")
        mapped = [] if branches or mapping is None else [mapping.value]
        return [child.text("propertyName"), *_sorted(branches), *mapped]


def _branches(node: Node) -> Iterator[Node]:
    for keyword in ("anyOf", "oneOf"):
        yield from node.raw_elements(keyword)


def tags(discriminator: Node, branch: Node) -> list[str]:
    """The names by which messages call a branch: those that are mapped to it, or else its component's."""
    reference = branch.reference
    if reference is None:
        return []
    name = reference.rpartition("/")[2]
    mapped = [key for key, target in discriminator.items_raw("mapping") if target.value in (reference, name)]
    return mapped or [name]


def _asserts(name: str, only: Collection[str] = ()) -> bool:
    if only:
        return name in only
    return name not in ANNOTATIONS and (not name.startswith("x-") or name == "x-cap")


def _sorted(values: list[Json]) -> list[Json]:
    return sorted(values, key=lambda one: json.dumps(one, sort_keys=True))


def _plainer(said: dict[str, Json]) -> Json:
    """`const` is an `enum` of one, and a list of one type that type."""
    if "const" in said and "enum" not in said:
        said = {name: value for name, value in said.items() if name != "const"} | {"enum": [said["const"]]}
    kinds = said.get("type")
    return {**said, "type": kinds[0]} if isinstance(kinds, list) and len(kinds) == 1 else said


def _digest(said: Json) -> str:
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
