"""Remove the key from everything received, in every form in which it can come back."""

import base64
import html
import re
from collections.abc import Iterator

REDACTED = "[key]"
SHORT = 6
"""Keys with fewer characters are searched for only as they are: encoded, they would match unrelated text."""


class Redactor:
    """Replaces a key and other secrets, also without their last character, by a mark.

    It finds the key as it is, escaped as in JSON, in percent-encoding, as HTML entities, in hexadecimal and in base64,
    in any letter case and with the escapes mixed.
    """

    def __init__(self, key: str, *others: str) -> None:
        secrets = [secret for secret in (key, *others) if secret]
        forms = [form for secret in secrets for form in _forms(secret)]
        # The look-ahead avoids the long alternatives for most characters.
        beginnings = "".join({re.escape(beginning) for secret in secrets for beginning in _beginnings(secret)})
        pattern = f"(?=[{beginnings}])(?:{'|'.join(forms)})"
        self._pattern = re.compile(pattern.encode("ascii"), re.IGNORECASE)

    def text(self, text: str) -> str:
        """Return a text without the secrets."""
        return self.body(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def body(self, body: bytes) -> bytes:
        """Return bytes without the secrets."""
        return self._pattern.sub(REDACTED.encode("ascii"), body)


def _forms(secret: str) -> Iterator[str]:
    # The key is also sent without its last character, and the rest must be redacted as well.
    if len(secret) < SHORT:
        yield re.escape(secret[:-1]) + f"(?:{re.escape(secret[-1])})?" if len(secret) > 1 else re.escape(secret)
        return
    # It is also sent with a space after its first character.
    first, *between, last = (_character(character) for character in secret)
    yield f"{first}(?: |[+]|%20)?{''.join(between)}(?:{last})?"
    hexadecimal = secret.encode("ascii").hex()
    yield f"{hexadecimal[:-2]}(?:{hexadecimal[-2:]})?"
    for encoded in _base64(secret):
        # The last characters of base64 depend on the last one of the secret.
        start, end = encoded[:-2], encoded[-2:]
        yield (
            "".join(sign(character) for character in start) + f"(?:{''.join(sign(character) for character in end)})?"
        )


def _beginnings(secret: str) -> str:
    """Return the characters with which any form of a secret begins."""
    encoded = "".join(form[0] for form in _base64(secret)) if len(secret) >= SHORT else ""
    return f"{secret[0]}{ord(secret[0]):x}"[:2] + encoded + "\\%&"


def sign(character: str) -> str:
    """Return a pattern for a character of base64, of which only the special characters are ever escaped."""
    return character if character.isalnum() else _character(character)


def _character(character: str) -> str:
    """Return a pattern for a character: as it is, and as escaped in JSON, URLs (perhaps twice) and HTML."""
    code = ord(character)
    forms = {
        re.escape(character),
        re.escape(html.escape(character)),
        rf"\\+u00{code:02x}",
        rf"\\+x{code:02x}",
        rf"%(?:25)*{code:02x}",
        f"&#0*{code};",
        f"&#x0*{code:x};",
    }
    if not character.isalnum():
        forms.add(rf"\\+{re.escape(character)}")
    return f"(?:{'|'.join(sorted(forms))})"


def _base64(secret: str) -> Iterator[str]:
    """Yield the part of base64 that only the secret determines, for each offset in the text and both alphabets."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + secret.encode("ascii")).decode("ascii").rstrip("=")
        bits = 8 * (before + len(secret))
        own = encoded[-(-8 * before // 6) : bits // 6]
        yield own
        if own != (other := own.translate(str.maketrans("+/", "-_"))):
            yield other
