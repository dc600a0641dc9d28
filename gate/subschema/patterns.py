"""Patterns of strings: regular expressions, matched in linear time by RE2, and the patterns that formats imply."""

import re
from collections.abc import Mapping
from functools import lru_cache

import re2

# JavaScript's syntax for escapes that RE2 writes differently.
ESCAPED_CODE = re.compile(r"\\u(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{4}))")
QUIET = re2.Options()
QUIET.log_errors = False
# A text that has the format.
FORMATS: Mapping[str, str] = {
    "date": "2026-06-15",
    "date-time": "2026-06-15T09:30:00Z",
    "duration": "P1D",
    "email": "a@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "time": "09:30:00Z",
    "uri": "https://example.com/",
    "uri-reference": "/a",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
}
# What every text of the format matches.
FORMAT_PATTERNS: Mapping[str, str] = {
    "date": r"^\d{4}-\d{2}-\d{2}$",
    "date-time": r"^\d{4}-\d{2}-\d{2}[Tt ]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$",
    "duration": r"^P(?=.)",
    "email": r"^[^@\s]+@[^@\s]+$",
    "hostname": r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$",
    "ipv4": r"^\d{1,3}(\.\d{1,3}){3}$",
    "ipv6": r"^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$",
    "time": r"^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$",
    "uri": r"^[A-Za-z][A-Za-z0-9+.-]*:",
    "uri-reference": r"^\S*$",
    "uuid": r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
}


@lru_cache(maxsize=2048)
def _compiled(pattern: str) -> "re2._Regexp | None":
    code = ESCAPED_CODE.sub(lambda match: f"\\x{{{match[1] or match[2]}}}", pattern)
    try:
        return re2.compile(code.replace("[^]", "[\\s\\S]"), options=QUIET)
    except (re2.error, UnicodeEncodeError):
        return None


def is_supported(pattern: str) -> bool:
    """Return whether RE2 can compile a pattern; it has no look-around and no back-references."""
    return _compiled(pattern) is not None


def matches(pattern: str, text: str) -> bool:
    """Return whether a supported pattern matches anywhere in a text, in linear time."""
    compiled = _compiled(pattern)
    return compiled is not None and compiled.search(text.encode("utf-8", "replace").decode()) is not None
