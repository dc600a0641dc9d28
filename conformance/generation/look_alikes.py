"""Titles in ASCII that no deployment has a reason to refuse, and that one might take for one another."""

from collections.abc import Sequence


def variants(word: str) -> Sequence[str]:
    """Return what a pattern, an escape, a tag or a slug makes the same as a word, or as it with an x behind it."""
    signs = (".", "'", '"', "\\", "_", "%", "!", "?", "-x", " x", ".x", "/x", "&x", "+x")
    return *(f"{word}{sign}" for sign in signs), f"#{word}", f"({word})x", f"<b>{word}</b>"


def may_be_refused(title: str) -> bool:
    """Tell if a deployment may have a reason to refuse a title that is free: some take no markup."""
    return "<" in title


def look_alikes(word: str, number: str) -> Sequence[Sequence[str]]:
    """Return titles in groups of those that look the same to somebody."""
    return (
        (word, f"{word} x", f"x {word}", f"{word}x", f"{word}."),
        (
            *(f"{word} one two", f"{word}-one-two", f"{word}_one_two", f"{word}.one.two", f"{word}/one/two"),
            *(f"{word}, one two!", f"{word} (one two)", f"{word}+one+two", f"#{word} one two"),
        ),
        (f"{word}%", f"{word}_", f"{word}*", f"{word}?", f"%{word}", f"{word}\\", f"{word}\\\\"),
        (f"{word}'", f'{word}"', f"'{word}'", f'"{word}"', f"<b>{word}</b>", f"{word}&amp;x", f"{word}&x"),
        (number, f"0{number}", f"00{number}", f"{number}.0", f"{number}e0", f"+{number}", f"-{number}", f"{number}x"),
    )
