"""Lists show rows that were asked for, in the order that was; where a query can be read in two ways, none is judged."""

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


@pytest.mark.parametrize("title", ["Website redesign", "Web site"])
def test_a_title_without_any_word_of_the_search_violates_it(title: str) -> None:
    assert is_violated("ZZZ_CONFORMANCE_7B_1", "ZZZ_CONFORMANCE_7B_1", title)


@pytest.mark.parametrize("title", ["ZZZ_CONFORMANCE_7B_1", "zzz conformance", "The conformances", "ZZZ_APITEST_2"])
def test_words_may_be_found_apart_and_in_any_letter_case(title: str) -> None:
    assert is_violated("ZZZ_CONFORMANCE_7B_1", title) is False
    assert is_violated("ZZZ_CONFORMANCE_7B_12", "Building 12") is False
    assert is_violated("x" * 2000, title) is None


def test_a_search_that_finds_nothing_holds_and_one_without_a_word_is_not_judged() -> None:
    assert is_violated("ZZZ_CONFORMANCE_7B_1") is False
    assert is_violated("7_1", "Website redesign") is None


LIST = {
    "list/leaves-other-projects-out",
    "list/filters-by-type",
    "list/sorts-by-position",
    "list/sorts-by-created",
    "list/order-defaults-to-descending",
}
ROW = {"id": 1, "project_id": 7, "type": "categorised", "position": 1, "dates": {"created": "2026-06-15T09:30:00Z"}}


def violated(query: str, *changes: dict[str, object]) -> set[str]:
    """Return the requirements that a list of milestones violates; each row differs from the usual one in something."""
    load_all()
    body = json.dumps({"data": [{**ROW, **change} for change in changes]}).encode()
    exchange = Exchange(
        1, "listMilestones", "GET", "/milestones", query, AuthVariant.OURS, None, None, 200, {}, body, 0.0
    )
    results = check_exchange(read_contracts()[1], exchange, LIST)
    return {requirement for requirement, finding in results if isinstance(finding, Finding)}


@pytest.mark.parametrize(
    ("query", "changes", "requirement"),
    [
        ("project_id=7&sort=milestone_created", [{"project_id": 8}], "list/leaves-other-projects-out"),
        ("project_id=7&type=categorised", [{"type": "uncategorised"}], "list/filters-by-type"),
        ("sort=milestone_position&order=asc", [{"position": 10}, {"position": 9}], "list/sorts-by-position"),
        ("sort=milestone_position&order=desc", [{"position": 9}, {"position": 10}], "list/sorts-by-position"),
        ("sort=milestone_position", [{"position": 9}, {"position": 10}], "list/order-defaults-to-descending"),
        (
            "sort=milestone_created&order=asc&search=x",
            [{}, {"dates": {"created": "2026-06-15T09:29:59Z"}}],
            "list/sorts-by-created",
        ),
    ],
)
def test_a_row_or_an_order_that_was_not_asked_for_violates(
    query: str, changes: list[dict[str, object]], requirement: str
) -> None:
    assert violated(query, *changes) == {requirement}
    assert violated(query, *reversed(changes) if len(changes) > 1 else [{}]) == set()


@pytest.mark.parametrize(
    ("query", "changes"),
    [
        # One value of two is read, or a parameter is not known by that name.
        ("project_id=7&project_id=8", [{"project_id": 8}]),
        ("sort=milestone_position&order[]=asc", [{"position": 1}, {"position": 2}]),
        ("sort=milestone_position&order=", [{"position": 1}, {"position": 2}]),
        ("sort=milestone_position&order=ASC", [{"position": 2}, {"position": 1}]),
        # A default may have a place of its own, equal positions any, and local times cannot be compared.
        ("sort=milestone_position&order=asc", [{"position": 5, "type": "uncategorised"}, {"position": 1}]),
        ("sort=milestone_position&order=asc", [{"position": 2}, {"position": 2}]),
        ("sort=milestone_position&order=asc", [{"position": None}, {"position": 2}, {"position": 1}]),
        ("sort=milestone_position&order=asc", [{"position": -2}, {"position": -1}]),
        ("sort=milestone_created&order=asc", [{}, {"dates": {"created": "2026-06-15T09:29:59"}}]),
        # An hour comes twice when the clocks go back.
        (
            "sort=milestone_created&order=asc",
            [
                {"dates": {"created": "2025-10-26T02:50:00+02:00"}},
                {"dates": {"created": "2025-10-26T02:10:00+01:00"}},
            ],
        ),
        # Types and ids that are no plain ones may be read in any way.
        ("type=CATEGORISED", [{"type": "uncategorised"}]),
        ("type=1", [{}]),
        ("project_id=07", [{"project_id": 8}]),
    ],
)
def test_what_can_be_read_in_two_ways_is_not_judged(query: str, changes: list[dict[str, object]]) -> None:
    assert violated(query, *changes) == set()
