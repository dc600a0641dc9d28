"""The questions that two schemas raise.

Beside plain logic there are the four of two contracts, in which a field that one of them does not name is new or gone
rather than just anything: a client neither sends nor reads what its contract does not name.
"""

from enum import StrEnum


class Direction(StrEnum):
    """What is asked of two schemas; which of them is the old one follows from it."""

    LOGIC = "is every value of the first one of the second?"
    REQUEST_NARROWED = "requests, old against new: what could be sent and is no longer taken?"
    REQUEST_WIDENED = "requests, new against old: what can be sent that could not be?"
    RESPONSE_WIDENED = "responses, new against old: what may come that could not come?"
    RESPONSE_NARROWED = "responses, old against new: what could come and no longer does?"

    @property
    def is_request(self) -> bool:
        """Whether it is about what clients send."""
        return self in (Direction.REQUEST_NARROWED, Direction.REQUEST_WIDENED)
