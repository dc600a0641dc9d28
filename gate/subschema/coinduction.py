"""Answers to questions that may lead back to themselves, as those about schemas within themselves do."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Q = TypeVar("Q", bound=Hashable)
A = TypeVar("A")


@dataclass(eq=False)
class CoinductiveCache(Generic[Q, A]):
    """Lists of what speaks against something. As long as nothing does, what is being asked is taken to be so.

    An answer that leans on a direction further out is only kept for good when that one ends without an objection;
    otherwise it is forgotten then, and asked anew when it is needed again.
    """

    _known: dict[Q, list[A]] = field(default_factory=dict)
    _leaning: dict[Q, tuple[list[A], int]] = field(default_factory=dict)
    _asking: dict[Q, int] = field(default_factory=dict)
    _furthest: int = 0
    """How far out is what the current answer leans on, counted from the outermost direction."""

    def of(self, direction: Q, answer: Callable[[], list[A]]) -> list[A]:
        """The answer to a direction, by asking for it only if it is neither known nor being asked."""
        if direction in self._known:
            return self._known[direction]
        if direction in self._asking:
            self._furthest = min(self._furthest, self._asking[direction])
            return []
        if direction in self._leaning:
            found, furthest = self._leaning[direction]
            self._furthest = min(self._furthest, furthest)
            return found
        return self._asked(direction, answer)

    def _asked(self, direction: Q, answer: Callable[[], list[A]]) -> list[A]:
        depth = len(self._asking)
        self._asking[direction] = depth
        outer, self._furthest = self._furthest, depth
        try:
            found = answer()
        finally:
            del self._asking[direction]
        self._settle(direction, found, depth)
        self._furthest = min(outer, self._furthest)
        return found

    def _settle(self, direction: Q, found: list[A], depth: int) -> None:
        within = {one: kept for one, (kept, furthest) in self._leaning.items() if furthest >= depth}
        if self._furthest < depth:
            self._leaning |= {one: (kept, self._furthest) for one, kept in within.items()}
            self._leaning[direction] = (found, self._furthest)
            return
        for one in within:
            del self._leaning[one]
        self._known |= {direction: found} if found else {direction: found, **within}
