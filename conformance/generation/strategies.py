"""Strategies for inputs: valid by the contract, and such that no correct deployment may reject them.

Titles that some collations hold equal (letter case, accents, spaces at the ends, any two emoji) never differ by that
alone: each title ends in a lower-case word that is used once in a run.

A word begins with q, and no other text of a run contains a q, in any script or case. So a word that was not used in a
title occurs in none.
"""

import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from conformance.contract import Contract
from conformance.exchange import Json
from conformance.http.client import Encoding

GENERATED = ("type", "search", "sort", "order", "limit")
"""The parameters drawn from their schemas; properties set ids and pages themselves."""

DOCUMENTED_COLORS = ("success", "warning", "danger", "default")

AWKWARD = (
    "100% & more + less = _done_?",
    'O\'Brien said "go" <b>now</b>',
    "007",
    "12",
    "Größe, Ångström, naïve",
    "設計 フェーズ 단계",
    "مرحلة التصميم",
    "שלב א",
    "Launch 🚀👩‍👩‍👧🏽",
    "null",
    "a/b\\c;d:e,f|g",
    "{{ title }} ${x} %s #1",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 𠜎",
    "[1] (two) {three}",
)

SPECIMENS = (
    (
        '007 & more + less = _done_? O\'Brien said "go" <b>now</b>; a/b\\c:d,e|f {{ x }} ${y} #1 [2] (null)'
        " &amp; &#39;k&#39; &lt;i&gt; 50%25 %41 a%2Bb C++ &copy=1"
    ),
    "100% Größe Ångström naïve 設計 フェーズ 단계 مرحلة שלב 🚀 👩‍👩‍👧🏽 𝔘𝔫𝔦 𐍈 𠜎 %s",
    "long title " * 24,
)
"""As few titles as possible that together contain everything hard to handle; each is cut to the maximum length.

A percent sign that begins no escape makes some decoders give up, and so hides others that decode twice.
"""

DETAILS: Sequence[Mapping[str, Json]] = (
    {},
    {"task_client_visibility": "on"},
    {"task_date_start": "2026-01-05"},
    {"task_billable": "on", "task_date_start": "2026-01-05"},
    {"task_client_visibility": "on", "task_billable": "on", "task_date_start": "2026-01-06"},
)
"""Optional fields of tasks, none of which concerns milestones."""
NOT_DESCRIBED = 7
"""One task in so many has no description; the others differ in it, whatever their titles."""

PROJECT_DETAILS: Sequence[Mapping[str, Json]] = (
    {},
    {"project_progress_manually": "on"},
    {"project_description": "More about it.", "project_date_due": "2026-12-31"},
    {"project_billing_type": "fixed", "project_billing_rate": "50"},
)
"""Optional details of projects; none of them concerns milestones."""

PLAIN_TITLE_LENGTH = 60


_PLAIN = re.compile(rf"[A-Za-z0-9 .]{{1,{PLAIN_TITLE_LENGTH}}}")


def is_plain(title: str) -> bool:
    """Return whether no deployment has a reason to refuse a title: short, of letters, digits, spaces and dots."""
    return _PLAIN.fullmatch(title) is not None


def has_q(text: str) -> bool:
    """Return whether some collation could see a q in a text: the letter in any script, case or shape."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return any(character == "q" or "Q" in unicodedata.name(character, "").split() for character in folded)


@dataclass(frozen=True, slots=True)
class Title:
    """A title to send; only a plain one must be accepted, as the documentation states no limits."""

    text: str
    plain: bool


class Inputs:
    """Strategies drawn from the contract: a maximum length or a list of colours in it narrows the inputs."""

    def __init__(self, contract: Contract, first_word: int = 0) -> None:
        self._words = itertools.count(first_word)
        title = contract.field("createMilestone", "milestone_title")
        self.longest_title = _integer(title.get("maxLength"), 255)
        self.encodings: st.SearchStrategy[Encoding] = st.sampled_from(tuple(Encoding))
        self.booleans = st.booleans()
        self.known_colors = known_colors(contract)
        self.colors = st.sampled_from(self.known_colors)

    @property
    def two_colors(self) -> st.SearchStrategy[tuple[str, str]]:
        """Generate two colours, different if the contract knows more than one."""
        return st.tuples(self.colors, self.colors).map(self._apart)

    def word(self) -> str:
        """Return a lower-case word that this run has not used."""
        return f"q{_letters(next(self._words))}z"

    def numeric_title(self) -> str:
        """Return a title of digits with leading zeros that this run has not used."""
        return f"00{4711 + next(self._words)}"

    def plain_title(self, start: str = "") -> str:
        """Return a short title of letters and spaces that no deployment may refuse or mistake for another."""
        return f"{start} {self.word()}".strip()[-self.longest_title :]

    def titled(self, text: str) -> Title:
        """Return a title made of a drawn text and a unique word at its end.

        Its words are separated by single spaces: a deployment may collapse several, as web pages do.
        """
        ending = self.word()
        room = max(self.longest_title - len(ending) - 1, 0)
        whole = " ".join([*text[:room].split(), ending])
        return Title(whole, plain=is_plain(whole) and text not in AWKWARD)

    def texts(self) -> st.SearchStrategy[str]:
        """Generate texts for titles: plain ones, awkward ones, of any script, up to the maximum length."""
        letters = st.text("abcdefghijklmnoprstuvwxyz ABCXYZ", min_size=0, max_size=12)
        any_script = st.text(
            st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn", "Cf", "Zl", "Zp"]), min_size=1, max_size=40
        ).filter(lambda text: unicodedata.is_normalized("NFC", text) and not has_q(text))
        long = st.integers(200, 255).map(lambda length: ("long title " * 24)[:length])
        return st.one_of(letters, st.sampled_from(AWKWARD), any_script, long)

    def _apart(self, pair: tuple[str, str]) -> tuple[str, str]:
        first, second = pair
        if first != second:
            return pair
        colors = self.known_colors
        return first, colors[(colors.index(first) + 1) % len(colors)]


def known_colors(contract: Contract) -> Sequence[str]:
    """Return the colours that the contract lists, or else the documented ones."""
    listed = contract.field("createMilestone", "milestone_color").get("enum")
    colors = [color for color in listed if isinstance(color, str)] if isinstance(listed, list) else []
    return tuple(colors) or DOCUMENTED_COLORS


def _integer(value: Json, otherwise: int) -> int:
    return min(value, otherwise) if isinstance(value, int) and not isinstance(value, bool) else otherwise


def _letters(number: int) -> str:
    """Write a number in letters, without q and z, which delimit the word."""
    alphabet = "abcdefghijklmnoprstuvwxy"
    text = ""
    while True:
        number, rest = divmod(number, len(alphabet))
        text = alphabet[rest] + text
        if number == 0:
            return text


def queries(contract: Contract, operation: str) -> st.SearchStrategy[dict[str, Json]]:
    """Generate query parameters that are valid by an operation's schemas, except where the documentation is silent.

    That is a limit above the cap, and control codes or half characters in a search.
    """
    return _generated(contract.path, contract.operations[operation].path).map(
        lambda query: {name: _tamed(contract, name, query[name]) for name in GENERATED if name in query}
    )


@cache
def _generated(contract: Path, path: str) -> st.SearchStrategy[dict[str, Json]]:
    # The import takes half a second, so it is left to the first use.
    import schemathesis

    operation = schemathesis.openapi.from_path(str(contract))[path]["GET"]
    cases = operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)
    return cases.map(lambda case: dict(case.query))


def _tamed(contract: Contract, name: str, value: Json) -> Json:
    if name == "limit" and isinstance(value, int):
        return min(value, contract.limit_cap)
    return "".join(character for character in value if character.isprintable()) if isinstance(value, str) else value
