"""Changes of operations: what can be called, where, with which key, parameters and body, and what answers."""

from collections.abc import Iterator, Mapping

from gate.changes.change import Change, place_of
from gate.changes.messages import Messages, Where
from gate.changes.responses import of_responses
from gate.contract import Body, Content, Operation, Parameter
from gate.document import Node
from gate.schemas.canonical import meaning
from gate.schemas.reading import Side


def of_operations(messages: Messages) -> Iterator[Change]:
    """Every change of the operations of two contracts."""
    old, new = messages.old, messages.new
    for key in dict.fromkeys([*old.operations, *new.operations]):
        before, after = old.operations.get(key), new.operations.get(key)
        if after is None and before is not None:
            place = place_of(new.root, before.node)
            yield Change("request/operation-removed", f"{_call(before)} is gone", place, (before.name,))
        elif before is None and after is not None:
            yield Change("request/operation-added", f"{_call(after)} is new", place_of(after.node), (after.name,))
        elif before is not None and after is not None:
            yield from _of_operation(messages, before, after)


def _of_operation(messages: Messages, old: Operation, new: Operation) -> Iterator[Change]:
    if old.id and old.id != new.id:
        text = f"{old.id} is called {new.id or 'by no name'} now"
        yield Change("documentation/operation-renamed", text, place_of(new.node), (new.name,))
    yield from _of_servers(old, new)
    yield from _of_security(old, new)
    yield from _of_parameters(messages, old, new)
    yield from _of_bodies(messages, old, new)
    yield from of_responses(messages, old, new)
    yield from _of_callbacks(old, new)


def _of_servers(old: Operation, new: Operation) -> Iterator[Change]:
    anywhere = next(iter(new.servers.values()))
    for url in old.servers.keys() - new.servers.keys():
        place = place_of(anywhere)
        yield Change("request/server-removed", f"the server {url} is gone", place, (new.name,))
    for url in new.servers.keys() - old.servers.keys():
        place = place_of(new.servers[url])
        yield Change("request/server-added", f"the server {url} is new", place, (new.name,))


def _of_security(old: Operation, new: Operation) -> Iterator[Change]:
    """Who satisfied one of the old alternatives has to satisfy one of the new."""
    holder = new.node.child("security") or new.node
    if not _all_suffice(old, new):
        text = "another or a stronger proof is needed than before"
        yield Change("request/security-strengthened", text, holder.place, (new.name,))
    elif not _all_suffice(new, old):
        text = "another or a weaker proof is enough, too"
        yield Change("request/security-weakened", text, holder.place, (new.name,))


def _all_suffice(given: Operation, asked: Operation) -> bool:
    return all(
        any(
            all(any(need.meaning == has.meaning and need.scopes <= has.scopes for has in proof) for need in needed)
            for needed in asked.security
        )
        for proof in given.security
    )


def _of_parameters(messages: Messages, old: Operation, new: Operation) -> Iterator[Change]:
    for key in dict.fromkeys([*old.parameters, *new.parameters]):
        before, after = old.parameters.get(key), new.parameters.get(key)
        if after is None and before is not None:
            place = place_of(new.node, before.node) if _stands_alike(before.node, new.node) else new.node.place
            yield Change("request/parameter-removed", f"{before.shown} is gone", place, (new.name,))
        elif before is None and after is not None:
            rule = "request/parameter-added-as-required" if after.required else "request/parameter-added"
            text = f"{after.shown} is new{' and required' if after.required else ''}"
            yield Change(rule, text, after.node.place, (new.name,))
        elif before is not None and after is not None:
            yield from _of_parameter(messages, before, after, new)


def _stands_alike(gone: Node, operation: Node) -> bool:
    """Whether what is gone stood within the operation, so that its place there still says where."""
    return gone.pointer[: len(operation.pointer)] == operation.pointer


def _of_parameter(messages: Messages, old: Parameter, new: Parameter, operation: Operation) -> Iterator[Change]:
    if old.required != new.required:
        rule = "request/parameter-now-required" if new.required else "request/parameter-now-optional"
        text = f"{new.shown} {'is required' if new.required else 'may be left out'} now"
        place = (new.node.child("required") or new.node).place
        yield Change(rule, text, place, (operation.name,))
    if old.splitting != new.splitting and _is_split(messages, old):
        text = f"{new.shown} is written in another way: {old.splitting}; now {new.splitting}"
        yield Change("request/parameter-written-differently", text, new.node.place, (operation.name,))
    where = Where(operation.name, new.shown.replace("`", ""), new.shown)
    yield from messages.changes(old.content, new.content, Side.REQUEST, where, always_sent=old.required)


def _is_split(messages: Messages, parameter: Parameter) -> bool:
    """Whether style and explode matter: to a list and to an object, not to a single value."""
    if parameter.content.encoding != "text/plain":
        return False
    pieces = messages.old.readers[Side.REQUEST].pieces(parameter.content.schema)
    return any(type(piece).__name__ in ("Array", "Object") for piece in pieces)


def _of_bodies(messages: Messages, old: Operation, new: Operation) -> Iterator[Change]:
    match old.body, new.body:
        case None, None:
            pass
        case None, Body() as added:
            rule = "request/body-added-as-required" if added.required else "request/body-added"
            text = f"a body is new{' and required' if added.required else ''}"
            yield Change(rule, text, added.node.place, (new.name,))
        case Body() as removed, None:
            yield Change("request/body-removed", "the body is gone", place_of(new.node, removed.node), (new.name,))
        case Body() as before, Body() as after:
            yield from _of_body(messages, before, after, new)


def _of_body(messages: Messages, old: Body, new: Body, operation: Operation) -> Iterator[Change]:
    if old.required != new.required:
        rule = "request/body-now-required" if new.required else "request/body-now-optional"
        text = f"the body {'is required' if new.required else 'may be left out'} now"
        yield Change(rule, text, (new.node.child("required") or new.node).place, (operation.name,))
    for encoding, content in old.contents.items():
        counterpart = _reader_of(encoding, new.contents)
        if counterpart is None:
            place = (new.node.child("content") or new.node).place
            yield Change("request/encoding-removed", f"{encoding} is no longer taken", place, (operation.name,))
        else:
            where = Where(operation.name, "body", "the body")
            yield from messages.changes(content, counterpart, Side.REQUEST, where)
    for encoding, content in new.contents.items():
        if encoding not in old.contents:
            text = f"{encoding} is taken, too"
            yield Change("request/encoding-added", text, content.node.place, (operation.name,))


def _reader_of(encoding: str, contents: Mapping[str, Content]) -> Content | None:
    """What takes an encoding: itself, or a range that it is in."""
    ranges = (encoding, f"{encoding.partition('/')[0]}/*", "*/*")
    return next((contents[one] for one in ranges if one in contents), None)


def _of_callbacks(old: Operation, new: Operation) -> Iterator[Change]:
    before, after = old.node.at("callbacks"), new.node.at("callbacks")
    if (before and meaning(before)) != (after and meaning(after)):
        place = (after or new.node).place
        yield Change("request/callback-changed", "the callbacks are not what they were", place, (new.name,), sure=False)


def _call(operation: Operation) -> str:
    return f"{operation.method.upper()} {operation.path}"
