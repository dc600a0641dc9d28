"""The same verdicts come out of pytest, from any folder, and no other pytest is bothered."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mock_server.contract.contract import load_contract
from mock_server.scenarios.loader import load_scenario
from tests.conformance.live_server import serving
from tests.faulty_mocks import delete_faults
from tests.faulty_mocks.fault import FAULTS
from tests.faulty_mocks.mock_builder import MockBuilder

pytestmark = pytest.mark.zoo

ZOO = delete_faults


def run_pytest(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_requirements_are_tests(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--pyargs", "conformance", "--target", "mock", "--depth", "quick", "--only", "get/*")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 passed" in done.stdout


def test_a_violated_requirement_fails_with_its_sentence(tmp_path: Path) -> None:
    builder = MockBuilder(load_contract(), load_scenario("default"))
    FAULTS["forgets_tasks_on_delete"].inject(builder)
    with builder.built() as handle, serving(handle) as url:
        options = ("--target", url, "--api-key", "test-key", "--depth", "quick", "-k", "moves-tasks or unknown-id")
        done = run_pytest(tmp_path, "--pyargs", "conformance", *options, "--only", "delete/*")

    assert done.returncode == 1
    assert "The tasks of a deleted milestone go to the project's default milestone." in done.stdout
    assert "curl -sS -X DELETE" in done.stdout
    assert "2 failed" in done.stdout or "1 failed" in done.stdout


def test_the_header_says_how_to_repeat_the_run(tmp_path: Path) -> None:
    words = ("--pyargs", "conformance", "--target", "mock", "--depth", "quick", "--only", "get/unknown*", "--seed", "7")
    done = run_pytest(tmp_path, *words, "--junitxml", "junit.xml")
    suite = ET.parse(tmp_path / "junit.xml").find("testsuite")

    assert "milestones: target the embedded mock, depth quick, seed 7" in done.stdout
    assert suite is not None
    properties = [(match.get("name"), match.get("value")) for match in suite.findall("properties/property")]
    assert properties == [("target", "the embedded mock"), ("depth", "quick"), ("seed", "7")]
    of_the_case = {node.get("name"): node.get("value") for node in suite.iter("property")}
    assert (of_the_case["level"], of_the_case["operation"]) == ("stated", "getMilestone")


def test_a_level_is_a_mark_and_labels_are_there_for_allure(tmp_path: Path) -> None:
    (tmp_path / "labels.py").write_text(
        "def pytest_collection_modifyitems(items):\n"
        "    for mark in items[0].iter_markers('allure_label'):\n"
        "        print(mark.kwargs['label_type'], mark.args[0])\n"
    )
    words = ("--pyargs", "conformance", "--target", "mock", "-m", "inferred", "--only", "get/dates*")
    done = run_pytest(tmp_path, "-p", "labels", "--collect-only", "-q", "-s", *words)

    assert "severity minor" in done.stdout
    assert "feature getMilestone" in done.stdout
    assert "get/dates-are-instants" in done.stdout


def test_options_come_from_the_environment_and_the_file_as_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "milestones.toml").write_text('target = "mock"\ndepth = "quick"\nonly = "get/unknown*"\nworkers = 3\n')
    done = run_pytest(tmp_path, "--pyargs", "conformance")

    assert "1 passed" in done.stdout
    assert "depth quick" in done.stdout


def test_help_needs_no_target(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--pyargs", "conformance", "--help")

    assert done.returncode == 0
    assert "--exclude=GLOB" in done.stdout


def test_without_a_target_nothing_is_checked(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--pyargs", "conformance")

    assert done.returncode == 3
    assert "--target mock" in done.stdout + done.stderr


def test_a_glob_that_selects_nothing_is_no_success(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--pyargs", "conformance", "--target", "mock", "--only", "nope/*")

    assert done.returncode == 3
    assert "--only nope/* matches no requirement" in done.stdout + done.stderr


def test_a_target_that_cannot_be_checked_ends_the_session(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--pyargs", "conformance", "--target", "http://127.0.0.1:9/api", "--api-key", "x")

    assert done.returncode == 3
    assert "gives no answer" in done.stdout + done.stderr


def test_other_test_suites_do_not_see_our_options(tmp_path: Path) -> None:
    assert "--depth" not in run_pytest(tmp_path, "--help").stdout
