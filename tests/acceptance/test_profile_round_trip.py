"""The suite, run on a mock with a profile, observes that profile."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.acceptance.conftest import served

PROFILES = Path(__file__).parents[2] / "mock_server" / "contract" / "profiles"


@pytest.mark.zoo
@pytest.mark.parametrize("name", ["default", "strict", "loose"])
def test_what_is_worn_is_what_is_observed(name: str, tmp_path: Path) -> None:
    with served("--profile", name) as url:
        observed = observe(url, tmp_path)
    assert_yields(observed, name)


@pytest.mark.zoo
def test_the_file_that_was_observed_can_be_worn(tmp_path: Path) -> None:
    with served("--profile", "laravel") as url:
        observed = observe(url, tmp_path)
    assert_yields(observed, "laravel")
    with served("--profile", str(tmp_path / "profile.json")) as url:
        assert observe(url, tmp_path) == observed


def assert_yields(observed: dict[str, str], name: str) -> None:
    """Assert that the observed choices are those of a shipped profile."""
    worn = yaml.safe_load((PROFILES / f"{name}.yaml").read_text(encoding="utf-8"))["choices"]
    assert {point: observed.get(point) for point in worn} == worn


def observe(url: str, folder: Path) -> dict[str, str]:
    """Return the choices that the suite observes at a deployment."""
    command = [
        sys.executable,
        "-m",
        "conformance",
        "--target",
        url,
        "--api-key",
        "test-observed",
        "--report",
        str(folder),
    ]
    subprocess.run([*command, "--only", "get/dates-are-instants", "--observe"], capture_output=True, check=False)
    observed: dict[str, str] = json.loads((folder / "profile.json").read_text(encoding="utf-8"))
    return observed
