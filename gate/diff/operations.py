"""Changes of operations: addresses, security, parameters, bodies and responses."""

from collections.abc import Iterator

from gate.diff.change import Change, place_of, sunset_of
from gate.diff.media_types import request_content_changes
from gate.diff.parameters import parameter_changes
from gate.diff.responses import response_changes
from gate.diff.schemas import Messages, Where
from gate.openapi.contract import Operation
from gate.openapi.messages import Body
from gate.openapi.servers import ANY, default_url, matches_server
from gate.source.document import Node
from gate.subschema.canonical_form import canonical_form


def operation_changes(messages: Messages) -> Iterator[Change]:
    """Yield the changes of the operations of two contracts."""
    old, new = messages.old, messages.new
    for key in dict.fromkeys([*old.operations, *new.operations]):
        before, after = old.operations.get(key), new.operations.get(key)
        if after is None and before is not None:
            place = place_of(new.root, before.node)
            text, sunset = f"{call_line(before)} is gone", sunset_of(before.node)
            yield Change("request/operation-removed", text, place, (before.name,), sunset=sunset)
        elif before is None and after is not None:
            yield Change("request/operation-added", f"{call_line(after)} is new", place_of(after.node), (after.name,))
        elif before is not None and after is not None:
            yield from changes_of_operation(messages, before, after)


def changes_of_operation(messages: Messages, old: Operation, new: Operation) -> Iterator[Change]:
    """Yield the changes of an operation that both contracts have."""
    if old.id and old.id != new.id:
        text = f"{old.id} is called {new.id or 'by no name'} now"
        yield Change("documentation/operation-renamed", text, place_of(new.node), (new.name,))
    yield from server_changes(old, new)
    yield from security_changes(old, new)
    yield from changes_of_parameters(messages, old, new)
    yield from body_presence_changes(messages, old, new)
    yield from response_changes(messages, old, new)
    yield from callback_changes(old, new)


def server_changes(old: Operation, new: Operation) -> Iterator[Change]:
    """Yield the changes of the servers of an operation."""
    anywhere = next(iter(new.servers.values()))
    for url in old.servers:
        if not matches_server(url, new.servers):
            place = place_of(anywhere)
            yield Change("request/server-removed", f"the server {url} is gone", place, (new.name,))
    for url, node in new.servers.items():
        if not matches_server(url, old.servers):
            yield Change("request/server-added", f"the server {url} is new", place_of(node), (new.name,))
        # An unrestricted variable lists no values, so whether the old value is still allowed is unknown.
        elif ANY in url and url in old.servers and default_url(old.servers[url]) != default_url(node):
            text = f"the server {url} is {default_url(node)} by default; before: {default_url(old.servers[url])}"
            yield Change("request/server-default-changed", text, place_of(node), (new.name,), proven=False)


def security_changes(old: Operation, new: Operation) -> Iterator[Change]:
    """Yield a change unless each old alternative satisfies a new one, and the other way round."""
    holder = new.node.get("security") or new.node
    text_of_both = f"{_proof(new)}; before: {_proof(old)}"
    if not all_suffice(old, new):
        text = f"another or a stronger proof is needed than before: {text_of_both}"
        yield Change("request/security-strengthened", text, holder.place, (new.name,))
    elif not all_suffice(new, old):
        text = f"another or a weaker proof is enough, too: {text_of_both}"
        yield Change("request/security-weakened", text, holder.place, (new.name,))


def all_suffice(given: Operation, required: Operation) -> bool:
    """Return whether credentials for one operation suffice for another, whichever alternative is used."""
    return all(
        any(all(any(has.satisfies(need) for has in proof) for need in needed) for needed in required.security)
        for proof in given.security
    )


def _proof(operation: Operation) -> str:
    """Describe the security alternatives."""
    proofs = (" and ".join(sorted(scheme.shown for scheme in needed)) or "nothing" for needed in operation.security)
    return ", or ".join(sorted(proofs))


def changes_of_parameters(messages: Messages, old: Operation, new: Operation) -> Iterator[Change]:
    """Yield the changes of the parameters of an operation."""
    for key in dict.fromkeys([*old.parameters, *new.parameters]):
        before, after = old.parameters.get(key), new.parameters.get(key)
        if after is None and before is not None:
            place = place_of(new.node, before.node) if stands_alike(before.node, new.node) else new.node.place
            text, sunset = f"{before.shown} is gone", sunset_of(before.node)
            yield Change("request/parameter-removed", text, place, (new.name,), sunset=sunset)
        elif before is None and after is not None:
            rule = "request/parameter-added-as-required" if after.required else "request/parameter-added"
            text = f"{after.shown} is new{' and required' if after.required else ''}"
            yield Change(rule, text, after.node.place, (new.name,))
        elif before is not None and after is not None:
            yield from parameter_changes(messages, before, after, new.name)


def stands_alike(gone: Node, operation: Node) -> bool:
    """Return whether a removed node was within the operation."""
    return gone.pointer[: len(operation.pointer)] == operation.pointer


def body_presence_changes(messages: Messages, old: Operation, new: Operation) -> Iterator[Change]:
    """Yield the changes of a body that is new, removed, or in both contracts."""
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
            yield from body_changes(messages, before, after, new)


def body_changes(messages: Messages, old: Body, new: Body, operation: Operation) -> Iterator[Change]:
    """Yield the changes of a body that both contracts have."""
    if old.required != new.required:
        rule = "request/body-now-required" if new.required else "request/body-now-optional"
        text = f"the body {'is required' if new.required else 'may be left out'} now"
        yield Change(rule, text, (new.node.get("required") or new.node).place, (operation.name,))
    where = Where(operation.name, "body", "the body")
    yield from request_content_changes(messages, old.contents, new.contents, where, new.node)


def callback_changes(old: Operation, new: Operation) -> Iterator[Change]:
    """Yield one change if the callbacks differ, which the gate does not examine further."""
    contents = [
        None if node is None else canonical_form(node)
        for node in (old.node.get_resolved("callbacks"), new.node.get_resolved("callbacks"))
    ]
    if contents[0] != contents[1]:
        place, text = (new.node.get_resolved("callbacks") or new.node).place, "the callbacks are not what they were"
        yield Change("request/callback-changed", text, place, (new.name,), proven=False, subject=str(contents))


def call_line(operation: Operation) -> str:
    """Return the method and path."""
    return f"{operation.method.upper()} {operation.path}"
