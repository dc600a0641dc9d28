"""The rules of tasks, and that milestones always count them truly."""

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mock_server.app import App
from mock_server.contract.contract import load_contract
from mock_server.scenarios.loader import load_scenario
from tests.mock_server.api_client import Client

CONTRACT, SCENARIO = load_contract(), load_scenario()
CHANGE = {"task_title": "Moved", "task_status": 2, "task_priority": 3}


def test_a_task_without_a_milestone_goes_to_the_default(client: Client, project: int) -> None:
    answer = client.post("/tasks", task_projectid=project, task_title="A", task_status=1, task_priority=1)
    assert answer.status == 201
    assert answer.data["milestone"] == {"id": client.default(project), "name": "Uncategorised"}


def test_a_foreign_milestone_conflicts_wherever_it_is_named(client: Client, project: int) -> None:
    new = {"task_title": "A", "task_status": 1, "task_priority": 1, "task_milestoneid": 690}
    assert client.post("/tasks", task_projectid=project, **new).status == 409
    task = client.task(project, client.default(project))
    assert client.patch(f"/tasks/{task}", **new).status == 409
    assert client.post(f"/tasks/{task}/clone", project_id=project, **new).status == 409
    assert client.get(f"/tasks/{task}").data["title"] == "Do it"
    assert client.count(client.default(project)) == 1


def test_all_reasons_against_a_task_come_at_once(client: Client) -> None:
    answer = client.post("/tasks", task_projectid=999, task_status=99, task_priority="x")
    assert answer.errors == {"task_projectid", "task_title", "task_status", "task_priority"}


def test_an_update_moves_a_task_within_its_project(client: Client) -> None:
    answer = client.patch("/tasks/120", **CHANGE, task_milestoneid=692)
    assert answer.data["milestone"] == {"id": 692, "name": "Launch"}
    assert (client.count(690), client.count(692)) == (1, 2)
    assert client.patch("/tasks/120", **CHANGE).data["milestone"]["id"] == 692


def test_a_status_leaves_a_task_where_it_is(client: Client) -> None:
    answer = client.put("/tasks/120/status", status=4)
    assert answer.data["status"] == {"id": 4, "title": "Done", "color": "#2ecc71"}
    assert answer.data["milestone"]["id"] == 690
    assert client.put("/tasks/120/status", status=99).status == 422


def test_archived_tasks_are_archived_until_activated(client: Client) -> None:
    assert client.put("/tasks/120/archive").data["active_state"] == "archived"
    assert 120 in {row["id"] for row in client.get("/tasks", active_state="archived").data}
    assert 120 not in {row["id"] for row in client.get("/tasks", active_state="active", limit=100).data}
    assert client.put("/tasks/120/activate").data["active_state"] == "active"
    assert client.count(690) == 2


def test_a_clone_goes_where_it_is_told(client: Client, project: int) -> None:
    default = client.default(project)
    fields = {"task_title": "Copy", "task_status": 2, "project_id": project, "task_milestoneid": default}
    answer = client.post("/tasks/120/clone", **fields)
    assert answer.status == 201
    assert answer.data["project"]["id"] == project
    assert answer.data["description"] == "First draft."
    assert client.count(default) == 1


def test_comments_are_listed_until_deleted(client: Client) -> None:
    comment = client.post("/tasks/120/comments", comment="Looks good").data
    assert comment in client.get("/tasks/120/comments").data
    assert client.delete(f"/tasks/112/comments/{comment['id']}").status == 404
    assert client.delete(f"/tasks/120/comments/{comment['id']}").data == {"id": comment["id"]}
    assert comment not in client.get("/tasks/120/comments").data
    assert client.post("/tasks/120/comments").errors == {"comment"}


def test_stopping_timers_adds_their_time(client: Client) -> None:
    running = client.get("/tasks/107/timers").data[1]
    assert (running["status"], running["stopped"]) == ("running", None)
    assert client.put("/tasks/107/stop-timers").data == {"id": 107}
    stopped = client.get("/tasks/107/timers").data
    assert {timer["status"] for timer in stopped} == {"stopped"}
    assert client.get("/tasks/107").data["time_logged"] == sum(timer["time"] for timer in stopped)


def test_lists_of_tasks_filter_by_everything_documented(client: Client) -> None:
    everything = client.get("/tasks", limit=100).data
    filters: dict[str, tuple[object, Callable[[Any], bool]]] = {
        "project_id": (159, lambda row: row["project"]["id"] == 159),
        "client_id": (14, lambda row: row["client"]["id"] == 14),
        "status": (2, lambda row: row["status"]["id"] == 2),
        "priority": (3, lambda row: row["priority"]["id"] == 3),
        "milestone_id": (12, lambda row: row["milestone"]["id"] == 12),
        "active_state": ("archived", lambda row: row["active_state"] == "archived"),
        "assigned_user_id": (5, lambda row: 5 in [user["id"] for user in row["assigned"]]),
        "search": ("the", lambda row: "the" in row["title"].lower()),
    }
    for name, (value, wanted) in filters.items():
        rows = client.get("/tasks", limit=100, **{name: value}).data
        assert rows == [row for row in everything if wanted(row)]
        assert rows


class TaskCounts(RuleBasedStateMachine):
    """Whatever happens to tasks, tasks_count is what the task list shows."""

    rows = st.integers(0, 20)

    def __init__(self) -> None:
        super().__init__()
        self.client = Client(App(CONTRACT, scenario=SCENARIO))
        self.project = 159

    def milestone(self, row: int) -> int:
        rows = self.client.rows(self.project)
        return int(rows[row % len(rows)]["id"])

    def task(self, row: int) -> int:
        rows = self.client.get("/tasks", limit=100).data
        return int(rows[row % len(rows)]["id"])

    @rule(row=rows)
    def make(self, row: int) -> None:
        self.client.task(self.project, self.milestone(row))

    @rule(row=rows, to=rows)
    def move(self, row: int, to: int) -> None:
        self.client.patch(f"/tasks/{self.task(row)}", **CHANGE, task_milestoneid=self.milestone(to))

    @rule(row=rows, action=st.sampled_from(["archive", "activate", "stop-timers"]))
    def act(self, row: int, action: str) -> None:
        self.client.put(f"/tasks/{self.task(row)}/{action}")

    @rule(row=rows, to=rows)
    def clone(self, row: int, to: int) -> None:
        fields = {"project_id": self.project, "task_milestoneid": self.milestone(to)}
        self.client.post(f"/tasks/{self.task(row)}/clone", task_title="Copy", task_status=1, **fields)

    @rule(row=rows)
    def delete(self, row: int) -> None:
        self.client.delete(f"/tasks/{self.task(row)}")

    @rule(row=rows, flag=st.sampled_from(["yes", "no"]))
    def delete_milestone(self, row: int, flag: str) -> None:
        self.client.delete(f"/milestones/{self.milestone(row)}", delete_tasks=flag)

    @rule(with_milestones=st.sampled_from(["on", ""]))
    def clone_project(self, with_milestones: str) -> None:
        fields = {"project_title": "Copy", "copy_tasks": "on", "copy_milestones": with_milestones}
        self.project = self.client.post(f"/projects/{self.project}/clone", **fields).data["id"]

    @invariant()
    def counts_are_true(self) -> None:
        for row in self.client.rows(self.project):
            listed = self.client.get("/tasks", milestone_id=row["id"]).json["meta"]["total"]
            assert row["tasks_count"] == listed


TestTaskCounts = TaskCounts.TestCase
TestTaskCounts.settings = settings(max_examples=20, stateful_step_count=12, deadline=None)
