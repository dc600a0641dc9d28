"""Memoizes recursive comparisons; while one is in progress it is assumed to hold (coinduction)."""

from bisect import bisect_right
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
D = TypeVar("D")


@dataclass(eq=False)
class CoinductiveCache(Generic[K, D]):
    """Lists of differences by what is compared.

    A result that assumed an outer comparison is provisional until that comparison ends. If it holds, so does the
    result; if not, a result without differences is dropped and computed again when it is needed. Differences remain:
    an assumption hides some, and adds none.
    """

    _final: dict[K, list[D]] = field(default_factory=dict)
    _in_progress: dict[K, int] = field(default_factory=dict)
    _outermost: int = 0
    """Depth of the outermost comparison that the current result assumes."""
    _provisional: dict[K, tuple[list[D], int]] = field(default_factory=dict)
    """Provisional results, and their position in `_order`."""
    _order: list[K] = field(default_factory=list)
    _groups: list[tuple[int, int]] = field(default_factory=list)
    """Start in `_order` of each group of results that assume the same, and the outermost depth that they assume."""

    @property
    def is_busy(self) -> bool:
        """Return whether a comparison is in progress."""
        return bool(self._in_progress)

    def get(self, key: K, compute: Callable[[], list[D]]) -> list[D]:
        """Return the differences of a comparison, computed only if it is neither cached nor in progress."""
        if key in self._final:
            return self._final[key]
        if key in self._in_progress:
            self._outermost = min(self._outermost, self._in_progress[key])
            return []
        if key in self._provisional:
            differences, position = self._provisional[key]
            group = bisect_right(self._groups, position, key=lambda group: group[0]) - 1
            self._outermost = min(self._outermost, self._groups[group][1])
            return differences
        return self._computed(key, compute)

    def _computed(self, key: K, compute: Callable[[], list[D]]) -> list[D]:
        depth, start = len(self._in_progress), len(self._order)
        self._in_progress[key] = depth
        outer, self._outermost = self._outermost, depth
        try:
            differences = compute()
        finally:
            del self._in_progress[key]
        while self._groups and self._groups[-1][0] >= start:
            self._groups.pop()
        if self._outermost < depth:
            self._provisional[key] = (differences, len(self._order))
            self._order.append(key)
            self._groups.append((start, self._outermost))
        else:
            self._finish(start, holds=not differences)
            self._final[key] = differences
        self._outermost = min(outer, self._outermost)
        return differences

    def _finish(self, start: int, *, holds: bool) -> None:
        for key in self._order[start:]:
            differences, _ = self._provisional.pop(key)
            if holds or differences:
                self._final[key] = differences
        del self._order[start:]
