"""Patterns: regular expressions, matched in linear time by RE2."""

import re
from functools import lru_cache

import re2

# JavaScript's way to write what RE2 writes otherwise.
ESCAPED_CODE = re.compile(r"\\u(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{4}))")
QUIET = re2.Options()
QUIET.log_errors = False


@lru_cache(maxsize=2048)
def _compiled(pattern: str) -> "re2._Regexp | None":
    code = ESCAPED_CODE.sub(lambda match: f"\\x{{{match[1] or match[2]}}}", pattern)
    try:
        return re2.compile(code.replace("[^]", "[\\s\\S]"), options=QUIET)
    except (re2.error, UnicodeEncodeError):
        return None


def is_supported(pattern: str) -> bool:
    """Test whether RE2 compiles a pattern; it has no look-around and no back-references."""
    return _compiled(pattern) is not None


def matches(pattern: str, text: str) -> bool:
    """Test whether a supported pattern matches anywhere in a text, in linear time."""
    compiled = _compiled(pattern)
    return compiled is not None and compiled.search(text.encode("utf-8", "replace").decode()) is not None
