"""Issues of a contract."""

from dataclasses import dataclass

from gate.source.document import Node


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong, where, and how to fix it."""

    rule: str
    text: str
    remedy: str
    node: Node
