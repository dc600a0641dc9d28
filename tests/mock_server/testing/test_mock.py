"""The mock in Python tests: on a port, behind `requests`, as an ASGI application, as a fixture."""

import asyncio
import urllib.request
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from mock_server.factory import ConfigError
from mock_server.http.asgi import AsgiApp
from mock_server.messages import Delivery, Request, Response
from mock_server.responses import json_response
from mock_server.simulation.faults import FaultError
from mock_server.testing import MilestonesMock, MockAccount


def test_a_mock_answers_on_a_free_port_and_is_gone_afterwards() -> None:
    with MilestonesMock() as mock, MilestonesMock() as other:
        assert mock.url != other.url
        request = urllib.request.Request(f"{mock.url}/milestones/12", headers=mock.headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 200
        assert [(request.method, request.path, request.status) for request in mock.requests] == [
            ("GET", "/api/milestones/12", 200)
        ]
        assert other.requests == []
        url = mock.url
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=60)


def test_without_a_socket_a_session_reaches_it() -> None:
    mock = MilestonesMock(scenario="one-project", profile="strict")
    session = mock.session()
    answer = session.post(
        f"{mock.url}/milestones",
        json={"milestone_projectid": 159, "milestone_title": "é", "milestone_color": "success"},
        timeout=60,
    )
    assert answer.status_code == 201
    assert answer.json()["data"]["title"] == "é"
    assert session.get(f"{mock.url}/milestones?project_id=159&colour=red", timeout=60).status_code == 422
    assert mock.requests[0].request.headers["content-type"] == "application/json"
    assert mock.why(mock.requests[0])[0] == "create/answers-201"


def test_the_account_is_driven_from_python() -> None:
    mock = MilestonesMock()
    session = mock.session()
    mock.set_clock(datetime(2027, 1, 1, tzinfo=UTC))
    mock.freeze()
    mock.advance(60)
    mock.snapshot()
    assert session.delete(f"{mock.url}/milestones/12", timeout=60).status_code == 200
    assert mock.now == "2027-01-01T00:01:00.000000Z"
    mock.restore()
    assert session.get(f"{mock.url}/milestones/12", timeout=60).status_code == 200
    mock.wear("laravel", {"get/id-with-trailing-text": "refused"})
    assert session.get(f"{mock.url}/milestones/12abc", timeout=60).status_code == 404
    mock.load("empty")
    assert mock.state["projects"] == []
    archive: Any = mock.har()
    assert [entry["request"]["method"] for entry in archive["log"]["entries"]] == ["DELETE", "GET", "GET"]
    mock.clear_requests()
    assert mock.requests == []
    mock.reset()
    assert session.get(f"{mock.url}/milestones/12", timeout=60).status_code == 200


def test_failures_are_those_of_a_connection() -> None:
    mock = MilestonesMock()
    session, url = mock.session(), f"{mock.url}/milestones/12"
    mock.fail("getMilestone", status=429, times=1, retry_after=7)
    assert session.get(url, timeout=60).headers["Retry-After"] == "7"
    mock.fail(drop=True, times=1)
    with pytest.raises(requests.ConnectionError):
        session.get(url, timeout=60)
    mock.fail(truncate_at=5, times=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        session.get(url, timeout=60)
    mock.fail(delay=30, times=1)
    with pytest.raises(requests.ReadTimeout):
        session.get(url, timeout=0.1)
    assert session.get(url, timeout=60).status_code == 200
    assert [request.status for request in mock.requests] == [429, 0, 200, 200, 200]


def test_a_failure_without_effect_and_a_key_without_letters_are_refused() -> None:
    with pytest.raises(FaultError, match="needs an effect"):
        MilestonesMock().fail("getMilestone", times=1)
    with pytest.raises(ConfigError, match="is empty"):
        MilestonesMock(key="")


def test_accounts_of_one_mock_never_meet() -> None:
    mock = MilestonesMock()
    first, second = mock.account("test-one"), mock.account("test-two")
    first.session().delete(f"{mock.url}/milestones/12", timeout=60)
    first.fail(drop=True)
    assert second.session().get(f"{mock.url}/milestones/12", timeout=60).status_code == 200
    assert [account.requests[0].method for account in (first, second)] == ["DELETE", "GET"]


def test_a_key_of_another_form_is_the_only_good_one() -> None:
    mock = MilestonesMock(key="secret")
    assert mock.session().get(f"{mock.url}/milestones/12", timeout=60).status_code == 200
    assert mock.account("test-me").session().get(f"{mock.url}/milestones/12", timeout=60).status_code == 401


class Conversation:
    """An ASGI server for one request, which keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, object]] = []
        self.scope = {
            "type": "http",
            "method": "GET",
            "raw_path": b"/api/milestones/12",
            "query_string": b"",
            "headers": [(b"authorization", b"Bearer test-key")],
            "path": "/api/milestones/12",
        }
        self._incoming: list[dict[str, object]] = [
            {"type": "http.request", "body": b"", "more_body": False},
            {"type": "http.disconnect"},
        ]

    async def receive(self) -> dict[str, object]:
        return self._incoming.pop(0)

    async def send(self, message: dict[str, object]) -> None:
        self.sent.append(message)

    def hold(self, app: AsgiApp) -> None:
        asyncio.run(app(self.scope, self.receive, self.send))


def test_as_an_asgi_application_it_answers() -> None:
    talk = Conversation()
    talk.hold(MilestonesMock().asgi())
    assert [message["type"] for message in talk.sent] == ["http.response.start", "http.response.body"]
    assert talk.sent[0]["status"] == 200


class Fixed:
    """Answers everything alike."""

    def __init__(self, delivery: Delivery) -> None:
        self._answer = Response(200, json_response(200, {"a": 1}).headers, b'{"a":1}', delivery)

    def handle(self, request: Request) -> Response:
        return self._answer


@pytest.mark.parametrize(("delivery", "messages"), [(Delivery(drop=True), 0), (Delivery(truncate_at=3), 2)])
def test_a_broken_connection_is_left_to_the_server(delivery: Delivery, messages: int) -> None:
    talk = Conversation()
    with pytest.raises(ConnectionError):
        talk.hold(AsgiApp(Fixed(delivery)))
    assert len(talk.sent) == messages


def test_the_fixture_is_an_account_for_this_test_alone(milestones_mock: MockAccount) -> None:
    url = f"{milestones_mock.url}/milestones/12"
    assert milestones_mock.requests == []
    assert requests.delete(url, headers=milestones_mock.headers, timeout=60).status_code == 200


def test_the_next_test_begins_anew_on_the_same_mock(milestones_mock: MockAccount) -> None:
    url = f"{milestones_mock.url}/milestones/12"
    assert requests.get(url, headers=milestones_mock.headers, timeout=60).status_code == 200
