"""Titles are told apart by every collation, and fit the contract."""

import unicodedata

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance import contract as contracts
from conformance.exchange import Json
from conformance.generation.schema_strategies import queries
from conformance.generation.strategies import AWKWARD, SPECIMENS, Inputs

INPUTS = Inputs(contracts.load())


def folded(title: str) -> str:
    """A title as the most forgiving collation sees it: plain letters and digits alone."""
    flat = unicodedata.normalize("NFKD", title).casefold()
    return "".join(one for one in flat if one.isascii() and one.isalnum())


@given(st.lists(INPUTS.texts(), min_size=2, max_size=5))
def test_no_two_titles_are_the_same_to_any_collation(texts: list[str]) -> None:
    titles = [INPUTS.titled(text).text for text in texts]

    assert len({folded(title) for title in titles}) == len(titles)


@given(INPUTS.texts())
def test_titles_have_no_blanks_at_their_ends_and_are_not_too_long(text: str) -> None:
    title = INPUTS.titled(text).text

    assert title == title.strip()
    assert 1 <= len(title) <= 255
    assert "\x00" not in title


def test_unusual_titles_are_not_plain() -> None:
    assert not any(INPUTS.titled(text).plain for text in (*AWKWARD, *SPECIMENS))
    assert INPUTS.titled("Phase 1").plain


@given(INPUTS.two_colors)
def test_two_colors_differ(colors: tuple[str, str]) -> None:
    assert colors[0] != colors[1]


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(queries(contracts.load(), "listMilestones"))
def test_generated_queries_stay_within_what_is_documented(query: dict[str, Json]) -> None:
    limit, search = query.get("limit", 1), query.get("search", "")

    assert set(query) <= {"type", "search", "sort", "order", "limit"}
    assert isinstance(limit, int)
    assert 1 <= limit <= 100
    assert isinstance(search, str)
    assert search.isprintable()
