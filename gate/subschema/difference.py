"""What one schema takes that another does not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from gate.source.document import Json, Node


class DifferenceKind(StrEnum):
    """What a difference is about."""

    TYPE = "type"
    ENUM = "enum"
    RANGE = "range"
    LENGTH = "length"
    PATTERN = "pattern"
    FORMAT = "format"
    COUNT = "count"
    UNIQUE = "unique"
    PRESENCE = "presence"
    REMOVED = "field-removed"
    ADDED = "field-added"
    OTHER_FIELDS = "other-fields"
    CONSTRAINT = "constraint"
    DEFAULT = "default"
    CAP = "cap"


class Missing:
    """There is no example."""


MISSING = Missing()
Example: TypeAlias = "Json | Missing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the first schema takes and the second does not.

    `path` leads to it inside the message, `one` and `other` to where the schemas say so. `sure` is a difference of
    which `example` is the proof, or that holds by rule: a field that is gone is gone, whatever else is let through.
    """

    path: tuple[str, ...]
    what: DifferenceKind
    text: str
    one: Node | None
    other: Node | None
    example: Example = MISSING
    proven: bool = False
    by_rule: bool = False

    def inside(self, step: str, wrap: Callable[[Json], Example]) -> "Difference":
        """The same difference as the enclosing schema sees it."""
        example = self.example if isinstance(self.example, Missing) else wrap(self.example)
        return replace(self, path=(step, *self.path), example=example)
