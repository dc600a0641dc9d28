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

ROOT = Path(__file__).parents[2]
Document = Any
KEY = {"Authorization": "Bearer test-contract"}


def limit_titles(document: Document) -> None:
    """Titles of at most twenty characters."""
    for name in ("CreateMilestone", "UpdateMilestone"):
        document["components"]["schemas"][name]["properties"]["milestone_title"]["maxLength"] = 20


def close_colors(document: Document) -> None:
    """Two colours and no other."""
    document["components"]["schemas"]["Color"]["enum"] = ["red", "default"]


def lower_limit(document: Document) -> None:
    """Ten rows a page at most."""
    document["components"]["parameters"]["Limit"]["schema"]["x-cap"] = 10


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
    return requests.post(f"{url}/milestones", data=fields, headers=KEY, timeout=10).status_code


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
        page = requests.get(f"{url}/tasks", params={"limit": 50}, headers=KEY, timeout=10).json()

    assert page["meta"]["per_page"] == 10
    assert len(page["data"]) == 10


@pytest.mark.slow
def test_the_suite_goes_by_the_changed_contract_too(tmp_path: Path) -> None:
    copy = changed_copy(tmp_path, limit_titles, close_colors, lower_limit)
    checked = subprocess.run(
        [sys.executable, "-m", "conformance", "--contract", str(copy), "--depth", "quick"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=120,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "conformant" in checked.stdout
