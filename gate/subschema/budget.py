"""Budget of steps, so that no pair of contracts is compared without end."""

from dataclasses import dataclass

# A step takes some 20 µs. The larger the contracts, the more steps they need.
STEPS_PER_COMPARISON = 30_000
STEPS_PER_MEGABYTE = 100_000
LEAST_STEPS = 150_000


@dataclass(eq=False)
class Budget:
    """Steps that are left for the current comparison, and for all of them."""

    total: int = LEAST_STEPS
    current: int = STEPS_PER_COMPARISON

    @classmethod
    def of(cls, size: int) -> "Budget":
        """Return the budget of two contracts that together have a size, in characters."""
        return cls(total=max(LEAST_STEPS, STEPS_PER_MEGABYTE * size // 1_000_000))

    def begin(self) -> None:
        """Begin a comparison."""
        self.current = min(STEPS_PER_COMPARISON, self.total)

    def spend(self, steps: int = 1) -> bool:
        """Spend steps; return whether there were any left."""
        if self.current <= 0:
            return False
        self.current -= steps
        self.total -= steps
        return True
