"""Injected faults, by header and by rules, as the contract documents them, without an effect on the state."""

import json
from pathlib import Path

import pytest

from mock_server.contract.contract import load_contract
from mock_server.contract.documented_responses import DocumentedResponses
from mock_server.contract.yaml_files import DocumentError
from mock_server.control.root import RootHandler
from mock_server.factory import MockConfig, create_mock
from mock_server.messages import Delivery
from mock_server.simulation.prefer_header import read_preferences
from tests.mock_server.api_client import Client
from tests.mock_server.control_driver import Driver

ANSWERS = DocumentedResponses(load_contract().path)
DOCUMENTED = [(operation, status) for operation, statuses in ANSWERS.by_operation.items() for status in statuses]


def prefer(value: str) -> dict[str, str]:
    return {"prefer": value}


@pytest.mark.parametrize(("operation", "status"), DOCUMENTED)
def test_every_documented_answer_can_be_forced_and_keeps_to_the_contract(
    root: RootHandler, operation: str, status: int
) -> None:
    forced = root.middleware.faults.examples.build(operation, status)
    assert forced is not None
    assert forced.status == status
    assert ANSWERS.find_complaints(operation, forced) == ()


def test_a_preferred_code_is_answered_and_nothing_changes(client: Client, driver: Driver) -> None:
    before = driver.ask("GET", "/accounts/{key}/state")
    answer = client.send("DELETE", "/milestones/12", headers=prefer("code=409"))
    assert answer.status == 409
    assert answer.headers["Preference-Applied"] == "code=409"
    assert driver.ask("GET", "/accounts/{key}/state") == before
    assert driver.ask("GET", "/requests")["data"][0]["forced"] == "Prefer: code=409"


def test_a_success_can_be_preferred_too_and_creates_nothing(client: Client) -> None:
    answer = client.send("POST", "/milestones", headers=prefer("code=201"))
    assert answer.status == 201
    assert client.get(f"/milestones/{answer.data['id']}").data["title"] != answer.data["title"]


def test_an_undocumented_code_is_left_undone_and_noted(client: Client, driver: Driver) -> None:
    answer = client.send("GET", "/milestones/12", headers=prefer("code=409"))
    assert answer.status == 200
    assert "Preference-Applied" not in answer.headers
    (note,) = driver.ask("GET", "/requests")["data"][0]["complaints"]
    assert "getMilestone does not document the status 409. Choose one of: 200, 401, 404, 429" in note


def test_a_wait_delays_the_mocks_own_answer(client: Client) -> None:
    answer = client.send("GET", "/milestones/12", headers=prefer("wait=2"))
    assert answer.response.delivery == Delivery(delay=2)
    assert answer.data["id"] == 12
    assert answer.headers["Preference-Applied"] == "wait=2"


def test_code_and_wait_go_together(client: Client) -> None:
    answer = client.send("GET", "/milestones/12", headers=prefer('wait=0.5; x=y, code="404"'))
    assert (answer.status, answer.response.delivery.delay) == (404, 0.5)


@pytest.mark.parametrize("value", ["respond-async", "wait=soon", "wait=-1", "wait=nan", "code=", "code=²", ",,=,"])
def test_other_preferences_are_left_alone(client: Client, value: str) -> None:
    answer = client.send("GET", "/milestones/12", headers=prefer(value))
    assert answer.status == 200
    assert answer.response.delivery == Delivery()


def test_of_preferences_the_first_of_a_name_counts() -> None:
    assert read_preferences('Code=404, code=409, wait=1; a=b, Foo, bar="x"') == {
        "code": "404",
        "wait": "1",
        "foo": "",
        "bar": "x",
    }


def test_a_rule_hits_the_next_requests_of_its_operation_and_account(
    client: Client, driver: Driver, root: RootHandler
) -> None:
    rule = {"key": "test-key", "operation": "getMilestone", "status": 429, "retry_after": 3, "times": 2}
    driver.ask("POST", "/faults", rule)
    assert client.get("/milestones", project_id=159).status == 200
    assert Client(root, "test-other").get("/milestones/12").status == 200
    answers = [client.get("/milestones/12") for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "3"
    assert driver.ask("GET", "/faults")["data"] == [], "a rule that is used up is gone"


def test_a_share_of_the_requests_is_hit_and_equal_runs_are_hit_alike() -> None:
    runs = []
    for _ in range(2):
        root = create_mock(MockConfig())
        Driver(root).ask("POST", "/faults", {"status": 429, "share": 0.3})
        runs.append([Client(root).get("/milestones/12").status for _ in range(200)])
    assert runs[0] == runs[1]
    assert 30 < runs[0].count(429) < 90


def test_a_rule_for_any_operation_hits_those_that_document_its_status(client: Client, driver: Driver) -> None:
    driver.ask("POST", "/faults", {"status": 409})
    assert client.get("/milestones/12").status == 200
    assert client.delete("/milestones/12").status == 409


def test_a_dropped_request_is_not_carried_out(client: Client, driver: Driver) -> None:
    driver.ask("POST", "/faults", {"drop": True, "times": 1})
    assert client.delete("/milestones/12").response.delivery.drop
    assert client.get("/milestones/12").status == 200


def test_a_delay_is_jittered_within_its_bounds(client: Client, driver: Driver) -> None:
    driver.ask("POST", "/faults", {"delay": 1, "jitter": 0.5})
    delays = {client.get("/milestones/12").response.delivery.delay for _ in range(20)}
    assert len(delays) > 10
    assert all(1 <= delay <= 1.5 for delay in delays)


def test_rules_are_listed_and_removed(client: Client, driver: Driver) -> None:
    first = driver.ask("POST", "/faults", {"status": 404})
    second = driver.ask("POST", "/faults", {"truncate_at": 0})
    assert driver.ask("GET", "/faults")["data"] == [first, second]
    driver.ask("DELETE", f"/faults/{first['id']}")
    assert driver.ask("GET", "/faults")["data"] == [second]
    assert client.get("/milestones/12").response.delivery.truncate_at == 0


def test_faults_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text("faults:\n  - {operation: listMilestones, status: 429, times: 1}\n  - {delay: 0.2}\n")
    client = Client(create_mock(MockConfig(faults_path=path)))
    assert client.get("/milestones", project_id=159).status == 429
    assert client.get("/milestones", project_id=159).response.delivery.delay == 0.2


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ("{status: teapot}", r"\(at faults\.1\.status\)"),
        ("{operation: listTeapots, drop: true}", r"There is no operation listTeapots.*\(at faults\.1\)"),
        ("{operation: listMilestones, status: 418}", r"does not document the status 418.*\(at faults\.1\)"),
        ("{share: 0.5}", r"A fault needs an effect.*\(at faults\.1\)"),
    ],
)
def test_a_broken_file_of_faults_is_refused_with_its_line(tmp_path: Path, fault: str, complaint: str) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text(f"faults:\n  - {{drop: true}}\n  - {fault}\n")
    with pytest.raises(DocumentError, match=rf"faults.yaml, line 3: .*{complaint}"):
        create_mock(MockConfig(faults_path=path))


@pytest.mark.parametrize("body", [{}, {"operation": "getMilestone", "times": 1}, {"delay": 0, "drop": False}])
def test_a_fault_without_effect_is_refused_in_plain_words(root: RootHandler, body: dict[str, object]) -> None:
    refusal = Driver(root).send("POST", "/faults", body)
    assert refusal.status == 422
    assert json.loads(refusal.response.body) == {
        "message": "A fault needs an effect: status, delay, jitter, drop or truncate_at."
    }
