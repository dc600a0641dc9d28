"""Keys, routes, methods and headers."""

import pytest

from mock_server.app import App
from mock_server.contract.contract import Contract
from mock_server.messages import MAX_BODY, Request
from mock_server.scenarios.loader import Scenario
from tests.mock_server.api_client import Client


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic test-key", "test-key", "Bearer  test-key"]
)
@pytest.mark.parametrize("path", ["/milestones/12", "/milestones", "/nowhere"])
def test_without_a_good_key_all_is_refused(client: Client, authorization: str, path: str) -> None:
    answer = client.send("GET", path, headers={"authorization": authorization})
    assert answer.status == 401
    assert answer.json == {"message": "Unauthorized. A valid API key is required."}
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_key_is_asked_for_before_anything_else(client: Client) -> None:
    client.headers["authorization"] = ""
    assert client.send("POST", "/milestones", body=b"{", headers={"content-type": "application/json"}).status == 401
    assert client.send("PUT", "/milestones/12").status == 401
    assert client.send("POST", "/milestones", body=b"x" * (MAX_BODY + 1)).status == 401


def test_refused_keys_open_no_account(app: App) -> None:
    for key in ("wrong", "test-" + "x" * 5000):
        assert Client(app, key).get("/projects").status == 401
        assert app.accounts.find(key) is None


def test_explicit_keys_replace_the_rule(contract: Contract, scenario: Scenario) -> None:
    app = App(contract, scenario=scenario, keys=["secret"])
    assert Client(app, "secret").get("/projects").status == 200
    assert Client(app, "test-key").get("/projects").status == 401


@pytest.mark.parametrize("path", ["/nowhere", "/milestones/12/x", "//milestones", "/Milestones", "/milestones//12", ""])
def test_an_unknown_route_is_not_found_in_json(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status, list(answer.json)) == (404, ["message"])


def test_a_path_beside_the_base_path_is_not_found(app: App, client: Client) -> None:
    assert app.handle(Request("GET", "/milestones", headers=client.headers)).status == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/milestones/12", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("PATCH", "/milestones", "GET, HEAD, OPTIONS, POST"),
        ("PATCH", "/milestones/positions", "OPTIONS, PUT"),
        ("FOO", "/tasks/1/archive", "OPTIONS, PUT"),
    ],
)
def test_a_wrong_method_names_the_right_ones(client: Client, method: str, path: str, allowed: str) -> None:
    answer = client.send(method, path)
    assert (answer.status, answer.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize(
    "row_id",
    ["abc", "0", "-1", "1.5", "12abc", "012", "%2012", "0xC", "9" * 18, "9" * 19, "9" * 5000, "%00", "%FF", "%F0%9F"],
)
def test_absurd_ids_are_not_found(client: Client, row_id: str) -> None:
    for method in ("GET", "DELETE"):
        assert client.send(method, f"/milestones/{row_id}").status == 404


def test_an_id_may_be_percent_encoded(client: Client) -> None:
    assert client.get("/milestones/%31%32").data["id"] == 12


def test_a_trailing_slash_makes_no_difference(client: Client) -> None:
    assert client.get("/milestones/12/").json == client.get("/milestones/12").json


def test_head_is_get_without_the_body(client: Client) -> None:
    for path in ("/milestones/12", "/milestones/999999", "/milestones"):
        get, head = client.get(path), client.send("HEAD", path)
        assert (head.status, head.headers) == (get.status, get.headers)
        assert head.response.body == b""


def test_options_needs_no_key_and_lets_browsers_in(client: Client) -> None:
    client.headers.clear()
    answer = client.send("OPTIONS", "/milestones/positions", headers={"origin": "http://localhost:5173"})
    assert answer.status == 204
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    assert {"Authorization", "Content-Type"} <= set(answer.headers["Access-Control-Allow-Headers"].split(", "))


def test_a_preflight_never_hides_that_a_route_is_unknown(client: Client) -> None:
    preflight = {"access-control-request-method": "GET"}
    assert client.send("OPTIONS", "/nowhere").status == 404
    assert client.send("OPTIONS", "/nowhere", headers=preflight).status == 204


@pytest.mark.parametrize("path", ["/milestones/12", "/milestones", "/nowhere"])
def test_every_answer_is_json_open_to_all_origins(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Type"] == "application/json"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Access-Control-Expose-Headers"] == "Retry-After, Allow, Preference-Applied, Mock-Complaints"


def test_a_body_over_the_limit_is_too_large(client: Client) -> None:
    answer = client.send("POST", "/milestones", body=b"x" * (MAX_BODY + 1))
    assert (answer.status, list(answer.json)) == (413, ["message"])


def test_two_fresh_mocks_answer_alike_byte_for_byte(contract: Contract, scenario: Scenario) -> None:
    def play(key: str) -> list[bytes]:
        client = Client(App(contract, scenario=scenario), key)
        Client(client.handler, "test-somebody-else").project()
        project = client.project()
        answers = [client.create(project), client.create(project), client.delete("/milestones/690")]
        answers += [client.get("/projects"), client.get("/tasks"), client.get("/milestones", project_id=project)]
        return [answer.response.body for answer in answers]

    assert play("test-a") == play("test-b")


def test_time_passes_by_writes_alone(client: Client) -> None:
    first = client.create(159, "A").data["dates"]["created"]
    client.get("/milestones/12")
    second = client.create(159, "B").data["dates"]["created"]
    assert (first, second) == ("2026-06-15T09:30:01.000000Z", "2026-06-15T09:30:02.000000Z")
