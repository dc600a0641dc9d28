"""Validate the parameters of a routed request into the typed values of its operation."""

import functools
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import cast

from mock_server.contract.contract import Fields, Operation, Schema
from mock_server.contract.profile import Profile
from mock_server.errors import BadRequest, Problem, UnsupportedMediaType, ValidationFailed, problem_for_status
from mock_server.messages import Json, Request
from mock_server.requests.decoding import FORM, MULTIPART, MalformedBody, parse_urlencoded, read_body, read_media_type
from mock_server.requests.form_data import FormData
from mock_server.requests.leniency import replacement_for
from mock_server.requests.router import Route
from mock_server.requests.validation import Coercion, FixedCoercion, coerce, find_violations, is_valid

NO_FIELDS = Fields.of({"type": "object"})
NOTHING: Mapping[str, Json] = {}
NO_IDS: Mapping[str, int] = {}
NO_SCHEMA: Schema = {}
TEXT = FixedCoercion()
"""The coercion for queries and forms, in which all values are text."""

TEXTUAL = frozenset({FORM, MULTIPART})

_ID = re.compile(r"0|[1-9][0-9]*")
_ID_WITH_TEXT = re.compile(r"([1-9][0-9]*)[^0-9].*", re.DOTALL)
_LONGEST_ID = 18

SHORT = 256
"""The maximum length of a query string whose parsed values are cached, in characters."""


def read_path(route: Route, profile: Profile) -> Mapping[str, int]:
    """Return the ids in the path; raise the problem that the profile says for an invalid one."""
    if not route.path_values:
        return NO_IDS
    return {name: _read_id(name, text, profile) for name, text in route.path_values.items()}


def _read_id(name: str, text: str, profile: Profile) -> int:
    if _ID.fullmatch(text):
        # A number too long to be an id is valid, but names nothing; nor does 0.
        return int(text) if len(text) <= _LONGEST_ID else 0
    prefix = _ID_WITH_TEXT.fullmatch(text)
    if prefix and profile.decide("get/id-with-trailing-text") == "numeric-prefix":
        return _read_id(name, prefix[1], profile)
    raise problem_for_status(profile.decide("get/malformed-id"), f"The {name} must be a whole number above zero.", name)


def read_query(operation: Operation, request: Request, profile: Profile) -> FormData:
    """Return the operation's query parameters, with defaults for those not sent; unknown ones are usually ignored."""
    fields = operation.query
    if not request.query and fields.are_optional:
        return FormData(fields, fields.defaults, NOTHING.keys())
    parsed = _parse_valid_query(fields, request.query) if len(request.query) <= SHORT else None
    form = FormData(fields, *parsed) if parsed is not None else _fit_query(operation, request, profile)
    if form.has_unknown_fields() and is_list(operation) and profile.decide("list/unknown-parameter") == "422":
        form.reject_unknown_fields()
    return form


@functools.lru_cache(maxsize=1024)
def _parse_valid_query(fields: Fields, query: str) -> tuple[Mapping[str, Json], AbstractSet[str]] | None:
    """Return the values of a query string and the names sent, or None if it is not entirely valid.

    Clients send the same few queries again and again, so the results are cached.
    """
    try:
        sent = parse_urlencoded(query, fields.arrays)
    except MalformedBody:
        return None
    values = _coerce(fields, sent, TEXT)
    return ({**fields.defaults, **values}, sent.keys()) if is_valid(fields, values) else None


def _fit_query(operation: Operation, request: Request, profile: Profile) -> FormData:
    try:
        sent = parse_urlencoded(request.query, operation.query.arrays)
    except MalformedBody as error:
        raise BadRequest(f"The query string {error}.") from error
    form = validate(operation.query, sent, profile)
    form.values = {**operation.query.defaults, **form.values}
    return form


def is_list(operation: Operation) -> bool:
    """Return whether an operation returns pages."""
    return "page" in operation.query.schemas


def read_fields(operation: Operation, request: Request, profile: Profile) -> FormData:
    """Return the body's fields; none if there is no body, or none that the operation reads.

    Raises the problem that the profile says for a body that cannot be read.
    """
    if not operation.bodies:
        return FormData(NO_FIELDS, NOTHING, NOTHING.keys())
    refuse_encoded(request)
    media_type = content_type = request.headers.get("content-type", "")
    fields = operation.bodies.get(content_type)
    if fields is None:
        media_type = read_media_type(content_type)
        fields = operation.bodies.get(media_type)
    if fields is None:
        if request.body and profile.decide("http/unknown-content-type") == "415":
            raise UnsupportedMediaType(f"The body must be one of: {', '.join(operation.bodies)}.")
        return validate(next(iter(operation.bodies.values())), {}, profile)
    try:
        sent = read_body(media_type, content_type, request.body, fields.arrays)
    except MalformedBody as error:
        raise _refuse_body(fields, f"The body {error}.", profile) from error
    return validate(fields, sent, profile, is_text=media_type in TEXTUAL)


def refuse_encoded(request: Request) -> None:
    """Raise UnsupportedMediaType for a compressed body: the API reads bodies as they are."""
    encoding = request.headers.get("content-encoding", "identity")
    if request.body and encoding.lower() not in {"", "identity"}:
        message = f"The body is encoded as {encoding}, which is not supported. Send it without Content-Encoding."
        raise UnsupportedMediaType(message, headers=(("Accept-Encoding", "identity"),))


@dataclass(frozen=True, slots=True)
class JsonCoercion:
    """Types that are accepted in place of others in JSON, decided when such a value occurs."""

    profile: Profile

    @property
    def text_as_number(self) -> bool:
        """Return whether digits in a text are accepted as a number."""
        return self.profile.decide("create/json-numeric-string-as-id") == "coerced"

    @property
    def number_as_text(self) -> bool:
        """Return whether a number is accepted as text."""
        return self.profile.decide("create/json-number-as-title") == "coerced"


def _refuse_body(fields: Fields, message: str, profile: Profile) -> Problem:
    """Return the problem of an unreadable body: all required fields are missing, and the body is the reason."""
    if profile.decide("http/malformed-json") == "400":
        return BadRequest(message)
    return ValidationFailed({**validate(fields, {}, profile).errors, "body": [message]})


def validate(fields: Fields, sent: Mapping[str, Json], profile: Profile, *, is_text: bool = True) -> FormData:
    """Validate values by the contract's schemas, and add errors for those that the profile does not accept.

    `is_text` says that all values were sent as text. A value that is replaced by None counts as not sent.
    """
    values = _coerce(fields, sent, TEXT if is_text else JsonCoercion(profile))
    form = FormData(fields, values, sent.keys())
    if is_valid(fields, values):
        form.values = _without_none(values)
        return form
    forgiven: dict[str, Json] = {}
    for violation in find_violations(fields, values):
        name = violation.top_field
        if substitute := replacement_for(violation, profile):
            forgiven[name] = substitute(values[name], fields.schemas[name])
        elif name not in forgiven:
            form.add_error(violation.field, violation.message)
    form.values = _without_none(values | forgiven)
    return form


def _coerce(fields: Fields, sent: Mapping[str, Json], coercion: Coercion) -> dict[str, Json]:
    """Return the values converted to the contract's types, as far as possible."""
    values, types = dict(sent), fields.types
    for name, value in sent.items():
        kind = type(value)
        if types.get(name) is not kind or (kind is list and not _are_whole(value)):
            values[name] = coerce(fields.schemas.get(name, NO_SCHEMA), value, coercion)
    return values


def _are_whole(values: object) -> bool:
    """Return whether a list has only whole numbers, so that nothing needs conversion."""
    return set(map(type, cast("list[Json]", values))) == {int}


def _without_none(values: dict[str, Json]) -> dict[str, Json]:
    if None not in values.values():
        return values
    return {name: value for name, value in values.items() if value is not None}
