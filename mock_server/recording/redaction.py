"""Redact exchanges with a real deployment before they are recorded: keys, passwords, cookies and tokens."""

import functools
import hashlib
import json
import re
import secrets
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote_plus

from mock_server.messages import Headers, Json
from mock_server.recording.recorder import Exchange

if TYPE_CHECKING:
    import re2

REDACTED = "REDACTED"
MIN_ECHO = 4
"""The minimum length of credentials that are also redacted where they are echoed."""

CREDENTIAL = re.compile(
    r"^(?!access-control-|idempotency-key$).*?(?:authori[sz]ation|cookie|token|secret|passw|passphrase|credential|session|signature|csrf|xsrf|jwt|bearer"
    r"|(?:api|access|private|client|license|subscription)[-_]?key"
    r"|(?:^|[-_.\[])(?:auth|key|sig|sid|pin|otp|pass|pwd)(?:$|[-_.\]]))",
    re.IGNORECASE | re.DOTALL,
)
"""Matches names of headers, cookies, parameters and fields that hold a credential."""

SCHEME = re.compile(r"(bearer|basic|digest|token|negotiate) +(?=\S)", re.IGNORECASE)
# Possessive, atomic, and anchored at the beginning of a name: no text, however long, causes backtracking.
PARAMETER = re.compile(r"(?<![^&;=?\s])([^&;=?\s]++)=([^&;\s]*+)")
PART = re.compile(
    rb'^((?>content-disposition:[^\r\n]*?\bname="?)([^"\r\n;]++)[^\r\n]*+\r\n(?:[^\r\n]++\r\n)*+\r\n)'
    rb"(.*?)(?=\r\n--|\Z)",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)


MAX_DIGITS = 4000
MAX_PATTERN = 64 * 1024 * 1024
TOO_MANY = b"(more credentials than can be redacted: not kept)"
_SECRET = secrets.token_bytes()


def name_account(key: str) -> str:
    """Return a name for the account of a key: constant while the process lives, and without a way to guess the key."""
    return f"{REDACTED}-{hashlib.blake2s(key.encode('utf-8', 'replace'), key=_SECRET).hexdigest()[:6]}" if key else ""


def is_account_name(text: str) -> bool:
    """Return whether a text is a name made by `name_account`, and not a key."""
    return re.fullmatch(rf"{REDACTED}-[0-9a-f]{{6}}", text) is not None


def redact(exchange: Exchange) -> Exchange:
    """Return an exchange without its credentials: by name, and wherever their values are echoed."""
    return Redaction().redact(exchange)


class Redaction:
    """Redacts one exchange, and remembers the credentials found in it."""

    def __init__(self) -> None:
        self._credentials: set[str] = set()

    def redact(self, exchange: Exchange) -> Exchange:
        """Return an exchange without credentials."""
        request, response = exchange.request, exchange.response
        headers = self._headers(tuple(request.headers.items()))
        query = PARAMETER.sub(self._parameter, request.query)
        body = self._body(request.headers, request.body)
        answered = self._headers(response.headers)
        answer = self._body({name.lower(): value for name, value in response.headers}, response.body)
        return replace(
            exchange,
            request=replace(
                request,
                path=self._scrub_text(request.path),
                query=self._scrub_text(query),
                headers=dict(self._scrub_headers(headers)),
                body=self._scrub(body),
            ),
            response=replace(response, headers=self._scrub_headers(answered), body=self._scrub(answer)),
            complaints=tuple(map(self._scrub_text, exchange.complaints)),
        )

    def _headers(self, headers: Headers) -> Headers:
        return tuple((name, self._header(name, value)) for name, value in headers)

    def _header(self, name: str, value: str) -> str:
        if not CREDENTIAL.search(name):
            return PARAMETER.sub(self._parameter, value)
        if "cookie" in name.lower():
            for _, cookie in PARAMETER.findall(value):
                self._remember(cookie)
            return REDACTED
        scheme = SCHEME.match(value)
        self._remember(value[scheme.end() :] if scheme else value)
        return f"{scheme[1]} {REDACTED}" if scheme else REDACTED

    def _parameter(self, match: re.Match[str]) -> str:
        if not CREDENTIAL.search(unquote_plus(match[1])):
            return match[0]
        self._remember(unquote_plus(match[2]))
        return f"{match[1]}={REDACTED}"

    def _part(self, match: re.Match[bytes]) -> bytes:
        if not CREDENTIAL.search(match[2].decode("utf-8", "replace")):
            return match[0]
        self._remember(match[3].decode("utf-8", "replace"))
        return match[1] + REDACTED.encode()

    def _body(self, headers: Mapping[str, str], body: bytes) -> bytes:
        if body and headers.get("content-encoding", "identity").lower() != "identity":
            return b"(compressed: not kept)"
        content_type = headers.get("content-type", "").lower()
        if "form-urlencoded" in content_type:
            return PARAMETER.sub(self._parameter, body.decode("latin-1")).encode("latin-1")
        if "multipart" in content_type:
            return PART.sub(self._part, body)
        try:
            content: Json = json.loads(body, parse_int=_read_int)
            redacted = self._json(content)
            # A text without credentials is kept to the byte.
            return body if redacted == content else json.dumps(redacted, ensure_ascii=False).encode("utf-8", "replace")
        except RecursionError:
            return b"(nested too deeply: not kept)"
        except ValueError:
            return body

    def _json(self, content: Json, *, is_credential: bool = False) -> Json:
        if isinstance(content, dict):
            return {
                name: self._json(value, is_credential=is_credential or bool(CREDENTIAL.search(name)))
                for name, value in content.items()
            }
        if isinstance(content, list):
            return [self._json(value, is_credential=is_credential) for value in content]
        if not is_credential or content is None or isinstance(content, bool):
            return content
        self._remember(str(content))
        return REDACTED

    def _remember(self, credential: str) -> None:
        credential = credential.strip()
        self._credentials.add(credential)
        try:
            # Basic: a name and a password.
            _, colon, password = b64decode(credential, validate=True).decode().partition(":")
        except ValueError:
            return
        if colon:
            self._credentials.add(password)

    def _scrub_headers(self, headers: Headers) -> Headers:
        return tuple((name, self._scrub_text(value)) for name, value in headers)

    def _scrub_text(self, text: str) -> str:
        return self._scrub(text.encode("utf-8", "replace")).decode("utf-8", "replace")

    def _scrub(self, body: bytes) -> bytes:
        """Return a body without the known credentials, as they are, percent-encoded or escaped in JSON."""
        if not self._credentials or not body:
            return body
        pattern = self._pattern
        return TOO_MANY if pattern is None else bytes(pattern.sub(REDACTED.encode(), body))

    @functools.cached_property
    def _pattern(self) -> "re2._Regexp | None":
        """Compile a pattern for all credentials in any spelling, in linear time; None if there are too many."""
        import re2

        options = re2.Options()
        options.case_sensitive = options.log_errors = False
        options.encoding = re2.Options.Encoding.LATIN1
        options.max_mem = MAX_PATTERN
        spellings = {
            spelling.encode("utf-8", "replace")
            for credential in self._credentials
            if len(credential) >= MIN_ECHO and credential not in REDACTED
            for spelling in _spell(credential)
        }
        longest_first = sorted(spellings, key=len, reverse=True)
        try:
            # Without any, a pattern that matches nothing.
            return re2.compile(b"|".join(map(re2.escape, longest_first)) or rb"[^\x00-\xff]", options)
        except re2.error:
            return None


def _read_int(digits: str) -> int | str:
    """Parse an integer; huge ones, which Python refuses, are kept as text."""
    return int(digits) if len(digits) < MAX_DIGITS else digits


def _spell(credential: str) -> set[str]:
    return {
        credential,
        quote(credential, safe="", errors="replace"),
        quote_plus(credential, errors="replace"),
        quote(credential, errors="replace"),
        json.dumps(credential)[1:-1],
        json.dumps(credential, ensure_ascii=False)[1:-1],
        json.dumps(credential).replace("/", "\\/")[1:-1],
    }
