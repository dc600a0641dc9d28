"""All changes between two contracts."""

from gate.changes.change import Change, merged
from gate.changes.messages import Messages
from gate.changes.operations import of_operations
from gate.changes.promises import of_promises
from gate.changes.prose import of_prose, of_writing
from gate.contract import Contract


def compare(old: Contract, new: Contract) -> list[Change]:
    """Every change, what breaks clients first; each is told once, with all places where it shows."""
    changes = merged([*of_operations(Messages(old, new)), *of_promises(old, new), *of_prose(old, new)])
    return changes or merged(of_writing(old, new))
