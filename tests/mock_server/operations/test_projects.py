"""The rules of projects: their default milestone, their clones, their end."""

import pytest

from tests.mock_server.api_client import Client


def test_a_new_project_has_its_default_milestone(client: Client, project: int) -> None:
    (default,) = client.rows(project)
    assert default["type"] == "uncategorised"
    assert (default["title"], default["color"], default["position"]) == ("Uncategorised", "default", 1)
    assert (default["creator_id"], default["tasks_count"]) == (1, 0)


@pytest.mark.parametrize("field", ["project_clientid", "project_categoryid", "project_creatorid"])
def test_a_project_names_what_exists(client: Client, field: str) -> None:
    fields = {
        "project_clientid": 12,
        "project_title": "New",
        "project_date_start": "2026-06-01",
        "project_categoryid": 3,
        field: 999,
    }
    answer = client.post("/projects", **fields)
    assert (answer.status, answer.errors) == (422, {field})


def test_a_project_is_due_after_it_starts(client: Client) -> None:
    changes = {"project_title": "New", "project_date_start": "2026-06-01", "project_categoryid": 3}
    assert client.patch("/projects/159", **changes, project_date_due="2026-05-31").errors == {"project_date_due"}
    assert client.patch("/projects/159", **changes, project_date_due="2026-06-01").status == 200
    assert client.patch("/projects/159", **changes | {"project_date_start": "2026-99-01"}).status == 422


def test_an_update_keeps_what_is_not_sent_and_the_client(client: Client) -> None:
    before = client.get("/projects/159").data
    changes = {"project_title": "New", "project_date_start": "2026-06-02", "project_categoryid": 1}
    after = client.patch("/projects/159", **changes, project_clientid=13, project_billing_rate="120").data
    assert after["client"] == before["client"]
    assert after["description"] == before["description"]
    assert after["category"] == {"id": 1, "name": "Marketing"}
    assert after["billing"]["rate"] == "120.00"
    assert client.patch("/projects/159", **changes, project_description="").data["description"] is None


def test_a_deleted_project_takes_everything_along(client: Client) -> None:
    milestones = {row["id"] for row in client.rows(159)}
    tasks = {row["id"] for row in client.get("/tasks", project_id=159, limit=100).data}
    others = client.get("/tasks").json["meta"]["total"] - len(tasks)
    answer = client.delete("/projects/159")
    assert (answer.status, answer.data) == (200, {"id": 159})
    assert {client.get(f"/milestones/{row_id}").status for row_id in milestones} == {404}
    assert {client.get(f"/tasks/{row_id}").status for row_id in tasks} == {404}
    assert client.get("/tasks").json["meta"]["total"] == others
    assert client.get("/milestones", project_id=159).status == 422
    assert client.create(159).status == 422
    assert client.delete("/projects/159").status == 404


def test_a_clone_with_everything_is_like_its_source(client: Client) -> None:
    source = client.rows(159)
    copy = client.post("/projects/159/clone", project_title="Copy", copy_milestones="on", copy_tasks="on")
    assert copy.status == 201
    rows = client.rows(copy.data["id"])
    kept = ("title", "color", "type", "position", "tasks_count")
    assert [[row[name] for name in kept] for row in rows] == [[row[name] for name in kept] for row in source]
    assert not {row["id"] for row in rows} & {row["id"] for row in source}
    assert client.rows(159) == source


def test_a_clone_without_flags_has_its_default_alone(client: Client) -> None:
    copy = client.post("/projects/159/clone", project_title="Copy").data
    (default,) = client.rows(copy["id"])
    assert default["type"] == "uncategorised"
    assert default["tasks_count"] == 0
    assert copy["client"] == {"id": 12, "name": "Acme Inc"}


def test_a_clone_without_milestones_puts_tasks_into_its_default(client: Client) -> None:
    total = sum(row["tasks_count"] for row in client.rows(159))
    copy = client.post("/projects/159/clone", project_title="Copy", copy_tasks="on").data["id"]
    assert client.count(client.default(copy)) == total


def test_lists_of_projects_filter_and_search(client: Client) -> None:
    assert [row["title"] for row in client.get("/projects", search="app").data] == ["Warehouse app"]
    assert {row["client"]["id"] for row in client.get("/projects", client_id=14).data} == {14}
    assert {row["status"] for row in client.get("/projects", status="on_hold").data} == {"on_hold"}
    assert {row["category"]["id"] for row in client.get("/projects", category_id=3).data} == {3}
    titles = [row["title"] for row in client.get("/projects", sort="project_title", order="asc").data]
    assert titles == sorted(titles)
