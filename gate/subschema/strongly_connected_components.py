"""Which schemas are within each other."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def strongly_connected_components(start: T, following: Callable[[T], Iterable[T]]) -> Iterator[list[T]]:
    """All that can be reached, in groups that can reach each other; what a group leads to comes before it.

    This is Tarjan's algorithm.
    """
    found: dict[T, int] = {}
    earliest: dict[T, int] = {}
    open_ones: dict[T, None] = {}

    def visit(one: T) -> Iterator[list[T]]:
        found[one] = earliest[one] = len(found)
        open_ones[one] = None
        for other in following(one):
            if other not in found:
                yield from visit(other)
            if other in open_ones:
                earliest[one] = min(earliest[one], earliest[other])
        if earliest[one] == found[one]:
            listed = list(open_ones)
            group = listed[listed.index(one) :]
            for each in group:
                del open_ones[each]
            yield group

    yield from visit(start)
