"""Repair requests that violate the contract: invalid values are converted or left out."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from mock_server.contract.contract import Fields, Operation
from mock_server.messages import Json, Request
from mock_server.requests.decoding import FORM, MULTIPART, MalformedBody, parse_urlencoded, read_body, read_media_type
from mock_server.requests.form_data import field_label
from mock_server.requests.validation import FixedCoercion, coerce, find_violations

JSON_TYPE = "application/json"
LENIENT = FixedCoercion(text_as_number=True, number_as_text=True)


@dataclass(frozen=True, slots=True)
class Repaired:
    """A request, repaired as far as possible, and the violations, a sentence each."""

    request: Request
    complaints: tuple[str, ...]


def repair(operation: Operation, request: Request) -> Repaired:
    """Return a request with violations of the contract repaired or left out; a valid request is returned unchanged."""
    complaints: list[str] = []
    query = _repair_query(operation, request, complaints)
    repaired = request if query == request.query else replace(request, query=query)
    if operation.bodies:
        repaired = _repair_body(operation, repaired, complaints)
    return Repaired(repaired, tuple(complaints))


def _repair_query(operation: Operation, request: Request, complaints: list[str]) -> str:
    try:
        sent = parse_urlencoded(request.query, operation.query.arrays)
    except MalformedBody as error:
        complaints.append(f"The query string {error}.")
        return ""
    text = FixedCoercion()
    values = {name: coerce(operation.query.schemas.get(name, {}), value, text) for name, value in sent.items()}
    kept = _fit(operation.query, values, complaints, "query parameter")
    return request.query if kept == values else urlencode(_as_text(kept), doseq=True)


def _repair_body(operation: Operation, request: Request, complaints: list[str]) -> Request:
    content_type = request.headers.get("content-type", "")
    media_type = read_media_type(content_type)
    fields = operation.bodies.get(media_type)
    if fields is None:
        if not request.body:
            return request
        accepted = ", ".join(operation.bodies)
        complaints.append(f"The body is sent as {media_type or 'nothing'}; {operation.id} takes: {accepted}.")
        media_type = JSON_TYPE if request.body.lstrip()[:1] == b"{" else FORM
        fields = operation.bodies.get(media_type, next(iter(operation.bodies.values())))
    try:
        sent = read_body(media_type, content_type, request.body, fields.arrays)
    except MalformedBody as error:
        complaints.append(f"The body {error}.")
        return request
    exact = FixedCoercion(text_as_number=media_type in {FORM, MULTIPART})
    values = {name: coerce(fields.schemas.get(name, {}), value, exact) for name, value in sent.items()}
    before = len(complaints)
    kept = _fit(fields, values, complaints, "field")
    if len(complaints) == before and media_type == read_media_type(content_type):
        return request
    body = json.dumps(kept).encode("utf-8", "replace")
    return replace(request, body=body, headers={**request.headers, "content-type": JSON_TYPE})


def _fit(fields: Fields, values: Mapping[str, Json], complaints: list[str], kind: str) -> dict[str, Json]:
    """Return the valid values, with others converted or left out; add the violations to the complaints."""
    complaints.extend(f"There is no {kind} {name}." for name in values if name not in fields.schemas)
    kept = dict(values)
    for violation in tuple(find_violations(fields, values)):
        name = violation.top_field
        complaints.append(violation.message)
        if name in kept:
            kept[name] = coerce(fields.schemas.get(name, {}), _wrap(fields, name, kept[name]), LENIENT)
    for name in set(_refused(fields, kept)):
        usable = _usable_items(fields, name, kept[name]) if name in fields.arrays else []
        if usable:
            kept[name] = usable
        else:
            del kept[name]
            complaints.append(f"The {field_label(name)} was left out.")
    return kept


def _wrap(fields: Fields, name: str, value: Json) -> Json:
    """Return a value as a list if the field is an array."""
    return [value] if name in fields.arrays and not isinstance(value, list) else value


def _refused(fields: Fields, values: Mapping[str, Json]) -> Iterator[str]:
    return (violation.top_field for violation in find_violations(fields, values) if violation.top_field in values)


def _usable_items(fields: Fields, name: str, value: Json) -> list[Json]:
    items = value if isinstance(value, list) else []
    return [item for item in items if name not in set(_refused(fields, {name: [item]}))]


def _as_text(values: Mapping[str, Json]) -> dict[str, object]:
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()}
