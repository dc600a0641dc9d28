"""Changes of responses: statuses, media types, headers and content."""

from collections.abc import Iterator

from gate.diff.change import Change, place_of, sunset_of
from gate.diff.media_types import response_content_changes
from gate.diff.parameters import header_changes
from gate.diff.schemas import Messages, Where
from gate.openapi.contract import Operation
from gate.openapi.messages import Response
from gate.source.document import Place
from gate.subschema.canonical_form import canonical_form

SUCCESSES = ("1", "2", "3")


def response_changes(messages: Messages, old: Operation, new: Operation) -> Iterator[Change]:
    """Yield the changes of the responses of an operation."""
    pairs: dict[tuple[str, str], None] = {}
    for status in dict.fromkeys([*old.responses, *new.responses]):
        before, after = closest_response(status, old), closest_response(status, new)
        if before is not None and after is not None:
            pairs[(before.status, after.status)] = None
    for before in old.responses.values():
        if closest_response(before.status, new) is None:
            yield removed_response(before, new)
    for after in new.responses.values():
        if closest_response(after.status, old) is None and not any(name == after.status for _, name in pairs):
            yield from added_response_changes(messages, after, old, new)
    for before_status, after_status in pairs:
        yield from changes_of_response(messages, old.responses[before_status], new.responses[after_status], new)


def closest_response(status: str, operation: Operation) -> Response | None:
    """Return the response for a status: its own, that of its class, or the default.

    If successes are documented, the default only applies to other statuses.
    """
    names = [status, f"{status[0]}XX"]
    if not (is_success(status) and any(map(is_success, operation.responses))):
        names.append("default")
    return next((operation.responses[name] for name in names if name in operation.responses), None)


def is_success(status: str) -> bool:
    """Return whether a status is a success or a redirection."""
    return status.startswith(SUCCESSES)


def removed_response(before: Response, new: Operation) -> Change:
    """Return the change of a status that no response documents any more."""
    rule = "response/status-removed" if is_success(before.status) else "response/error-status-removed"
    if is_success(before.status) and any(before.status == f"{status[0]}XX" for status in new.responses):
        rule = "response/status-narrowed"
    place = (new.node.get_resolved("responses") or new.node).place
    return Change(rule, f"{before.status} is no longer answered", place, (new.name,))


def added_response_changes(messages: Messages, added: Response, old: Operation, new: Operation) -> Iterator[Change]:
    """Yield the change of a status that no response documented before."""
    text, at = f"{added.status} may answer now", (new.name,)
    place = added.node.place if added.node.pointer[:2] != ("components", "responses") else _listed(new, added)
    if added.status[0] == "3":
        yield Change("response/redirect-added", text, place, at)
    elif added.status[0] != "2":
        yield Change("response/error-status-added", text, place, at)
    else:
        successes = [response for response in old.responses.values() if response.status[0] == "2"]
        alike = any(not breaks(messages, response, added, new) for response in successes)
        rule = "response/status-added-alike" if alike else "response/status-added"
        yield Change(rule, text, place, at, subject=canonical_form(added.node))


def _listed(operation: Operation, response: Response) -> Place:
    return place_of((operation.node.get_resolved("responses") or operation.node).get(response.status) or operation.node)


def breaks(messages: Messages, old: Response, new: Response, operation: Operation) -> bool:
    """Return whether clients of the old response cannot read the new one."""
    return any(change.effect.value == "breaking" for change in changes_of_response(messages, old, new, operation))


def changes_of_response(messages: Messages, old: Response, new: Response, operation: Operation) -> Iterator[Change]:
    """Yield the changes of the content and headers of a status."""
    where = Where(operation.name, new.status, f"the answer {new.status}")
    if old.contents and not new.contents:
        text = f"{new.status} has no content any more"
        yield Change("response/encoding-removed", text, place_of(new.node), (where.whole,))
    elif new.contents and not old.contents:
        yield Change("response/body-added", f"{new.status} has content now", new.node.place, (where.whole,))
    else:
        yield from response_content_changes(messages, old.contents, new.contents, where, new.node)
    yield from changes_of_headers(messages, old, new, where)


def changes_of_headers(messages: Messages, old: Response, new: Response, where: Where) -> Iterator[Change]:
    """Yield the changes of the headers of a status."""
    at = (where.whole,)
    for name in dict.fromkeys([*old.headers, *new.headers]):
        before, after = old.headers.get(name), new.headers.get(name)
        if after is None and before is not None:
            place = place_of(new.node, before.node) if before.node.pointer[:1] == ("paths",) else new.node.place
            text, sunset = f"the header `{before.name}` is gone", sunset_of(before.node)
            yield Change("response/header-removed", text, place, at, sunset=sunset)
        elif before is None and after is not None:
            yield Change("response/header-added", f"the header `{after.name}` is new", after.node.place, at)
        elif before is not None and after is not None:
            yield from header_changes(messages, before, after, where)
