"""Normalizes schemas: resolves references, allOf, nullable and dialects into one constraint per JSON type."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from gate.errors import GateError
from gate.source.document import Json, Node
from gate.subschema.canonical_form import CanonicalForms, tags
from gate.subschema.instances import InstanceChecker, Undecided
from gate.subschema.keywords import array_of, count, fixed, number_of, takes_all, text_of
from gate.subschema.normal_form import (
    ANYTHING,
    Array,
    Constant,
    Number,
    Object,
    OpaqueConstraint,
    Schema,
    String,
    TypeSchema,
    all_of,
    intersect,
    kind,
    tightened,
)
from gate.subschema.openapi_dialect import applicable_schemas, known
from gate.subschema.regex_languages import is_supported

TYPES = ("null", "boolean", "number", "string", "array", "object")
# What type_schemas cannot say, and of values of which type it says something; of any, where none is named.
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

TypeSchemas: TypeAlias = tuple[TypeSchema, ...]


class Side(StrEnum):
    """Which way a message goes: what is read-only is in no request, what is write-only in no response."""

    REQUEST = "request"
    RESPONSE = "response"

    @property
    def hidden(self) -> str:
        """The keyword that keeps a field out of messages of this side."""
        return "readOnly" if self is Side.REQUEST else "writeOnly"


class SelfReferencingSchema(GateError):
    """A schema is part of itself without anything in between."""


@dataclass(eq=False)
class Normalizer:
    """Reads the schemas of one contract as they are meant on one side."""

    side: Side
    old_dialect: bool = False
    """Whether the contract is OpenAPI 3.0, in which a `$ref` has no siblings and `nullable` exists."""
    _read: dict[Schema, TypeSchemas] = field(default_factory=dict, repr=False)
    _reading: set[Schema] = field(default_factory=set, repr=False)

    def type_schemas(self, schema: Schema) -> TypeSchemas:
        """The type_schemas of a schema; none where no value fits.

        Raises SelfReferencingSchema for a schema that is part of itself without anything in between.
        """
        if schema not in self._read:
            if schema in self._reading:
                raise SelfReferencingSchema(
                    f"{schema[0].place.file}:{schema[0].place.line}: the schema is made of itself."
                )
            self._reading.add(schema)
            try:
                type_schemas: TypeSchemas = tuple(_everything())
                for node in schema:
                    type_schemas = self._meet(type_schemas, self._of(node))
            finally:
                self._reading.remove(schema)
            self._read[schema] = type_schemas
        return self._read[schema]

    @cached_property
    def meanings(self) -> CanonicalForms:
        """What its schemas mean, whatever they are called."""
        return CanonicalForms(old=self.old_dialect)

    @property
    def checker(self) -> InstanceChecker:
        """Says of single values whether a schema takes them."""
        return InstanceChecker(self)

    def _of(self, written: Node) -> TypeSchemas:
        if written.reference is not None:
            target = self.type_schemas((written.follow(written.reference),))
            return target if self.old_dialect else self._meet(target, self._own(written.without_reference()))
        return self._own(written)

    def _own(self, node: Node) -> TypeSchemas:
        if node.value is False:
            return ()
        if not isinstance(node.value, dict):
            return tuple(_everything())
        node = known(node, old=self.old_dialect)
        type_schemas = self._combined(node, self._simple(node))
        return tuple(self._with_extras(node, type_schemas))

    def _combined(self, node: Node, type_schemas: TypeSchemas) -> TypeSchemas:
        for member in node.raw_elements("allOf"):
            type_schemas = self._meet(type_schemas, self.type_schemas((member,)))
        for keyword in ("anyOf", "oneOf"):
            if node.get(keyword) is None:
                continue
            branches = [self._branch(node, member) for member in node.raw_elements(keyword)]
            type_schemas = self._meet(type_schemas, tuple(type_schema for branch in branches for type_schema in branch))
            if keyword == "oneOf" and not self._apart(branches):
                extra = OpaqueConstraint(f"oneOf {self.meanings.of(node, only=('oneOf',))}", node)
                type_schemas = tuple(
                    replace(type_schema, extras=type_schema.extras | {extra}) for type_schema in type_schemas
                )
        # Beside allOf or a reference, `nullable` is written by those who mean it, whatever the letter of 3.0 says.
        if self.old_dialect and node.flag("nullable") and _combines(node) and fixed(node) is None:
            type_schemas = (*(one for one in type_schemas if kind(one) != "null"), Constant(value=None))
        return type_schemas

    def _branch(self, node: Node, member: Node) -> TypeSchemas:
        """A branch of anyOf or oneOf; a discriminator names it where it does not say its name itself."""
        type_schemas = self.type_schemas((member,))
        discriminator = node.get_resolved("discriminator")
        names = [] if discriminator is None else tags(discriminator, member)
        if discriminator is None or not names:
            return type_schemas
        tag = Node(node.document, (*discriminator.pointer, *names), {"enum": list[Json](names)})
        return tuple(self._tagged(type_schema, discriminator.text("propertyName"), tag) for type_schema in type_schemas)

    def _tagged(self, type_schema: TypeSchema, name: str, tag: Node) -> TypeSchema:
        if not isinstance(type_schema, Object):
            return type_schema
        own = type_schema.fields.get(name, ANYTHING)
        named = any(fixed(known(node.resolved(), old=self.old_dialect)) is not None for node in own)
        fields = {**type_schema.fields, name: own if named else all_of(own, (tag,))}
        return replace(type_schema, fields=fields, required=type_schema.required | {name})

    def _meet(self, ones: TypeSchemas, others: TypeSchemas) -> TypeSchemas:
        met = [self._common(one, other) for one in ones for other in others if kind(one) == kind(other)]
        return tuple(type_schema for type_schema in met if type_schema is not None)

    def _common(self, one: TypeSchema, other: TypeSchema) -> TypeSchema | None:
        if isinstance(other, Constant) and not isinstance(one, Constant):
            one, other = other, one
        if isinstance(one, Constant):
            return replace(one, extras=one.extras | other.extras) if self._holds(other, one.value) else None
        return intersect(one, other)

    def _holds(self, type_schema: TypeSchema, value: Json) -> bool:
        """Whether a type_schema has a value; what cannot be told is left to the type_schema's constraints."""
        try:
            return self.checker.fits(type_schema, value)
        except (Undecided, SelfReferencingSchema):
            return True

    def _apart(self, branches: list[TypeSchemas]) -> bool:
        """Whether no value can be of two branches, so that oneOf means anyOf."""
        return all(
            self._disjoint(one, other)
            for number, branch in enumerate(branches)
            for later in branches[number + 1 :]
            for one in branch
            for other in later
        )

    def _disjoint(self, one: TypeSchema, other: TypeSchema) -> bool:
        if kind(one) != kind(other):
            return True
        if isinstance(one, Object) and isinstance(other, Object):
            told_apart = one.required & other.required & one.fields.keys() & other.fields.keys()
            return (
                any(self._excludes(*pair) for pair in ((one, other), (other, one)))
                or any(self._is_empty(all_of(one.fields[name], other.fields[name])) for name in told_apart)
                or intersect(one, other) is None
            )
        try:
            return self._common(one, other) is None
        except Undecided:
            return False

    def _is_empty(self, schema: Schema) -> bool:
        """Whether no value fits a schema; of one that holds what is being read, that cannot be told yet."""
        try:
            return not self.type_schemas(schema)
        except SelfReferencingSchema:
            return False

    def _excludes(self, one: Object, other: Object) -> bool:
        """Whether the first cannot have a field that the second has to have."""
        return not one.patterns and bool(other.required - one.fields.keys()) and self._is_empty(one.rest)

    def _with_extras(self, node: Node, type_schemas: TypeSchemas) -> Iterator[TypeSchema]:
        extras = list(self._extras(node))
        for type_schema in type_schemas:
            bearing = frozenset(
                OpaqueConstraint(said, node) for kinds, said in extras if kinds in ("", kind(type_schema))
            )
            yield replace(type_schema, extras=type_schema.extras | bearing) if bearing else type_schema

    def _extras(self, node: Node) -> Iterator[tuple[str, str]]:
        """The type of which a constraint says something, and what the constraint is."""
        for keyword, kinds in ASSERTED_ELSEWHERE.items():
            if node.get(keyword) is None or (keyword == "unevaluatedProperties" and not _combines(node)):
                continue
            if keyword.startswith("pattern") and all(is_supported(one) for one in _patterns(node, keyword)):
                continue
            whole = keyword.startswith("unevaluated")
            together = {"if": ("if", "then", "else"), "contains": ("contains", "minContains", "maxContains")}
            yield kinds, f"{keyword} {self.meanings.of(node, only=() if whole else together.get(keyword, (keyword,)))}"

    def _simple(self, node: Node) -> TypeSchemas:
        """What the keywords beside the combining ones say."""
        type_schemas = [type_schema for name in self._types(node) for type_schema in self._typed(node, name)]
        listed = fixed(node)
        if listed is None:
            return tuple(type_schemas)
        written = {"enum": node}
        return tuple(
            Constant(value=value, written=written)
            for value in listed
            if any(self._holds(type_schema, value) for type_schema in type_schemas)
        )

    def _types(self, node: Node) -> list[str]:
        declared = node.get_resolved("type")
        if declared is None:
            return list(TYPES)
        names = [str(one) for one in declared.value] if isinstance(declared.value, list) else [str(declared.value)]
        if self.old_dialect and node.flag("nullable"):
            names.append("null")
        return [name for name in dict.fromkeys(names) if not (name == "integer" and "number" in names)]

    def _typed(self, node: Node, name: str) -> Iterable[TypeSchema]:
        written = dict(node.items_raw())
        match name:
            case "null":
                return [Constant(value=None, written=written)]
            case "boolean":
                return [Constant(value=value, written=written) for value in (True, False)]
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
        declared = {name: (one,) for name, one in node.items_raw("properties")}
        hidden = {name for name, schema in declared.items() if self._is_hidden(schema[0])}
        required = {str(one.value) for one in node.elements("required")}
        rest = node.get("additionalProperties")
        if rest is None and not _combines(node):
            rest = node.get("unevaluatedProperties")
        return Object(
            fields={name: schema for name, schema in declared.items() if name not in hidden},
            hidden=frozenset(hidden),
            patterns={name: (one,) for name, one in node.items_raw("patternProperties") if is_supported(name)},
            rest=ANYTHING if rest is None or takes_all(rest.value) else (rest,),
            required=frozenset(required - hidden),
            fewest=count(node, "minProperties") or 0,
            most=count(node, "maxProperties"),
        )

    def _is_hidden(self, schema: Node) -> bool:
        return any(one.flag(self.side.hidden) for one in applicable_schemas(schema, old=self.old_dialect))


def _everything() -> Iterator[TypeSchema]:
    yield Constant(value=None)
    yield Constant(value=True)
    yield Constant(value=False)
    yield from (Number(), String(), Array(), Object())


def _combines(node: Node) -> bool:
    return any(node.get(keyword) is not None for keyword in COMBINING)


def _patterns(node: Node, keyword: str) -> list[str]:
    return [node.text(keyword)] if keyword == "pattern" else [name for name, _ in node.items_raw(keyword)]
