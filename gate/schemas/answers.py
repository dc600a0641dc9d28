"""Answers to questions that may lead back to themselves, as those about schemas within themselves do."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Q = TypeVar("Q", bound=Hashable)
A = TypeVar("A")


@dataclass(eq=False)
class Answers(Generic[Q, A]):
    """Lists of what speaks against something. As long as nothing does, what is being asked is taken to be so.

    An answer that leans on a question further out is only kept for good when that one ends without an objection;
    otherwise it is forgotten then, and asked anew when it is needed again.
    """

    _known: dict[Q, list[A]] = field(default_factory=dict)
    _leaning: dict[Q, tuple[list[A], int]] = field(default_factory=dict)
    _asking: dict[Q, int] = field(default_factory=dict)
    _furthest: int = 0
    """How far out is what the current answer leans on, counted from the outermost question."""

    def of(self, question: Q, answer: Callable[[], list[A]]) -> list[A]:
        """The answer to a question, by asking for it only if it is neither known nor being asked."""
        if question in self._known:
            return self._known[question]
        if question in self._asking:
            self._furthest = min(self._furthest, self._asking[question])
            return []
        if question in self._leaning:
            found, furthest = self._leaning[question]
            self._furthest = min(self._furthest, furthest)
            return found
        return self._asked(question, answer)

    def _asked(self, question: Q, answer: Callable[[], list[A]]) -> list[A]:
        depth = len(self._asking)
        self._asking[question] = depth
        outer, self._furthest = self._furthest, depth
        try:
            found = answer()
        finally:
            del self._asking[question]
        self._settle(question, found, depth)
        self._furthest = min(outer, self._furthest)
        return found

    def _settle(self, question: Q, found: list[A], depth: int) -> None:
        within = {one: kept for one, (kept, furthest) in self._leaning.items() if furthest >= depth}
        if self._furthest < depth:
            self._leaning |= {one: (kept, self._furthest) for one, kept in within.items()}
            self._leaning[question] = (found, self._furthest)
            return
        for one in within:
            del self._leaning[one]
        self._known |= {question: found} if found else {question: found, **within}
