"""The examples and defaults of a contract that do not fit their schemas, wherever they are written."""

from collections.abc import Iterator

from gate.contract import Contract
from gate.document import Json, Node
from gate.schemas.pieces import Array, Object, Schema, shown
from gate.schemas.reading import Side
from gate.schemas.values import Judge, Undecided, schemas_of
from gate.wire import Content

INNER = ("items", "additionalProperties", "contains", "propertyNames")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
MAPS = ("properties", "patternProperties", "dependentSchemas", "$defs")


def misfits(contract: Contract) -> Iterator[tuple[Node, str]]:
    """Each example or default that does not fit, and why; what no machine can decide fits."""
    judges = {side: contract.readers[side].judge for side in Side}
    seen: set[Node] = set()
    for side, content in _contents(contract):
        for example in _examples(content):
            yield from _misfit(content.schema, example, judges[side])
        for schema in content.schema:
            yield from _within(schema, judges, seen)
    for _, schema in contract.root.fields("components", "schemas"):
        yield from _within(schema, judges, seen)


def _contents(contract: Contract) -> Iterator[tuple[Side, Content]]:
    for operation in contract.operations.values():
        for parameter in operation.parameters.values():
            yield Side.REQUEST, parameter.content
        for content in operation.body.contents.values() if operation.body else ():
            yield Side.REQUEST, content
        for response in operation.responses.values():
            for content in response.contents.values():
                yield Side.RESPONSE, content


def _examples(content: Content) -> Iterator[Node]:
    single = content.node.child("example")
    if single is not None:
        yield single
    for _, one in content.node.fields("examples"):
        value = one.child("value")
        if value is not None:
            yield value


def _within(node: Node, judges: dict[Side, Judge], seen: set[Node]) -> Iterator[tuple[Node, str]]:
    """What does not fit of a schema and of all in it; it may be shown as it is sent, or as it is answered."""
    schema = node.resolved()
    if schema in seen or not isinstance(schema.value, dict):
        return
    seen.add(schema)
    for example in _own(schema):
        if not any(_takes((schema,), example.value, judge) for judge in judges.values()):
            yield from _misfit((schema,), example, judges[Side.RESPONSE])
    for child in _subschemas(schema):
        yield from _within(child, judges, seen)


def _own(schema: Node) -> Iterator[Node]:
    for key in ("example", "default"):
        value = schema.child(key)
        if value is not None:
            yield value
    yield from schema.elements("examples")


def _subschemas(schema: Node) -> Iterator[Node]:
    for key in INNER:
        inner = schema.child(key)
        if inner is not None:
            yield inner
    for key in LISTS:
        yield from schema.elements(key)
    for key in MAPS:
        yield from (child for _, child in schema.fields(key))


def _misfit(schema: Schema, example: Node, judge: Judge) -> Iterator[tuple[Node, str]]:
    if not _takes(schema, example.value, judge):
        yield example, _why(schema, example.value, judge)


def _takes(schema: Schema, value: Json, judge: Judge) -> bool:
    try:
        return judge.takes(schema, value)
    except Undecided:
        return True


def _why(schema: Schema, value: Json, judge: Judge) -> str:
    """Where in the value the misfit is, as far as one field or item is to blame."""
    for piece in judge.reader.pieces(schema):
        if isinstance(piece, Object) and isinstance(value, dict):
            missing = sorted(piece.required - value.keys())
            if missing:
                return f"{', '.join(missing)} is missing"
            for name, one in value.items():
                for inner in schemas_of(piece, name):
                    if not _takes(inner, one, judge):
                        return f"{name}: {_why(inner, one, judge)}"
        if isinstance(piece, Array) and isinstance(value, list):
            for number, one in enumerate(value):
                if not _takes(piece.item(number), one, judge):
                    return f"[{number}] {_why(piece.item(number), one, judge)}"
    return f"{shown(value)} is not allowed"
