"""Bound what a run spends on violations, beside what it sends to a deployment that is right."""

from dataclasses import dataclass

from conformance.options import Depth

TYPICAL_REQUESTS = {Depth.QUICK: 490, Depth.STANDARD: 2040, Depth.DEEP: 9700}
"""The requests that judging takes on a deployment that is right."""
TIMES = {Depth.QUICK: 4, Depth.STANDARD: 2, Depth.DEEP: 1}
"""The budget for violations, as a multiple of these."""
SHRINKING = {Depth.QUICK: 40, Depth.STANDARD: 80, Depth.DEEP: 600}
"""The requests that shrinking one violation may cost."""
MINIMISING = {Depth.QUICK: 160, Depth.STANDARD: 300, Depth.DEEP: 900}
"""The requests that minimising the calls of one violation may cost where there are many."""
MOST_TIMES = 3
"""The same where there are few, as a multiple."""


@dataclass
class ViolationBudget:
    """The requests that are left to repeat and shrink violations, and to look for more behind them.

    A quarter of all is kept for minimising their calls.
    """

    depth: Depth
    spent: int = 0

    def spend(self, requests: int) -> None:
        """Take in what was sent because of a violation."""
        self.spent += requests

    @property
    def is_spent(self) -> bool:
        """Tell if judging may spend no more."""
        return self.spent >= self._whole * 3 // 4

    @property
    def for_minimising(self) -> int:
        """Return how many requests minimising may take."""
        return max(self._whole - self.spent, 0)

    def share(self, requests: int, violations: int, *, follows: bool) -> int:
        """Return how many of some requests minimising the next of some violations may take.

        One that follows from others takes nothing from those after it.
        """
        usual = MINIMISING[self.depth]
        return min(max(requests // violations, 0 if follows else usual), MOST_TIMES * usual)

    @property
    def _whole(self) -> int:
        return TIMES[self.depth] * TYPICAL_REQUESTS[self.depth]
