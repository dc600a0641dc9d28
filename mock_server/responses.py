"""Write results, problems, pages and answers of the control API as HTTP responses."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from orjson import Fragment

from mock_server.errors import Problem
from mock_server.messages import Headers, Json, JsonObject, Response

EXPOSED = ("Retry-After", "Allow", "Preference-Applied", "Mock-Complaints")
"""Headers beside the default ones that a page may read."""

OPEN: Headers = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", ", ".join(EXPOSED)))
"""Headers of all responses. They suffice for pages that send no cookies, and are the same for every request."""

COMMON: Headers = (("Content-Type", "application/json"), ("Cache-Control", "no-cache, private"), *OPEN)

NO_STORE: Headers = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))
"""Headers of responses outside the API."""


@dataclass(slots=True)
class Meta:
    """The place of a page in its list. Implements: Projects, List projects (`meta`)."""

    current_page: int
    per_page: int
    total: int
    last_page: int

    def as_json(self) -> JsonObject:
        """Return the object that lists have under `meta`."""
        return {
            "current_page": self.current_page,
            "per_page": self.per_page,
            "total": self.total,
            "last_page": self.last_page,
        }


@dataclass(slots=True)
class Result:
    """The result of a successful operation."""

    data: Json
    message: str
    status: int = 200
    meta: Meta | None = None


def success(result: Result) -> Response:
    """Wrap a result in the success envelope. Implements: Getting started, Response envelope."""
    content: dict[str, Json] = {"data": result.data}
    if result.meta is not None:
        content["meta"] = result.meta.as_json()
    content["message"] = result.message
    return json_response(result.status, content)


def failure(problem: Problem) -> Response:
    """Wrap a problem in the error envelope. Implements: Getting started, Errors."""
    content: dict[str, Json] = {"message": problem.message}
    if problem.errors is not None:
        content["errors"] = problem.errors
    return json_response(problem.status, content, problem.headers)


def write_json(content: JsonObject) -> bytes:
    """Return an object as compact JSON in UTF-8; a lone surrogate from a request becomes a question mark."""
    try:
        return orjson.dumps(content)
    except orjson.JSONEncodeError:
        # orjson does not write lone surrogates, or numbers of more than 64 bits.
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_read_fragment)
        return text.encode("utf-8", "replace")


def _read_fragment(fragment: Fragment) -> Json:
    content: Json = json.loads(fragment.contents)
    return content


def json_response(status: int, content: JsonObject, headers: Headers = ()) -> Response:
    """Return a JSON response."""
    body = write_json(content)
    usual = usual_headers(len(body))
    return Response(status, (*usual[:-1], *headers, usual[-1]) if headers else usual, body)


@functools.lru_cache(maxsize=4096)
def usual_headers(length: int) -> Headers:
    """Return the default headers for a body of so many bytes; the same object each time."""
    return (*COMMON, ("Content-Length", str(length)))


def reply_json(content: Mapping[str, Any], status: int = 200) -> Response:
    """Return a JSON response of the control API; `content` is any JSON value."""
    return reply_file(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"), "application/json", status)


def reply_file(body: bytes, content_type: str, status: int = 200) -> Response:
    """Return a page, a file, or any other body outside the API."""
    length = ("Content-Length", str(len(body)))
    return Response(status, (("Content-Type", content_type), *NO_STORE, length), body)


def refuse(message: str, status: int) -> Response:
    """Return a refusal of the control API or a page; the message is for people."""
    return reply_json({"message": message}, status)
