"""Find the operation for a method and a path."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote

from mock_server.contract.contract import Operation
from mock_server.errors import MethodNotAllowed, NotFound

SHORT = 256
"""The maximum length of a path whose route is cached, in characters: clients request the same few again and again."""


@dataclass(slots=True)
class Route:
    """An operation, and the values of its path parameters, decoded but not validated."""

    operation: Operation
    path_values: Mapping[str, str]


@dataclass(slots=True)
class Node:
    """A segment in the tree of the contract's paths; `parameter` matches any value."""

    operations: dict[str, Operation] = field(default_factory=dict)
    literals: dict[str, "Node"] = field(default_factory=dict)
    parameter: "Node | None" = None

    def step(self, segment: str) -> "Node":
        """Return the child for a segment of a template, created if needed."""
        if not segment.startswith("{"):
            return self.literals.setdefault(segment, Node())
        self.parameter = self.parameter or Node()
        return self.parameter

    def descend(self, segments: list[str], depth: int = 0) -> "Node | None":
        """Return the node for a path; literal segments take precedence over parameters, as OpenAPI says."""
        if depth == len(segments):
            return self if self.operations else None
        segment = segments[depth]
        step = self.literals.get(segment)
        if step is not None and (node := step.descend(segments, depth + 1)) is not None:
            return node
        return self.parameter.descend(segments, depth + 1) if self.parameter is not None and segment else None


class Router:
    """Routes requests to the paths of the contract below its base path."""

    def __init__(self, base_path: str, operations: Iterable[Operation]) -> None:
        self._root = Node()
        self._parameters: dict[str, tuple[tuple[str, int], ...]] = {}
        self._find_again = lru_cache(maxsize=4096)(self._find)
        for operation in operations:
            node = self._root
            template = (base_path + operation.path).split("/")[1:]
            for segment in template:
                node = node.step(segment)
            node.operations[operation.method] = operation
            places = enumerate(template)
            self._parameters[operation.id] = tuple((name[1:-1], place) for place, name in places if name[:1] == "{")

    def find(self, method: str, path: str) -> Route:
        """Return the route of a request; raise NotFound and MethodNotAllowed. HEAD is routed like GET."""
        return self._find_again(method, path) if len(path) <= SHORT else self._find(method, path)

    def _find(self, method: str, path: str) -> Route:
        segments = _split(path)
        operation = self._node(segments).operations.get("GET" if method == "HEAD" else method)
        if operation is None:
            raise MethodNotAllowed(method, self.allowed(path))
        return Route(operation, {name: segments[place] for name, place in self._parameters[operation.id]})

    def allowed(self, path: str) -> tuple[str, ...]:
        """Return the methods of a path; raise NotFound."""
        methods = set(self._node(_split(path)).operations)
        extra = {"HEAD", "OPTIONS"} if "GET" in methods else {"OPTIONS"}
        return tuple(sorted(methods | extra))

    def _node(self, segments: list[str]) -> Node:
        node = self._root.descend(segments)
        if node is None:
            raise NotFound("The route could not be found.")
        return node


def _split(path: str) -> list[str]:
    """Return the segments of a path, each decoded after splitting."""
    segments = path.split("/")[1:]
    return [unquote(segment) for segment in segments] if "%" in path else segments
