"""Remove the differences between texts that titles and searches may ignore."""

import re
import unicodedata

_SIGNS = "\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_EMOJI = re.compile(f"[{_SIGNS}](?:[\ufe0f\U0001f3fb-\U0001f3ff]|\u200d[{_SIGNS}])*")
_REPLACED = "\ufffd"

# Parts of an emoji that remain after replacement, and the one letter that is a case form of an accent.
_UNSTABLE = re.compile(f"[{_SIGNS}\ufe0f\u200d{_REPLACED}\u03b9]")


def strip_accents(text: str) -> str:
    """Return a text without its accents."""
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def replace_emoji(text: str) -> str:
    """Return a text with every emoji replaced by the same character."""
    return _EMOJI.sub(_REPLACED, text)


def fold(text: str) -> str:
    """Return a text without letter case, accents and emoji.

    Texts that are equal by any of the functions here, or by `str.casefold`, have the same result; others may have it,
    too.
    """
    if text.isascii():
        return text.lower()
    return _UNSTABLE.sub("", strip_accents(text).casefold())
