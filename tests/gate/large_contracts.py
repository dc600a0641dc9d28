"""Large contracts, made in the style of well-known kinds of public APIs: what they say is invented."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]
STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
NULL: Schema = {"type": "null"}


def ref(name: str) -> Schema:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(required: list[str], **properties: Schema) -> Schema:
    """Return an object schema."""
    return {"type": "object", "required": required, "properties": properties}


def content(schema: Schema, media_type: str = "application/json") -> dict[str, Any]:
    """Return a message of one media type."""
    return {"description": "Invented.", "content": {media_type: {"schema": schema}}}


def document(paths: dict[str, Any], schemas: dict[str, Schema]) -> dict[str, Any]:
    """Return a contract."""
    info = {"title": "Invented", "version": "1.0.0"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


def resource_paths(names: list[str], request: Callable[[str], Schema], media_type: str = "application/json") -> Schema:
    """Return four operations for each resource."""
    paths: dict[str, Any] = {}
    page = [{"name": name, "in": "query", "schema": {**INTEGER, "maximum": 100}} for name in ("page", "per_page")]
    key = {"name": "id", "in": "path", "required": True, "schema": STRING}
    for name in names:
        listed = content({"type": "array", "items": ref(name)})
        body = {"required": True, **content(request(name), media_type)}
        paths[f"/{name}"] = {
            "get": {"operationId": f"list-{name}", "parameters": page, "responses": {"200": listed}},
            "post": {"operationId": f"create-{name}", "requestBody": body, "responses": {"201": content(ref(name))}},
        }
        paths[f"/{name}/{{id}}"] = {
            "parameters": [key],
            "get": {"operationId": f"get-{name}", "responses": {"200": content(ref(name)), "404": content(ref(name))}},
            "patch": {"operationId": f"edit-{name}", "requestBody": body, "responses": {"200": content(ref(name))}},
        }
    return paths


def repository_host(size: int) -> dict[str, Any]:
    """Return a contract of many operations on nested records, in the style of a host of repositories."""
    names = [f"record-{number}" for number in range(size)]
    urls = {f"{name}_url": {"type": "string", "format": "uri"} for name in ("html", "events", "forks", "hooks", "keys")}
    schemas: dict[str, Schema] = {"user": record(["id", "login"], id=INTEGER, login=STRING, email=STRING, **urls)}
    for number, name in enumerate(names):
        inner = {f"field_{position}": STRING for position in range(12)}
        parent = {"anyOf": [ref(names[number // 2]), NULL]} if number else {"anyOf": [ref("user"), NULL]}
        schemas[name] = record(["id"], id=INTEGER, owner=ref("user"), parent=parent, **urls, **inner)
    state = {"type": "string", "enum": ["open", "closed", "all"]}
    return document(resource_paths(names, lambda _: record(["title"], title=STRING, state=state)), schemas)


def payments(size: int) -> dict[str, Any]:
    """Return a contract of forms and of records that expand each other, in the style of a payment service."""
    names = [f"object_{number}" for number in range(size)]
    schemas: dict[str, Schema] = {}
    for number, name in enumerate(names):
        expanded = {
            f"link_{step}": {"anyOf": [{**STRING, "maxLength": 5000}, ref(names[(number + step) % size])]}
            for step in (1, 2, 3, 5, 8, 13)
        }
        schemas[name] = record(["id", "object"], id=STRING, object={"type": "string", "enum": [name]}, **expanded)
    state = {"type": "string", "enum": ["open", "closed", "all"]}
    address = record([], line1=STRING, city=STRING, country={**STRING, "maxLength": 2})
    unset = {"type": "string", "enum": [""]}
    form = record([], state=state, address={"anyOf": [address, unset]}, metadata={"type": "object"})
    return document(resource_paths(names, lambda _: form, "application/x-www-form-urlencoded"), schemas)


def payment_methods(size: int) -> dict[str, Any]:
    """Return a contract of wide unions whose branches have a tag, in the style of a payment gateway."""
    methods = [f"Method{number}" for number in range(size)]
    schemas: dict[str, Schema] = {
        name: record(["type"], type={"type": "string", "enum": [name.lower()]}, token=STRING, holder=STRING)
        for name in methods
    }
    names = [f"Payment{number}" for number in range(size // 8)]
    state = {"type": "string", "enum": ["open", "closed", "all"]}
    for name in names:
        schemas[name] = record(["id"], id=STRING, state=STRING, method={"oneOf": [ref(method) for method in methods]})
    union = {"oneOf": [ref(method) for method in methods]}
    return document(resource_paths(names, lambda _: record(["method"], method=union, state=state)), schemas)


def language_models(size: int) -> dict[str, Any]:
    """Return a contract of nested unions and events, in the style of a service of language models."""
    kinds = [f"Part{number}" for number in range(size // 4)]
    schemas: dict[str, Schema] = {
        name: record(["type"], type={"const": name.lower()}, text=STRING, parts={"type": "array", "items": ref("Part")})
        for name in kinds
    }
    schemas["Part"] = {"anyOf": [ref(name) for name in kinds]}
    events = [f"Event{number}" for number in range(size)]
    for name in events:
        schemas[name] = record(["type", "part"], type={"const": name.lower()}, part=ref("Part"), index=INTEGER)
    schemas["Event"] = {"oneOf": [ref(name) for name in events], "discriminator": {"propertyName": "type"}}
    state = {"type": "string", "enum": ["open", "closed", "all"]}
    model = {"anyOf": [STRING, {"type": "string", "enum": ["small", "large"]}]}
    names = [f"Answer{number}" for number in range(size // 8)]
    for name in names:
        schemas[name] = record(["events"], events={"type": "array", "items": ref("Event")}, model=model)
    message = record(["content"], content={"oneOf": [STRING, {"type": "array", "items": ref("Part")}]})
    return document(
        resource_paths(names, lambda _: record(["input"], input=message, model=model, state=state)), schemas
    )


def infrastructure(size: int) -> dict[str, Any]:
    """Return a contract of compositions by allOf, in the style of a cloud."""
    shared = record(
        ["id"], id={"type": "string", "format": "uuid", "readOnly": True}, tags={"type": "array", "items": STRING}
    )
    names = [f"resource_{number}" for number in range(size)]
    slug = {"type": "string", "pattern": "^[a-z0-9-]+$", "maxLength": 63}
    schemas: dict[str, Schema] = {"shared": shared, "named": {"allOf": [ref("shared"), record(["name"], name=slug)]}}
    schemas["volume"] = {
        **record(["kind"], kind=STRING),
        "oneOf": [ref("disk"), ref("share")],
        "discriminator": {"propertyName": "kind"},
    }
    for name in ("disk", "share"):
        schemas[name] = {"allOf": [ref("volume"), record([], gigabytes={**INTEGER, "minimum": 1})]}
    state = {"type": "string", "enum": ["open", "closed", "all"]}
    for name in names:
        own = record([], region=slug, size={**INTEGER, "minimum": 1, "maximum": 64}, volume=ref("volume"), state=state)
        schemas[name] = {"allOf": [ref("named"), own]}
    return document(resource_paths(names, ref), schemas)


CONTRACTS: Mapping[str, tuple[Callable[[int], dict[str, Any]], int]] = {
    "repository host": (repository_host, 400),
    "payments": (payments, 300),
    "payment methods": (payment_methods, 240),
    "language models": (language_models, 160),
    "infrastructure": (infrastructure, 400),
}


def with_optional_fields(contract: dict[str, Any]) -> None:
    """Add four optional fields to every record: no client is broken."""
    for value in contract["components"]["schemas"].values():
        for part in (value, *value.get("allOf", ())):
            if "properties" in part:
                part["properties"] |= {f"added_{number}": STRING for number in range(4)}


def with_a_value_less(contract: dict[str, Any]) -> None:
    """Remove a value that clients may send, wherever it is listed: they are broken."""
    _remove(contract)


def _remove(value: Any) -> None:
    if isinstance(value, dict):
        if value.get("enum") == ["open", "closed", "all"]:
            value["enum"] = ["open", "closed"]
        for inner in value.values():
            _remove(inner)
    elif isinstance(value, list):
        for inner in value:
            _remove(inner)
