"""A contract as clients meet it: operations with their parameters, bodies, answers, keys and servers; and its rules."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from gate.document import Document, Node
from gate.problem import NotDone
from gate.schemas.canonical import meaning
from gate.schemas.pieces import ANYTHING, Schema
from gate.schemas.reading import Reader, Side

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
VARIABLE = re.compile(r"\{([^{}]*)\}")
# OpenAPI has clients set these by other means than a parameter.
NO_PARAMETERS = frozenset({"accept", "content-type", "authorization"})
STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
# In these a number and its text are the same bytes.
OF_WORDS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")

Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Content:
    """A message in one encoding."""

    encoding: str
    schema: Schema
    node: Node

    @property
    def of_words(self) -> bool:
        """Whether its scalars go over the wire as text."""
        return self.encoding in OF_WORDS


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter, or a header of an answer."""

    name: str
    location: str
    required: bool
    content: Content
    splitting: str
    node: Node

    @property
    def shown(self) -> str:
        """How people call it."""
        return f"{self.location} parameter `{self.name}`"


@dataclass(frozen=True, slots=True)
class Body:
    """A request body."""

    required: bool
    contents: Mapping[str, Content]
    node: Node


@dataclass(frozen=True, slots=True)
class Response:
    """An answer; `status` may be a range, such as 4XX, or `default`."""

    status: str
    contents: Mapping[str, Content]
    headers: Mapping[str, Parameter]
    node: Node


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way to prove who one is, with what it has to allow."""

    meaning: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A rule that no schema can say."""

    id: str
    level: str
    text: str
    node: Node


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A question that the documentation leaves open."""

    id: str
    question: str
    choices: frozenset[str]
    default: str
    node: Node


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation; two contracts mean the same one when method and path, names of variables aside, agree."""

    id: str
    method: str
    path: str
    parameters: Mapping[Key, Parameter]
    body: Body | None
    responses: Mapping[str, Response]
    security: tuple[frozenset[Scheme], ...]
    servers: Mapping[str, Node]
    node: Node

    @property
    def name(self) -> str:
        """How reports call it."""
        return self.id or f"{self.method.upper()} {self.path}"


@dataclass(frozen=True)
class Contract:
    """A contract."""

    document: Document
    operations: Mapping[Key, Operation]
    requirements: Mapping[str, Requirement] = field(default_factory=dict)
    open_points: Mapping[str, OpenPoint] = field(default_factory=dict)

    @property
    def root(self) -> Node:
        """Its topmost node."""
        return self.document.root

    @cached_property
    def readers(self) -> Mapping[Side, Reader]:
        """Who reads its schemas, on each side."""
        old = self.root.text("openapi").startswith("3.0")
        return {side: Reader(side, old) for side in Side}


def read(document: Document) -> Contract:
    """Reads a contract; raises NotDone for one that is no OpenAPI 3 document or whose references lead nowhere."""
    root = document.root
    if not root.text("openapi").startswith("3."):
        name = document.source.name
        raise NotDone(f"{name}: is no OpenAPI 3 document (`openapi: {root.text('openapi')}`); convert it first.")
    operations = {(shape(one.path), one.method): one for one in _operations(root)}
    carriers = [root, *(one.node for one in operations.values())]
    requirements = [_requirement(node) for one in carriers for node in one.elements("x-requirements")]
    points = [_open_point(node) for one in carriers for node in one.elements("x-open-points")]
    return Contract(
        document,
        operations,
        requirements={one.id: one for one in requirements},
        open_points={one.id: one for one in points},
    )


def shape(path: str) -> str:
    """A path whose variables have no names."""
    return VARIABLE.sub("{}", path).rstrip("/") or "/"


def _operations(root: Node) -> Iterator[Operation]:
    for path, item in root.fields("paths"):
        for method, node in item.fields():
            if method in METHODS:
                yield _operation(root, path, item, method, node)


def _operation(root: Node, path: str, item: Node, method: str, node: Node) -> Operation:
    parameters = {}
    for holder in (item, node):
        for one in holder.elements("parameters"):
            parameter = _parameter(one, one.text("name"), one.text("in"))
            if parameter.location != "header" or parameter.name.lower() not in NO_PARAMETERS:
                parameters[_key(parameter, path)] = parameter
    body = node.at("requestBody")
    return Operation(
        id=node.text("operationId"),
        method=method,
        path=path,
        parameters=parameters,
        body=None if body is None else Body(body.flag("required"), _contents(body), body),
        responses={status.upper() if status != "default" else status: one for status, one in _responses(node)},
        security=tuple(_security(root, node)),
        servers=dict(_servers(root, item, node)),
        node=node,
    )


def _key(parameter: Parameter, path: str) -> Key:
    """Path parameters are known by where they stand in the path, headers in any letter case."""
    if parameter.location == "path":
        names = VARIABLE.findall(path)
        position = names.index(parameter.name) if parameter.name in names else parameter.name
        return ("path", str(position))
    name = parameter.name.lower() if parameter.location == "header" else parameter.name
    return (parameter.location, name)


def _parameter(node: Node, name: str, location: str) -> Parameter:
    contents = _contents(node)
    content = next(iter(contents.values()), None)
    if content is None:
        schema = node.child("schema")
        content = Content("text/plain", ANYTHING if schema is None else (schema,), node)
    style = node.text("style", STYLES.get(location, "simple"))
    explode = node.flag("explode", default=style == "form")
    return Parameter(
        name=name,
        location=location,
        required=node.flag("required") or location == "path",
        content=content,
        splitting=f"{style}, {'one by one' if explode else 'joined'}",
        node=node,
    )


def _contents(holder: Node) -> dict[str, Content]:
    found = {}
    for written, node in holder.fields("content"):
        encoding = written.partition(";")[0].strip().lower()
        schema = node.child("schema")
        found[encoding] = Content(encoding, ANYTHING if schema is None else (schema,), node)
    return found


def _responses(operation: Node) -> Iterator[tuple[str, Response]]:
    for status, node in operation.fields("responses"):
        headers = {
            name.lower(): _parameter(header, name, "header")
            for name, header in node.fields("headers")
            if name.lower() != "content-type"
        }
        name = status if status == "default" else status.upper()
        yield status, Response(name, _contents(node), headers, node)


def _security(root: Node, operation: Node) -> Iterator[frozenset[Scheme]]:
    """The alternatives, each a set of what has to be proven together; nothing to prove is one empty set."""
    holder = operation if operation.child("security") is not None else root
    alternatives = list(holder.elements("security"))
    if not alternatives:
        yield frozenset()
    for alternative in alternatives:
        yield frozenset(
            Scheme(_scheme(root, name), frozenset(str(scope.value) for scope in scopes.elements()))
            for name, scopes in alternative.fields()
        )


def _scheme(root: Node, name: str) -> str:
    node = root.at("components", "securitySchemes", name)
    if node is None:
        return name
    said = {"type", "scheme", "in", "name", "openIdConnectUrl", "flows"}
    return meaning(node, only=said).lower()


def _servers(root: Node, item: Node, operation: Node) -> Iterator[tuple[str, Node]]:
    holder = next((one for one in (operation, item, root) if one.child("servers") is not None), None)
    servers = list(holder.elements("servers")) if holder is not None else []
    if not servers:
        yield "/", root
    for server in servers:
        for url in _urls(server):
            yield url.rstrip("/") or "/", server


def _urls(server: Node) -> Iterator[str]:
    variables = []
    for name, variable in server.fields("variables"):
        values = [str(one.value) for one in variable.elements("enum")] or [variable.text("default")]
        variables.append([(name, value) for value in values])
    for chosen in itertools.product(*variables):
        url = server.text("url")
        for name, value in chosen:
            url = url.replace(f"{{{name}}}", value)
        yield url


def _requirement(node: Node) -> Requirement:
    return Requirement(node.text("id"), node.text("level", "stated"), node.text("text"), node)


def _open_point(node: Node) -> OpenPoint:
    choices = frozenset(name for name, _ in node.fields("choices"))
    return OpenPoint(node.text("id"), node.text("question"), choices, node.text("default"), node)
