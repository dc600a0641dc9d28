"""The model of a contract: operations with parameters, bodies, responses, security and servers; and requirements."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from gate.errors import GateError
from gate.openapi.messages import VARIABLE, Body, Key, Parameter, Response, body, parameters, responses
from gate.openapi.requirements import WHOLE, Carriers, OpenPoint, Requirement, open_points, requirements
from gate.openapi.security import SecurityScheme, security
from gate.openapi.servers import servers
from gate.source.document import Document, Node
from gate.subschema.normalizer import Normalizer, Side

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
VERSIONS = re.compile(r"3\.[01](\..*)?")


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation; two contracts have the same one if method and path agree, except for names of variables."""

    id: str
    method: str
    path: str
    parameters: Mapping[Key, Parameter]
    body: Body | None
    responses: Mapping[str, Response]
    security: tuple[frozenset[SecurityScheme], ...]
    servers: Mapping[str, Node]
    node: Node
    item: Node

    @property
    def name(self) -> str:
        """Return its name in reports."""
        return self.id or f"{self.method.upper()} {self.path}"


@dataclass(frozen=True)
class Contract:
    """A contract; in a webhook, the API is the caller and its clients answer."""

    document: Document
    operations: Mapping[Key, Operation]
    webhooks: Mapping[Key, Operation] = field(default_factory=dict)
    requirements_by_operation: Mapping[str, Mapping[Key, Requirement]] = field(default_factory=dict)
    open_points: Mapping[str, OpenPoint] = field(default_factory=dict)

    @property
    def root(self) -> Node:
        """Return its root node."""
        return self.document.root

    @cached_property
    def requirements(self) -> Mapping[str, Requirement]:
        """Return the requirements by id."""
        return {name: next(iter(held.values())) for name, held in self.requirements_by_operation.items() if held}

    @cached_property
    def normalizers(self) -> Mapping[Side, Normalizer]:
        """Return a normalizer of its schemas for each side."""
        old = self.root.text("openapi").startswith("3.0")
        return {side: Normalizer(side, old) for side in Side}


def read(document: Document) -> Contract:
    """Read a contract; raise GateError for an unsupported version or a reference without a target."""
    root = document.root
    version, name = root.text("openapi"), document.source.name
    if not version.startswith("3."):
        raise GateError(f"{name}: is not an OpenAPI 3 document (`openapi: {version}`); convert it first.")
    if not VERSIONS.fullmatch(version):
        raise GateError(f"{name}: is OpenAPI {version}, which the gate does not support; write it as 3.0 or 3.1.")
    operations = by_shape(iterate_operations(root, "paths"))
    webhooks = {(webhook.path, webhook.method): webhook for webhook in iterate_operations(root, "webhooks")}
    carriers = list(_carriers(root, operations, webhooks))
    return Contract(
        document,
        operations,
        webhooks,
        requirements_by_operation=requirements(carriers),
        open_points={point.id: point for point in open_points(carriers)},
    )


def by_shape(operations: Iterator[Operation]) -> dict[Key, Operation]:
    """Return operations by the shape of their path; if several share one, all but one are under their own path."""
    listed = list(operations)
    firsts: dict[Key, str] = {}
    for operation in listed:
        key = (shape(operation.path), operation.method)
        firsts[key] = min(operation.path, firsts.get(key, operation.path))
    return {
        key if firsts[key] == operation.path else (operation.path, operation.method): operation
        for operation in listed
        for key in [(shape(operation.path), operation.method)]
    }


def shape(path: str) -> str:
    """Return a path without the names of its variables."""
    return VARIABLE.sub("{}", path)


def iterate_operations(root: Node, holder: str) -> Iterator[Operation]:
    """Yield the operations of paths or webhooks."""
    for path, item in root.items(holder):
        for method, node in item.items():
            if method in METHODS:
                yield Operation(
                    id=node.text("operationId"),
                    method=method,
                    path=path,
                    parameters=parameters(path, item, node),
                    body=body(node),
                    responses=responses(node),
                    security=security(root, node),
                    servers=servers(root, item, node),
                    node=node,
                    item=item,
                )


def _carriers(root: Node, operations: Mapping[Key, Operation], webhooks: Mapping[Key, Operation]) -> Carriers:
    """Return the nodes that may have requirements, from the root to each operation, with their operations."""
    listed = {**operations, **{(f"webhook {name}", method): webhook for (name, method), webhook in webhooks.items()}}
    carriers: Carriers = [(root, (WHOLE, *listed))]
    by_item: dict[Node, list[Key]] = {}
    for key, operation in listed.items():
        by_item.setdefault(operation.item, []).append(key)
    carriers += [(item, tuple(keys)) for item, keys in by_item.items()]
    return [*carriers, *((operation.node, (key,)) for key, operation in listed.items())]
