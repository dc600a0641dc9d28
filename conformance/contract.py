"""The parts of `openapi.yaml` that the suite uses: response schemas, requirements, open points, schemas of fields."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias, cast

import jsonschema_rs
import yaml
from prance.util.resolver import RefResolver
from prance.util.url import absurl

from conformance.exchange import Json

Level: TypeAlias = Literal["stated", "inferred"]
Node: TypeAlias = Mapping[str, Json]

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
METHODS = ("get", "post", "put", "patch", "delete")
VARIABLE = re.compile(r"\{([^{}]*)\}")


class ContractError(Exception):
    """The contract cannot be read; the message says what is wrong and how to fix it."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A sentence that a deployment must satisfy, and its source in the documentation."""

    id: str
    level: Level
    text: str
    source: str
    operation: str

    @property
    def topic(self) -> str:
        """Return the part of the id before the slash."""
        return self.id.partition("/")[0]


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A question that the documentation leaves open, and its known choices."""

    id: str
    question: str
    choices: Mapping[str, str]
    default: str
    operation: str


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """A place where a body violates its schema; `path` leads there."""

    path: tuple[str | int, ...]
    message: str

    @property
    def place(self) -> str:
        """Return the path as text, such as `data.0.title`."""
        return ".".join(map(str, self.path)) or "the body"


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as the suite needs it: its id, method, path, and the documented success."""

    id: str
    method: str
    path: str
    success: int
    parameters: Mapping[str, Node]
    required: frozenset[str]
    body: Node
    validator: jsonschema_rs.Draft202012Validator

    @property
    def variables(self) -> list[str]:
        """Return the parameters in the operation's path."""
        return VARIABLE.findall(self.path)

    @property
    def fields(self) -> frozenset[str]:
        """Return the fields of the operation's body, with the names they have in JSON."""
        return frozenset(_node(self.body.get("properties")))

    def problems(self, body: Json) -> list[SchemaProblem]:
        """Return the places where a body of a success violates the documented schema."""
        return [SchemaProblem(tuple(error.instance_path), error.message) for error in self.validator.iter_errors(body)]


@dataclass(frozen=True)
class Contract:
    """The contract with references resolved; `path` is its file."""

    path: Path
    version: str
    sha256: str
    operations: Mapping[str, Operation]
    requirements: Mapping[str, Requirement]
    open_points: Mapping[str, OpenPoint]
    implications: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For a requirement, the patterns of those that cannot hold, or may not, if it is violated."""

    @cached_property
    def limit_cap(self) -> int:
        """Return the maximum number of rows on a page (Getting started, Pagination)."""
        limit = self.operations["listMilestones"].parameters["limit"]
        caps = [cap for name in ("x-cap", "maximum") if isinstance(cap := limit.get(name), int)]
        return min(caps, default=100)

    def field(self, operation: str, name: str) -> Node:
        """Return the schema of a field in the JSON body of an operation."""
        return _node(_node(self.operations[operation].body.get("properties")).get(name))


def load(path: Path | None = None) -> Contract:
    """Return a contract from a file; without a path, the shipped one.

    Raises ContractError for a file that cannot be read, is no YAML, or is no contract of this API.
    """
    source = path or default_path()
    try:
        raw = source.read_bytes()
        document = yaml.load(raw, Loader=LOADER)  # noqa: S506 - both loaders are safe
    except OSError as error:
        raise ContractError(f"{source}: cannot be read ({error.strerror}); give the path of an openapi.yaml") from error
    except yaml.YAMLError as error:
        raise ContractError(f"{source}: is not YAML ({' '.join(str(error).split())})") from error
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise ContractError(f"{source}: is not an OpenAPI document; it has no paths")
    try:
        return _build(document, source, raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"{type(error).__name__}: {error}"
        raise ContractError(
            f"{source}: is not a contract of the Milestones API ({what}); compare it with the shipped one"
        ) from error


def default_path() -> Path:
    """Return the path of the shipped contract: inside the installed package, or beside it in a checkout."""
    here = Path(__file__).resolve().parent
    inside = here / "openapi.yaml"
    return inside if inside.exists() else here.parent / "openapi.yaml"


def _build(document: dict[str, Json], source: Path, raw: bytes) -> Contract:
    resolver = RefResolver(document, absurl(source.resolve().as_uri()))
    resolver.resolve_references()
    resolved = cast("dict[str, Node]", resolver.specs)
    operations = {operation.id: operation for operation in _operations(_node(resolved["paths"]))}
    requirements, open_points = {}, {}
    for operation, node in carriers(resolved):
        for item in _nodes(node.get("x-requirements")):
            requirements[str(item["id"])] = Requirement(
                id=str(item["id"]),
                level="inferred" if item["level"] == "inferred" else "stated",
                text=str(item["text"]),
                source=str(item["source"]),
                operation=operation,
            )
        for item in _nodes(node.get("x-open-points")):
            open_points[str(item["id"])] = OpenPoint(
                id=str(item["id"]),
                question=str(item["question"]),
                choices={str(name): str(text) for name, text in _node(item["choices"]).items()},
                default=str(item["default"]),
                operation=operation,
            )
    return Contract(
        path=source,
        version=str(_node(resolved["info"])["version"]),
        sha256=hashlib.sha256(raw).hexdigest(),
        operations=operations,
        requirements=requirements,
        open_points=open_points,
        implications={name: tuple(_texts(globs)) for name, globs in _node(resolved.get("x-implications")).items()},
    )


def carriers(document: Mapping[str, Node]) -> Iterator[tuple[str, Node]]:
    """Yield the nodes that may have requirements and open points: the root, then each operation."""
    yield "", document
    for item in _node(document["paths"]).values():
        for method, operation in _node(item).items():
            if method in METHODS:
                yield str(_node(operation)["operationId"]), _node(operation)


def _operations(paths: Node) -> Iterator[Operation]:
    for path, item in paths.items():
        for method, node in _node(item).items():
            if method not in METHODS:
                continue
            operation = _node(node)
            success, response = next(
                (int(status), _node(described))
                for status, described in _node(operation["responses"]).items()
                if status[0] == "2"
            )
            body = json_schema(_node(operation.get("requestBody")))
            queried = [node for node in _nodes(operation.get("parameters")) if node.get("in") == "query"]
            yield Operation(
                id=str(operation["operationId"]),
                method=method.upper(),
                path=path,
                success=success,
                parameters={str(parameter["name"]): _node(parameter["schema"]) for parameter in queried},
                required=frozenset(
                    [str(parameter["name"]) for parameter in queried if parameter.get("required")]
                    + _texts(body.get("required"))
                ),
                body=body,
                validator=jsonschema_rs.Draft202012Validator(dict(json_schema(response))),
            )


def json_schema(content_holder: Node) -> Node:
    return _node(_node(_node(content_holder.get("content")).get("application/json")).get("schema"))


def _node(value: Json | Node) -> Node:
    return value if isinstance(value, Mapping) else {}


def _texts(value: Json) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _nodes(value: Json | Node) -> list[Node]:
    return [_node(item) for item in value] if isinstance(value, list) else []
