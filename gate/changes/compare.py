"""All changes between two contracts."""

from gate.changes.change import Change, merged
from gate.changes.messages import Messages
from gate.changes.operations import of_operations
from gate.changes.promises import of_promises
from gate.changes.prose import of_prose, of_writing
from gate.changes.webhooks import of_webhooks
from gate.contract import Contract, shape
from gate.problem import NotDone


def compare(old: Contract, new: Contract) -> list[Change]:
    """Every change, what breaks clients first; each is told once, with all places where it shows.

    Raises NotDone for a contract in which two paths are the same.
    """
    for contract in (old, new):
        _check_paths(contract)
    messages = Messages(old, new)
    changes = [*of_operations(messages), *of_webhooks(messages), *of_promises(old, new), *of_prose(old, new)]
    return merged(changes or of_writing(old, new))


def _check_paths(contract: Contract) -> None:
    """Of two paths that differ in the names of variables alone, one would hide the other."""
    seen: dict[str, str] = {}
    for path, item in contract.root.fields("paths"):
        known = seen.setdefault(shape(path), path)
        if known != path:
            place = item.place
            raise NotDone(f"{place.file}:{place.line}: {path} and {known} are the same path; put them together.")
