"""Validate the values of a request by the contract's schemas: convert types, validate, and report all errors."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import orjson
from jsonschema_rs import ValidationError

from mock_server.contract.contract import Fields, Schema
from mock_server.contract.yaml_files import as_list, as_mapping
from mock_server.messages import Json
from mock_server.requests.form_data import field_label

# Within the limit up to which Python converts digits to an int and back.
_INTEGER = re.compile(r"-?[0-9]{1,4000}")
_NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?")

REASONS = {
    "required": "field is required.",
    "type": "has the wrong type.",
    "minimum": "must be at least {limit}.",
    "maximum": "must not be greater than {limit}.",
    "minLength": "must be at least {limit} characters.",
    "maxLength": "must not be greater than {limit} characters.",
    "minItems": "must have at least {limit} items.",
    "enum": "is not one of the known values.",
    "format": "is not in the right format.",
    "pattern": "is not in the right format.",
    "additionalProperties": "field is not allowed.",
}
"""Messages by the violated keyword of a schema."""


class Coercion(Protocol):
    """The types that are accepted in place of others."""

    @property
    def text_as_number(self) -> bool:
        """Return whether digits in a text are accepted as a number."""

    @property
    def number_as_text(self) -> bool:
        """Return whether a number is accepted as text."""


@dataclass(frozen=True, slots=True)
class FixedCoercion:
    """A coercion independent of the profile; in a query or form, digits are accepted as numbers."""

    text_as_number: bool = True
    number_as_text: bool = False


@dataclass(frozen=True, slots=True)
class Violation:
    """A value that a schema refuses: the field, dotted for items (`milestones.1`), the keyword, and the message."""

    field: str
    keyword: str
    message: str

    @property
    def top_field(self) -> str:
        """Return the field that holds the invalid value."""
        return self.field.partition(".")[0]


def coerce(schema: Schema, value: Json, coercion: Coercion) -> Json:
    """Return the value converted to the schema's type if possible, or else unchanged."""
    kind = schema.get("type")
    if kind == "integer" and isinstance(value, str):
        # Nearly all conversions are of this kind; others may be slower.
        return int(value) if _INTEGER.fullmatch(value) and coercion.text_as_number else value
    match kind, value:
        case "integer", float() if value.is_integer():
            return int(value)
        case "number", str() if _NUMBER.fullmatch(value) and coercion.text_as_number:
            return float(value)
        case "boolean", "true" | "false" if coercion.text_as_number:
            return value == "true"
        case "string", int() if not isinstance(value, bool) and coercion.number_as_text:
            return str(value) if _INTEGER.fullmatch(_digits(value)) else value
        case "string", float() if coercion.number_as_text:
            return repr(value)
        case "array", list():
            items = as_mapping(schema.get("items"))
            return [coerce(items, item, coercion) for item in value]
    return value


def _digits(value: int) -> str:
    """Return the digits of a number; an empty text for one that is too long to write."""
    return str(value) if value.bit_length() < 10_000 else ""


def is_valid(fields: Fields, values: Mapping[str, Json]) -> bool:
    """Return whether the values are valid."""
    return is_unicode(values) and fields.validator.is_valid(values)


def find_violations(fields: Fields, values: Mapping[str, Json]) -> Iterator[Violation]:
    """Yield the violations of the values, texts with invalid Unicode first."""
    garbled = set() if is_unicode(values) else {name for name in values if not is_unicode({name: values[name]})}
    for name in garbled & fields.schemas.keys():
        yield Violation(name, "encoding", f"The {field_label(name)} must be valid UTF-8 text.")
    sound = {name: value for name, value in values.items() if name not in garbled}
    if garbled or not fields.validator.is_valid(sound):
        violations = map(_describe, fields.validator.iter_errors(sound))
        yield from (violation for violation in violations if violation.field not in garbled)


def is_unicode(value: Json) -> bool:
    """Return whether every text in a value can be encoded in UTF-8; a lone surrogate cannot."""
    try:
        orjson.dumps(value)
    except orjson.JSONEncodeError:
        # The reason may also be a number that is too long for orjson.
        return _is_unicode_all_the_same(value)
    return True


def _is_unicode_all_the_same(value: Json) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _describe(error: ValidationError) -> Violation:
    """Return the message for a violation, in the API's words."""
    details = as_mapping(error.kind.as_dict())
    steps = [str(step) for step in error.instance_path]
    if error.kind.name == "required":
        steps.append(str(details.get("property")))
    elif unexpected := as_list(details.get("unexpected")):
        steps.append(str(unexpected[0]))
    field = ".".join(steps) or "body"
    return Violation(field, error.kind.name, f"The {field_label(field)} {_reason(error.kind.name, details)}")


def _reason(keyword: str, details: Mapping[str, Json]) -> str:
    limit = details.get("limit")
    if keyword == "minLength" and limit == 1:
        keyword = "required"
    return REASONS.get(keyword, "is invalid.").format(limit=limit)
