"""Directions of a comparison: requests or responses, and which of the two contracts is on the left.

A client neither sends nor reads a property that its contract does not name. So between two contracts such a property
is new or gone, where plain logic would say that it may be anything.
"""

from enum import StrEnum


class Direction(StrEnum):
    """Question that a comparison answers."""

    LOGIC = "is every instance of the left schema one of the right?"
    REQUEST_NARROWED = "requests, old against new: what could be sent and is no longer accepted?"
    REQUEST_WIDENED = "requests, new against old: what can be sent that could not be?"
    RESPONSE_WIDENED = "responses, new against old: what may come that could not come?"
    RESPONSE_NARROWED = "responses, old against new: what could come and no longer does?"

    @property
    def is_request(self) -> bool:
        """Return whether it is about what clients send."""
        return self in (Direction.REQUEST_NARROWED, Direction.REQUEST_WIDENED)

    @property
    def is_towards_new(self) -> bool:
        """Return whether what the left contract has more than the right one is compatible."""
        return self in (Direction.REQUEST_WIDENED, Direction.RESPONSE_NARROWED)
