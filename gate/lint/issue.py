"""What lint says of a contract."""

from dataclasses import dataclass

from gate.source.document import Node


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong, where, and how to mend it."""

    rule: str
    text: str
    remedy: str
    node: Node
