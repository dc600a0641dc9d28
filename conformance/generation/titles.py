"""Unusual titles: with special characters, of any script, or long; and groups of titles that are easily confused."""

from collections.abc import Container, Sequence
from random import Random

ENDS = (
    *(" %41 50%25", " a+b", " C++", " x & y", " a=b", " a;b", " a,b", " &amp; &lt;", " <b>bold</b>", " $& $1"),
    *(" O'Neil", ' "go"', " [1]", " {x}", " c:\\d", " #1", " a/b", " a|b", " 100%", " ~`^", " UPPER Case"),
    *(" 12", " 007", " Größe", " é", " 設計", " 🚀", " 😀 👍", " (null)", " 2%", " @x", " uncategorised", " v1.0."),
)
"""Ends of unusual titles, each with one difficulty."""
BEGINNINGS = ("<i>", "Phase number 12 of the ", "ÄÖÜ ", "&", "'", "(", "1. ")
"""Beginnings of unusual titles, each with one difficulty."""
LONG = (f" {'long ' * 12}end", " longer" * 30)
"""Ends that make titles long."""
ALIKE = "A title that is as long as those of real milestones: "
"""A long beginning that many titles share: titles that begin alike are different titles."""
ODD_TITLES, LONG_TITLES = "odd titles", "long titles"
"""Kinds of titles that a deployment may refuse."""
IN_ONE = 3
"""The number of unusual ends in one title."""
LONG_SHARE, ALIKE_SHARE, BEGINNING_SHARE = 0.3, 0.7, 0.1
"""The share of titles that are long; of long ones that begin alike; and of the rest that have an unusual beginning."""


def around_a_title(chance: Random, ends: list[str], refused: Container[str]) -> tuple[str, str]:
    """Return a beginning and an end for a title, of no kind that is refused.

    `ends` is the stock of ends, which is used up and refilled with all of them, so that each comes equally often.
    """
    if chance.random() < LONG_SHARE and LONG_TITLES not in refused:
        return (ALIKE, "") if chance.random() < ALIKE_SHARE else ("", chance.choice(LONG))
    if ODD_TITLES in refused:
        return "", ""
    if chance.random() < BEGINNING_SHARE:
        return chance.choice(BEGINNINGS), ""
    if len(ends) < IN_ONE:
        ends[:0] = chance.sample(ENDS, len(ENDS))
    # A dot is unusual only at the very end.
    return "", "".join(sorted((ends.pop() for _ in range(IN_ONE)), key=lambda end: end.endswith(".")))


def variants(word: str) -> Sequence[str]:
    """Return texts that a pattern, an escape, a tag or a slug may reduce to a word, or to it followed by an x."""
    signs = (".", "'", '"', "\\", "_", "%", "!", "?", "-x", " x", ".x", "/x", "&x", "+x")
    return *(f"{word}{sign}" for sign in signs), f"#{word}", f"({word})x", f"<b>{word}</b>"


def may_be_refused(title: str) -> bool:
    """Return whether a deployment may have a reason to refuse an unused title: some accept no markup."""
    return "<" in title


def look_alikes(word: str, number: str) -> Sequence[Sequence[str]]:
    """Return groups of titles that some software may take for the same."""
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
