"""From a schema as it is written to its pieces: references, allOf, nullable and the dialects are gone in there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from gate.document import Json, Node
from gate.problem import NotDone
from gate.schemas.canonical import Meanings, tags
from gate.schemas.dialects import known, sayings
from gate.schemas.keywords import array_of, count, fixed, number_of, takes_all, text_of
from gate.schemas.languages import readable
from gate.schemas.pieces import (
    ANYTHING,
    Array,
    Extra,
    Number,
    Object,
    Piece,
    Schema,
    Text,
    Value,
    both,
    kind,
    meet,
    tightened,
)
from gate.schemas.values import Judge, Undecided

TYPES = ("null", "boolean", "number", "string", "array", "object")
# What pieces cannot say, and of values of which type it says something; of any, where none is named.
ASSERTED_ELSEWHERE = {
    "not": "",
    "if": "",
    "contains": "array",
    "propertyNames": "object",
    "dependentRequired": "object",
    "dependentSchemas": "object",
    "unevaluatedProperties": "object",
    "unevaluatedItems": "array",
    "$dynamicRef": "",
    "pattern": "string",
    "patternProperties": "object",
}
COMBINING = ("allOf", "anyOf", "oneOf", "if", "dependentSchemas", "$ref")

Pieces: TypeAlias = tuple[Piece, ...]


class Side(StrEnum):
    """Which way a message goes: what is read-only is in no request, what is write-only in no response."""

    REQUEST = "request"
    RESPONSE = "response"

    @property
    def hidden(self) -> str:
        """The keyword that keeps a field out of messages of this side."""
        return "readOnly" if self is Side.REQUEST else "writeOnly"


class Itself(NotDone):
    """A schema is part of itself without anything in between."""


@dataclass(eq=False)
class Reader:
    """Reads the schemas of one contract as they are meant on one side."""

    side: Side
    old_dialect: bool = False
    """Whether the contract is OpenAPI 3.0, in which a `$ref` has no siblings and `nullable` exists."""
    _read: dict[Schema, Pieces] = field(default_factory=dict, repr=False)
    _reading: set[Schema] = field(default_factory=set, repr=False)

    def pieces(self, schema: Schema) -> Pieces:
        """The pieces of a schema; none where no value fits.

        Raises Itself for a schema that is part of itself without anything in between.
        """
        if schema not in self._read:
            if schema in self._reading:
                raise Itself(f"{schema[0].place.file}:{schema[0].place.line}: the schema is made of itself.")
            self._reading.add(schema)
            try:
                pieces: Pieces = tuple(_everything())
                for node in schema:
                    pieces = self._meet(pieces, self._of(node))
            finally:
                self._reading.remove(schema)
            self._read[schema] = pieces
        return self._read[schema]

    @cached_property
    def meanings(self) -> Meanings:
        """What its schemas mean, whatever they are called."""
        return Meanings(old=self.old_dialect)

    @property
    def judge(self) -> Judge:
        """Says of single values whether a schema takes them."""
        return Judge(self)

    def _of(self, written: Node) -> Pieces:
        if written.reference is not None:
            target = self.pieces((written.follow(written.reference),))
            return target if self.old_dialect else self._meet(target, self._own(written.without_reference()))
        return self._own(written)

    def _own(self, node: Node) -> Pieces:
        if node.value is False:
            return ()
        if not isinstance(node.value, dict):
            return tuple(_everything())
        node = known(node, old=self.old_dialect)
        pieces = self._combined(node, self._simple(node))
        return tuple(self._with_extras(node, pieces))

    def _combined(self, node: Node, pieces: Pieces) -> Pieces:
        for member in node.written_elements("allOf"):
            pieces = self._meet(pieces, self.pieces((member,)))
        for keyword in ("anyOf", "oneOf"):
            if node.child(keyword) is None:
                continue
            branches = [self._branch(node, member) for member in node.written_elements(keyword)]
            pieces = self._meet(pieces, tuple(piece for branch in branches for piece in branch))
            if keyword == "oneOf" and not self._apart(branches):
                extra = Extra(f"oneOf {self.meanings.of(node, only=('oneOf',))}", node)
                pieces = tuple(replace(piece, extras=piece.extras | {extra}) for piece in pieces)
        # Beside allOf or a reference, `nullable` is written by those who mean it, whatever the letter of 3.0 says.
        if self.old_dialect and node.flag("nullable") and _combines(node) and fixed(node) is None:
            pieces = (*(one for one in pieces if kind(one) != "null"), Value(value=None))
        return pieces

    def _branch(self, node: Node, member: Node) -> Pieces:
        """A branch of anyOf or oneOf; a discriminator names it where it does not say its name itself."""
        pieces = self.pieces((member,))
        discriminator = node.at("discriminator")
        names = [] if discriminator is None else tags(discriminator, member)
        if discriminator is None or not names:
            return pieces
        tag = Node(node.document, (*discriminator.pointer, *names), {"enum": list[Json](names)})
        return tuple(self._tagged(piece, discriminator.text("propertyName"), tag) for piece in pieces)

    def _tagged(self, piece: Piece, name: str, tag: Node) -> Piece:
        if not isinstance(piece, Object):
            return piece
        own = piece.fields.get(name, ANYTHING)
        named = any(fixed(known(node.resolved(), old=self.old_dialect)) is not None for node in own)
        fields = {**piece.fields, name: own if named else both(own, (tag,))}
        return replace(piece, fields=fields, required=piece.required | {name})

    def _meet(self, ones: Pieces, others: Pieces) -> Pieces:
        met = [self._common(one, other) for one in ones for other in others if kind(one) == kind(other)]
        return tuple(piece for piece in met if piece is not None)

    def _common(self, one: Piece, other: Piece) -> Piece | None:
        if isinstance(other, Value) and not isinstance(one, Value):
            one, other = other, one
        if isinstance(one, Value):
            return replace(one, extras=one.extras | other.extras) if self._holds(other, one.value) else None
        return meet(one, other)

    def _holds(self, piece: Piece, value: Json) -> bool:
        """Whether a piece has a value; what cannot be told is left to the piece's constraints."""
        try:
            return self.judge.fits(piece, value)
        except (Undecided, Itself):
            return True

    def _apart(self, branches: list[Pieces]) -> bool:
        """Whether no value can be of two branches, so that oneOf means anyOf."""
        return all(
            self._disjoint(one, other)
            for number, branch in enumerate(branches)
            for later in branches[number + 1 :]
            for one in branch
            for other in later
        )

    def _disjoint(self, one: Piece, other: Piece) -> bool:
        if kind(one) != kind(other):
            return True
        if isinstance(one, Object) and isinstance(other, Object):
            told_apart = one.required & other.required & one.fields.keys() & other.fields.keys()
            return (
                any(self._excludes(*pair) for pair in ((one, other), (other, one)))
                or any(self._is_empty(both(one.fields[name], other.fields[name])) for name in told_apart)
                or meet(one, other) is None
            )
        try:
            return self._common(one, other) is None
        except Undecided:
            return False

    def _is_empty(self, schema: Schema) -> bool:
        """Whether no value fits a schema; of one that holds what is being read, that cannot be told yet."""
        try:
            return not self.pieces(schema)
        except Itself:
            return False

    def _excludes(self, one: Object, other: Object) -> bool:
        """Whether the first cannot have a field that the second has to have."""
        return not one.patterns and bool(other.required - one.fields.keys()) and self._is_empty(one.rest)

    def _with_extras(self, node: Node, pieces: Pieces) -> Iterator[Piece]:
        extras = list(self._extras(node))
        for piece in pieces:
            bearing = frozenset(Extra(said, node) for kinds, said in extras if kinds in ("", kind(piece)))
            yield replace(piece, extras=piece.extras | bearing) if bearing else piece

    def _extras(self, node: Node) -> Iterator[tuple[str, str]]:
        """The type of which a constraint says something, and what the constraint is."""
        for keyword, kinds in ASSERTED_ELSEWHERE.items():
            if node.child(keyword) is None or (keyword == "unevaluatedProperties" and not _combines(node)):
                continue
            if keyword.startswith("pattern") and all(readable(one) for one in _patterns(node, keyword)):
                continue
            whole = keyword.startswith("unevaluated")
            together = {"if": ("if", "then", "else"), "contains": ("contains", "minContains", "maxContains")}
            yield kinds, f"{keyword} {self.meanings.of(node, only=() if whole else together.get(keyword, (keyword,)))}"

    def _simple(self, node: Node) -> Pieces:
        """What the keywords beside the combining ones say."""
        pieces = [piece for name in self._types(node) for piece in self._typed(node, name)]
        listed = fixed(node)
        if listed is None:
            return tuple(pieces)
        written = {"enum": node}
        return tuple(
            Value(value=value, written=written)
            for value in listed
            if any(self._holds(piece, value) for piece in pieces)
        )

    def _types(self, node: Node) -> list[str]:
        declared = node.at("type")
        if declared is None:
            return list(TYPES)
        names = [str(one) for one in declared.value] if isinstance(declared.value, list) else [str(declared.value)]
        if self.old_dialect and node.flag("nullable"):
            names.append("null")
        return [name for name in dict.fromkeys(names) if not (name == "integer" and "number" in names)]

    def _typed(self, node: Node, name: str) -> Iterable[Piece]:
        written = dict(node.named())
        match name:
            case "null":
                return [Value(value=None, written=written)]
            case "boolean":
                return [Value(value=value, written=written) for value in (True, False)]
            case "integer" | "number":
                number = tightened(number_of(node, integer=name == "integer"))
                return [] if number is None else [replace(number, written=written)]
            case "string":
                return [replace(text_of(node), written=written)]
            case "array":
                return [replace(array_of(node), written=written)]
            case _:
                return [replace(self._object(node), written=written)]

    def _object(self, node: Node) -> Object:
        declared = {name: (one,) for name, one in node.named("properties")}
        hidden = {name for name, schema in declared.items() if self._is_hidden(schema[0])}
        required = {str(one.value) for one in node.elements("required")}
        rest = node.child("additionalProperties")
        if rest is None and not _combines(node):
            rest = node.child("unevaluatedProperties")
        return Object(
            fields={name: schema for name, schema in declared.items() if name not in hidden},
            hidden=frozenset(hidden),
            patterns={name: (one,) for name, one in node.named("patternProperties") if readable(name)},
            rest=ANYTHING if rest is None or takes_all(rest.value) else (rest,),
            required=frozenset(required - hidden),
            fewest=count(node, "minProperties") or 0,
            most=count(node, "maxProperties"),
        )

    def _is_hidden(self, schema: Node) -> bool:
        return any(one.flag(self.side.hidden) for one in sayings(schema, old=self.old_dialect))


def _everything() -> Iterator[Piece]:
    yield Value(value=None)
    yield Value(value=True)
    yield Value(value=False)
    yield from (Number(), Text(), Array(), Object())


def _combines(node: Node) -> bool:
    return any(node.child(keyword) is not None for keyword in COMBINING)


def _patterns(node: Node, keyword: str) -> list[str]:
    return [node.text(keyword)] if keyword == "pattern" else [name for name, _ in node.named(keyword)]
