"""A search for projects shows titles with a word that was searched for; how words are compared is not judged."""

import json
from urllib.parse import urlencode

import pytest

from conformance.exchange import AuthVariant, Exchange
from conformance.properties import load_all
from conformance.results.passive_checks import Finding, check_exchange
from tests.faulty_mocks.run_suite import read_contracts

SEARCH = "project/search-leaves-others-out"


def is_violated(search: str, *titles: str) -> bool | None:
    """Return whether a list of projects violates the requirement; None if it says nothing about it."""
    load_all()
    rows = [{"id": number, "title": title} for number, title in enumerate(titles, 1)]
    query = urlencode({"search": search})
    body = json.dumps({"data": rows}).encode()
    exchange = Exchange(1, "listProjects", "GET", "/projects", query, AuthVariant.OURS, None, None, 200, {}, body, 0.0)
    results = dict(check_exchange(read_contracts()[1], exchange, {SEARCH}))
    return isinstance(results[SEARCH], Finding) if SEARCH in results else None


@pytest.mark.parametrize("title", ["Website redesign", "", "Web site"])
def test_a_title_without_any_word_of_the_search_violates_it(title: str) -> None:
    assert is_violated("ZZZ_CONFORMANCE_7B_1", "ZZZ_CONFORMANCE_7B_1", title)


@pytest.mark.parametrize("title", ["ZZZ_CONFORMANCE_7B_1", "zzz conformance", "The conformances", "ZZZ_APITEST_2"])
def test_words_may_be_found_apart_and_in_any_letter_case(title: str) -> None:
    assert is_violated("ZZZ_CONFORMANCE_7B_1", title) is False


def test_a_search_that_finds_nothing_holds_and_one_without_a_word_is_not_judged() -> None:
    assert is_violated("ZZZ_CONFORMANCE_7B_1") is False
    assert is_violated("7_1", "Website redesign") is None
