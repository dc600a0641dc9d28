"""The same verdicts come out of pytest, from any folder, and no other pytest is bothered."""

import subprocess
import sys
from pathlib import Path

from mock_server.contract.contract import load_contract
from mock_server.scenarios.loader import load_scenario
from tests.conformance.live_server import serving
from tests.faulty_mocks import delete_faults
from tests.faulty_mocks.fault import FAULTS
from tests.faulty_mocks.mock_builder import MockBuilder

ZOO = delete_faults


def run_pytest(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs pytest in a folder of its own."""
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


def test_a_target_that_cannot_be_checked_ends_the_session(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "--pyargs", "conformance", "--target", "http://127.0.0.1:9/api", "--api-key", "x")

    assert done.returncode == 3
    assert "gives no answer" in done.stdout + done.stderr


def test_other_test_suites_do_not_see_our_options(tmp_path: Path) -> None:
    assert "--depth" not in run_pytest(tmp_path, "--help").stdout
