"""Messages: parameters, bodies and responses, each in its media types."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gate.errors import GateError
from gate.openapi.serialization import STYLES, Serialization, serialization
from gate.source.document import Node
from gate.subschema.normal_form import ANYTHING, Schema

VARIABLE = re.compile(r"\{([^{}]*)\}")
STATUS = re.compile(r"\d{3}|\dXX|default")
# In OpenAPI, these headers are not set by parameters.
NO_PARAMETERS = frozenset({"accept", "content-type", "authorization"})
FORM = "application/x-www-form-urlencoded"
# In these media types, a number and its text are the same bytes.
TEXTUAL = (FORM, "multipart/form-data", "text/plain")

Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Content:
    """A message in one media type; `encoding` is the media type with its parameters."""

    encoding: str
    schema: Schema
    node: Node

    @property
    def media(self) -> str:
        """Return the media type without parameters."""
        return self.encoding.partition(";")[0]

    @property
    def is_textual(self) -> bool:
        """Return whether scalars are sent as text."""
        return self.media in TEXTUAL


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter, or a header of a response."""

    name: str
    location: str
    required: bool
    content: Content
    serialization: Serialization
    node: Node

    @property
    def shown(self) -> str:
        """Return its name in reports."""
        return f"{self.location} parameter `{self.name}`"


@dataclass(frozen=True, slots=True)
class Body:
    """A request body."""

    required: bool
    contents: Mapping[str, Content]
    node: Node


@dataclass(frozen=True, slots=True)
class Response:
    """A response; `status` may be a range, such as 4XX, or `default`."""

    status: str
    contents: Mapping[str, Content]
    headers: Mapping[str, Parameter]
    node: Node


def parameters(path: str, item: Node, operation: Node) -> dict[Key, Parameter]:
    """Return the parameters of an operation; its own take precedence over those of its path."""
    by_key = {}
    for holder in (item, operation):
        for node in holder.elements("parameters"):
            parameter = make_parameter(node, node.text("name"), node.text("in"))
            if parameter.location != "header" or parameter.name.lower() not in NO_PARAMETERS:
                by_key[key(parameter, path)] = parameter
    return by_key


def body(operation: Node) -> Body | None:
    """Return the request body of an operation."""
    node = operation.get_resolved("requestBody")
    return None if node is None else Body(node.flag("required"), contents_of(node), node)


def responses(operation: Node) -> dict[str, Response]:
    """Return the responses of an operation by status; raise GateError for an invalid status."""
    return {response.status: response for response in _responses(operation)}


def normalize_media_type(written: str) -> str:
    """Return a media type in its canonical form, without a default charset."""
    media, *written_options = (part.strip() for part in written.split(";"))
    media = media.lower()
    options = {}
    for name, _, value in (option.partition("=") for option in written_options if option):
        options[name.strip().lower()] = value.strip().strip('"')
    if media.endswith("json") or options.get("charset", "").lower() == "utf-8":
        options.pop("charset", None)
    return ";".join([media, *(f"{name}={value}" for name, value in sorted(options.items()))])


def media_ranges(encoding: str) -> tuple[str, ...]:
    """Return a media type and the ranges that include it, the narrowest first."""
    media = encoding.partition(";")[0]
    return (encoding, media, f"{media.partition('/')[0]}/*", "*/*")


def key(parameter: Parameter, path: str) -> Key:
    """Return the identity of a parameter: its place in the path, or its name, in lower case for a header."""
    if parameter.location == "path":
        names = VARIABLE.findall(path)
        position = names.index(parameter.name) if parameter.name in names else parameter.name
        return ("path", str(position))
    name = parameter.name.lower() if parameter.location == "header" else parameter.name
    return (parameter.location, name)


def make_parameter(node: Node, name: str, location: str) -> Parameter:
    """Return a parameter or header."""
    content = next(iter(contents_of(node).values()), None)
    encoding = "" if content is None else content.media
    if content is None:
        schema = node.get("schema")
        content = Content("text/plain", ANYTHING if schema is None else (schema,), node)
    return Parameter(
        name=name,
        location=location,
        required=node.flag("required") or location == "path",
        content=content,
        serialization=serialization(node, name, STYLES.get(location, "simple"), encoding),
        node=node,
    )


def contents_of(holder: Node) -> dict[str, Content]:
    """Return the content of each media type."""
    contents = {}
    for written, node in holder.items("content"):
        encoding = normalize_media_type(written)
        schema = node.get("schema")
        contents[encoding] = Content(encoding, ANYTHING if schema is None else (schema,), node)
    return contents


def _responses(operation: Node) -> Iterator[Response]:
    for written, node in operation.items("responses"):
        if written.startswith("x-"):
            continue
        status = written if written == "default" else written.upper()
        if not STATUS.fullmatch(status):
            raise GateError(f"{node.place}: `{written}` is not a status; write one such as 200, 2XX or default.")
        headers = {
            name.lower(): make_parameter(header, name, "header")
            for name, header in node.items("headers")
            if name.lower() != "content-type"
        }
        yield Response(status, contents_of(node), headers, node)
