"""What lint says of a contract."""

from dataclasses import dataclass

from gate.document import Node


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong, where, and how to mend it."""

    rule: str
    text: str
    remedy: str
    node: Node
