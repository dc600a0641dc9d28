"""Clients of an old contract meet a new deployment, here the mock with a changed contract."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from markdown_it import MarkdownIt

from gate.runs.comparison import Comparison, Snapshot
from gate.runs.labels import beside
from gate.runs.report import Judged, Run
from gate.verdict import Severity

pytestmark = pytest.mark.zoo

Gate = Callable[..., Result]
SHIPPED = Path(__file__).parents[3] / "openapi.yaml"
QUICK = ("--depth", "quick", "--only", "create/accepts-*")


@pytest.fixture
def narrower(tmp_path: Path) -> Path:
    """The shipped contract, less one of the encodings that clients use."""
    path = tmp_path / "narrower.yaml"
    shipped = SHIPPED.read_text(encoding="utf-8")
    changed = shipped.replace(
        "milestone_title: {type: string, minLength: 1}", "milestone_title: {type: string, maxLength: 2}"
    )
    assert changed != shipped
    path.write_text(changed, encoding="utf-8")
    return path


def test_what_old_clients_notice_of_a_new_contract_is_shown_by_calls(gate: Gate, narrower: Path) -> None:
    result = gate("behaviour", "--old", SHIPPED, "--new", narrower, *QUICK)

    assert result.exit_code == 1
    for piece in ("create/accepts-json is violated", "create/accepts-form is violated", "openapi.yaml:", "curl "):
        assert piece in result.output


def test_a_violation_is_judged_again_by_the_command_beside_it(gate: Gate, narrower: Path) -> None:
    result = gate("behaviour", "--old", SHIPPED, "--new", narrower, *QUICK, "--report", "out")
    command = re.search("Check again: `(.*)`", result.output)
    assert command is not None
    assert f"`{command[1]}`" in Path("out/gate.md").read_text(encoding="utf-8")
    again = gate(*shlex.split(command[1])[1:])

    assert again.exit_code == 1
    assert "1 violated" in again.output


def test_calls_can_be_copied_as_one_block(gate: Gate, narrower: Path) -> None:
    gate("behaviour", "--old", SHIPPED, "--new", narrower, *QUICK, "--report", "out")
    tokens = MarkdownIt().parse(Path("out/gate.md").read_text(encoding="utf-8"))
    blocks = [token.content.splitlines() for token in tokens if token.type == "fence"]

    assert len(blocks) == 2
    assert all(line.startswith("curl ") for block in blocks for line in block)


def test_what_the_suite_needs_of_a_contract_is_told_by_name(gate: Gate, contract: Callable[..., Path]) -> None:
    result = gate("behaviour", "--old", contract("other.yaml"), "--new", SHIPPED, *QUICK)

    assert result.exit_code == 3
    assert "Traceback" not in result.output
    assert "other.yaml: lacks listProjects, createProject" in result.output


def test_old_clients_notice_nothing_of_their_own_contract(gate: Gate, capfd: pytest.CaptureFixture[str]) -> None:
    result = gate("behaviour", "--old", SHIPPED, "--new", SHIPPED, *QUICK, "--report", "out")

    assert result.exit_code == 0
    assert "notice nothing" in result.output
    # The suite says what it is about to do; the verdict is the gate's, and so is the folder of the reports.
    (announcement,) = capfd.readouterr().err.splitlines()
    assert announcement.startswith("Checking http://127.0.0.1:")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--old", SHIPPED), "There is nothing to judge"),
        (("--old", SHIPPED, "--new", SHIPPED, "--target", "http://127.0.0.1:1"), "exclude each other"),
        (("--new", SHIPPED), "Missing option '--old'"),
        (("--old", SHIPPED, "--new", SHIPPED, "--depth", "bottomless"), "The suite did not run"),
    ],
)
def test_a_mistake_ends_with_3_and_says_what_to_do(gate: Gate, arguments: tuple[str, ...], complaint: str) -> None:
    result = gate("behaviour", *arguments)

    assert result.exit_code == 3
    assert complaint in result.output


def test_of_two_deployments_only_what_differs_counts_and_nothing_is_said_of_time() -> None:
    before = Snapshot(
        {"a/holds": "FAIL", "b/holds": "PASS", "c/holds": "FAIL", "d/holds": "ERROR", "e/holds": "PASS"},
        {"list/order": "up", "list/size": "25"},
    )
    statuses = {"a/holds": "FAIL", "b/holds": "FAIL", "c/holds": "PASS", "d/holds": "ERROR", "e/holds": "NOT_RUN"}
    judged = [Judged(name, status) for name, status in statuses.items()]
    after = Run("there", "1", {item.id: item for item in judged}, {"list/order": "down", "list/size": "25"})

    matches = Comparison(lambda _: None, words=beside("here", "there")).findings(before, after)

    assert [(item.heading, item.severity, item.at) for item in matches] == [
        ("Violated by there alone", Severity.ERROR, ("b/holds",)),
        ("Without a verdict, nor holding at here", Severity.INFO, ("d/holds",)),
        ("Undocumented behaviour", Severity.INFO, ("list/order",)),
        ("Violated by here alone", Severity.INFO, ("c/holds",)),
        ("Violated by both", Severity.INFO, ("a/holds",)),
        ("Not run", Severity.INFO, ("e/holds",)),
    ]
    assert matches[2].text == "list/order is up at here and down at there"
    for item in matches:
        words = {*re.findall(r"[a-z]+", f"{item.kind} {item.heading} {item.text} {item.reason} {item.remedy}".lower())}
        assert words.isdisjoint({"now", "was", "worse", "better", "held", "before"}), item
