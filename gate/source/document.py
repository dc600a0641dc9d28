"""Contract documents: each node knows its place and follows references."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote

from gate.errors import GateError
from gate.source.files import Source, source_of
from gate.source.yaml_loader import Json, Pointer, PositionedValue, read, read_json

__all__ = ["Document", "Json", "Node", "Place", "Pointer", "load"]

# Their values are data, in which no key is a keyword.
DATA = frozenset({"const", "default", "enum", "example", "examples"})


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a node: the file, the JSON pointer, and the line, counted from 1."""

    file: str
    pointer: str
    line: int

    def __str__(self) -> str:
        """Return the file and line."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, eq=False)
class Document:
    """One file of a contract: its content as JSON, and the line of every node."""

    source: Source
    data: Json
    text: str
    others: "dict[Source, Document]" = field(default_factory=dict, repr=False)
    written: PositionedValue | None = field(default=None, repr=False)
    """The content with the line of every node, if the parser returned it."""

    @property
    def root(self) -> "Node":
        """Return the root node."""
        return Node(self, (), self.data)

    @cached_property
    def positions(self) -> PositionedValue:
        """Return the content with the line of every node; all on line 1 for JSON that is no YAML."""
        try:
            return self.written or read(self.text, self.source.name)
        except GateError:
            return PositionedValue(self.data, 1)

    @cached_property
    def targets(self) -> "dict[str, Node]":
        """Return the cache of followed references within the document."""
        return {}

    @cached_property
    def places(self) -> dict[Pointer, Place]:
        """Return the cache of places by pointer."""
        return {}

    @cached_property
    def anchors(self) -> "Mapping[str, Node]":
        """Return the schemas with an `$anchor`, by name."""
        return dict(find_anchors(self.root))

    def place(self, pointer: Pointer) -> Place:
        """Return the place of a node; for one that does not exist, that of its nearest ancestor."""
        if pointer not in self.places:
            _, line = self.positions.nearest(pointer)
            self.places[pointer] = Place(str(self.source.path), "/".join(["", *map(escape_token, pointer)]), line)
        return self.places[pointer]

    def has(self, pointer: Pointer) -> bool:
        """Return whether a node exists at a pointer."""
        return self.positions.nearest(pointer)[0] == len(pointer)

    def sibling(self, relative: str) -> "Document":
        """Return the document that a reference names; each is read once."""
        source = self.source.beside(relative)
        if source not in self.others:
            self.others[source] = _parse(source, self.others)
        return self.others[source]


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place. Two nodes are equal if they have the same place."""

    document: Document
    pointer: Pointer
    value: Json = field(compare=False)

    @property
    def place(self) -> Place:
        """Return its place."""
        return self.document.place(self.pointer)

    def child(self, key: str, value: Json) -> "Node":
        """Return the node of a direct child's value."""
        return Node(self.document, (*self.pointer, key), value)

    def get(self, *keys: str) -> "Node | None":
        """Return a descendant without following references; None if there is none."""
        node = self
        for key in keys:
            if isinstance(node.value, dict) and key in node.value:
                node = node.child(key, node.value[key])
            else:
                return None
        return node

    def get_resolved(self, *keys: str) -> "Node | None":
        """Return a descendant, following references; None if there is none."""
        node: Node | None = self.resolved()
        for key in keys:
            node = node.get(key) if node else None
            node = node.resolved() if node else None
        return node

    def items_raw(self, *keys: str) -> Iterator[tuple[str, "Node"]]:
        """Yield the members of the object below `keys`, without following references at the members."""
        node = self.get_resolved(*keys)
        if node is not None and isinstance(node.value, dict):
            for key, value in node.value.items():
                yield key, node.child(key, value)

    def items(self, *keys: str) -> Iterator[tuple[str, "Node"]]:
        """Yield the members of the object below `keys`, following references."""
        return ((key, child.resolved()) for key, child in self.items_raw(*keys))

    def elements(self, *keys: str) -> Iterator["Node"]:
        """Yield the elements of the array below `keys`, following references."""
        for element in self.raw_elements(*keys):
            yield element.resolved()

    def raw_elements(self, *keys: str) -> Iterator["Node"]:
        """Yield the elements of the array below `keys`, without following references."""
        node = self.get_resolved(*keys)
        if node is not None and isinstance(node.value, list):
            for number, value in enumerate(node.value):
                yield node.child(str(number), value)

    def text(self, key: str, default: str = "") -> str:
        """Return a member as text."""
        child = self.get_resolved(key)
        return default if child is None or child.value is None else str(child.value)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return a member as a boolean."""
        child = self.get_resolved(key)
        return default if child is None else child.value is True

    def resolved(self) -> "Node":
        """Return the node at the end of a chain of references; raise GateError for a dead or circular one."""
        node, passed = self, {self}
        while (reference := node.reference) is not None:
            node = node.follow(reference)
            if node in passed:
                raise self.circular_reference_error()
            passed.add(node)
        return node

    def circular_reference_error(self) -> GateError:
        """Return the error of a circular reference."""
        return GateError(f"{self.place}: the reference is circular; make it end at a definition.")

    @property
    def reference(self) -> str | None:
        """Return the target of a `$ref`, if the node is one."""
        target = self.value.get("$ref") if isinstance(self.value, dict) else None
        return target if isinstance(target, str) else None

    def without_reference(self) -> "Node":
        """Return the siblings of a `$ref`."""
        beside = (
            {name: inner for name, inner in self.value.items() if name != "$ref"}
            if isinstance(self.value, dict)
            else {}
        )
        return Node(self.document, self.pointer, beside)

    def follow(self, reference: str) -> "Node":
        """Return the node that a reference names."""
        targets = self.document.targets
        if reference not in targets:
            targets[reference] = self._follow(reference)
        return targets[reference]

    def _follow(self, reference: str) -> "Node":
        file, _, fragment = reference.partition("#")
        if "://" in file:
            raise GateError(
                f"{self.place}: {reference} is not a file, and only references to files are followed; "
                "bundle the contract."
            )
        document = self.document.sibling(unquote(file)) if file else self.document
        node: Node | None = document.root
        steps = unquote(fragment)
        if steps and not steps.startswith("/"):
            return self._found(document.anchors.get(steps), reference)
        for part in filter(None, steps.split("/")):
            node = self._found(node, reference).get_token(part.replace("~1", "/").replace("~0", "~"))
        return self._found(node, reference)

    def _found(self, node: "Node | None", reference: str) -> "Node":
        if node is None:
            raise GateError(f"{self.place}: {reference} leads nowhere; define its target.")
        return node

    def get_token(self, key: str) -> "Node | None":
        """Return the child at one token of a pointer, in an object or array; None if there is none."""
        if not isinstance(self.value, list):
            return self.get(key)
        positions = [number for number in range(len(self.value)) if str(number) == key]
        return self.child(key, self.value[positions[0]]) if positions else None


def load(name: str) -> Document:
    """Read a contract from a file, or from git if `name` is `REVISION:FILE`.

    Raises GateError for a file or revision that does not exist, for invalid YAML, and for a file that is no OpenAPI
    document; FileMissing if only the file is missing from the revision.
    """
    document = _parse(source_of(name), {})
    parts = ("paths", "webhooks", "components")
    if not isinstance(document.data, dict) or not any(isinstance(document.data.get(part), dict) for part in parts):
        raise GateError(f"{document.source.name}: is not an OpenAPI document; it has no paths, webhooks or components.")
    return document


def _parse(source: Source, documents: dict[Source, Document]) -> Document:
    try:
        text = source.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GateError(f"{source.name}: is not UTF-8 text; save it as UTF-8.") from error
    try:
        document = Document(source, read_json(text), text, documents)
    except ValueError:
        written = read(text, source.name)
        document = Document(source, written.value, text, documents, written)
    documents[source] = document
    return document


def find_anchors(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield the schemas with an `$anchor`."""
    name = node.get("$anchor")
    if name is not None and isinstance(name.value, str):
        yield name.value, node
    for key in tokens_of(node.value):
        child = None if key in DATA else node.get_token(key)
        if child is not None:
            yield from find_anchors(child)


def tokens_of(value: Json) -> list[str]:
    """Return the tokens of the children of a value."""
    if isinstance(value, dict):
        return list(value)
    return [str(number) for number in range(len(value))] if isinstance(value, list) else []


def escape_token(part: str) -> str:
    """Escape a token of a JSON pointer."""
    return part.replace("~", "~0").replace("/", "~1")
