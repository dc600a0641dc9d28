"""Changes of parameters and headers: whether they are required, their serialization, and their schemas."""

from collections.abc import Iterator

from gate.diff.change import Change
from gate.diff.schemas import Messages, Where
from gate.openapi.contract import Contract
from gate.openapi.messages import Parameter
from gate.openapi.serialization import value_kind
from gate.subschema.instances import InstanceChecker, Undecided
from gate.subschema.normal_form import Schema
from gate.subschema.normalizer import Normalizer, Side


def parameter_changes(messages: Messages, old: Parameter, new: Parameter, operation: str) -> Iterator[Change]:
    """Yield the changes of a parameter that both contracts have."""
    if old.required != new.required:
        rule = "request/parameter-now-required" if new.required else "request/parameter-now-optional"
        text = f"{new.shown} {'is required' if new.required else 'may be left out'} now"
        yield Change(rule, text, (new.node.get("required") or new.node).place, (operation,))
    differing = written_otherwise(old, new, messages.old.normalizers[Side.REQUEST], old.content.schema)
    if differing:
        text = f"{new.shown} was written as {differing[0]} and is written as {differing[1]} now"
        yield Change("request/parameter-written-differently", text, new.node.place, (operation,))
    yield from character_changes(messages, old, new, operation)
    where = Where(operation, new.shown.replace("`", ""), new.shown)
    yield from messages.changes(old.content, new.content, Side.REQUEST, where, always_sent=old.required)


def header_changes(messages: Messages, old: Parameter, new: Parameter, where: Where) -> Iterator[Change]:
    """Yield the changes of a header of a response that both contracts have."""
    at, place = (where.whole,), new.node.place
    if old.required != new.required:
        rule = "response/header-always-present" if new.required else "response/header-may-be-missing"
        text = f"the header `{new.name}` {'is never missing' if new.required else 'may be missing'} now"
        yield Change(rule, text, place, at)
    differing = written_otherwise(old, new, messages.new.normalizers[Side.RESPONSE], new.content.schema)
    if differing:
        text = f"the header `{new.name}` was written as {differing[0]} and is written as {differing[1]} now"
        yield Change("response/header-written-differently", text, place, at)
    inside = Where(where.operation, f"{where.part} header {new.name}", f"the header `{new.name}`")
    yield from messages.changes(old.content, new.content, Side.RESPONSE, inside)


def written_otherwise(old: Parameter, new: Parameter, normalizer: Normalizer, sent: Schema) -> tuple[str, str] | None:
    """Return the old and new serialization of the first kind of value for which they differ."""
    for kind in dict.fromkeys(value_kind(type_schema) for type_schema in normalizer.type_schemas(sent)):
        before, after = old.serialization.of(kind), new.serialization.of(kind)
        if before != after:
            return before, after
    return None


def character_changes(messages: Messages, old: Parameter, new: Parameter, operation: str) -> Iterator[Change]:
    """Yield the changes of empty values and reserved characters in the query."""
    if old.location != "query":
        return
    place, at = new.node.place, (operation,)
    empty = [side.node.flag("allowEmptyValue") for side in (old, new)]
    if empty == [True, False] and not takes_nothing(messages.new, new):
        yield Change("request/empty-value-refused", f"{new.shown} may no longer be empty", place, at)
    elif empty == [False, True] and not takes_nothing(messages.old, old):
        yield Change("request/empty-value-taken", f"{new.shown} may be empty now", place, at)
    reserved = [side.node.flag("allowReserved") for side in (old, new)]
    if reserved == [True, False]:
        text = f"{new.shown} may no longer hold reserved characters as they are"
        yield Change("request/reserved-characters-refused", text, place, at, proven=False)
    elif reserved == [False, True]:
        text = f"{new.shown} may hold reserved characters as they are"
        yield Change("request/reserved-characters-taken", text, place, at)


def takes_nothing(contract: Contract, parameter: Parameter) -> bool:
    """Return whether the schema accepts the empty string."""
    try:
        return InstanceChecker(contract.normalizers[Side.REQUEST]).accepts(parameter.content.schema, "")
    except Undecided:
        return False
