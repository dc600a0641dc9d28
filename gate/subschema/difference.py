"""Differences: what one schema accepts and another does not, and in which direction that is asked.

A client neither sends nor reads a property that its contract does not name. So between two contracts such a property
is new or gone, where plain logic would say that it may be anything.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from gate.source.document import Json, Node


class Direction(StrEnum):
    """Question that a comparison answers."""

    LOGIC = "is every instance of the left schema one of the right?"
    REQUEST_NARROWED = "requests, old against new: what could be sent and is no longer accepted?"
    REQUEST_WIDENED = "requests, new against old: what can be sent that could not be?"
    RESPONSE_WIDENED = "responses, new against old: what may come that could not come?"
    RESPONSE_NARROWED = "responses, old against new: what could come and no longer does?"

    @property
    def is_request(self) -> bool:
        """Return whether requests are compared."""
        return self in (Direction.REQUEST_NARROWED, Direction.REQUEST_WIDENED)

    @property
    def is_towards_new(self) -> bool:
        """Return whether differences in this direction are compatible."""
        return self in (Direction.REQUEST_WIDENED, Direction.RESPONSE_NARROWED)


class DifferenceKind(StrEnum):
    """The subject of a difference."""

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
    BRANCH = "branch"
    CONSTRAINT = "constraint"
    DEFAULT = "default"
    CAP = "cap"
    UNDECIDED = "undecided"


class Missing:
    """Stands for an example if there is none."""


MISSING = Missing()
Example: TypeAlias = "Json | Missing"


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """A set of values that the left schema accepts and the right one does not.

    `path` leads to it inside the message, `left` and `right` to the causes in the schemas; `example` is the value
    there, and `outer` the message around it. A difference is `proven` if there is a witness, which the left schema
    accepts and the right one does not, or `by_rule`: a removed property is a difference, whatever values are allowed.
    """

    path: tuple[str, ...]
    kind: DifferenceKind
    text: str
    left: Node | None
    right: Node | None
    example: Example = MISSING
    proven: bool = False
    by_rule: bool = False
    outer: Example = MISSING
    is_inside: bool = False

    @property
    def witness(self) -> Example:
        """Return the whole message that shows the difference."""
        return self.outer if self.is_inside else self.example

    def inside(self, step: str, witness: Example) -> "Difference":
        """Return the difference as seen from the enclosing schema; unproven if no message shows it there."""
        proven = self.proven and (self.by_rule or witness is not MISSING)
        return replace(self, path=(step, *self.path), proven=proven, outer=witness, is_inside=True)


# Stands for everything that was not compared because the budget was spent.
UNDECIDED = Difference((), DifferenceKind.UNDECIDED, "", None, None)


def unproven(difference: Difference) -> Difference:
    """Return a difference without its proof."""
    return replace(difference, proven=False, by_rule=False)


def proven_and_near_first(difference: Difference) -> tuple[bool, int]:
    """Return the key that sorts proven and near differences first."""
    return not difference.proven, len(difference.path)


def few_paths(differences: list[Difference], most: int) -> list[Difference]:
    """Return a few of the paths that lead to one difference: the proven and shortest."""
    if len(differences) <= most:
        return differences
    paths: dict[object, list[Difference]] = {}
    for difference in sorted(differences, key=proven_and_near_first):
        has_place = difference.left or difference.right
        key = (difference.kind, difference.text, difference.left, difference.right) if has_place else id(difference)
        paths.setdefault(key, []).append(difference)
    kept = {id(difference) for alike in paths.values() for difference in alike[:most]}
    return [difference for difference in differences if id(difference) in kept]
