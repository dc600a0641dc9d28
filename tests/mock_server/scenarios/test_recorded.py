"""A mock with a scenario built from a recording gives the recorded answers."""

import json
from pathlib import Path
from typing import Any

import pytest

from mock_server.control.root import RootHandler
from mock_server.factory import MockConfig, create_mock
from mock_server.messages import Request, Response
from mock_server.recording.recorder import Exchange
from mock_server.responses import json_response
from tests.mock_server.api_client import Client
from tests.mock_server.control_driver import Driver


def see_all(client: Client) -> list[Any]:
    """Return all projects, milestones and tasks as they are listed, but for the time of timers."""
    listed: list[Any] = [client.get("/projects", limit=100).data]
    for project in listed[0]:
        listed += [client.get(f"/{kind}", project_id=project["id"], limit=100).data for kind in ("milestones", "tasks")]
    return [[{name: value for name, value in row.items() if name != "time_logged"} for row in rows] for rows in listed]


def start_from(root: RootHandler, path: Path) -> RootHandler:
    """Return a mock that starts with what another one has recorded."""
    path.write_text(json.dumps(Driver(root).ask("GET", "/requests.scenario")))
    return create_mock(MockConfig(scenario=str(path)))


@pytest.mark.parametrize("scenario", ["default", "one-project", "unicode"])
def test_a_recording_answers_as_was_answered(tmp_path: Path, scenario: str) -> None:
    root = create_mock(MockConfig(scenario=scenario))
    answers = see_all(Client(root))
    assert see_all(Client(start_from(root, tmp_path / "recorded.json"))) == answers


def test_what_was_changed_and_deleted_is_as_it_became(tmp_path: Path, root: RootHandler, client: Client) -> None:
    see_all(client)
    created = client.create(159, "Phase 9").data["id"]
    client.patch("/milestones/12", milestone_title="Other", milestone_color="info")
    client.delete("/milestones/15")
    client.delete("/projects/160")
    again = Client(start_from(root, tmp_path / "recorded.json"))
    assert again.get(f"/milestones/{created}").data["title"] == "Phase 9"
    assert again.get("/milestones/12").data["title"] == "Other"
    assert again.get("/milestones/15").status == 404


def test_what_is_only_referred_to_is_there_too(tmp_path: Path, root: RootHandler, client: Client) -> None:
    task = client.get("/tasks/110").data
    again = Client(start_from(root, tmp_path / "recorded.json"))
    assert again.get("/tasks/110").data["milestone"] == task["milestone"]
    assert again.get(f"/projects/{task['project']['id']}").data["title"] == task["project"]["title"]
    assert again.create(task["project"]["id"]).status == 201


def test_two_of_one_title_are_told_apart_and_broken_answers_left_out(root: RootHandler) -> None:
    row: dict[str, Any] = {
        "title": "Twice",
        "project_id": 1,
        "type": "categorised",
        "color": "info",
        "creator_id": 7,
        "tasks_count": 0,
    }
    good: Response = json_response(200, {"data": [{**row, "id": 5, "position": 1}, {**row, "id": 6, "position": 2}]})
    broken = json_response(200, {"data": {"id": 9, "tasks_count": "?"}})
    request = Request("GET", "/api/milestones")
    root.middleware.recorder.record(Exchange(1, 0.0, 0.0, request, good))
    root.middleware.recorder.record(Exchange(2, 0.0, 0.0, request, broken, complaints=("wrong",)))
    (project,) = root.control.recorded()["projects"]
    assert [milestone["title"] for milestone in project["milestones"]] == ["Twice", "Twice (6)"]
