"""An account's data, written down and read again, and files that change while the mock runs."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from mock_server.contract.profile import Profile
from mock_server.contract.yaml_files import DocumentError
from mock_server.control.root import RootHandler
from mock_server.factory import MockConfig, create_mock
from mock_server.messages import Json
from mock_server.reload import FileWatcher, reload_contract, reload_scenario
from mock_server.scenarios.loader import build_scenario, load_scenario, shipped_names
from tests.mock_server.api_client import Client
from tests.mock_server.control_driver import Driver

ONE_PROJECT = Path(load_scenario.__code__.co_filename).parent / "one-project.yaml"


def everything(client: Client) -> list[Any]:
    """Return all that the API shows of an account."""
    projects = client.get("/projects", limit=100).data
    tasks = client.get("/tasks", limit=100).data
    details = [client.get(f"/tasks/{task['id']}/{part}").data for task in tasks for part in ("comments", "timers")]
    return [projects, tasks, details, *(client.rows(project["id"]) for project in projects)]


def change_much(client: Client) -> None:
    """Leave traces in every kind of record."""
    client.reorder(15, 12, 10)
    client.delete("/milestones/690", delete_tasks="yes")
    client.create(159, "Later")
    client.patch("/milestones/9", milestone_title="Backlog", milestone_color="danger")
    project = client.project("New")
    client.patch(f"/projects/{project}", project_title="Newer", project_date_start="2026-06-01", project_categoryid=3)
    task = client.task(project, client.default(project))
    client.send("PUT", f"/tasks/{task}/archive")
    client.post(f"/tasks/{task}/comments", comment="Done")
    client.delete(f"/projects/{client.project('Gone')}")


@pytest.mark.parametrize("name", sorted({*shipped_names()} - {"large"}))
def test_an_exported_account_is_the_same_account(name: str) -> None:
    root = create_mock(MockConfig(scenario=name))
    client = Client(root)
    if name == "default":
        change_much(client)
    Driver(root, "test-copy").ask(
        "PUT", "/accounts/{key}/state", {"content": Driver(root).ask("GET", "/accounts/{key}/state")}
    )
    copy = Client(root, "test-copy")
    assert everything(copy) == everything(client)
    assert copy.project() == client.project(), "the next ids are the same"


def test_a_saved_mock_continues_where_it_was_left(tmp_path: Path) -> None:
    first = create_mock(MockConfig())
    change_much(Client(first, "test-one"))
    Client(first, "test-two").delete("/milestones/15")
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(first.control.export()))
    second = create_mock(MockConfig(scenario=str(path)))
    for key in ("test-one", "test-two", "test-new"):
        assert everything(Client(second, key)) == everything(Client(first, key))
        assert Driver(second, key).ask("GET", "/accounts/{key}/clock") == Driver(first, key).ask(
            "GET", "/accounts/{key}/clock"
        )


def test_a_broken_account_in_a_scenario_is_refused_with_its_line(tmp_path: Path) -> None:
    document = yaml.safe_load(ONE_PROJECT.read_text(encoding="utf-8"))
    document["projects"][0]["client"] = 99
    content = {key: document[key] for key in document if key != "projects"}
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump({**content, "accounts": {"test-me": document}}, sort_keys=False))
    with pytest.raises(
        DocumentError, match=r"mine.yaml, line \d+: there is no client with the id 99 .at accounts.test-me.proj"
    ):
        load_scenario(str(path))


def test_a_scenario_of_unicode_comes_back_character_for_character() -> None:
    client = Client(create_mock(MockConfig(scenario="unicode")))
    written = yaml.safe_load(ONE_PROJECT.with_name("unicode.yaml").read_text(encoding="utf-8"))
    titles = [milestone["title"] for milestone in written["projects"][0]["milestones"]]
    assert [row["title"] for row in client.rows(159)][1:] == titles
    assert max(map(len, titles)) == 255


@pytest.fixture
def scenario_file(tmp_path: Path) -> Path:
    """A scenario of one's own."""
    path = tmp_path / "mine.yaml"
    path.write_text(ONE_PROJECT.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def test_a_scenario_that_changes_is_read_anew(scenario_file: Path) -> None:
    root = create_mock(MockConfig(scenario=str(scenario_file)))
    watch = FileWatcher(scenario_file, lambda: reload_scenario(root, str(scenario_file)))
    client = Client(root)
    client.delete("/milestones/12")
    watch.check()
    assert client.get("/milestones/12").status == 404, "nothing changed yet"
    scenario_file.write_text(scenario_file.read_text().replace("title: Build\n", "title: Make it\n"))
    watch.check()
    assert client.get("/milestones/12").data["title"] == "Make it"


def test_a_scenario_that_breaks_changes_nothing(scenario_file: Path) -> None:
    root = create_mock(MockConfig(scenario=str(scenario_file)))
    client = Client(root)
    client.delete("/milestones/12")
    scenario_file.write_text("users: [")
    with pytest.raises(DocumentError):
        reload_scenario(root, str(scenario_file))
    assert client.get("/milestones/12").status == 404
    assert client.get("/milestones/10").status == 200


def test_a_watch_passes_over_a_file_that_is_gone_for_a_moment(scenario_file: Path) -> None:
    changes: list[str] = []
    watch = FileWatcher(scenario_file, lambda: changes.append("changed"))
    text = scenario_file.read_text()
    scenario_file.unlink()
    watch.check()
    assert changes == []
    scenario_file.write_text(text + "\n")
    watch.check()
    watch.check()
    assert changes == ["changed"]


@pytest.fixture
def contract_file(tmp_path: Path, root: RootHandler) -> Path:
    """A contract of one's own."""
    path = tmp_path / "openapi.yaml"
    path.write_text(root.middleware.contract.path.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def change_contract(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_a_contract_that_changes_is_read_anew_and_the_state_stays(contract_file: Path) -> None:
    root = create_mock(MockConfig(contract_path=contract_file, profile="laravel"))
    client = Client(root)
    made = client.milestone(159, "Kept")
    change_contract(
        contract_file, "milestone_title: {type: string, minLength: 1}", "milestone_title: {type: string, maxLength: 5}"
    )
    assert reload_contract(root) == []
    assert client.get(f"/milestones/{made}").data["title"] == "Kept"
    assert client.create(159, "Longer than that").status == 422
    assert client.get("/milestones/12abc").status == 200, "the profile stays, too"


def test_an_account_that_no_longer_fits_begins_again(contract_file: Path) -> None:
    root = create_mock(MockConfig(contract_path=contract_file))
    client, other = Client(root), Client(root, "test-other")
    made = client.create(159, "Unfit", "violet").data["id"]
    kept = other.create(159, "Fit", "danger").data["id"]
    change_contract(
        contract_file,
        "        color: {type: string}\n        position",
        "        color: {enum: [default, success, warning, danger, info, primary]}\n        position",
    )
    assert reload_contract(root) == ["test-key"]
    assert client.get(f"/milestones/{made}").status == 404
    assert other.get(f"/milestones/{kept}").status == 200


def test_a_contract_that_breaks_changes_nothing(contract_file: Path) -> None:
    root = create_mock(MockConfig(contract_path=contract_file))
    contract_file.write_text("openapi: [")
    with pytest.raises(DocumentError):
        reload_contract(root)
    assert Client(root).get("/milestones/12").status == 200


def test_the_profile_of_an_account_survives_a_reset(root: RootHandler, client: Client, driver: Driver) -> None:
    account = root.control.account("test-key")
    account.profile = Profile.of(root.middleware.contract, {"get/id-with-trailing-text": "numeric-prefix"})
    driver.ask("POST", "/accounts/{key}/reset")
    assert client.get("/milestones/12abc").status == 200


def test_a_scenario_can_be_built_from_what_was_exported(root: RootHandler) -> None:
    exported = cast("Json", root.control.state("test-key"))
    assert build_scenario("copy", exported).content.projects.last_id == 164
