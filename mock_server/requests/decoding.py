"""Decode query strings and bodies into plain values, without validation.

Text that is not UTF-8 keeps its invalid bytes as lone surrogates, so that one check for those finds every broken
encoding, including JSON's escapes.
"""

import json
import math
import re
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from io import BytesIO
from urllib.parse import unquote

import orjson

from mock_server.messages import Json

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

MAX_FIELDS = 100_000
MAX_DEPTH = 64

_PLAIN = frozenset({str, int})

_BRACKETS = re.compile(r"(?P<name>[^\[\]]+)\[[^\[\]]*\]")


class MalformedBody(ValueError):
    """A body that cannot be parsed as its content type says."""


def read_media_type(content_type: str) -> str:
    """Return the media type of a Content-Type header, without parameters and in lower case."""
    return content_type.partition(";")[0].strip().lower()


def parse_urlencoded(text: str, arrays: AbstractSet[str]) -> dict[str, Json]:
    """Parse `a=1&b[]=2` as in queries and forms.

    The fields in `arrays` may be repeated (`b=1&b=2`), bracketed (`b[]=1`) or indexed (`b[0]=1`), and become lists in
    the order sent. Of any other field the last value counts; a bracketed one becomes a list, which no schema accepts.
    """
    pieces = text.replace("+", " ").split("&", MAX_FIELDS)
    if len(pieces) > MAX_FIELDS:
        raise MalformedBody("has too many fields")
    pairs = [piece.partition("=")[::2] for piece in pieces if piece]
    if "%" in text:
        pairs = [(_unquote(name), _unquote(value)) for name, value in pairs]
    return _collect_fields(pairs, arrays)


def _unquote(text: str) -> str:
    return unquote(text, errors="surrogateescape") if "%" in text else text


def read_body(media_type: str, content_type: str, body: bytes, arrays: AbstractSet[str]) -> dict[str, Json]:
    """Parse a body in one of the three encodings; raise MalformedBody."""
    if media_type == FORM:
        return parse_urlencoded(body.decode("utf-8", "surrogateescape"), arrays)
    if media_type == MULTIPART:
        return _collect_fields(_read_multipart(content_type, body), arrays)
    return _read_json(body)


def _collect_fields(pairs: Sequence[tuple[str, str]], arrays: AbstractSet[str]) -> dict[str, Json]:
    values: dict[str, Json] = dict(pairs)
    if arrays.isdisjoint(values) and "[" not in "".join(values):
        return values
    values = {}
    lists: dict[str, list[Json]] = {}
    for key, value in pairs:
        match = _BRACKETS.fullmatch(key) if "[" in key else None
        name = match["name"] if match else key
        if match or name in arrays:
            if name not in lists:
                lists[name] = [values[name]] if name in values else []
            lists[name].append(value)
        values[name] = value
    return values | lists


def _read_json(body: bytes) -> dict[str, Json]:
    plain_json = _read_plain_json(body)
    if plain_json is not None:
        return plain_json
    try:
        text = body.decode("utf-8").strip() or "{}"
        value = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise MalformedBody("is not valid JSON") from error
    if not isinstance(value, dict):
        raise MalformedBody("is not a JSON object")
    if _is_deeper_than(MAX_DEPTH, value):
        raise MalformedBody("is nested too deeply")
    return value


def _read_plain_json(body: bytes) -> dict[str, Json] | None:
    """Parse an object of texts, small whole numbers and lists of those, as nearly all bodies are; None for others.

    orjson is several times faster, but reads whole numbers of more than 64 bits as floats.
    """
    try:
        decoded: Json = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if type(decoded) is not dict:
        return None
    for value in decoded.values():
        kind = type(value)
        if kind is not str and kind is not int and not (kind is list and _PLAIN.issuperset(map(type, value))):
            return None
    return decoded


def _is_deeper_than(limit: int, value: Json) -> bool:
    level = [value]
    while level and limit:
        level = [child for parent in level for child in _children(parent)]
        limit -= 1
    return bool(level)


def _children(value: Json) -> Collection[Json]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _read_float(text: str) -> float:
    """Parse a number; raise for NaN and infinity, also as 1e999, which cannot be written as JSON."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a JSON number")
    return number


_DECODER = json.JSONDecoder(parse_constant=_read_float, parse_float=_read_float)


def _read_multipart(content_type: str, body: bytes) -> list[tuple[str, str]]:
    # Imported late: it is slow, and few requests are multipart.
    from werkzeug.exceptions import HTTPException
    from werkzeug.formparser import parse_form_data

    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    try:
        _, form, _ = parse_form_data(environ, silent=False, max_form_parts=MAX_FIELDS)
    except (ValueError, LookupError, HTTPException) as error:
        raise MalformedBody("is not valid multipart form data") from error
    return [(name, value) for name, values in form.lists() for value in values]
