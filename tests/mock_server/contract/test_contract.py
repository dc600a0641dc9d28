"""The mock does as the contract says: a changed contract changes the behaviour."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mock_server.app import OPERATIONS, App
from mock_server.contract.contract import SHIPPED, Contract, load_contract
from mock_server.contract.profile import Profile
from mock_server.contract.yaml_files import DocumentError
from mock_server.scenarios.loader import Scenario
from tests.mock_server.api_client import Client

Change = Callable[[dict[str, Any]], object]
TEXT = next(path for path in SHIPPED if path.exists()).read_text(encoding="utf-8")


@pytest.fixture
def changed(tmp_path: Path, scenario: Scenario) -> Callable[[Change], Client]:
    """Return a function that serves a changed copy of the contract."""

    def serve(change: Change) -> Client:
        document = yaml.load(TEXT, Loader=yaml.CSafeLoader)
        change(document)
        path = tmp_path / "openapi.yaml"
        path.write_text(json.dumps(document), encoding="utf-8")
        return Client(App(load_contract(path), scenario=scenario))

    return serve


def schemas(document: dict[str, Any]) -> dict[str, Any]:
    """Return the schemas of a contract."""
    schema: dict[str, Any] = document["components"]["schemas"]
    return schema


Changed = Callable[[Change], Client]


def test_a_maximum_length_bounds_the_title(changed: Changed) -> None:
    client = changed(lambda c: schemas(c)["CreateMilestone"]["properties"]["milestone_title"].update(maxLength=7))
    assert client.create(159, "Phase 1").status == 201
    assert client.create(159, "Phase 10").errors == {"milestone_title"}


def test_an_enumeration_closes_the_colours(changed: Changed) -> None:
    client = changed(lambda c: schemas(c)["Color"].update(enum=["default", "info"]))
    assert client.create(159, color="info").status == 201
    assert client.create(159, "New", color="success").errors == {"milestone_color"}


@pytest.mark.parametrize("bound", ["maximum", "x-cap"])
def test_a_lower_maximum_caps_the_limit(changed: Changed, bound: str) -> None:
    client = changed(lambda c: c["components"]["parameters"]["Limit"]["schema"].update({bound: 2}))
    for query in ({"limit": 3}, {"limit": 100}, {}):
        answer = client.get("/milestones", project_id=159, **query).json
        assert (len(answer["data"]), answer["meta"]["per_page"]) == (2, 2)


def test_a_field_that_is_required_no_more_may_be_left_out(changed: Changed) -> None:
    client = changed(lambda c: schemas(c)["CreateMilestone"]["required"].remove("milestone_color"))
    answer = client.send("POST", "/milestones", form={"milestone_projectid": 159, "milestone_title": "New"})
    assert answer.status == 201


def test_a_new_field_may_be_required(changed: Changed) -> None:
    client = changed(lambda c: schemas(c)["CreateTask"]["required"].append("task_description"))
    assert "task_description" in client.post("/tasks").errors


def test_closed_objects_refuse_what_they_do_not_know(changed: Changed) -> None:
    client = changed(lambda c: schemas(c)["UpdateMilestone"].update(additionalProperties=False))
    fields = {"milestone_title": "New", "milestone_color": "info", "position": 3}
    assert client.patch("/milestones/12", **fields).errors == {"position"}


def test_the_base_path_is_the_contracts(changed: Changed) -> None:
    client = changed(lambda c: c["servers"][0].update(url="https://example.org/v2/api"))
    assert client.get("/milestones/12").status == 404


def test_a_path_that_is_gone_is_not_served(changed: Changed) -> None:
    assert changed(lambda c: c["paths"].pop("/tasks")).get("/tasks").status == 404


def test_a_sort_column_that_is_gone_is_refused(changed: Changed) -> None:
    def close(document: dict[str, Any]) -> None:
        (sort,) = (p for p in document["paths"]["/milestones"]["get"]["parameters"] if p.get("name") == "sort")
        sort["schema"]["enum"] = ["milestone_title"]

    assert changed(close).get("/milestones", project_id=159, sort="milestone_created").errors == {"sort"}


def test_an_operation_that_the_mock_does_not_know_is_not_found(changed: Changed) -> None:
    client = changed(lambda c: c["paths"].update({"/invoices": {"get": {"operationId": "listInvoices"}}}))
    assert client.get("/invoices").status == 404


def test_every_operation_of_the_contract_is_served(contract: Contract) -> None:
    assert OPERATIONS.keys() == contract.operations.keys()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("paths: {\n  x", r"openapi.yaml, line \d: is not valid YAML"),
        ("a: b", r"is not an OpenAPI document"),
        ("- 1", r"is not an OpenAPI document"),
        (TEXT.replace('schemas/Id"', 'schemas/Nope"', 1), r"has a broken reference: .*Nope"),
        (TEXT.replace("operationId: listTasks", "operation: listTasks", 1), r"GET /tasks has no operationId"),
        (TEXT.replace("type: integer", "type: whole", 1), r"has a broken schema"),
        (TEXT.replace("default: accepted", "default: whatever", 1), r"none of its choices"),
    ],
)
def test_a_broken_contract_is_refused_in_one_line(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=complaint) as caught:
        load_contract(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_missing_contract_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"cannot be read \(No such file or directory\)"):
        load_contract(tmp_path / "nothing.yaml")


def test_an_open_point_that_is_left_out_is_as_in_the_shipped_contract(tmp_path: Path, contract: Contract) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(TEXT.replace("id: create/position", "id: create/place"), encoding="utf-8")
    assert Profile.of(load_contract(path))["create/position"] == contract.open_points["create/position"].default
