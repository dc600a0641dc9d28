"""From a routed request to the typed values of its operation."""

import functools
import re
from collections.abc import Mapping

from mock_server.contract import Fields, Operation
from mock_server.form import Form
from mock_server.messages import Json, Request
from mock_server.problems import BadRequest, Invalid, Problem, UnsupportedMediaType, refusal
from mock_server.profile import Profile
from mock_server.router import Route
from mock_server.tolerance import find_substitute
from mock_server.validation import Coercion, coerce, find_violations, is_sound
from mock_server.wire import FORM, MULTIPART, Unreadable, read_body, read_media_type, read_pairs

NO_FIELDS = Fields.of({"type": "object"})

_ID = re.compile(r"0|[1-9][0-9]*")
_ID_WITH_TEXT = re.compile(r"([1-9][0-9]*)[^0-9].*", re.DOTALL)
_LONGEST_ID = 18

SHORT = 256
"""The longest query string in characters of which is kept what was read of it."""


def read_path(route: Route, profile: Profile) -> Mapping[str, int]:
    """Return the ids in the path; raises what the profile has for those that are none."""
    return {name: _read_id(name, text, profile) for name, text in route.path_values.items()}


def _read_id(name: str, text: str, profile: Profile) -> int:
    if not _ID.fullmatch(text):
        prefix = _ID_WITH_TEXT.fullmatch(text)
        if prefix and profile["get/id-with-trailing-text"] == "numeric-prefix":
            text = prefix[1]
    if _ID.fullmatch(text):
        # What is too long to be an id is a number nevertheless, and names nothing; nor does 0.
        return int(text) if len(text) <= _LONGEST_ID else 0
    raise refusal(profile["get/malformed-id"], f"The {name} must be a whole number above zero.", name)


def read_query(operation: Operation, request: Request, profile: Profile) -> Form:
    """Return the query parameters that the operation has, whatever else the query holds."""
    if not request.query and operation.query.are_optional:
        return Form(operation.query, {}, ())
    known = _read_sound(operation.query, request.query) if len(request.query) <= SHORT else None
    form = Form(operation.query, known, known.keys()) if known is not None else _fit_query(operation, request, profile)
    if is_list(operation) and profile["list/unknown-parameter"] == "422":
        form.refuse_unknown()
    return form


@functools.lru_cache(maxsize=1024)
def _read_sound(fields: Fields, query: str) -> Mapping[str, Json] | None:
    """Return the values of a query string, None if there is anything to say about it.

    Clients send the same few again and again, so what was read of one is kept.
    """
    try:
        sent = read_pairs(query, fields.arrays)
    except Unreadable:
        return None
    values = _coerce(fields, sent, Coercion())
    return values if is_sound(fields, values) else None


def _fit_query(operation: Operation, request: Request, profile: Profile) -> Form:
    try:
        sent = read_pairs(request.query, operation.query.arrays)
    except Unreadable as error:
        raise BadRequest(f"The query string {error}.") from error
    return fit(operation.query, sent, Coercion(), profile)


def is_list(operation: Operation) -> bool:
    """Tell whether an operation answers pages."""
    return "page" in operation.query.schemas


def read_fields(operation: Operation, request: Request, profile: Profile) -> Form:
    """Return the body's fields, none where there is no body or none that the operation reads.

    Raises what the profile has for a body that cannot be read.
    """
    if not operation.bodies:
        return Form(NO_FIELDS, {}, ())
    content_type = request.headers.get("content-type", "")
    media_type = read_media_type(content_type)
    fields = operation.bodies.get(media_type)
    if fields is None:
        if request.body and profile["http/unknown-content-type"] == "415":
            raise UnsupportedMediaType(f"The body must be one of: {', '.join(operation.bodies)}.")
        return fit(next(iter(operation.bodies.values())), {}, Coercion(), profile)
    try:
        sent = read_body(media_type, content_type, request.body, fields.arrays)
    except Unreadable as error:
        raise _refuse_body(fields, f"The body {error}.", profile) from error
    return fit(fields, sent, _coercion(media_type, profile), profile)


def _coercion(media_type: str, profile: Profile) -> Coercion:
    if media_type in {FORM, MULTIPART}:
        return Coercion()
    return Coercion(
        text_as_number=profile["create/json-numeric-string-as-id"] == "coerced",
        number_as_text=profile["create/json-number-as-title"] == "coerced",
    )


def _refuse_body(fields: Fields, message: str, profile: Profile) -> Problem:
    """Return the problem of an unreadable body: all required fields are missing, and the body is why."""
    if profile["http/malformed-json"] == "400":
        return BadRequest(message)
    return Invalid({**fit(fields, {}, Coercion(), profile).errors, "body": [message]})


def fit(fields: Fields, sent: Mapping[str, Json], coercion: Coercion, profile: Profile) -> Form:
    """Fit what was sent to the contract's schemas, and note what does not fit, as far as the profile does not forgive.

    A value that is forgiven as None counts as not sent.
    """
    values = _coerce(fields, sent, coercion)
    form = Form(fields, values, sent.keys())
    if is_sound(fields, values):
        form.values = _without_none(values)
        return form
    forgiven: dict[str, Json] = {}
    for violation in find_violations(fields, values):
        name = violation.top_field
        if substitute := find_substitute(violation, profile):
            forgiven[name] = substitute(values[name], fields.schemas[name])
        elif name not in forgiven:
            form.fail(violation.field, violation.message)
    form.values = _without_none(values | forgiven)
    return form


def _coerce(fields: Fields, sent: Mapping[str, Json], coercion: Coercion) -> dict[str, Json]:
    """Return the values in the types that the contract wants, as far as that is possible."""
    return {
        name: value
        if name in fields.texts and type(value) is str
        else coerce(fields.schemas.get(name, {}), value, coercion)
        for name, value in sent.items()
    }


def _without_none(values: dict[str, Json]) -> dict[str, Json]:
    if None not in values.values():
        return values
    return {name: value for name, value in values.items() if value is not None}
