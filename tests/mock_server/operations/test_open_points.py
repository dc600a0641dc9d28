"""Every open point of the contract can be varied: each choice shows in an answer of its own."""

from collections.abc import Callable
from typing import get_args

import pytest

from mock_server.app import App
from mock_server.contract.contract import Contract, OpenPoint, load_contract
from mock_server.contract.profile import OpenPointId, Profile, ProfileError
from mock_server.scenarios.loader import Scenario
from tests.mock_server.api_client import Answer, Client

Probe = Callable[[Client], object]


def listing(**query: object) -> Probe:
    """Observe a list of project 159."""
    return lambda client: outcome(client.get("/milestones", project_id=159, **query))


def outcome(answer: Answer) -> object:
    """Return what a client sees of a list or a refusal."""
    if answer.status != 200:
        return answer.status
    return [row["id"] for row in answer.data], answer.json["meta"]


def filtered(**query: object) -> Probe:
    """Observe the empty list that a search for nothing gives."""
    return listing(search="no title has this", **query)


def creation(**fields: object) -> Probe:
    """Observe a creation from JSON."""
    sent = {"milestone_projectid": 159, "milestone_title": "New", "milestone_color": "info"} | fields

    def probe(client: Client) -> object:
        answer = client.send("POST", "/milestones", json=sent)
        return answer.status, answer.json.get("data", {}).get("title")

    return probe


def twins(first: str, second: str) -> Probe:
    """Observe whether two titles are the same."""

    def probe(client: Client) -> object:
        client.create(159, first)
        return client.create(159, second).status

    return probe


def position(client: Client) -> object:
    client.reorder(10, 12, 15, 690, 692, 9)
    return client.create(159).data["position"]


def update(milestone_id: int | str, **fields: str) -> Probe:
    def probe(client: Client) -> object:
        return client.patch(f"/milestones/{milestone_id}", **fields).status

    return probe


def unchanged(client: Client) -> object:
    return client.patch("/milestones/12", milestone_title="Design", milestone_color="warning").data["dates"]


def deletion(form: dict[str, object] | None = None, json: object = None, **query: object) -> Probe:
    def probe(client: Client) -> object:
        status = client.send("DELETE", "/milestones/690", form=form, json=json, query=query).status
        return status, client.get("/tasks/120").status

    return probe


def gap(client: Client) -> object:
    client.delete("/milestones/12")
    return client.positions(159)


def reordering(*ids: object) -> Probe:
    def probe(client: Client) -> object:
        foreign = client.get("/projects", search="Spring").data[0]["id"]
        row_id = client.default(foreign)
        answer = client.reorder(*(row_id if given == "foreign" else given for given in ids))
        return answer.status, client.positions(159), client.positions(foreign)

    return probe


def reorder_answer(client: Client) -> object:
    return client.reorder(12, 10).data


def reorder_nothing(client: Client) -> object:
    return client.send("PUT", "/milestones/positions", json={"milestones": []}).status


def archived_count(client: Client) -> object:
    client.put("/tasks/120/archive")
    return client.count(690)


def new_default(client: Client) -> object:
    (default,) = client.rows(client.project())
    return default["title"], default["position"]


def clone(client: Client) -> object:
    copy = client.post("/projects/159/clone", project_title="Copy", copy_tasks="on").data["id"]
    return client.count(client.default(copy))


def unknown_milestone(client: Client) -> object:
    fields = {"task_title": "A", "task_status": 1, "task_priority": 1, "task_milestoneid": 999_999}
    return client.post("/tasks", task_projectid=159, **fields).status


def task_list(client: Client) -> object:
    return client.get("/tasks").json["meta"]["total"]


def raw(content_type: str, body: bytes) -> Probe:
    return lambda client: client.send("POST", "/milestones", body=body, headers={"content-type": content_type}).status


def status(method: str, path: str) -> Probe:
    return lambda client: client.send(method, path).status


def keyless(client: Client) -> object:
    return client.send("GET", "/nowhere", headers={"authorization": ""}).status


def small_scheme(client: Client) -> object:
    return client.send("GET", "/milestones/12", headers={"authorization": "bearer test-key"}).status


def challenge(client: Client) -> object:
    return client.send("GET", "/milestones/12", headers={"authorization": ""}).headers.get("WWW-Authenticate")


PROBES: dict[str, Probe] = {
    "auth/scheme-letter-case": small_scheme,
    "auth/www-authenticate": challenge,
    "http/malformed-json": raw("application/json", b"{"),
    "http/unknown-content-type": raw("text/plain", b"hello"),
    "http/trailing-slash": status("GET", "/milestones/12/"),
    "http/unknown-route-without-key": keyless,
    "http/wrong-method": status("POST", "/milestones/12"),
    "http/method-field": lambda client: client.post("/milestones/12", _method="delete").status,
    "list/unsorted-order": lambda client: (
        client.reorder(12, 10, 9),
        outcome(client.get("/milestones", project_id=159)),
    )[1],
    "list/default-page-size": listing(),
    "list/unknown-project": lambda client: client.get("/milestones", project_id=999_999).status,
    "list/limit-below-one": listing(limit=0),
    "list/limit-above-maximum": listing(limit=101),
    "list/limit-not-a-number": listing(limit="abc"),
    "list/page-below-one": listing(page=0),
    "list/page-not-a-number": listing(page="abc"),
    "list/page-beyond-last": listing(page=9, limit=4),
    "list/empty-list-last-page": filtered(),
    "list/unknown-sort": listing(sort="title"),
    "list/unknown-order": listing(order="up"),
    "list/unknown-type": listing(type="other"),
    "list/unknown-parameter": listing(color="info"),
    "list/search-letter-case": listing(search="DESIGN"),
    "list/search-accents": lambda client: (
        client.create(159, "Éclair"),
        outcome(client.get("/milestones", project_id=159, search="eclair")),
    )[1],
    "list/search-wildcards": listing(search="D%n"),
    "create/title-letter-case": twins("Phase", "PHASE"),
    "create/title-accents": twins("Eclair", "Éclair"),
    "create/title-emoji": twins("Launch 🚀", "Launch 🎉"),
    "create/title-outer-blanks": creation(milestone_title=" New "),
    "create/title-over-255": creation(milestone_title="x" * 256),
    "create/blank-title": creation(milestone_title="   "),
    "create/unknown-color": creation(milestone_color="#ff0000"),
    "create/position": position,
    "create/extra-fields": creation(position=7),
    "create/json-number-as-title": creation(milestone_title=2026),
    "create/json-numeric-string-as-id": creation(milestone_projectid="159"),
    "get/malformed-id": status("GET", "/milestones/abc"),
    "get/id-with-trailing-text": status("GET", "/milestones/12abc"),
    "update/default-milestone": update(9, milestone_title="Backlog", milestone_color="info"),
    "update/unknown-id-with-invalid-body": update(999_999),
    "update/immutable-fields-sent": update(12, milestone_title="A", milestone_color="info", milestone_projectid="159"),
    "update/unchanged-updated-date": unchanged,
    "delete/uppercase-yes": deletion(form={"delete_tasks": "YES"}),
    "delete/json-true-for-yes": deletion(json={"delete_tasks": True}),
    "delete/flag-in-query": deletion(delete_tasks="yes"),
    "delete/gap-in-positions": gap,
    "reorder/partial-list": reordering(15, 12),
    "reorder/unknown-id": reordering(12, 999_999, 10),
    "reorder/foreign-id": reordering(12, "foreign", 10),
    "reorder/duplicate-id": reordering(12, 10, 12),
    "reorder/empty-list": reorder_nothing,
    "reorder/non-integer-id": reordering(12, "abc", 10),
    "reorder/answer-data": reorder_answer,
    "count/archived-tasks": archived_count,
    "project/default-milestone-title": new_default,
    "project/default-milestone-position": new_default,
    "project/clone-tasks-without-milestones": clone,
    "task/unknown-milestone": unknown_milestone,
    "task/list-without-active-state": task_list,
}


def test_the_mock_knows_exactly_the_open_points_of_the_contract(contract: Contract) -> None:
    assert set(get_args(OpenPointId)) == contract.open_points.keys() == PROBES.keys()


@pytest.mark.parametrize("point", load_contract().open_points.values(), ids=lambda point: point.id)
def test_each_choice_shows(contract: Contract, scenario: Scenario, point: OpenPoint) -> None:
    answers = {}
    for choice in point.choices:
        profile = Profile.of(contract, {point.id: choice})
        answers[choice] = repr(PROBES[point.id](Client(App(contract, scenario=scenario, profile=profile))))
    assert len(set(answers.values())) == len(point.choices), answers


def test_an_unknown_choice_is_refused_in_a_sentence(contract: Contract) -> None:
    with pytest.raises(ProfileError, match=r"Choose one of: trimmed, kept"):
        Profile.of(contract, {"create/title-outer-blanks": "eaten"})
    with pytest.raises(ProfileError, match="no open point create/nothing"):
        Profile.of(contract, {"create/nothing": "x"})
