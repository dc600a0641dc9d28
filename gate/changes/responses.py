"""Changes of answers: statuses, encodings, headers and content."""

from collections.abc import Iterator

from gate.changes.change import Change, place_of
from gate.changes.messages import Messages, Where
from gate.contract import Operation, Parameter, Response
from gate.document import Place
from gate.schemas.reading import Side


def of_responses(messages: Messages, old: Operation, new: Operation) -> Iterator[Change]:
    """Every change of what may answer an operation."""
    pairs: dict[tuple[str, str], None] = {}
    for before in old.responses.values():
        after = _closest(before.status, new)
        if after is None:
            yield _gone(before, new)
        else:
            pairs[(before.status, after.status)] = None
    for after in new.responses.values():
        known = _closest(after.status, old)
        if known is not None:
            pairs[(known.status, after.status)] = None
        elif not any(name == after.status for _, name in pairs):
            yield from _added(messages, after, old, new)
    for before_status, after_status in pairs:
        yield from _of_response(messages, old.responses[before_status], new.responses[after_status], new)


def _closest(status: str, operation: Operation) -> Response | None:
    """What an operation says of a status: by itself, by its class, or by default."""
    names = (status, f"{status[0]}XX", "default")
    return next((operation.responses[name] for name in names if name in operation.responses), None)


def _gone(before: Response, new: Operation) -> Change:
    success = before.status[0] in "123"
    rule = "response/status-removed" if success else "response/error-status-removed"
    place = (new.node.at("responses") or new.node).place
    return Change(rule, f"{before.status} is no longer answered", place, (new.name,))


def _added(messages: Messages, added: Response, old: Operation, new: Operation) -> Iterator[Change]:
    text, at = f"{added.status} may answer now", (new.name,)
    place = added.node.place if added.node.pointer[:2] != ("components", "responses") else _listed(new, added)
    if added.status[0] == "3":
        yield Change("response/redirect-added", text, place, at)
    elif added.status[0] != "2":
        yield Change("response/error-status-added", text, place, at)
    else:
        known = [one for one in old.responses.values() if one.status[0] == "2"]
        alike = any(not _breaks(messages, one, added, new) for one in known)
        rule = "response/status-added-alike" if alike else "response/status-added"
        yield Change(rule, text, place, at)


def _listed(operation: Operation, response: Response) -> Place:
    return place_of((operation.node.at("responses") or operation.node).child(response.status) or operation.node)


def _breaks(messages: Messages, old: Response, new: Response, operation: Operation) -> bool:
    return any(one.effect.value == "breaking" for one in _of_response(messages, old, new, operation))


def _of_response(messages: Messages, old: Response, new: Response, operation: Operation) -> Iterator[Change]:
    at = (f"{operation.name} · {new.status}",)
    if old.contents and not new.contents:
        place = place_of(new.node)
        yield Change("response/encoding-removed", f"{new.status} has no content any more", place, at)
    elif new.contents and not old.contents:
        yield Change("response/body-added", f"{new.status} has content now", new.node.place, at)
    else:
        yield from _of_contents(messages, old, new, operation)
    yield from _of_headers(messages, old, new, operation)


def _of_contents(messages: Messages, old: Response, new: Response, operation: Operation) -> Iterator[Change]:
    at = (f"{operation.name} · {new.status}",)
    for encoding, content in old.contents.items():
        if not any(_is_within(one, encoding) for one in new.contents):
            place = (new.node.at("content") or new.node).place
            yield Change("response/encoding-removed", f"{new.status} no longer comes as {encoding}", place, at)
        for counterpart in new.contents.values():
            if _is_within(counterpart.encoding, encoding):
                where = Where(operation.name, new.status, f"the answer {new.status}")
                yield from messages.changes(content, counterpart, Side.RESPONSE, where)
    for encoding, added in new.contents.items():
        if not any(_is_within(encoding, one) for one in old.contents):
            text = f"{new.status} comes as {encoding}, too"
            yield Change("response/encoding-added", text, added.node.place, at)


def _is_within(encoding: str, known: str) -> bool:
    """Whether an encoding is the known one, or of the known range."""
    return known in (encoding, "*/*", f"{encoding.partition('/')[0]}/*")


def _of_headers(messages: Messages, old: Response, new: Response, operation: Operation) -> Iterator[Change]:
    at = (f"{operation.name} · {new.status}",)
    for name in dict.fromkeys([*old.headers, *new.headers]):
        before, after = old.headers.get(name), new.headers.get(name)
        if after is None and before is not None:
            place = place_of(new.node, before.node) if before.node.pointer[0] == "paths" else new.node.place
            yield Change("response/header-removed", f"the header `{before.name}` is gone", place, at)
        elif before is None and after is not None:
            yield Change("response/header-added", f"the header `{after.name}` is new", after.node.place, at)
        elif before is not None and after is not None:
            yield from _of_header(messages, before, after, new, operation)


def _of_header(
    messages: Messages, old: Parameter, new: Parameter, response: Response, operation: Operation
) -> Iterator[Change]:
    at = (f"{operation.name} · {response.status}",)
    if old.required != new.required:
        rule = "response/header-always-present" if new.required else "response/header-may-be-missing"
        text = f"the header `{new.name}` {'is never missing' if new.required else 'may be missing'} now"
        yield Change(rule, text, new.node.place, at)
    where = Where(operation.name, f"{response.status} header {new.name}", f"the header `{new.name}`")
    yield from messages.changes(old.content, new.content, Side.RESPONSE, where)
