"""With a changed copy of the contract, mock and suite change what they do, and no code does."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from tests.acceptance.conftest import served

pytestmark = pytest.mark.zoo

ROOT = Path(__file__).parents[2]
Document = Any
KEY = {"Authorization": "Bearer test-contract"}


def limit_titles(document: Document) -> None:
    """Allow titles of at most twenty characters."""
    for name in ("CreateMilestone", "UpdateMilestone"):
        document["components"]["schemas"][name]["properties"]["milestone_title"]["maxLength"] = 20


def close_colors(document: Document) -> None:
    """Two colours and no other."""
    document["components"]["schemas"]["Color"]["enum"] = ["red", "default"]


def lower_limit(document: Document) -> None:
    """Ten rows a page at most."""
    document["components"]["parameters"]["Limit"]["schema"]["x-cap"] = 10


def ascend_by_default(document: Document) -> None:
    """A sort is ascending where no order is given."""
    document["components"]["parameters"]["Order"]["schema"]["default"] = "asc"


def three_a_page(document: Document) -> None:
    """Three rows a page where no limit is given."""
    document["components"]["parameters"]["Limit"]["schema"]["default"] = 3


def none_a_page(document: Document) -> None:
    """Set a default that is invalid by its own schema."""
    document["components"]["parameters"]["Limit"]["schema"]["default"] = 0


def leave_out_by_null(document: Document) -> None:
    """Make parameters nullable with null as the default, as some generators write optional ones."""
    for path, name in (("/milestones", "limit"), ("/projects", "status")):
        parameters = document["paths"][path]["get"]["parameters"]
        parameters[:] = [parameter for parameter in parameters if name not in str(parameter).lower()]
        kind = ["integer" if name == "limit" else "string", "null"]
        parameters.append({"name": name, "in": "query", "schema": {"type": kind, "default": None}})


def sort_by_title(document: Document) -> None:
    """Set default values: sorted by title, and only milestones of type categorised."""
    for parameter in document["paths"]["/milestones"]["get"]["parameters"]:
        if parameter.get("name") == "sort":
            parameter["schema"]["default"] = "milestone_title"
        if parameter.get("name") == "type":
            parameter["schema"] = {"type": "string", "enum": ["categorised", "uncategorised"], "default": "categorised"}


def changed_copy(folder: Path, *changes: Callable[..., None]) -> Path:
    """A copy of the contract with changes."""
    document = yaml.safe_load((ROOT / "openapi.yaml").read_text(encoding="utf-8"))
    for change in changes:
        change(document)
    copy = folder / "openapi.yaml"
    copy.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return copy


def create(url: str, title: str, color: str) -> int:
    """The status of a creation."""
    fields = {"milestone_projectid": "159", "milestone_title": title, "milestone_color": color}
    return requests.post(f"{url}/milestones", data=fields, headers=KEY, timeout=60).status_code


def test_a_shorter_title_in_the_contract_is_the_longest_that_is_taken(tmp_path: Path) -> None:
    with served("--contract", str(changed_copy(tmp_path, limit_titles))) as url:
        assert create(url, "x" * 20, "success") == 201
        assert create(url, "y" * 21, "success") == 422


def test_colors_listed_in_the_contract_are_the_only_ones_taken(tmp_path: Path) -> None:
    with served("--contract", str(changed_copy(tmp_path, close_colors))) as url:
        assert create(url, "One", "red") == 201
        assert create(url, "Two", "success") == 422


def test_a_lower_cap_in_the_contract_caps_the_page(tmp_path: Path) -> None:
    with served("--contract", str(changed_copy(tmp_path, lower_limit))) as url:
        page = requests.get(f"{url}/tasks", params={"limit": 50}, headers=KEY, timeout=60).json()

    assert page["meta"]["per_page"] == 10
    assert len(page["data"]) == 10


def listed(url: str, path: str, **query: str) -> dict[str, Any]:
    """A page of a list."""
    answer = requests.get(f"{url}/{path}", params=query, headers=KEY, timeout=60)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def column(page: dict[str, Any], name: str) -> list[Any]:
    """Return the values of one field of a page's rows."""
    return [row[name] for row in page["data"]]


def test_the_order_by_default_is_the_one_in_the_contract(tmp_path: Path) -> None:
    with served("--contract", str(changed_copy(tmp_path, ascend_by_default))) as url:
        left_out = listed(url, "milestones", project_id="159", sort="milestone_position")
        descending = listed(url, "milestones", project_id="159", sort="milestone_position", order="desc")
        others = [(listed(url, path), listed(url, path, order="asc")) for path in ("tasks", "projects")]
        unsorted = listed(url, "milestones", project_id="159")

    assert column(left_out, "position") == sorted(column(left_out, "position"))
    assert column(descending, "position") == column(left_out, "position")[::-1]
    for without, ascending in others:
        assert column(without, "id") == column(ascending, "id")
    # Neither sort nor order: that is left open, and stays what the profile says.
    assert column(unsorted, "position") == column(descending, "position")


def test_a_page_by_default_has_as_many_rows_as_the_contract_says(tmp_path: Path) -> None:
    with served("--contract", str(changed_copy(tmp_path, three_a_page))) as url:
        pages = [listed(url, "tasks"), listed(url, "tasks", page="2"), listed(url, "tasks", limit="5")]

    assert [page["meta"]["per_page"] for page in pages] == [3, 3, 5]
    assert [len(page["data"]) for page in pages] == [3, 3, 5]


def test_any_parameter_that_is_left_out_means_its_default(tmp_path: Path) -> None:
    with served("--contract", str(changed_copy(tmp_path, sort_by_title))) as url:
        page = listed(url, "milestones", project_id="159")
        other = listed(url, "milestones", project_id="159", type="uncategorised")

    assert set(column(page, "type")) == {"categorised"}
    assert column(page, "title") == sorted(column(page, "title"), key=str.casefold, reverse=True)
    assert column(other, "type") == ["uncategorised"]


def test_a_default_that_its_own_schema_refuses_means_nothing(tmp_path: Path) -> None:
    with served("--contract", str(changed_copy(tmp_path, none_a_page))) as url:
        assert listed(url, "tasks")["meta"]["per_page"] == 25


def test_who_relies_on_the_old_default_is_told_by_the_old_suite(tmp_path: Path) -> None:
    copy = changed_copy(tmp_path, ascend_by_default)
    judged = subprocess.run(
        [
            *(sys.executable, "-m", "gate", "behaviour", "--old", str(ROOT / "openapi.yaml"), "--new", str(copy)),
            *("--depth", "quick", "--only", "list/order-*"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=120,
    )

    assert judged.returncode == 1, judged.stdout + judged.stderr
    assert "list/order-defaults-to-descending is violated" in judged.stdout


def test_the_suite_goes_by_the_changed_contract_too(tmp_path: Path) -> None:
    copy = changed_copy(tmp_path, limit_titles, close_colors, lower_limit)
    checked = subprocess.run(
        [sys.executable, "-m", "conformance", "--target", "mock", "--contract", str(copy), "--depth", "quick"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=120,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "conformant" in checked.stdout


def test_a_default_of_null_is_none(tmp_path: Path) -> None:
    with served("--contract", str(changed_copy(tmp_path, leave_out_by_null))) as url:
        assert listed(url, "milestones", project_id="159")["meta"]["per_page"] == 25
        assert listed(url, "projects")["meta"]["total"] > 0
