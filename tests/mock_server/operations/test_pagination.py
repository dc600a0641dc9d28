"""Lists of milestones: filters, search, sorting and the arithmetic of pages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.app import App
from mock_server.contract.contract import load_contract
from mock_server.scenarios.loader import load_scenario
from tests.mock_server.api_client import Client

CONTRACT, SCENARIO = load_contract(), load_scenario("empty")


def filled(count: int) -> tuple[Client, int]:
    """Return a client and a project with that many milestones beside the default."""
    client = Client(App(CONTRACT, scenario=SCENARIO))
    project = client.project()
    for number in range(count):
        client.milestone(project, f"Phase {number:03}")
    return client, project


@settings(max_examples=30, deadline=None)
@given(count=st.integers(0, 12), limit=st.integers(1, 15))
def test_pages_partition_the_list(count: int, limit: int) -> None:
    client, project = filled(count)
    whole = client.rows(project, sort="milestone_title")
    last_page = -(-(count + 1) // limit)
    paged = []
    for page in range(1, last_page + 1):
        query = {"project_id": project, "sort": "milestone_title", "order": "asc", "limit": limit, "page": page}
        answer = client.get("/milestones", **query).json
        assert answer["meta"] == {
            "current_page": page,
            "per_page": limit,
            "total": count + 1,
            "last_page": last_page,
        }
        paged += answer["data"]
    assert paged == whole


def test_no_page_is_longer_than_the_cap() -> None:
    client, project = filled(104)
    for limit in ("101", "1000", "9" * 30):
        answer = client.get("/milestones", project_id=project, limit=limit).json
        assert len(answer["data"]) == answer["meta"]["per_page"] == 100
        assert answer["meta"]["total"] == 105
    assert len(client.get("/milestones", project_id=project).data) == 25


@pytest.mark.parametrize("column", ["milestone_title", "milestone_position", "milestone_created"])
def test_a_sort_is_descending_unless_asked_otherwise(client: Client, column: str) -> None:
    ascending = client.rows(159, sort=column)
    assert client.get("/milestones", project_id=159, sort=column).data == ascending[::-1]
    assert client.rows(159, sort=column, order="desc") == ascending[::-1]


def test_an_order_alone_turns_the_unsorted_list(client: Client) -> None:
    unsorted = client.get("/milestones", project_id=159).data
    assert client.get("/milestones", project_id=159, order="asc").data == unsorted[::-1]


def test_the_type_filters_rows_and_total(client: Client) -> None:
    answer = client.get("/milestones", project_id=159, type="categorised").json
    assert {row["type"] for row in answer["data"]} == {"categorised"}
    assert answer["meta"]["total"] == 5


def test_a_search_looks_anywhere_in_the_title(client: Client) -> None:
    def titles(text: str) -> list[str]:
        return [row["title"] for row in client.rows(159, search=text)]

    assert titles("DESI") == ["Design"]
    assert titles("i") == ["Uncategorised", "Discovery", "Design", "Build", "Testing"]
    assert titles("%") == titles("_") == titles("nothing like it") == []
    assert len(titles("")) == 6


@pytest.mark.parametrize("query", [{}, {"project_id": ""}, {"project_id": "abc"}, {"project_id": 999_999}])
def test_a_list_needs_a_project_that_exists(client: Client, query: dict[str, object]) -> None:
    answer = client.get("/milestones", **query)
    assert (answer.status, answer.errors) == (422, {"project_id"})


def test_a_page_beyond_the_last_is_empty(client: Client) -> None:
    answer = client.get("/milestones", project_id=159, page="9" * 25).json
    assert answer["data"] == []
    assert answer["meta"]["current_page"] == int("9" * 25)
    assert answer["meta"]["total"] == 6


def test_a_search_with_wildcards_is_quick_whatever_it_is(contract: object) -> None:
    from mock_server.contract.profile import Profile

    profile = Profile.of(CONTRACT, {"list/search-wildcards": "wildcard"})
    client = Client(App(CONTRACT, scenario=SCENARIO, profile=profile))
    project = client.project()
    client.create(project, "a" * 255)
    assert client.rows(project, search="a%" * 120 + "b") == []
    assert len(client.rows(project, search="a_%a")) == 1
