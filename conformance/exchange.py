"""One request and its answer.

Checkers are functions of exchanges wherever possible. An exchange never holds the key: it says whose key was sent, and
the transport has redacted the key in everything received.
"""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias
from urllib.parse import parse_qsl

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None

_IDS = re.compile(r"\d+")


def printable(text: str) -> str:
    """Return a deployment's text for a terminal, without control codes or codes for the writing direction."""
    return "".join(
        character if character.isprintable() or character == "\n" else "\N{REPLACEMENT CHARACTER}" for character in text
    )


def is_json(body: bytes | bytearray) -> bool:
    """Return whether a body is a complete JSON document."""
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


class AuthVariant(StrEnum):
    """The owner of the key that a request carries."""

    OURS = "ours"
    SMALL_SCHEME = "ours, as bearer"
    NONE = "none"
    WRONG = "wrong"
    EMPTY = "empty"
    CUT = "ours without its last character"
    LONGER = "ours with a character more"
    OTHER_CASE = "ours in the other letter case"
    SPLIT = "ours with a blank inside"
    TYPO = "ours with another last character"
    OTHER_SCHEME = "ours, as Token"
    BASIC_SCHEME = "ours, as Basic"
    WILDCARD = "a wildcard"
    ENCODED = "ours with its first character percent-encoded"


CURL_AUTH = {
    AuthVariant.OURS: '-H "Authorization: Bearer $MILESTONES_API_KEY"',
    AuthVariant.SMALL_SCHEME: '-H "Authorization: bearer $MILESTONES_API_KEY"',
    AuthVariant.WRONG: "-H 'Authorization: Bearer this-is-not-a-key'",
    AuthVariant.EMPTY: "-H 'Authorization: Bearer '",
    AuthVariant.CUT: '-H "Authorization: Bearer ${MILESTONES_API_KEY%?}"',
    AuthVariant.LONGER: '-H "Authorization: Bearer ${MILESTONES_API_KEY}x"',
    AuthVariant.TYPO: (
        """-H "Authorization: Bearer $(printf %s "$MILESTONES_API_KEY" | sed -e 's/x$/y/' -e t -e 's/.$/x/')\""""
    ),
    AuthVariant.OTHER_CASE: """-H "Authorization: Bearer $(printf %s "$MILESTONES_API_KEY" | tr 'A-Za-z' 'a-zA-Z')\"""",
    AuthVariant.SPLIT: """-H "Authorization: Bearer $(printf %s "$MILESTONES_API_KEY" | sed 's/./& /')\"""",
    AuthVariant.OTHER_SCHEME: '-H "Authorization: Token $MILESTONES_API_KEY"',
    AuthVariant.BASIC_SCHEME: '-H "Authorization: Basic $MILESTONES_API_KEY"',
    AuthVariant.WILDCARD: "-H 'Authorization: Bearer %'",
    AuthVariant.ENCODED: (
        """-H "Authorization: Bearer $(printf %%%02X "'$MILESTONES_API_KEY")${MILESTONES_API_KEY#?}\""""
    ),
}
"""The words with which a curl command sends each kind of key without showing it."""


class NotJson:
    """The body of the answer is no JSON."""


@dataclass(frozen=True)
class Exchange:
    """A recorded request with its answer.

    `path` begins with a slash and is relative to the base URL; `query` is encoded; `status` is None if no answer came,
    and `error` then says why: the outcome of such a write is unknown.
    """

    number: int
    operation: str
    method: str
    path: str
    query: str
    key: AuthVariant
    content_type: str | None
    sent: bytes | None
    status: int | None
    headers: Mapping[str, str]
    received: bytes
    seconds: float
    error: str = ""
    concurrent: bool = False
    sent_headers: Mapping[str, str] = field(default_factory=dict)
    """Headers that differ from curl's defaults; empty values for those left out."""
    paused: float = 0.0
    """The seconds that were waited before it was sent, so that the deployment's clock advanced."""
    cut_short: str = ""
    """The way in which the answer was repeatedly truncated; empty if that may have been temporary."""

    @property
    def target(self) -> str:
        """Return path and query, as in the request line."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def route(self) -> str:
        """Return the method with the operation, or with the path without ids: a route's answers are alike."""
        return f"{self.method} {self.operation or _IDS.sub('', self.path)}"

    @property
    def ok(self) -> bool:
        """Return whether the answer is a success."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def redirected(self) -> bool:
        """Return whether the answer is a 3xx."""
        return self.status is not None and 300 <= self.status < 400

    @property
    def refused(self) -> bool:
        """Return whether the answer is a 4xx."""
        return self.status is not None and 400 <= self.status < 500

    @cached_property
    def json(self) -> Json | NotJson:
        """Return the parsed body of the answer; NotJson if it cannot be parsed."""
        try:
            parsed: Json = json.loads(self.received.decode("utf-8"), parse_float=read_number)
        except (ValueError, RecursionError):
            return NotJson()
        return parsed

    @cached_property
    def envelope(self) -> Mapping[str, Json]:
        """Return the top-level object of the answer; empty if there is none."""
        return self.json if isinstance(self.json, Mapping) else {}

    @property
    def lacks_json(self) -> bool:
        """Return whether a success has no usable JSON; a write may have no body if its status says so."""
        says_so = self.status == 204 and self.method != "GET"
        return self.ok and not says_so and isinstance(self.json, NotJson)

    @property
    def is_firewall_page(self) -> bool:
        """Return whether a firewall may have refused the client or its text: the API has no 403 for a valid key."""
        is_page = "html" in self.headers.get("content-type", "").lower()
        is_usual_client = "User-Agent" not in self.sent_headers
        return self.status == 403 and is_page and (self.key is AuthVariant.OURS or not is_usual_client)

    @property
    def summary(self) -> str:
        """Return the exchange on one line: `POST /milestones → 409`."""
        return f"{self.method} {self.target} → {self.status if self.status is not None else self.error}"

    def shown_body(self, limit: int = 600) -> str:
        """Return the answer's body as text, truncated to `limit` characters."""
        text = self.received.decode("utf-8", "replace")
        return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"

    @property
    def sent_text(self) -> str:
        """Return the request's body as text; empty if there is none."""
        return (self.sent or b"").decode("utf-8", "replace")

    def curl(self, base_url: str, options: Sequence[str] = ()) -> str:
        """Return the request as a curl command with more `options`; the key is the variable MILESTONES_API_KEY."""
        words = ["curl", "-sS"]
        if self.method == "HEAD":
            words.append("--head")
        elif self.method != "GET":
            words += ["-X", self.method]
        words.append(shlex.quote(base_url + self.target))
        if self.key is not AuthVariant.NONE:
            words.append(CURL_AUTH[self.key])
        for name, value in self.sent_headers.items():
            words += ["-H", shlex.quote(f"{name}: {value}")]
        named = any(name.lower() == "content-type" for name in self.sent_headers)
        if not named and self.content_type and self.content_type != "application/x-www-form-urlencoded":
            words += ["-H", shlex.quote(f"Content-Type: {self.content_type}")]
        if self.sent is not None:
            words += [
                "--data-binary" if b"\n" in self.sent else "--data",
                shlex.quote(self.sent.decode("utf-8", "replace")),
            ]
        return " ".join([*words, *options])


def read_fields(query: str, body: bytes | None, content_type: str | None) -> Mapping[str, list[Json]]:
    """Return every value that a deployment could read for a field: in query or body, bracketed or repeated.

    A body that is no JSON object counts as empty.
    """
    fields: dict[str, list[Json]] = {}
    text = (body or b"").decode("utf-8", "replace")
    pairs: list[tuple[str, Json]] = [*parse_qsl(query, keep_blank_values=True)]
    if content_type and "json" in content_type:
        pairs += _members(text)
    else:
        pairs += parse_qsl(text, keep_blank_values=True)
    for name, value in pairs:
        fields.setdefault(name.partition("[")[0], []).append(value)
    return fields


def read_number(text: str) -> int | float:
    """Parse a number with a point or an exponent; JSON Schema takes a whole one for an integer.

    >>> read_number("12.0"), read_number("12.5")
    (12, 12.5)
    """
    number = float(text)
    return int(number) if number.is_integer() else number


def _members(text: str) -> list[tuple[str, Json]]:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return list(parsed.items()) if isinstance(parsed, dict) else []
