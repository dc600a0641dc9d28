"""From a schema as it is written to its pieces: references, allOf, nullable and the dialects are gone in there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from gate.document import Json, Node
from gate.problem import NotDone
from gate.schemas.canonical import meaning, tags
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
    least,
    meet,
    same,
    tightened,
)
from gate.schemas.values import Judge, Undecided

TYPES = ("null", "boolean", "number", "string", "array", "object")
ASSERTED_ELSEWHERE = (
    "not",
    "if",
    "contains",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedProperties",
    "unevaluatedItems",
    "$dynamicRef",
)
COMBINING = ("allOf", "anyOf", "oneOf", "if", "dependentSchemas", "$ref")
INTEGER_FORMATS = {"int32": (-(2**31), 2**31 - 1)}
# int64 is how integers are usually stored, password how a field is shown: neither keeps a value out.
WITHOUT_EFFECT = frozenset({"int64", "password", "double", "float"})

Pieces: TypeAlias = tuple[Piece, ...]


class Side(StrEnum):
    """Which way a message goes: what is read-only is in no request, what is write-only in no response."""

    REQUEST = "request"
    RESPONSE = "response"

    @property
    def hidden(self) -> str:
        """The keyword that keeps a field out of messages of this side."""
        return "readOnly" if self is Side.REQUEST else "writeOnly"


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

        Raises NotDone for a schema that is part of itself without anything in between.
        """
        if schema not in self._read:
            if schema in self._reading:
                raise NotDone(f"{schema[0].place.file}:{schema[0].place.line}: the schema is made of itself.")
            self._reading.add(schema)
            try:
                pieces: Pieces = tuple(_everything())
                for node in schema:
                    pieces = self._meet(pieces, self._of(node))
            finally:
                self._reading.remove(schema)
            self._read[schema] = pieces
        return self._read[schema]

    @property
    def judge(self) -> Judge:
        """Says of single values whether a schema takes them."""
        return Judge(self)

    def _of(self, written: Node) -> Pieces:
        if written.reference is not None:
            target = self.pieces((written.resolved(),))
            return target if self.old_dialect else self._meet(target, self._own(written.without_reference()))
        return self._own(written)

    def _own(self, node: Node) -> Pieces:
        if node.value is False:
            return ()
        if not isinstance(node.value, dict):
            return tuple(_everything())
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
                extra = Extra(f"oneOf {meaning(node, only=('oneOf',))}", node)
                pieces = tuple(replace(piece, extras=piece.extras | {extra}) for piece in pieces)
        # Beside allOf or a reference, `nullable` is written by those who mean it, whatever the letter of 3.0 says.
        if self.old_dialect and node.flag("nullable") and node.child("type") is None and _combines(node):
            pieces = (*pieces, Value(value=None))
        return pieces

    def _branch(self, node: Node, member: Node) -> Pieces:
        """A branch of anyOf or oneOf; a discriminator names it where it does not say its name itself."""
        pieces = self.pieces((member,))
        discriminator = node.at("discriminator")
        names = [] if discriminator is None else tags(discriminator, member)
        if discriminator is None or not names:
            return pieces
        tag = Node(node.document, (*discriminator.pointer, *names), {"enum": list[Json](names)})
        return tuple(_tagged(piece, discriminator.text("propertyName"), tag) for piece in pieces)

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
        except Undecided:
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
                or any(self._never_both(one.fields[name], other.fields[name]) for name in told_apart)
                or meet(one, other) is None
            )
        try:
            return self._common(one, other) is None
        except Undecided:
            return False

    def _never_both(self, one: Schema, other: Schema) -> bool:
        """Whether a field cannot be both; one that holds the schema that is being read may be."""
        if {one, other} & self._reading:
            return False
        return not self._meet(self.pieces(one), self.pieces(other))

    def _excludes(self, one: Object, other: Object) -> bool:
        """Whether the first cannot have a field that the second has to have."""
        return not one.patterns and not self.pieces(one.rest) and bool(other.required - one.fields.keys())

    def _with_extras(self, node: Node, pieces: Pieces) -> Iterator[Piece]:
        extras = frozenset(Extra(*one) for one in self._extras(node))
        return (replace(piece, extras=piece.extras | extras) for piece in pieces) if extras else iter(pieces)

    def _extras(self, node: Node) -> Iterator[tuple[str, Node]]:
        for keyword in ASSERTED_ELSEWHERE:
            if node.child(keyword) is None or (keyword == "unevaluatedProperties" and not _combines(node)):
                continue
            whole = keyword.startswith("unevaluated")
            together = {"if": ("if", "then", "else"), "contains": ("contains", "minContains", "maxContains")}
            yield f"{keyword} {meaning(node, only=() if whole else together.get(keyword, (keyword,)))}", node

    def _simple(self, node: Node) -> Pieces:
        """What the keywords beside the combining ones say."""
        pieces = [piece for name in self._types(node) for piece in self._typed(node, name)]
        fixed = _fixed(node)
        if fixed is None:
            return tuple(pieces)
        written = {"enum": node}
        return tuple(
            Value(value=value, written=written) for value in fixed if any(self._holds(piece, value) for piece in pieces)
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
                number = tightened(_number(node, integer=name == "integer"))
                return [] if number is None else [replace(number, written=written)]
            case "string":
                return [replace(_text(node), written=written)]
            case "array":
                return [replace(_array(node), written=written)]
            case _:
                return [replace(self._object(node), written=written)]

    def _object(self, node: Node) -> Object:
        declared = {name: (one,) for name, one in node.named("properties")}
        fields = {name: schema for name, schema in declared.items() if not schema[0].resolved().flag(self.side.hidden)}
        required = {str(one.value) for one in node.elements("required")}
        rest = node.child("additionalProperties")
        if rest is None and not _combines(node):
            rest = node.child("unevaluatedProperties")
        return Object(
            fields=fields,
            patterns={name: (one,) for name, one in node.named("patternProperties")},
            rest=ANYTHING if rest is None or _takes_all(rest.value) else (rest,),
            required=frozenset(required - (declared.keys() - fields.keys())),
            fewest=_count(node, "minProperties") or 0,
            most=_count(node, "maxProperties"),
        )


def _number(node: Node, *, integer: bool) -> Number:
    low, high = _fraction(node, "minimum"), _fraction(node, "maximum")
    above, below = _fraction(node, "exclusiveMinimum"), _fraction(node, "exclusiveMaximum")
    low_open, high_open = node.flag("exclusiveMinimum"), node.flag("exclusiveMaximum")
    if above is not None and (low is None or above >= low):
        low, low_open = above, True
    if below is not None and (high is None or below <= high):
        high, high_open = below, True
    step = _fraction(node, "multipleOf")
    number = Number(low=low, low_open=low_open, high=high, high_open=high_open, integer=integer, step=step)
    smallest, largest = INTEGER_FORMATS.get(node.text("format"), (None, None))
    if smallest is None or largest is None or not integer:
        return number
    met = meet(number, Number(low=Fraction(smallest), high=Fraction(largest)))
    return met if isinstance(met, Number) else number


def _text(node: Node) -> Text:
    own = {node.text("format"), node.text("contentEncoding") and f"encoded as {node.text('contentEncoding')}"}
    return Text(
        shortest=_count(node, "minLength") or 0,
        longest=_count(node, "maxLength"),
        patterns=frozenset({node.text("pattern")} - {""}),
        formats=frozenset(own - {""} - WITHOUT_EFFECT),
    )


def _array(node: Node) -> Array:
    items = node.child("items")
    prefix = tuple((one,) for one in node.written_elements("prefixItems"))
    closed = items is not None and items.value is False
    return Array(
        shortest=_count(node, "minItems") or 0,
        longest=least(_count(node, "maxItems"), len(prefix) if closed else None),
        prefix=prefix,
        rest=ANYTHING if items is None or _takes_all(items.value) else (items,),
        unique=node.flag("uniqueItems"),
    )


def _fraction(node: Node, keyword: str) -> Fraction | None:
    child = node.at(keyword)
    if child is None or isinstance(child.value, bool) or not isinstance(child.value, int | float):
        return None
    return Fraction(str(child.value))


def _count(node: Node, keyword: str) -> int | None:
    found = _fraction(node, keyword)
    return None if found is None else int(found)


def _fixed(node: Node) -> list[Json] | None:
    """The values that enum and const leave, in a form that equal values share; none where neither stands."""
    enum, const = node.child("enum"), node.child("const")
    values = enum.value if enum is not None and isinstance(enum.value, list) else None
    if const is not None:
        values = [const.value] if values is None or any(same(const.value, one) for one in values) else []
    return values


def _tagged(piece: Piece, name: str, tag: Node) -> Piece:
    if not isinstance(piece, Object):
        return piece
    own: Mapping[str, Schema] = piece.fields
    named = any(_fixed(node.resolved()) is not None for node in own.get(name, ()))
    schema = own.get(name, ANYTHING) if named else both(own.get(name, ANYTHING), (tag,))
    return replace(piece, fields={**own, name: schema}, required=piece.required | {name})


def _everything() -> Iterator[Piece]:
    yield Value(value=None)
    yield Value(value=True)
    yield Value(value=False)
    yield from (Number(), Text(), Array(), Object())


def _combines(node: Node) -> bool:
    return any(node.child(keyword) is not None for keyword in COMBINING)


def _takes_all(value: Json) -> bool:
    return value is True or value == {}
