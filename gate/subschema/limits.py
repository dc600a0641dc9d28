"""Limits of a comparison: a maximum number of steps, and a stack that is large enough for deeply nested `$ref`s."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from dataclasses import dataclass
from typing import TypeVar

from gate.errors import GateError

# A step takes some 20 µs. The larger the contracts, the more steps they need.
STEPS_PER_COMPARISON = 30_000
STEPS_PER_MEGABYTE = 100_000
LEAST_STEPS = 150_000
DEEPEST_CALLS = 50_000
# The system only allocates the part that is used.
STACK_BYTES = 256 * 1024 * 1024

T = TypeVar("T")


@dataclass(eq=False)
class Budget:
    """The steps left for the current comparison, and for all comparisons."""

    total: int = LEAST_STEPS
    current: int = STEPS_PER_COMPARISON

    @classmethod
    def of(cls, size: int) -> "Budget":
        """Return the budget for two contracts with a total size in characters."""
        return cls(total=max(LEAST_STEPS, STEPS_PER_MEGABYTE * size // 1_000_000))

    def begin(self) -> None:
        """Start a comparison with its share of the steps."""
        self.current = min(STEPS_PER_COMPARISON, self.total)

    def spend(self, steps: int = 1) -> bool:
        """Spend steps; return whether there were any left."""
        if self.current <= 0:
            return False
        self.current -= steps
        self.total -= steps
        return True


def run_with_deep_stack(function: Callable[[], T]) -> T:
    """Return the result of a function that recurses deeply; raise GateError if even this stack is too small."""
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(function())
        except BaseException as error:  # noqa: BLE001 - it is raised again in the waiting thread
            done.set_exception(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(STACK_BYTES)
    sys.setrecursionlimit(DEEPEST_CALLS)
    try:
        # A thread starts without the context variables of its parent.
        thread = threading.Thread(target=copy_context().run, args=(run,), daemon=True)
        thread.start()
        thread.join()
        return done.result()
    except RecursionError as error:
        raise GateError("The schemas refer to each other too deeply to be compared; flatten some of them.") from error
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
