"""Strongly connected components of a graph, by Tarjan's algorithm."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def strongly_connected_components(start: T, successors: Callable[[T], Iterable[T]]) -> list[list[T]]:
    """Return the components that can be reached, each after those that it leads to."""
    components: list[list[T]] = []
    index: dict[T, int] = {}
    lowest: dict[T, int] = {}
    stack: list[T] = []
    on_stack: set[T] = set()

    def visit(node: T) -> None:
        index[node] = lowest[node] = len(index)
        stack.append(node)
        on_stack.add(node)
        for successor in successors(node):
            if successor not in index:
                visit(successor)
            if successor in on_stack:
                lowest[node] = min(lowest[node], lowest[successor])
        if lowest[node] == index[node]:
            component: list[T] = []
            while not component or component[-1] != node:
                component.append(stack.pop())
                on_stack.remove(component[-1])
            components.append(component)

    visit(start)
    return components
