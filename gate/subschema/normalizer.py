"""The normalizer: turns references, allOf, unions, nullable and dialects of a schema into type schemas."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from gate.source.document import Node
from gate.subschema.canonical_form import CanonicalForms, tags
from gate.subschema.instances import InstanceChecker, Undecided
from gate.subschema.intersection import intersect, tightened, with_origin
from gate.subschema.keywords import (
    allows_anything,
    array_schema,
    count,
    enumerated_values,
    number_schema,
    string_schema,
)
from gate.subschema.normal_form import (
    ANYTHING,
    Branch,
    Enumeration,
    Object,
    OpaqueConstraint,
    Schema,
    TypeSchema,
    TypeSchemas,
    all_of,
    enumerations,
    everything,
    kind,
)
from gate.subschema.openapi_dialect import applicable_schemas, supported_keywords
from gate.subschema.patterns import is_supported

TYPES = ("null", "boolean", "number", "string", "array", "object")
# Keywords that type schemas cannot express, and the type whose values they restrict; any type if none is given.
OPAQUE = {
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
    "prefixItems": "array",
}
BESIDE = {
    "if": ("if", "then", "else"),
    "contains": ("contains", "minContains", "maxContains"),
    "prefixItems": ("prefixItems", "items"),
    "patternProperties": ("patternProperties", "additionalProperties", "properties"),
}
COMBINING = ("allOf", "anyOf", "oneOf", "if", "dependentSchemas", "$ref")
# A union of more branches, or a product of unions that has more, is compared as a whole.
MOST_ALTERNATIVES = 1_000


class Side(StrEnum):
    """The direction of a message: requests have no read-only properties, responses no write-only ones."""

    REQUEST = "request"
    RESPONSE = "response"

    @property
    def hidden(self) -> str:
        """Return the keyword that excludes a property from messages of this side."""
        return "readOnly" if self is Side.REQUEST else "writeOnly"


@dataclass(eq=False)
class Normalizer:
    """Normalizes the schemas of one contract for one side; `old` is OpenAPI 3.0."""

    side: Side
    old: bool = False
    _finished: dict[Schema, TypeSchemas] = field(default_factory=dict, repr=False)
    _in_progress: dict[Schema, int] = field(default_factory=dict, repr=False)
    _outermost: int = 0
    """The depth of the outermost schema in progress that the current result depends on."""

    @cached_property
    def canonical(self) -> CanonicalForms:
        """Return the canonical names of the contract's schemas."""
        return CanonicalForms(old=self.old)

    def type_schemas(self, schema: Schema) -> TypeSchemas:
        """Return the type schemas whose union is equivalent to the schema; none if no value satisfies it.

        A schema that is a member of its own allOf is ignored there.
        """
        if schema in self._finished:
            return self._finished[schema]
        if schema in self._in_progress:
            self._outermost = min(self._outermost, self._in_progress[schema])
            return everything()
        depth = len(self._in_progress)
        self._in_progress[schema] = depth
        outer, self._outermost = self._outermost, depth
        try:
            result = everything() if schema == ANYTHING else self._of(schema[0])
            for node in schema[1:]:
                result = self._intersect(result, self._of(node), node, "allOf")
        finally:
            del self._in_progress[schema]
        if self._outermost >= depth:
            self._finished[schema] = result
        self._outermost = min(outer, self._outermost)
        return result

    def _of(self, written: Node) -> TypeSchemas:
        if written.reference is None:
            return self._without_reference(written)
        target = self.type_schemas((written.follow(written.reference),))
        beside = written.without_reference()
        if self.old or not beside.value:
            return target
        return self._intersect(target, self._without_reference(beside), beside, "allOf")

    def _without_reference(self, node: Node) -> TypeSchemas:
        if node.value is False:
            return ()
        if not isinstance(node.value, dict):
            return everything()
        node = supported_keywords(node, old=self.old)
        return tuple(self._with_opaque(node, self._with_combining(node, self._own(node))))

    def _with_combining(self, node: Node, result: TypeSchemas) -> TypeSchemas:
        for member in node.raw_elements("allOf"):
            result = self._intersect(result, self.type_schemas((member,)), node, "allOf")
        for keyword in ("anyOf", "oneOf"):
            if node.get(keyword) is not None:
                result = self.with_union(node, keyword, result)
        # `nullable` beside allOf or a reference is taken as it is meant, although OpenAPI 3.0 does not define it there.
        if self.old and node.flag("nullable") and combines(node) and enumerated_values(node) is None:
            result = (
                *(type_schema for type_schema in result if kind(type_schema) != "null"),
                *enumerations([None], {}),
            )
        return result

    def with_union(self, node: Node, keyword: str, result: TypeSchemas) -> TypeSchemas:
        """Return a result restricted to a union; the branches of oneOf are assumed to be disjoint, as intended."""
        # A branch that is the union itself is ignored.
        members = [member for member in node.raw_elements(keyword) if member.resolved() != node]
        above = [member for member in members if (member.resolved(),) in self._in_progress]
        if above:
            self._outermost = min(self._outermost, *(self._in_progress[(member.resolved(),)] for member in above))
            # For a branch that refers to its base by allOf, the base adds its own keywords, not its branches.
            is_base = all(member.resolved().get("allOf") is not None for member in above)
            return result if is_base else self._opaquely(result, node, keyword)
        # A duplicate branch is ignored, unless messages select it by its name.
        is_selected = node.get("discriminator") is not None
        distinct = {
            (self.canonical.name(member), member.reference if is_selected else ""): member for member in members
        }
        branches = [self._branch(node, member) for member in distinct.values()]
        union = tuple(alternative for branch in branches for alternative in branch)
        if len(union) > MOST_ALTERNATIVES:
            return self._opaquely(result, node, keyword)
        shared = Counter(name for branch in branches for name in {kind(alternative) for alternative in branch})
        if keyword == "oneOf" and not is_selected and any(number > 1 for number in shared.values()):
            exclusive = frozenset({self._opaque_constraint(node, "oneOf")})
            union = tuple(
                replace(alternative, opaque=alternative.opaque | exclusive)
                if shared[kind(alternative)] > 1
                else alternative
                for alternative in union
            )
        return self._intersect(result, union, node, keyword)

    def _branch(self, node: Node, member: Node) -> TypeSchemas:
        """Return the type schemas of a branch; a discriminator names it if the branch does not do so itself."""
        name = member.reference.rpartition("/")[2] if member.reference is not None else ""
        branch = Branch(name, self.canonical.name(member))
        result = tuple(
            type_schema if type_schema.branch is not None else replace(type_schema, branch=branch)
            for type_schema in self.type_schemas((member,))
        )
        discriminator = node.get_resolved("discriminator")
        names = [] if discriminator is None else tags(discriminator, member)
        if discriminator is None or not names:
            return result
        tag = Node(node.document, (*discriminator.pointer, *names), {"enum": list(names)})
        return tuple(self._tagged(type_schema, discriminator.text("propertyName"), tag) for type_schema in result)

    def _tagged(self, type_schema: TypeSchema, name: str, tag: Node) -> TypeSchema:
        if not isinstance(type_schema, Object):
            return type_schema
        own = type_schema.properties.get(name, ANYTHING)
        named = any(enumerated_values(supported_keywords(node.resolved(), old=self.old)) is not None for node in own)
        properties = {**type_schema.properties, name: own if named else all_of(own, (tag,))}
        return replace(type_schema, properties=properties, required=type_schema.required | {name})

    def _intersect(self, lefts: TypeSchemas, rights: TypeSchemas, node: Node, keyword: str) -> TypeSchemas:
        by_kind: dict[str, list[TypeSchema]] = {}
        for right in rights:
            by_kind.setdefault(kind(right), []).append(right)
        if sum(len(by_kind.get(kind(left), ())) for left in lefts) > MOST_ALTERNATIVES:
            return self._opaquely(lefts, node, keyword)
        common = (self._common(left, right) for left in lefts for right in by_kind.get(kind(left), ()))
        return tuple(type_schema for type_schema in common if type_schema is not None)

    def _opaquely(self, result: TypeSchemas, node: Node, keyword: str) -> TypeSchemas:
        constraint = frozenset({self._opaque_constraint(node, keyword)})
        return tuple(replace(type_schema, opaque=type_schema.opaque | constraint) for type_schema in result)

    def _opaque_constraint(self, node: Node, keyword: str) -> OpaqueConstraint:
        only = () if keyword.startswith("unevaluated") else BESIDE.get(keyword, (keyword,))
        if keyword == "patternProperties" and node.get("additionalProperties") is None:
            only = (keyword,)
        return OpaqueConstraint(keyword, self.canonical.name(node, only=only), node)

    def _common(self, left: TypeSchema, right: TypeSchema) -> TypeSchema | None:
        if isinstance(right, Enumeration) and not isinstance(left, Enumeration):
            left, right = right, left
        if not isinstance(left, Enumeration):
            return intersect(left, right)
        values = {name: value for name, value in left.values.items() if self.allows(right, name, value)}
        return with_origin(Enumeration(values=values), left, right) if values else None

    def allows(self, type_schema: TypeSchema, name: str, value: object) -> bool:
        """Return whether a type schema allows an enumerated value, or cannot decide it: its constraints are kept."""
        if isinstance(type_schema, Enumeration):
            return name in type_schema.values
        try:
            return InstanceChecker(self).satisfies_type(type_schema, value)  # type: ignore[arg-type]
        except Undecided:
            return True

    def _with_opaque(self, node: Node, result: TypeSchemas) -> Iterator[TypeSchema]:
        constraints = [(OPAQUE[keyword], self._opaque_constraint(node, keyword)) for keyword in opaque_keywords(node)]
        for type_schema in result:
            opaque = frozenset(constraint for name, constraint in constraints if name in ("", kind(type_schema)))
            yield replace(type_schema, opaque=type_schema.opaque | opaque) if opaque else type_schema

    def _own(self, node: Node) -> TypeSchemas:
        """Return the type schemas of all keywords except combining ones."""
        result = tuple(type_schema for name in self._types(node) for type_schema in self._typed(node, name))
        values = enumerated_values(node)
        if values is None:
            return result
        return self._intersect(tuple(enumerations(values, {"enum": node})), result, node, "enum")

    def _types(self, node: Node) -> list[str]:
        declared = node.get_resolved("type")
        if declared is None:
            return list(TYPES)
        value = declared.value
        names = [str(name) for name in value] if isinstance(value, list) else [str(value)]
        if self.old and node.flag("nullable"):
            names.append("null")
        return [name for name in dict.fromkeys(names) if not (name == "integer" and "number" in names)]

    def _typed(self, node: Node, name: str) -> Iterable[TypeSchema]:
        sources = dict(node.items_raw())
        match name:
            case "null":
                return enumerations([None], sources)
            case "boolean":
                return enumerations([True, False], sources)
            case "integer" | "number":
                number = tightened(number_schema(node, integer=name == "integer"))
                return [] if number is None else [replace(number, sources=sources)]
            case "string":
                return [replace(string_schema(node), sources=sources)]
            case "array":
                return [replace(array_schema(node), sources=sources)]
            case _:
                return [replace(self._object(node), sources=sources)]

    def _object(self, node: Node) -> Object:
        declared = {name: (schema,) for name, schema in node.items_raw("properties")}
        hidden = {name for name, schema in declared.items() if self._is_hidden(schema[0])}
        required = {str(name.value) for name in node.elements("required")}
        # With patterns, they are one constraint.
        additional = node.get("additionalProperties") if node.get("patternProperties") is None else None
        if additional is None and not combines(node):
            additional = node.get("unevaluatedProperties")
        return Object(
            properties={name: schema for name, schema in declared.items() if name not in hidden},
            hidden=frozenset(hidden),
            additional=ANYTHING if additional is None or allows_anything(additional.value) else (additional,),
            required=frozenset(required - hidden),
            min_properties=count(node, "minProperties") or 0,
            max_properties=count(node, "maxProperties"),
        )

    def _is_hidden(self, schema: Node) -> bool:
        return any(node.flag(self.side.hidden) for node in applicable_schemas(schema, old=self.old))


def combines(node: Node) -> bool:
    """Return whether a schema combines others."""
    return any(node.get(keyword) is not None for keyword in COMBINING)


def opaque_keywords(node: Node) -> Iterator[str]:
    """Yield the keywords of a schema that type schemas cannot express."""
    for keyword in OPAQUE:
        if node.get(keyword) is None or (keyword == "unevaluatedProperties" and not combines(node)):
            continue
        if keyword != "pattern" or not is_supported(node.text("pattern")):
            yield keyword
