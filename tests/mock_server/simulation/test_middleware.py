"""Requests that violate the contract are refused, repaired and marked, or repaired without a mark."""

from collections.abc import Callable

import pytest

from tests.mock_server.api_client import Client
from tests.mock_server.control_driver import Driver

Opened = Callable[..., Client]


@pytest.fixture
def client(opened: Opened) -> Client:
    """A client of a mock that reports."""
    return opened(validation="report")


def complaints(client: Client) -> list[str]:
    """Return what the recording has against the last request."""
    complaint: list[str] = Driver(client.handler).ask("GET", "/requests")["data"][-1]["complaints"]
    return complaint


def test_a_request_that_keeps_to_the_contract_is_not_marked(client: Client) -> None:
    answer = client.create(159)
    assert answer.status == 201
    assert "Mock-Complaints" not in answer.headers
    assert complaints(client) == []


def test_what_does_not_fit_in_a_query_is_left_out_and_told(client: Client) -> None:
    answer = client.get("/milestones", project_id=159, limit="many", sort="colour", page=0, colour="red")
    assert answer.status == 200
    assert len(answer.data) == 6
    complaint_header = answer.headers["Mock-Complaints"]
    assert "There is no query parameter colour." in complaint_header
    assert "The limit has the wrong type." in complaint_header
    assert "The sort was left out." in complaint_header
    assert complaints(client)[0] == "There is no query parameter colour."


def test_values_of_another_type_are_turned_into_the_right_one(client: Client) -> None:
    body = {"milestone_projectid": "159", "milestone_title": 2026, "milestone_color": "info", "extra": True}
    answer = client.send("POST", "/milestones", json=body)
    assert answer.status == 201
    assert (answer.data["title"], answer.data["project_id"]) == ("2026", 159)
    assert set(complaints(client)) >= {"There is no field extra.", "The milestone title has the wrong type."}


def test_of_a_list_the_items_that_fit_are_kept(client: Client) -> None:
    answer = client.send("PUT", "/milestones/positions", json={"milestones": [12, "ten", 10]})
    assert answer.data == {"milestones": [12, 10]}
    assert client.positions(159)[10] == 2


def test_one_value_stands_for_a_list(client: Client) -> None:
    assert client.send("PUT", "/milestones/positions", json={"milestones": 12}).data == {"milestones": [12]}


@pytest.mark.parametrize("content_type", ["text/plain", ""])
def test_a_body_in_another_encoding_is_read_for_what_it_looks_like(client: Client, content_type: str) -> None:
    body = b'{"milestone_projectid": 159, "milestone_title": "A", "milestone_color": "info"}'
    headers = {"content-type": content_type}
    assert client.send("POST", "/milestones", body=body, headers=headers).status == 201
    form = b"milestone_projectid=159&milestone_title=B&milestone_color=info"
    assert client.send("POST", "/milestones", body=form, headers=headers).status == 201
    assert complaints(client)[0].startswith("The body is sent as ")


def test_what_is_missing_cannot_be_made_up(client: Client) -> None:
    answer = client.post("/milestones", milestone_projectid=159)
    assert answer.status == 422
    assert answer.errors == {"milestone_title", "milestone_color"}
    assert "Mock-Complaints" in answer.headers


def test_no_text_breaks_the_header(client: Client) -> None:
    answer = client.get("/milestones", project_id=159, **{"x\r\nSet-Cookie: é": "1"})
    assert answer.status == 200
    assert answer.headers["Mock-Complaints"].isprintable()
    assert answer.headers["Mock-Complaints"].isascii()


def test_a_body_that_nobody_can_read_is_refused(client: Client) -> None:
    answer = client.send("POST", "/milestones", body=b"{", headers={"content-type": "application/json"})
    assert answer.status == 422
    assert complaints(client) == ["The body is not valid JSON."]


def test_off_answers_the_same_without_a_mark(opened: Opened) -> None:
    client = opened(validation="off")
    answer = client.get("/milestones", project_id=159, limit="many")
    assert answer.status == 200
    assert "Mock-Complaints" not in answer.headers
    assert complaints(client) == []


def test_strict_refuses(opened: Opened) -> None:
    assert opened().get("/milestones", project_id=159, limit="many").status == 422
