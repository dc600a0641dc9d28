"""Recorded requests are found by any word that the inspector shows of them."""

from urllib.parse import urlencode

import pytest

from tests.mock_server.api_client import Client
from tests.mock_server.control_driver import Driver


@pytest.fixture
def recorded(client: Client) -> Client:
    """Return a client that has sent three requests: a creation as a form, a refused one, and a look."""
    form = {"milestone_projectid": 159, "milestone_color": "info"}
    client.send("POST", "/milestones", form={**form, "milestone_title": "Prüfung & Co"})
    client.send("POST", "/milestones", form=form)
    client.get("/milestones/12")
    return client


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("", [1, 2, 3]),
        ("get", [3]),
        ("422", [2]),
        ("POST 201", [1]),
        ("prüfung", [1]),
        ("Co PRÜFUNG", [1]),
        ("form-urlencoded", [1, 2]),
        ("content-type", [1, 2, 3]),
        ("create/needs-a-title", [2]),
        ("create/needs-a-title 422 milestone_color", [2]),
        ("test-key", [1, 2, 3]),
        ("getMilestone", [3]),
        ("nowhere", []),
        ("get 201", []),
    ],
)
@pytest.mark.usefixtures("recorded")
def test_each_word_occurs_somewhere_in_what_is_found(driver: Driver, words: str, numbers: list[int]) -> None:
    matching = driver.ask("GET", "/requests", query=urlencode({"search": words}))
    assert [exchange["number"] for exchange in matching["data"]] == numbers


@pytest.mark.usefixtures("recorded")
def test_only_what_came_later_is_searched(driver: Driver) -> None:
    matching = driver.ask("GET", "/requests", query="after=1&search=milestones")
    assert [exchange["number"] for exchange in matching["data"]] == [2, 3]
