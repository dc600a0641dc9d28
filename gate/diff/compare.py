"""All changes between two contracts."""

from gate.diff.change import Change, merged
from gate.diff.documentation import documentation_changes, notation_changes
from gate.diff.operations import operation_changes
from gate.diff.requirements import requirement_changes
from gate.diff.schemas import Messages
from gate.diff.webhooks import webhook_changes
from gate.errors import GateError
from gate.openapi.contract import Contract, shape


def compare(old: Contract, new: Contract) -> list[Change]:
    """Every change, what breaks clients first; each is told once, with all places where it shows.

    Raises GateError for a contract in which two paths are the same.
    """
    for contract in (old, new):
        _check_paths(contract)
    messages = Messages(old, new)
    changes = [
        *operation_changes(messages),
        *webhook_changes(messages),
        *requirement_changes(old, new),
        *documentation_changes(old, new),
    ]
    return merged(changes or notation_changes(old, new))


def _check_paths(contract: Contract) -> None:
    """Of two paths that differ in the names of variables alone, one would hide the other."""
    seen: dict[str, str] = {}
    for path, item in contract.root.items("paths"):
        known = seen.setdefault(shape(path), path)
        if known != path:
            place = item.place
            raise GateError(f"{place.file}:{place.line}: {path} and {known} are the same path; put them together.")
