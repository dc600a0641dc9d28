"""The request half of `openapi.yaml`: operations, their inputs, and the open points; compiled once at start."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from jsonschema_rs import Draft202012Validator

from mock_server.contract.cache import ContractCache
from mock_server.contract.yaml_files import DocumentError, as_list, as_mapping, read_document
from mock_server.messages import Json, JsonObject

METHODS = ("get", "post", "put", "patch", "delete")
CONTROL_DOCUMENT = Path(__file__).parents[1] / "control" / "control.yaml"
"""The OpenAPI document of the control API."""
SHIPPED = (Path(__file__).parents[1] / "openapi.yaml", Path(__file__).parents[2] / "openapi.yaml")
MAX_INT64 = 2**63 - 1

Schema = JsonObject


class ContractError(DocumentError):
    """A contract that the mock cannot serve."""


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """The named values that an operation takes from the query or the body, and their schemas.

    `arrays` names the fields with several values; `types` has the fields that take a text, a whole number or a list of
    whole numbers, with the Python type that needs no coercion. `defaults` are the values of query parameters that were
    not sent; null, or a value that the parameter's own schema refuses, is no default. `are_optional` says that none is
    required.
    """

    schemas: Mapping[str, Schema]
    arrays: frozenset[str]
    types: Mapping[str, type]
    defaults: JsonObject
    validator: Draft202012Validator
    are_optional: bool

    @classmethod
    def of(cls, schema: Schema) -> "Fields":
        """Compile the schema of an object; raise ValueError."""
        schemas = {str(name): _bound(as_mapping(value)) for name, value in as_mapping(schema.get("properties")).items()}
        arrays = frozenset(name for name, field in schemas.items() if field.get("type") == "array")
        types = {name: kind for name, field in schemas.items() if (kind := _find_type(field)) is not None}
        defaults = {name: field["default"] for name, field in schemas.items() if _has_default(field)}
        validator = Draft202012Validator({**schema, "properties": schemas}, validate_formats=True)
        return cls(schemas, arrays, types, defaults, validator, validator.is_valid({}))


def _has_default(schema: Schema) -> bool:
    return schema.get("default") is not None and Draft202012Validator(dict(schema)).is_valid(schema["default"])


def _find_type(schema: Schema) -> type | None:
    match schema.get("type"), as_mapping(schema.get("items")).get("type"):
        case "string", _:
            return str
        case "integer", _:
            return int
        case "array", "integer":
            return list
    return None


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path; `bodies` are the request bodies by media type."""

    id: str
    method: str
    path: str
    query: Fields
    bodies: Mapping[str, Fields]


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """An open point of the documentation: the names of its choices, and the default."""

    id: str
    choices: tuple[str, ...]
    default: str


@dataclass(frozen=True, slots=True)
class Contract:
    """The mock's half of the contract; `base_path` precedes every operation's path."""

    path: Path
    version: str
    base_path: str
    operations: Mapping[str, Operation]
    open_points: Mapping[str, OpenPoint]


def load_contract(path: Path | None = None) -> Contract:
    """Return a contract, by default the shipped one; raise DocumentError, usually as ContractError."""
    path = path or next((shipped for shipped in SHIPPED if shipped.exists()), SHIPPED[-1])
    document = read_contract(path)
    servers = as_list(document.get("servers"))
    url = str(as_mapping(servers[0]).get("url", "")) if servers else ""
    return Contract(
        path=path,
        version=str(as_mapping(document.get("info")).get("version", "")),
        base_path=urlsplit(url).path.rstrip("/"),
        operations={operation.id: operation for operation in _read_operations(path, document)},
        open_points={point.id: point for point in _read_open_points(path, document)},
    )


def read_contract(path: Path) -> JsonObject:
    """Return the whole document of a contract with references resolved; raise DocumentError."""
    compiled = ContractCache(path)
    document = compiled.read()
    if document is None:
        source = read_document(path)
        document = _resolve(path, source)
        compiled.write(source, document)
    return document


def _resolve(path: Path, document: Json) -> JsonObject:
    """Replace all references by their targets."""
    # Imported late: it is slow, and not needed for --help.
    from prance.util.resolver import RESOLVE_FILES, RESOLVE_INTERNAL, RefResolver
    from prance.util.url import ResolutionError

    if not isinstance(document, dict) or not as_mapping(document.get("paths")):
        raise ContractError(
            path, "is not an OpenAPI document: it has no paths.", "Start from the shipped openapi.yaml."
        )
    resolver = RefResolver(document, path.absolute().as_uri(), resolve_types=RESOLVE_INTERNAL | RESOLVE_FILES)
    try:
        resolver.resolve_references()
    except (ResolutionError, RecursionError) as error:
        raise ContractError(path, f"has a broken reference: {error}.", "Fix the $ref or add its target.") from error
    return as_mapping(resolver.specs)


def walk_operations(document: JsonObject) -> Iterator[tuple[str, str, JsonObject, JsonObject]]:
    """Yield the path, method, path item and operation object of each operation."""
    for template, value in as_mapping(document.get("paths")).items():
        item = as_mapping(value)
        for method in METHODS:
            if method in item:
                yield str(template), method.upper(), item, as_mapping(item[method])


def _read_operations(path: Path, document: JsonObject) -> Iterator[Operation]:
    for template, method, item, operation in walk_operations(document):
        parameters = [as_mapping(p) for key in (item, operation) for p in as_list(key.get("parameters"))]
        operation_id = operation.get("operationId")
        if not isinstance(operation_id, str):
            raise ContractError(path, f"{method} {template} has no operationId.", "Give it one.")
        content = as_mapping(as_mapping(operation.get("requestBody")).get("content"))
        try:
            yield Operation(
                id=operation_id,
                method=method,
                path=template,
                query=Fields.of(_gather_query(parameters)),
                bodies={
                    str(name).lower(): Fields.of(_without_brackets(as_mapping(media).get("schema")))
                    for name, media in content.items()
                },
            )
        except ValueError as error:
            raise ContractError(
                path, f"{method} {template} has a broken schema: {str(error).splitlines()[0]}.", "Fix it."
            ) from error


def _gather_query(parameters: list[JsonObject]) -> Schema:
    """Return the schema of an object whose properties are the query parameters."""
    query = {str(parameter.get("name")): parameter for parameter in parameters if parameter.get("in") == "query"}
    return {
        "type": "object",
        "required": [name for name, parameter in query.items() if parameter.get("required")],
        "properties": {name: parameter.get("schema") for name, parameter in query.items()},
    }


def _bound(schema: Schema) -> Schema:
    """Make implicit bounds of an integer explicit, as validators do not know them.

    `x-cap` becomes a maximum: validation finds values above it, and the profile decides what to do with them.
    """
    items = as_mapping(schema.get("items"))
    if items:
        return {**schema, "items": _bound(items)}
    bounds = [bound for key in ("x-cap", "maximum") if isinstance(bound := schema.get(key), int)]
    if schema.get("format") == "int64":
        bounds.append(MAX_INT64)
    return {**schema, "maximum": min(bounds)} if bounds else schema


def _without_brackets(schema: Json) -> Schema:
    """Rename the fields of a form, such as `milestones[]`, as they are named in JSON."""
    body = as_mapping(schema)
    return {
        **body,
        "required": [str(name).removesuffix("[]") for name in as_list(body.get("required"))],
        "properties": {
            str(name).removesuffix("[]"): value for name, value in as_mapping(body.get("properties")).items()
        },
    }


def _read_open_points(path: Path, document: JsonObject) -> Iterator[OpenPoint]:
    places = [document, *(operation for *_, operation in walk_operations(document))]
    for point in (as_mapping(point) for place in places for point in as_list(place.get("x-open-points"))):
        point_id, default = str(point.get("id")), str(point.get("default"))
        choices = tuple(str(choice) for choice in as_mapping(point.get("choices")))
        if default not in choices:
            raise ContractError(path, f"{point_id} has the default {default}, which is none of its choices.", "Add it.")
        yield OpenPoint(point_id, choices, default)
