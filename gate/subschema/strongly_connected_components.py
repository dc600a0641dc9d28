"""Strongly connected components of a graph, by Tarjan's algorithm."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def strongly_connected_components(start: T, successors: Callable[[T], Iterable[T]]) -> Iterator[list[T]]:
    """Yield the components that can be reached, each after those that it leads to."""
    index: dict[T, int] = {}
    lowest: dict[T, int] = {}
    stack: list[T] = []
    on_stack: set[T] = set()

    def visit(node: T) -> Iterator[list[T]]:
        index[node] = lowest[node] = len(index)
        stack.append(node)
        on_stack.add(node)
        for successor in successors(node):
            if successor not in index:
                yield from visit(successor)
            if successor in on_stack:
                lowest[node] = min(lowest[node], lowest[successor])
        if lowest[node] == index[node]:
            component: list[T] = []
            while not component or component[-1] != node:
                component.append(stack.pop())
                on_stack.remove(component[-1])
            yield component

    yield from visit(start)
