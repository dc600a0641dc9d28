"""Changes of webhooks, where the API is the caller and its clients receive and answer requests."""

from collections.abc import Iterator

from gate.diff.change import Change, place_of, sunset_of
from gate.diff.media_types import response_content_changes
from gate.diff.schemas import Messages, Where
from gate.openapi.contract import Operation
from gate.subschema.canonical_form import canonical_form

# The answers of clients, and other parts of a call, are left for people to review.
REST = ("parameters", "responses", "security", "callbacks")


def webhook_changes(messages: Messages) -> Iterator[Change]:
    """Yield the changes of the webhooks of two contracts."""
    old, new = messages.old, messages.new
    for key in dict.fromkeys([*old.webhooks, *new.webhooks]):
        before, after = old.webhooks.get(key), new.webhooks.get(key)
        if after is None and before is not None:
            place = place_of(new.root, before.node)
            text, sunset = f"{webhook_name(before)} is gone", sunset_of(before.node)
            yield Change("response/webhook-removed", text, place, (webhook_name(before),), sunset=sunset)
        elif before is None and after is not None:
            yield Change(
                "response/webhook-added", f"{webhook_name(after)} is new", after.node.place, (webhook_name(after),)
            )
        elif before is not None and after is not None:
            yield from changes_of_webhook(messages, before, after)


def changes_of_webhook(messages: Messages, old: Operation, new: Operation) -> Iterator[Change]:
    """Yield the changes of a webhook that both contracts have."""
    where = Where(webhook_name(new), "", "what is sent")
    before, after = (side.body.contents if side.body is not None else {} for side in (old, new))
    if before and not after:
        text = "nothing is sent any more"
        yield Change("response/encoding-removed", text, new.node.place, (where.whole,))
    elif after and not before:
        yield Change("response/body-added", "something is sent now", new.node.place, (where.whole,))
    else:
        holder = new.body.node if new.body is not None else new.node
        yield from response_content_changes(messages, before, after, where, holder, is_negotiated=False)
    contents = [_rest(side) for side in (old, new)]
    if contents[0] != contents[1]:
        text = "what comes beside the content, or has to be answered, is not what it was"
        yield Change(
            "response/webhook-changed", text, new.node.place, (where.whole,), proven=False, subject=str(contents)
        )


def _rest(operation: Operation) -> list[str]:
    required = str(operation.body is not None and operation.body.required)
    return [canonical_form(operation.node, only=REST), canonical_form(operation.item, only=REST), required]


def webhook_name(operation: Operation) -> str:
    """Return the name of a webhook in sentences."""
    return f"the webhook {operation.path} ({operation.method.upper()})"
