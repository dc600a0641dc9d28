"""The examples and defaults of a contract that do not fit their schemas, wherever they are written."""

from collections.abc import Iterator

from gate.openapi.contract import Contract
from gate.source.document import Json, Node
from gate.source.visitor import walk
from gate.subschema.instances import InstanceChecker, Undecided, schemas_of
from gate.subschema.normal_form import Array, Object, Schema, shown
from gate.subschema.normalizer import Side

INNER = ("items", "additionalProperties", "contains", "propertyNames")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
ANSWERED = frozenset({"responses", "headers"})
MAPS = ("properties", "patternProperties", "dependentSchemas", "$defs")


def invalid_examples(contract: Contract) -> Iterator[tuple[Node, str]]:
    """Each example or default that does not fit, and why; what no machine can decide fits."""
    checkers = {side: contract.normalizers[side].checker for side in Side}
    seen: set[Node] = set()
    for part in walk(contract.root):
        schema = part.node.get("schema")
        if schema is not None:
            side = Side.RESPONSE if ANSWERED & set(part.trail) else Side.REQUEST
            for example in _examples(part.node):
                yield from _misfit((schema,), example, checkers[side])
            yield from _within(schema, checkers, seen)
    for _, schema in contract.root.items("components", "schemas"):
        yield from _within(schema, checkers, seen)


def _examples(holder: Node) -> Iterator[Node]:
    """The examples of a message, a parameter or a header."""
    single = holder.get("example")
    if single is not None:
        yield single
    for _, one in holder.items("examples"):
        value = one.get("value")
        if value is not None:
            yield value


def _within(node: Node, checkers: dict[Side, InstanceChecker], seen: set[Node]) -> Iterator[tuple[Node, str]]:
    """What does not fit of a schema and of all in it; it may be shown as it is sent, or as it is answered."""
    schema = node.resolved()
    if schema in seen or not isinstance(schema.value, dict):
        return
    seen.add(schema)
    for example in _own(schema):
        if not any(_takes((schema,), example.value, checker) for checker in checkers.values()):
            yield from _misfit((schema,), example, checkers[Side.RESPONSE])
    for child in _subschemas(schema):
        yield from _within(child, checkers, seen)


def _own(schema: Node) -> Iterator[Node]:
    for key in ("example", "default"):
        value = schema.get(key)
        if value is not None:
            yield value
    yield from schema.raw_elements("examples")


def _subschemas(schema: Node) -> Iterator[Node]:
    for key in INNER:
        inner = schema.get(key)
        if inner is not None:
            yield inner
    for key in LISTS:
        yield from schema.elements(key)
    for key in MAPS:
        yield from (child for _, child in schema.items(key))


def _misfit(schema: Schema, example: Node, checker: InstanceChecker) -> Iterator[tuple[Node, str]]:
    if not _takes(schema, example.value, checker):
        yield example, _why(schema, example.value, checker)


def _takes(schema: Schema, value: Json, checker: InstanceChecker) -> bool:
    try:
        return checker.accepts(schema, value)
    except Undecided:
        return True


def _why(schema: Schema, value: Json, checker: InstanceChecker) -> str:
    """Where in the value the misfit is, as far as one field or item is to blame."""
    for type_schema in checker.normalizer.type_schemas(schema):
        if isinstance(type_schema, Object) and isinstance(value, dict):
            missing = sorted(type_schema.required - value.keys())
            if missing:
                return f"{', '.join(missing)} is missing"
            for name, one in value.items():
                for inner in schemas_of(type_schema, name):
                    if not _takes(inner, one, checker):
                        return f"{name}: {_why(inner, one, checker)}"
        if isinstance(type_schema, Array) and isinstance(value, list):
            for number, one in enumerate(value):
                if not _takes(type_schema.item(number), one, checker):
                    return f"[{number}] {_why(type_schema.item(number), one, checker)}"
    return f"{shown(value)} is not allowed"
