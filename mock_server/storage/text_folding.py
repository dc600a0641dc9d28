"""Fold away the differences that titles and searches do not see."""

import re
import unicodedata

_SIGNS = "\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_EMOJI = re.compile(f"[{_SIGNS}](?:[\ufe0f\U0001f3fb-\U0001f3ff]|\u200d[{_SIGNS}])*")
_REPLACED = "\ufffd"

# What is left of an emoji when others are replaced, and the one letter that is a case of a mere accent.
_UNSTABLE = re.compile(f"[{_SIGNS}\ufe0f\u200d{_REPLACED}\u03b9]")


def strip_accents(text: str) -> str:
    """Return a text without its accents."""
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def replace_emoji(text: str) -> str:
    """Return a text in which every emoji is the same sign."""
    return _EMOJI.sub(_REPLACED, text)


def fold(text: str) -> str:
    """Return what is left of a text without letter case, accents and emoji.

    Texts that are the same to any of the functions here, or to `str.casefold`, come out the same; so may others.
    """
    if text.isascii():
        return text.lower()
    return _UNSTABLE.sub("", strip_accents(text).casefold())
