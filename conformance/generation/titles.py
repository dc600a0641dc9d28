"""Titles as people write them, with signs, of any script, long; and titles that one might take for one another."""

from collections.abc import Container, Sequence
from random import Random

ENDS = (
    *(" %41 50%25", " a+b", " C++", " x & y", " a=b", " a;b", " a,b", " &amp; &lt;", " <b>bold</b>", " $& $1"),
    *(" O'Neil", ' "go"', " [1]", " {x}", " c:\\d", " #1", " a/b", " a|b", " 100%", " ~`^", " UPPER Case"),
    *(" 12", " 007", " Größe", " é", " 設計", " 🚀", " (null)", " 2%", " @x", " v1.0."),
)
"""Ends of titles that break things, one thing each."""
BEGINNINGS = ("<i>", "Phase number 12 of the ", "ÄÖÜ ", "&", "'", "(", "1. ")
"""Beginnings of titles, likewise."""
LONG = (f" {'long ' * 12}end", " longer" * 30)
"""Ends that make titles long."""
ALIKE = "A title that is as long as those of real milestones: "
"""The beginning of many titles: several of a project that begin alike are different titles."""
ODD_TITLES, LONG_TITLES = "odd titles", "long titles"
"""Kinds of titles that a deployment may refuse."""
IN_ONE = 3
"""The number of odd ends of one title."""
LONG_SHARE, ALIKE_SHARE, BEGINNING_SHARE = 0.3, 0.7, 0.1
"""The share of titles that are long; of long ones that begin alike; of the others that have an odd beginning."""


def around_a_title(chance: Random, ends: list[str], refused: Container[str]) -> tuple[str, str]:
    """Return the beginning and end of a title, of no kind that is refused.

    `ends` are those that come next: used up, and filled again with all, so that each comes as often as any other.
    """
    if chance.random() < LONG_SHARE and LONG_TITLES not in refused:
        return (ALIKE, "") if chance.random() < ALIKE_SHARE else ("", chance.choice(LONG))
    if ODD_TITLES in refused:
        return "", ""
    if chance.random() < BEGINNING_SHARE:
        return chance.choice(BEGINNINGS), ""
    if len(ends) < IN_ONE:
        ends[:0] = chance.sample(ENDS, len(ENDS))
    # A dot is odd at the very end.
    return "", "".join(sorted((ends.pop() for _ in range(IN_ONE)), key=lambda end: end.endswith(".")))


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
