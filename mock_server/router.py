"""Finds the operation for a method and a path."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from mock_server.contract import Operation
from mock_server.problems import MethodNotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Route:
    """An operation, and what stands in the path at its parameters, decoded but not yet read."""

    operation: Operation
    path_values: Mapping[str, str]


@dataclass(slots=True)
class Node:
    """A step in the paths of the contract; `parameter` stands for any value."""

    operations: dict[str, Operation] = field(default_factory=dict)
    literals: dict[str, "Node"] = field(default_factory=dict)
    parameter: "Node | None" = None

    def step(self, segment: str) -> "Node":
        """Return the node below for a segment of a template, made if need be."""
        if not segment.startswith("{"):
            return self.literals.setdefault(segment, Node())
        self.parameter = self.parameter or Node()
        return self.parameter

    def descend(self, segments: list[str]) -> "Node | None":
        """Return the node that a path leads to; literal segments go before parameters, as OpenAPI has it."""
        if not segments:
            return self if self.operations else None
        first, *rest = segments
        below = (self.literals.get(first), self.parameter if first else None)
        return next((node for step in below if step and (node := step.descend(rest))), None)


class Router:
    """The paths of the contract below its base path."""

    def __init__(self, base_path: str, operations: Iterable[Operation]) -> None:
        self._root = Node()
        self._base_path = base_path
        for operation in operations:
            node = self._root
            for segment in (base_path + operation.path).split("/")[1:]:
                node = node.step(segment)
            node.operations[operation.method] = operation

    def find(self, method: str, path: str) -> Route:
        """Return the route of a request; raises NotFound and MethodNotAllowed. HEAD goes where GET does."""
        segments = _split(path)
        operation = self._node(segments).operations.get("GET" if method == "HEAD" else method)
        if operation is None:
            raise MethodNotAllowed(method, self.allowed(path))
        names = (self._base_path + operation.path).split("/")[1:]
        pairs = zip(names, segments, strict=True)
        return Route(operation, {name[1:-1]: value for name, value in pairs if name.startswith("{")})

    def allowed(self, path: str) -> tuple[str, ...]:
        """Return the methods that a path has; raises NotFound."""
        methods = set(self._node(_split(path)).operations)
        extra = {"HEAD", "OPTIONS"} if "GET" in methods else {"OPTIONS"}
        return tuple(sorted(methods | extra))

    def _node(self, segments: list[str]) -> Node:
        node = self._root.descend(segments)
        if node is None:
            raise NotFound("The route could not be found.")
        return node


def _split(path: str) -> list[str]:
    """Return the segments of a path, decoded only once they are apart."""
    return [unquote(segment) for segment in path.split("/")[1:]]
