"""Shipped scenarios are plausible and valid by the contract; invalid ones are refused with the line."""

from pathlib import Path

import pytest

from mock_server.app import App
from mock_server.contract.contract import Contract
from mock_server.contract.yaml_files import DocumentError, read_document
from mock_server.scenarios.loader import Scenario, load_scenario, shipped_names
from tests.mock_server.api_client import Client

EMPTY = (Path(load_scenario.__code__.co_filename).parent / "empty.yaml").read_text(encoding="utf-8")


def test_the_default_scenario_shows_a_believable_crm(scenario: Scenario) -> None:
    store = scenario.content
    assert len(store.clients) == 5
    assert len(store.categories) == len(store.statuses) == len(store.priorities) == 4
    assert len(store.users) == len(store.projects) == 6
    assert len({project.status for project in store.projects}) == 5
    for project in store.projects:
        assert 4 <= store.milestones_of_project.count(project.id) <= 7
    assert len(store.tasks) >= 40
    assert {task.status_id for task in store.tasks} == {1, 2, 3, 4}
    assert {task.archived for task in store.tasks} == {True, False}
    assert {bool(timer.stopped) for timer in store.timers} == {True, False}


def test_the_documentations_examples_work_as_they_stand(client: Client) -> None:
    assert client.get("/milestones", project_id=159).status == 200
    assert client.create(159, "Phase 1", "success").status == 201
    assert client.reorder(12, 10, 15).data == {"milestones": [12, 10, 15]}


def test_the_empty_scenario_has_no_projects_but_all_they_need(contract: Contract) -> None:
    client = Client(App(contract, scenario=load_scenario("empty")))
    assert client.get("/projects").data == []
    project = client.project()
    assert client.task(project, client.default(project)) == 1


def test_both_scenarios_are_shipped() -> None:
    assert {"default", "empty"} <= set(shipped_names())


def test_a_file_is_a_scenario_too(tmp_path: Path, contract: Contract) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(EMPTY + "projects: [{title: Mine, client: 12, category: 3, start: '2026-01-01'}]")
    client = Client(App(contract, scenario=load_scenario(str(path))))
    assert [row["title"] for row in client.get("/projects").data] == ["Mine"]


def test_words_that_yaml_takes_for_dates_and_truths_are_the_text_that_they_show(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "[2026-01-01, 2026-01-01T10:00:00Z, yes, off, 017, 0x1F, 12:30, 1_000, .nan, true, 17, 1.5, 1e3, ~, ]"
    )
    texts = ["2026-01-01", "2026-01-01T10:00:00Z", "yes", "off", "017", "0x1F", "12:30", "1_000", ".nan"]
    assert read_document(path) == [*texts, True, 17, 1.5, 1000.0, None]
    path.write_text(EMPTY + "projects: [{title: Yes, client: 12, category: 3, start: 2026-01-01}]")
    assert [project.title for project in load_scenario(str(path)).content.projects] == ["Yes"]


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "? " * 100_000, "a: " + "{b: " * 5000])
def test_a_file_that_is_nested_without_end_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(DocumentError, match="is nested too deeply"):
        load_scenario(str(path))
    path.write_text(f"note: '{text[:5000]}'")
    assert read_document(path) == {"note": text[:5000]}


PROJECT = "projects:\n  - title: Mine\n    client: 12\n    category: 3\n    start: '2026-01-01'\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("# mine\nusers: []\n", r"mine.yaml, line 2: \"clients\" is a required property \(at the top\)"),
        ("users: [", r"mine.yaml, line \d: is not valid YAML"),
        ("users: []", r"required property"),
        ("", r"is not of type \"object\""),
        (EMPTY.replace("id: 1, name: Ada", "id: 2, name: Ada"), r"there is no users with the id 1"),
        (EMPTY + PROJECT.replace("client: 12", "client: 99"), r"line 20: there is no client with the id 99"),
        (EMPTY + PROJECT + "    colour: red\n", r"'colour' was unexpected"),
        (EMPTY + PROJECT.replace("2026-01-01", "someday"), r"line 22: \"someday\" is not a \"date\""),
        (EMPTY + PROJECT + "    milestones: [{title: A}, {title: A}]\n", r"two milestones titled A"),
        (EMPTY.replace("id: 4, title: Low", "id: 3, title: Low"), r"the id 3 is used twice"),
    ],
)
def test_a_broken_scenario_is_refused_in_one_line(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=complaint) as caught:
        load_scenario(str(path))
    assert "\n" not in str(caught.value)


def test_an_unknown_scenario_names_the_known_ones() -> None:
    with pytest.raises(DocumentError, match="default, empty"):
        load_scenario("nothing")
