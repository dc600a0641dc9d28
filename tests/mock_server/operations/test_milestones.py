"""The rules of milestones: creating, updating, deleting, and what each leaves alone."""

import pytest

from tests.mock_server.api_client import Client


def test_a_new_milestone_is_categorised_and_empty(client: Client, project: int) -> None:
    answer = client.create(project)
    assert answer.status == 201
    assert answer.data["type"] == "categorised"
    assert answer.data["tasks_count"] == 0
    assert answer.data["creator_id"] == 1
    assert client.get(f"/milestones/{answer.data['id']}").data == answer.data


def test_a_title_is_given_once_in_a_project(client: Client, project: int) -> None:
    client.create(project)
    assert client.create(project).status == 409
    assert client.create(client.project()).status == 201


def test_a_deleted_title_is_free_again(client: Client, project: int) -> None:
    client.delete(f"/milestones/{client.milestone(project)}")
    assert client.create(project).status == 201


def test_all_reasons_against_a_creation_come_at_once(client: Client) -> None:
    answer = client.post("/milestones", milestone_projectid=999_999)
    assert answer.status == 422
    assert answer.errors == {"milestone_projectid", "milestone_title", "milestone_color"}


def test_validation_comes_before_the_conflict(client: Client, project: int) -> None:
    client.create(project)
    assert client.create(project, color="").status == 422


def test_a_new_milestone_comes_last(client: Client, project: int) -> None:
    first, second = client.milestone(project, "A"), client.milestone(project, "B")
    assert client.positions(project) == {client.default(project): 1, first: 2, second: 3}


def test_an_update_changes_title_and_colour_alone(client: Client, project: int) -> None:
    before = client.create(project).data
    client.task(project, before["id"])
    after = client.patch(
        f"/milestones/{before['id']}",
        milestone_title="Phase one",
        milestone_color="info",
        milestone_projectid=159,
        type="uncategorised",
    )
    assert after.status == 200
    changed = {"title": "Phase one", "color": "info", "tasks_count": 1, "dates": after.data["dates"]}
    assert after.data == before | changed
    assert after.data["dates"]["created"] == before["dates"]["created"]
    assert after.data["dates"]["updated"] > before["dates"]["updated"]


def test_the_own_title_is_no_conflict_but_a_siblings_is(client: Client, project: int) -> None:
    client.create(project, "Sibling")
    path = f"/milestones/{client.milestone(project)}"
    assert client.patch(path, milestone_title="Phase 1", milestone_color="info").status == 200
    assert client.patch(path, milestone_title="Sibling", milestone_color="info").status == 409


@pytest.mark.parametrize("missing", ["milestone_title", "milestone_color"])
def test_an_update_needs_both_fields(client: Client, project: int, missing: str) -> None:
    fields = {"milestone_title": "New", "milestone_color": "info"} | {missing: ""}
    answer = client.patch(f"/milestones/{client.milestone(project)}", **fields)
    assert (answer.status, answer.errors) == (422, {missing})


def test_deletion_moves_the_tasks_to_the_default(client: Client, project: int) -> None:
    milestone, default = client.milestone(project), client.default(project)
    task, archived = client.task(project, milestone), client.task(project, milestone)
    client.put(f"/tasks/{archived}/archive")
    comment = client.post(f"/tasks/{task}/comments", comment="Still here").data
    answer = client.delete(f"/milestones/{milestone}")
    assert (answer.status, answer.data) == (200, {"id": milestone})
    assert client.get(f"/milestones/{milestone}").status == 404
    assert client.count(default) == 2
    assert client.get(f"/tasks/{task}").data["milestone"] == {"id": default, "name": "Uncategorised"}
    assert client.get(f"/tasks/{archived}").data["active_state"] == "archived"
    assert client.get(f"/tasks/{task}/comments").data == [comment]


def test_the_flag_deletes_tasks_with_comments_and_timers(client: Client) -> None:
    assert client.get("/tasks/120/comments").data
    assert client.get("/tasks/120/timers").data
    answer = client.delete("/milestones/690", delete_tasks="yes")
    assert answer.status == 200
    for path in ("/tasks/120", "/tasks/120/comments", "/tasks/120/timers", "/tasks/112"):
        assert client.get(path).status == 404
    assert client.get("/tasks/113").status == 200
    assert client.count(9) == 2


@pytest.mark.parametrize("flag", ["no", "y", "1", "true", "yes please", ""])
def test_any_other_flag_moves_the_tasks(client: Client, flag: str) -> None:
    assert client.delete("/milestones/690", delete_tasks=flag).status == 200
    assert client.get("/tasks/120").data["milestone"]["id"] == 9


def test_the_body_decides_over_the_query(client: Client) -> None:
    client.send("DELETE", "/milestones/690", form={"delete_tasks": "no"}, query={"delete_tasks": "yes"})
    assert client.get("/tasks/120").status == 200


def test_the_default_cannot_be_deleted_and_nothing_changes(client: Client) -> None:
    before = client.rows(159), client.get("/tasks", project_id=159).json
    assert client.delete("/milestones/9", delete_tasks="yes").status == 409
    assert (client.rows(159), client.get("/tasks", project_id=159).json) == before


@pytest.mark.parametrize(("method", "form"), [("GET", None), ("DELETE", None), ("PATCH", {"milestone_title": "A"})])
def test_an_unknown_id_is_not_found(client: Client, method: str, form: dict[str, str] | None) -> None:
    fields = {**form, "milestone_color": "info"} if form else None
    assert client.send(method, "/milestones/999999", form=fields).status == 404


def test_a_refused_write_changes_nothing(client: Client, project: int) -> None:
    milestone = client.milestone(project)
    client.create(project, "Sibling")
    before = client.rows(project)
    client.create(project)
    client.create(project, "")
    client.patch(f"/milestones/{milestone}", milestone_title="Sibling", milestone_color="info")
    client.patch(f"/milestones/{milestone}", milestone_title="Other")
    client.reorder(milestone, 999_999)
    assert client.rows(project) == before


def test_accounts_do_not_see_each_other(client: Client) -> None:
    other = Client(client.handler, "test-other")
    client.delete("/projects/159")
    assert client.get("/projects/159").status == 404
    assert other.get("/projects/159").status == 200
