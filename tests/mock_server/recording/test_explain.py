"""Why an answer came: the rules that are named are in the contract, and are the ones that decided."""

import pytest

from mock_server.contract.contract import load_contract
from mock_server.contract.documented_responses import DocumentedResponses
from mock_server.control.root import RootHandler
from mock_server.recording.requirement_map import FIELD_REFUSALS, KEY_REFUSALS, REFUSALS, SUCCESSES
from tests.mock_server.api_client import FORM, Client
from tests.mock_server.control_driver import Driver

CONTRACT = load_contract()
RULES = DocumentedResponses(CONTRACT.path).rules


def reasons(driver: Driver) -> list[str]:
    """Return the ids of what decided the last answer, open points with their choice."""
    last = driver.ask("GET", "/requests")["last"]
    why = driver.ask("GET", f"/requests/{last}")["why"]
    return [f"{node['id']}={node['choice']}" if "choice" in node else node.get("id", node["text"]) for node in why]


def test_every_rule_that_can_be_named_is_in_the_contract() -> None:
    named = {rule for rules in SUCCESSES.values() for rule, _ in rules}
    named |= {rule for rules in REFUSALS.values() for rule in rules}
    named |= {rule for rules in FIELD_REFUSALS.values() for rule, _ in rules}
    named |= {rule for rules in KEY_REFUSALS.values() for rule in rules}
    assert named <= RULES.keys()
    assert KEY_REFUSALS.keys() == CONTRACT.operations.keys()


def test_an_answer_without_a_rule_of_its_own_has_the_contracts_description(client: Client, driver: Driver) -> None:
    client.get("/tasks/120/timers")
    assert reasons(driver) == ["The timers."]


@pytest.mark.parametrize(
    ("method", "path", "form", "decided"),
    [
        ("GET", "/milestones/10", None, ["get/answers-the-milestone-asked-for", "count/archived-tasks=counted"]),
        ("GET", "/milestones/999999", None, ["get/unknown-id-is-404"]),
        ("GET", "/milestones/abc", None, ["The id does not exist.", "get/malformed-id=404"]),
        ("GET", "/milestones", None, ["list/needs-a-project"]),
        ("POST", "/milestones", {"milestone_title": "A", "milestone_color": "info"}, ["create/needs-a-project"]),
        (
            "POST",
            "/milestones",
            {"milestone_projectid": 7, "milestone_title": "A", "milestone_color": "info"},
            ["create/refuses-an-unknown-project"],
        ),
        (
            "POST",
            "/milestones",
            {"milestone_projectid": 159, "milestone_title": "Design", "milestone_color": "info"},
            ["create/duplicate-title-conflicts"],
        ),
        ("DELETE", "/milestones/9", {}, ["delete/the-default-conflicts"]),
        (
            "DELETE",
            "/milestones/12",
            {"delete_tasks": "yes"},
            [
                "delete/answers-200-with-the-id",
                "delete/the-flag-deletes-the-tasks",
                "delete/gap-in-positions=kept",
            ],
        ),
        ("PUT", "/milestones/positions", {}, ["reorder/needs-milestones"]),
        (
            "PUT",
            "/milestones/positions",
            [("milestones[]", 12), ("milestones[]", 999999)],
            ["The list is missing or invalid.", "reorder/unknown-id=422"],
        ),
        ("GET", "/nowhere", None, ["http/unknown-route-answers-404-in-json"]),
        (
            "POST",
            "/milestones/12",
            {},
            ["http/wrong-method-is-refused-in-json", "http/a-405-names-the-allowed-methods", "http/wrong-method=405"],
        ),
    ],
)
def test_what_decided_is_named(
    client: Client, driver: Driver, method: str, path: str, form: dict[str, object] | None, decided: list[str]
) -> None:
    client.send(method, path, form=form)
    explained = reasons(driver)
    assert set(explained) >= {rule for rule in decided if "/" in rule}
    assert all(rule in explained or rule[0].isupper() for rule in decided)


def test_an_answer_to_a_plain_request_names_no_open_point_that_does_not_matter(client: Client, driver: Driver) -> None:
    client.get("/milestones", project_id=159, sort="milestone_position", order="asc", limit=10)
    assert [rule for rule in reasons(driver) if "=" in rule] == []


def test_a_page_that_is_refused_names_no_last_page(client: Client, driver: Driver) -> None:
    driver.ask("PUT", "/accounts/{key}/profile", {"choices": {"list/page-beyond-last": "404"}})
    client.get("/tasks", status=1, search="no task has this", page=9)
    assert "list/page-beyond-last=404" in (explained := reasons(driver))
    assert not [rule for rule in explained if rule.startswith("list/empty-list-last-page")]


def test_a_conflict_of_titles_names_what_makes_them_the_same(client: Client, driver: Driver) -> None:
    client.create(159, "Design")
    assert reasons(driver) == ["create/duplicate-title-conflicts"]
    driver.ask("PUT", "/accounts/{key}/profile", {"choices": {"create/title-letter-case": "same"}})
    client.create(159, "DESIGN")
    assert reasons(driver) == ["create/duplicate-title-conflicts", "create/title-letter-case=same"]


def test_the_choice_is_that_of_the_moment(client: Client, driver: Driver) -> None:
    client.get("/milestones", project_id=159)
    driver.ask("PUT", "/accounts/{key}/profile", {"choices": {"list/unsorted-order": "created-ascending"}})
    assert "list/unsorted-order=position-descending" in reasons(driver)


@pytest.mark.parametrize(("key", "rule"), [("", "get/needs-a-key"), ("Bearer wrong", "get/refuses-a-wrong-key")])
def test_a_missing_key_and_a_wrong_one_are_told_apart(root: RootHandler, driver: Driver, key: str, rule: str) -> None:
    Client(root).send("GET", "/milestones/12", headers={"authorization": key})
    assert rule in reasons(driver)


def test_a_malformed_body_names_the_open_point(client: Client, driver: Driver) -> None:
    client.send("POST", "/milestones", body=b"{", headers={"content-type": "application/json"})
    assert "http/malformed-json=422" in reasons(driver)


def test_a_forced_answer_has_no_reason_but_its_force(client: Client, driver: Driver) -> None:
    client.send("GET", "/milestones/12", headers={"prefer": "code=404", "content-type": FORM})
    assert reasons(driver) == []


@pytest.mark.parametrize(
    ("headers", "body", "hint"),
    [
        ({"content-type": FORM}, b'{"milestone_title": "x"}', "The body looks like JSON and was sent as "),
        ({}, b'{"milestone_title": "x"}', "The body looks like JSON and was sent as no Content-Type."),
        ({"content-type": "application/json"}, b"milestone_title=x", "The body was sent as JSON and does not look"),
        (
            {"content-type": "application/json", "content-encoding": "gzip"},
            b"\x1f\x8b",
            "The body is compressed (gzip).",
        ),
    ],
)
def test_a_body_of_another_encoding_gets_a_hint(
    client: Client, driver: Driver, headers: dict[str, str], body: bytes, hint: str
) -> None:
    answer = client.send("POST", "/milestones", body=body, headers=headers)
    assert answer.status in {400, 415, 422}
    (exchange,) = driver.ask("GET", "/requests")["data"]
    reasons = driver.ask("GET", f"/requests/{exchange['number']}")["why"]
    assert [reason["text"] for reason in reasons if reason["text"].startswith(hint)]


def test_a_compressed_body_is_refused(client: Client) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    answer = client.send("POST", "/milestones", body=b"\x1f\x8b", headers=headers)
    assert answer.status == 415
    assert answer.headers["Accept-Encoding"] == "identity"


def test_a_count_without_archived_tasks_is_decided_by_no_open_point(client: Client, driver: Driver) -> None:
    client.get("/milestones/12")
    assert reasons(driver) == ["get/answers-the-milestone-asked-for"]
