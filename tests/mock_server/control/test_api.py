"""The control API: every verb does what its document says, and only who may drive the mock drives it."""

import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from mock_server.contract.contract import CONTROL_DOCUMENT, load_contract
from mock_server.contract.yaml_files import read_document
from mock_server.control.operations import OPERATIONS
from mock_server.control.root import RootHandler
from mock_server.factory import MockConfig, create_mock
from mock_server.messages import Request
from tests.mock_server.api_client import Client
from tests.mock_server.control_driver import Driver


def test_the_document_is_valid_and_has_exactly_the_operations_there_are(driver: Driver) -> None:
    validate(driver.ask("GET", "/openapi.json"))
    assert load_contract(CONTROL_DOCUMENT).operations.keys() == OPERATIONS.keys()


def test_no_path_of_the_control_api_is_one_of_the_contract() -> None:
    assert load_contract(CONTROL_DOCUMENT).base_path == "/_mock"
    assert load_contract().base_path == "/api"


def test_every_answer_is_as_documented(driver: Driver, client: Client, root: RootHandler) -> None:
    client.get("/milestones/12")
    document: Any = read_document(CONTROL_DOCUMENT)
    for path, item in document["paths"].items():
        for method in item.keys() & {"get"}:
            place = path.replace("{key}", "test-key").replace("{id}", "159").replace("{number}", "1")
            response = root.handle(Request(method.upper(), f"/_mock{place}"))
            assert str(response.status) in item[method]["responses"], place


def test_a_head_has_no_body(driver: Driver) -> None:
    assert driver.send("HEAD", "/health").response.body == b""


def test_a_body_that_is_cut_off_is_not_taken_for_a_whole_one(driver: Driver) -> None:
    answer = driver.send("PUT", "/accounts/{key}/state", {"content": "x" * 2_000_000})
    assert answer.status == 413
    assert "--scenario FILE" in answer.json["message"]


def test_health_needs_nothing(driver: Driver) -> None:
    assert driver.ask("GET", "/health")["status"] == "ok"


def test_metrics_are_in_the_format_of_prometheus(driver: Driver, client: Client) -> None:
    client.get("/milestones/12")
    client.get("/milestones/999999")
    text = driver.send("GET", "/metrics").response.body.decode()
    assert 'milestones_mock_requests_total{operation="getMilestone",status="200"} 1.0' in text
    assert 'milestones_mock_requests_total{operation="getMilestone",status="404"} 1.0' in text
    assert "milestones_mock_seconds_count 2.0" in text
    assert "milestones_mock_accounts 1.0" in text


def test_a_reset_account_is_as_it_began(driver: Driver, client: Client) -> None:
    before = driver.ask("GET", "/accounts/{key}/state")
    client.delete("/milestones/15")
    driver.ask("POST", "/faults", {"key": "test-key", "drop": True})
    driver.ask("POST", "/accounts/{key}/reset")
    assert driver.ask("GET", "/accounts/{key}/state") == before
    assert driver.ask("GET", "/requests")["data"] == []
    assert driver.ask("GET", "/faults")["data"] == []


def test_resetting_one_account_leaves_others_alone(driver: Driver, root: RootHandler) -> None:
    other = Client(root, "test-other")
    other.delete("/milestones/15")
    driver.ask("POST", "/faults", {"key": "test-other", "status": 429})
    driver.ask("POST", "/accounts/{key}/reset")
    assert len(driver.ask("GET", "/faults")["data"]) == 1
    driver.ask("DELETE", "/faults", query="key=test-other")
    assert other.get("/milestones/15").status == 404


def test_a_restored_snapshot_brings_back_data_and_time(driver: Driver, client: Client) -> None:
    driver.ask("PUT", "/accounts/{key}/snapshots/before")
    before = driver.ask("GET", "/accounts/{key}/state")
    client.delete("/projects/159")
    driver.ask("PUT", "/accounts/{key}/clock", {"advance": 86400})
    for _ in range(2):
        driver.ask("POST", "/accounts/{key}/snapshots/before/restore")
        assert driver.ask("GET", "/accounts/{key}/state") == before
        client.delete("/milestones/15")
    assert driver.ask("GET", "/accounts/{key}/snapshots")["data"] == ["before"]
    driver.ask("DELETE", "/accounts/{key}/snapshots/before")
    assert driver.send("POST", "/accounts/{key}/snapshots/before/restore").status == 404


def test_a_scenario_is_loaded_by_name_and_by_content(driver: Driver, client: Client) -> None:
    driver.ask("PUT", "/accounts/{key}/state", {"scenario": "one-project"})
    assert [project["id"] for project in client.get("/projects").data] == [159]
    content = driver.ask("GET", "/accounts/{key}/state")
    content["projects"][0]["title"] = "Mine"
    driver.ask("PUT", "/accounts/{key}/state", {"content": content})
    assert client.get("/projects/159").data["title"] == "Mine"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("PUT", "/accounts/{key}/state", {"scenario": "nowhere"}, 422, "Choose one of: default, empty"),
        ("PUT", "/accounts/{key}/state", {"content": {}}, 422, "users"),
        ("PUT", "/accounts/{key}/state", {}, 422, "See /_mock/openapi.json"),
        ("PUT", "/accounts/{key}/clock", {"now": "tomorrow"}, 422, "now"),
        ("PUT", "/accounts/{key}/clock", {"advance": 3153600000000}, 422, "advance"),
        ("PUT", "/accounts/{key}/profile", {"profile": "symfony"}, 422, "default, laravel, loose, strict"),
        (
            "PUT",
            "/accounts/{key}/profile",
            {"choices": {"create/position": "top"}},
            422,
            "Choose one of: after-highest",
        ),
        ("POST", "/faults", {"operation": "getMilestone", "status": 409}, 422, "Choose one of: 200, 401, 404, 429"),
        ("POST", "/faults", {"operation": "getMilestones", "status": 404}, 422, "no operation getMilestones"),
        ("POST", "/faults", {"status": 418}, 422, "No operation documents the status 418"),
        ("POST", "/faults", {"operation": "getMilestone"}, 422, "needs an effect"),
        ("DELETE", "/faults/7", None, 404, "There is no rule 7"),
        ("GET", "/requests/7", None, 404, "not recorded"),
        ("GET", "/accounts/nobody", None, 404, "begins with test-"),
        ("GET", "/accounts/{key}/projects/7/milestones", None, 404, "no project 7"),
        ("GET", "/nowhere", None, 404, "route"),
        ("PATCH", "/faults", None, 405, "PATCH"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    driver: Driver, method: str, path: str, body: object, status: int, message: str
) -> None:
    answer = driver.send(method, path, body)
    assert answer.status == status
    assert message in answer.json["message"]


def test_a_frozen_clock_stands_still_at_writes(driver: Driver, client: Client) -> None:
    clock = driver.ask("PUT", "/accounts/{key}/clock", {"now": "2027-01-01T12:00:00+01:00", "frozen": True})
    assert clock == {"now": "2027-01-01T11:00:00.000000Z", "frozen": True}
    assert client.create(159).data["dates"]["created"] == "2027-01-01T11:00:00.000000Z"
    driver.ask("PUT", "/accounts/{key}/clock", {"frozen": False, "advance": 60})
    assert client.create(159, "Phase 2").data["dates"]["created"] == "2027-01-01T11:01:01.000000Z"


def test_recorded_requests_are_listed_described_and_cleared(driver: Driver, client: Client) -> None:
    client.create(159, "Phase é")
    client.get("/milestones", project_id=159)
    listed = driver.ask("GET", "/requests", query="key=test-key")
    assert [(exchange["number"], exchange["method"], exchange["status"]) for exchange in listed["data"]] == [
        (1, "POST", 201),
        (2, "GET", 200),
    ]
    assert [exchange["number"] for exchange in driver.ask("GET", "/requests", query="after=1")["data"]] == [2]
    whole = driver.ask("GET", "/requests/1")
    assert json.loads(whole["response"]["body"])["data"]["title"] == "Phase é"
    assert whole["curl"].startswith("curl -s -X POST http://127.0.0.1/api/milestones -H ")
    driver.ask("DELETE", "/requests")
    forgotten = driver.ask("GET", "/requests")
    assert (forgotten["data"], forgotten["last"]) == ([], 2)


def test_the_archive_holds_what_was_sent_and_answered(driver: Driver, client: Client) -> None:
    client.create(159, "Phase 9")
    client.get("/milestones", project_id=159)
    log = driver.ask("GET", "/requests.har")["log"]
    assert log["pages"] == []
    first, second = log["entries"]
    assert first["request"]["postData"]["text"].startswith("milestone_projectid=159")
    assert first["response"]["status"] == 201
    assert second["request"]["queryString"] == [{"name": "project_id", "value": "159"}]
    assert json.loads(second["response"]["content"]["text"])["meta"]["total"] == 7


def test_an_account_wears_a_profile_of_its_own(driver: Driver, client: Client, root: RootHandler) -> None:
    driver.ask("PUT", "/accounts/{key}/profile", {"profile": "laravel"})
    assert client.get("/milestones/12abc").status == 200
    assert Client(root, "test-other").get("/milestones/12abc").status == 404
    driver.ask("PUT", "/accounts/{key}/profile", {"choices": {"get/id-with-trailing-text": "refused"}})
    assert client.get("/milestones/12abc").status == 404
    assert driver.ask("GET", "/accounts/{key}/profile")["choices"]["list/page-below-one"] == "first"
    driver.ask("DELETE", "/accounts/{key}/profile")
    assert driver.ask("GET", "/accounts/{key}/profile")["choices"]["list/page-below-one"] == "422"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "127.0.0.1:4010", "origin": "http://localhost:5173"}, 200),
        ({"host": "[::1]:4010"}, 200),
        ({"host": "localhost:4010", "origin": "https://evil.example"}, 403),
        ({"host": "rebound.example:4010"}, 403),
        ({"host": "[", "origin": "null"}, 403),
        ({"host": "["}, 403),
        ({"forwarded": "for=192.0.2.1"}, 403),
        ({"x-forwarded-for": "192.0.2.1"}, 403),
        ({"x-forwarded-proto": "https"}, 403),
        ({"via": "1.1 proxy"}, 403),
    ],
)
def test_on_loopback_only_pages_of_this_machine_drive_it(
    root: RootHandler, headers: dict[str, str], status: int
) -> None:
    assert Driver(root, **headers).send("GET", "/accounts").status == status


def test_on_another_address_it_is_closed_without_a_token() -> None:
    closed = create_mock(MockConfig(is_open=False))
    assert Driver(closed).send("GET", "/accounts").status == 403
    assert Driver(closed).send("GET", "/health").status == 200
    assert Client(closed).get("/milestones/12").status == 200


def test_a_token_opens_it_to_who_has_it_and_to_nobody_else() -> None:
    root = create_mock(MockConfig(is_open=False, token="secret"))
    assert Driver(root, authorization="Bearer secret").send("GET", "/accounts").status == 200
    assert Driver(root, authorization="Bearer secret", via="1.1 proxy").send("GET", "/accounts").status == 200
    assert Driver(root, authorization="Bearer other").send("GET", "/accounts").status == 403
    assert Driver(root).send("GET", "/accounts").status == 403


def test_a_page_on_another_port_may_ask_before_it_sends(root: RootHandler) -> None:
    driver = Driver(root, origin="http://localhost:5173")
    answer = driver.send("OPTIONS", "/accounts/test-me/reset")
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:5173"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert (
        "Access-Control-Allow-Origin" not in Driver(root, origin="https://evil.example").send("GET", "/health").headers
    )
