"""Every collation distinguishes the generated titles, and the contract allows them."""

import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conformance import contract as contracts
from conformance.exchange import Json
from conformance.generation.strategies import AWKWARD, SPECIMENS, Inputs, has_q, queries
from conformance.runner.run import new_run_id
from conformance.sandbox.ownership import LABEL

INPUTS = Inputs(contracts.load())


def folded(title: str) -> str:
    """Return a title as the most lenient collation compares it: plain letters and digits alone."""
    flat = unicodedata.normalize("NFKD", title).casefold()
    return "".join(letter for letter in flat if letter.isascii() and letter.isalnum())


@given(st.lists(INPUTS.texts(), min_size=2, max_size=5))
def test_no_two_titles_are_the_same_to_any_collation(texts: list[str]) -> None:
    titles = [INPUTS.titled(text).text for text in texts]

    assert len({folded(title) for title in titles}) == len(titles)


@given(INPUTS.texts())
@example("two  blanks, a\u00a0fixed one and a wide\u3000one")
@example("long title " * 24)
def test_titles_have_single_blanks_between_words_and_are_not_too_long(text: str) -> None:
    title = INPUTS.titled(text).text

    assert title == " ".join(title.split())
    assert 1 <= len(title) <= 255
    assert "\x00" not in title


@given(INPUTS.texts())
def test_a_word_of_no_title_is_in_none(text: str) -> None:
    assert not has_q(text)
    assert folded(INPUTS.titled(text).text).count("q") == 1


@pytest.mark.parametrize("text", [*AWKWARD, *SPECIMENS, LABEL, "Uncategorised", INPUTS.numeric_title()])
def test_fixed_texts_hold_no_beginning_of_a_word(text: str) -> None:
    assert not has_q(text)


def test_no_run_is_named_with_the_beginning_of_a_word() -> None:
    assert not any(has_q(new_run_id()) for _ in range(500))


@pytest.mark.parametrize("letter", ["q", "Q", "\uff31", "\U0001d4fa", "\u24e0", "\u02a0"])
def test_a_q_is_known_in_any_shape(letter: str) -> None:
    assert has_q(f"a{letter}b")


def test_unusual_titles_are_not_plain() -> None:
    assert not any(INPUTS.titled(text).plain for text in (*AWKWARD, *SPECIMENS))
    assert INPUTS.titled("Phase 1").plain


@given(INPUTS.two_colors)
def test_two_colors_differ(colors: tuple[str, str]) -> None:
    assert colors[0] != colors[1]


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
# Deferred: what makes them takes a second, which no other test should pay for.
@given(st.deferred(lambda: queries(contracts.load(), "listMilestones")))
def test_generated_queries_stay_within_what_is_documented(query: dict[str, Json]) -> None:
    limit, search = query.get("limit", 1), query.get("search", "")

    assert set(query) <= {"type", "search", "sort", "order", "limit"}
    assert isinstance(limit, int)
    assert 1 <= limit <= 100
    assert isinstance(search, str)
    assert search.isprintable()
