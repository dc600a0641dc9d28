"""Heads of requests and responses in the form that the mock and its servers take them."""

import functools
import string
from collections.abc import Sequence
from urllib.parse import quote

from mock_server.messages import Headers

_PATH_SAFE = "/!$&'()*+,;=:@~|"
_QUERY_SAFE = string.printable.strip()


def merge_headers(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return headers by name in lower case; the values of repeated ones are joined, as RFC 9110 (5.3) has it."""
    headers = dict(pairs)
    if len(headers) == len(pairs):
        return headers
    headers = {}
    for name, value in pairs:
        separator = "; " if name == "cookie" else ", "
        headers[name] = f"{headers[name]}{separator}{value}" if name in headers else value
    return headers


@functools.lru_cache(maxsize=4096)
def encode_path(path: str) -> str:
    """Return a decoded path percent-encoded."""
    return quote(path, safe=_PATH_SAFE)


def encode_query(query: str) -> str:
    """Return a query string in ASCII; what is encoded already stays as it is."""
    return query if query.isascii() else quote(query, safe=_QUERY_SAFE)


@functools.lru_cache(maxsize=4096)
def encode_headers(headers: Headers) -> list[tuple[str, str]]:
    """Return headers with values in ASCII, which is all that a server takes."""
    return [(name, value if value.isascii() else value.encode("ascii", "replace").decode()) for name, value in headers]
