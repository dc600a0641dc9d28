"""Every page of a list is held to what its meta says, as far as the documentation says it."""

import json
from collections.abc import Mapping

import pytest

from conformance.exchange import AuthVariant, Exchange
from conformance.properties.page_arithmetic import CURRENT_PAGE, LAST_PAGE, PER_PAGE, ROWS, TOTAL
from conformance.results.passive_checks import Finding, check_exchange
from tests.faulty_mocks.run_suite import read_contracts

JUDGED = {ROWS, PER_PAGE, CURRENT_PAGE, LAST_PAGE, TOTAL}
RIGHT = {"current_page": 2, "per_page": 5, "total": 8, "last_page": 2}


def broken(rows: int, meta: Mapping[str, object], query: str = "project_id=1&limit=5&page=2") -> set[str]:
    """Return the requirements that a page of so many rows breaks."""
    body = json.dumps({"data": [{"id": row} for row in range(rows)], "meta": meta, "message": ""}).encode()
    kind = {"content-type": "application/json"}
    page = Exchange(
        1, "listMilestones", "GET", "/milestones", query, AuthVariant.OURS, None, None, 200, kind, body, 0.0
    )
    judged = check_exchange(read_contracts()[1], page, JUDGED)
    return {requirement for requirement, finding in judged if isinstance(finding, Finding)}


@pytest.mark.parametrize(
    ("rows", "meta", "requirement"),
    [
        (3, RIGHT | {"per_page": 25}, PER_PAGE),
        (3, RIGHT | {"current_page": 1}, CURRENT_PAGE),
        (3, RIGHT | {"last_page": 3}, LAST_PAGE),
        (2, RIGHT | {"last_page": 3}, ROWS),
        (6, RIGHT, ROWS),
        (3, RIGHT | {"total": 9}, TOTAL),
        (5, RIGHT | {"total": 12, "last_page": 2}, LAST_PAGE),
    ],
)
def test_a_page_that_contradicts_its_meta_breaks_a_requirement(
    rows: int, meta: Mapping[str, object], requirement: str
) -> None:
    assert broken(3, RIGHT) == set()
    assert broken(rows, meta) == {requirement}


def test_a_page_beyond_the_last_is_not_judged() -> None:
    assert broken(3, RIGHT, "project_id=1&limit=5&page=9") == set()


@pytest.mark.parametrize("name", RIGHT)
def test_a_meta_that_lacks_a_member_is_judged_elsewhere(name: str) -> None:
    rest = {key: value for key, value in RIGHT.items() if key != name}

    assert broken(3, rest | {"from": 6, "to": 8}) == set()
