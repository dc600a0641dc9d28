"""Compare two contracts: all changes, each once with all its locations."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gate.diff.catalogue import Effect
from gate.diff.change import Change, place_of
from gate.diff.documentation import documentation_changes, notation_changes
from gate.diff.operations import operation_changes
from gate.diff.requirements import requirement_changes
from gate.diff.schemas import Messages
from gate.diff.webhooks import webhook_changes
from gate.openapi.contract import Contract, Operation, shape
from gate.openapi.messages import Key
from gate.source.document import Place
from gate.subschema.limits import Budget


def compare(old: Contract, new: Contract) -> list[Change]:
    """Return every change, breaks first, each once with all its locations."""
    size = len(old.document.text) + len(new.document.text)
    messages = Messages(old, new, Budget.of(size), Budget.of(size))
    changes = [
        *operation_changes(messages),
        *webhook_changes(messages),
        *requirement_changes(old, new),
        *documentation_changes(old, new),
    ]
    return merged([*(changes or notation_changes(old, new)), *ambiguous_paths(new)])


def ambiguous_paths(contract: Contract) -> Iterator[Change]:
    """Yield a warning for each pair of operations that no request distinguishes."""
    by_shape: dict[Key, Operation] = {}
    for operation in contract.operations.values():
        twin = by_shape.setdefault((shape(operation.path), operation.method), operation)
        if twin is not operation:
            method = operation.method.upper()
            text = f"{method} {operation.path} and {method} {twin.path} are the same: no request tells them apart"
            place = place_of(operation.node)
            yield Change("documentation/ambiguous-path", text, place, (operation.name, twin.name))


def merged(changes: Iterable[Change]) -> list[Change]:
    """Merge equal changes at several locations; breaks come first, then by line."""
    by_key: dict[tuple[str, str, Place, str, str], Change] = {}
    for change in changes:
        key = (change.rule, change.text, change.place, change.subject, change.sunset)
        earlier = by_key.get(key)
        if earlier is None:
            by_key[key] = change
        else:
            at = tuple(dict.fromkeys([*earlier.at, *change.at]))
            by_key[key] = replace(
                earlier, at=at, proven=earlier.proven or change.proven, example=earlier.example or change.example
            )
    order = list(Effect)
    return sorted(
        by_key.values(),
        key=lambda change: (
            order.index(change.effect),
            not change.proven,
            change.place.file,
            change.place.line,
            change.rule,
        ),
    )
