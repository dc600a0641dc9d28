"""The action, the include, the hook and the example work in a user's repository, as far as testable without a host."""

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

from tests.gate.hosts import JOB, ROOT, Done, installed_on_gitlab, on_github, on_gitlab, run

EXAMPLE = ROOT / "examples" / "gate"
BIN = Path(sys.executable).parent
TAG = f"v{importlib.metadata.version('milestones-conformance')}"
PULL_REQUEST = "--merge-base=origin/main\nopenapi.yaml\n"
AS_SOMEBODY_WROTE_IT = "  --merge-base=origin/main  \r\n\r\n\topenapi.yaml\r\n"

pytestmark = pytest.mark.zoo


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder that `examples/gate/try` leaves, and what it printed."""
    folder = tmp_path_factory.mktemp("gate")
    code, printed = run([str(EXAMPLE / "try"), str(folder)], ROOT, {})
    assert code == 0, printed
    return folder, printed


@pytest.fixture
def clone(tried: tuple[Path, str], tmp_path: Path) -> Path:
    """A clone of the example repository."""
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(tried[0] / "origin"), str(folder)], check=True)
    return folder


def check_out(clone: Path, branch: str) -> None:
    """Check out as a host does for a pull request."""
    subprocess.run(["git", "checkout", "-q", branch], cwd=clone, check=True)


def test_the_example_shows_a_harmless_and_a_breaking_pull_request(tried: tuple[Path, str]) -> None:
    folder, printed = tried

    assert "#### harmless: exit code 0" in printed
    assert "#### breaking: exit code 1" in printed
    rules = [finding["rule"] for finding in findings(folder / "breaking") if finding["weight"] == "fails"]
    assert rules == ["request/field-now-required", "response/enum-widened"]
    assert not [finding for finding in findings(folder / "harmless") if finding["weight"] != "noted"]


def findings(report: Path) -> list[dict[str, str]]:
    """The findings of a report."""
    finding: list[dict[str, str]] = json.loads((report / "gate.json").read_text(encoding="utf-8"))["findings"]
    return finding


def test_the_action_lets_a_harmless_pull_request_pass(clone: Path, tmp_path: Path) -> None:
    check_out(clone, "harmless")
    done = on_github(tmp_path, clone, arguments=PULL_REQUEST)

    assert (done.code, done.outputs) == (0, {"exit-code": "0", "report": "gate-report"})
    assert "::error" not in done.printed


def test_the_action_stops_a_breaking_pull_request_at_its_lines(clone: Path, tmp_path: Path) -> None:
    check_out(clone, "breaking")
    done = on_github(tmp_path, clone, arguments=PULL_REQUEST, report="elsewhere/gate")

    assert (done.code, done.outputs) == (1, {"exit-code": "1", "report": "elsewhere/gate"})
    lines = (clone / "openapi.yaml").read_text(encoding="utf-8").splitlines()
    at = re.findall(r"^::error file=openapi\.yaml,line=(\d+),", done.printed, re.MULTILINE)
    assert ["owner" in lines[int(at[0]) - 1], "archived" in lines[int(at[1]) - 1]] == [True, True]
    assert "owner" in MarkdownIt().render(done.summary)
    assert {path.name for path in (clone / "elsewhere/gate").iterdir()} == {
        "gate.json",
        "gate.md",
        "gate.sarif",
        "junit.xml",
    }


def test_the_action_says_why_it_could_not_be_done(clone: Path, tmp_path: Path) -> None:
    done = on_github(tmp_path, clone, arguments="--merge-base=origin/nowhere\nopenapi.yaml")

    assert (done.code, done.outputs["exit-code"]) == (3, "3")
    assert re.search(r"^::error title=milestones-gate::.*nowhere", done.printed, re.MULTILINE)
    assert "not done" in done.summary
    assert "nowhere" in done.summary


def test_the_action_takes_an_argument_with_blanks_as_one_and_runs_nothing_in_it(clone: Path, tmp_path: Path) -> None:
    name = "a b $(touch ran) `touch ran` ; touch ran.yaml"
    (clone / name).write_text((clone / "openapi.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    done = on_github(tmp_path, clone, command="lint", arguments=f"\n{name}\n\n")

    assert done.code == 0, done.printed
    assert not (clone / "ran").exists()


def test_blanks_and_line_ends_around_an_argument_do_not_count(clone: Path, tmp_path: Path) -> None:
    check_out(clone, "harmless")

    assert on_github(tmp_path, clone, arguments=AS_SOMEBODY_WROTE_IT).code == 0
    assert on_gitlab(clone, GATE_ARGUMENTS=AS_SOMEBODY_WROTE_IT).code == 0


@pytest.mark.parametrize("command", ["--help", "lint -h", "lint\n--help", "exit-code=0", "$(touch ran)"])
def test_no_other_word_than_a_command_is_one(clone: Path, tmp_path: Path, command: str) -> None:
    for done in (
        on_github(tmp_path, clone, command=command, arguments=PULL_REQUEST),
        on_gitlab(clone, GATE_COMMAND=command, GATE_ARGUMENTS=PULL_REQUEST),
    ):
        assert done.code == 3, done.printed
        assert "has to be contract, behaviour, baseline, coverage or lint" in done.printed
        assert done.outputs.get("exit-code", "3") == "3"
    assert not (clone / "ran").exists()


@pytest.mark.parametrize(
    ("given", "folder"),
    [
        ("", "gate-report"),
        ("\n", "gate-report"),
        ("  of its own\n", "of its own"),
        ("--help", "--help"),
        ("-x", "-x"),
        ("a\nexit-code=0", "a\nexit-code=0"),
        ("a\nEOF\nexit-code=0", "a\nEOF\nexit-code=0"),
    ],
)
def test_the_report_is_a_folder_whatever_it_is_called(clone: Path, tmp_path: Path, given: str, folder: str) -> None:
    check_out(clone, "breaking")
    done = on_github(tmp_path, clone, arguments=PULL_REQUEST, report=given)

    assert (done.code, done.outputs) == (1, {"exit-code": "1", "report": folder})
    assert findings(clone / folder)
    assert "owner" in done.summary
    shutil.rmtree(clone / folder)
    assert on_gitlab(clone, GATE_ARGUMENTS=PULL_REQUEST, GATE_REPORT=given).code == 1
    assert findings(clone / folder)


@pytest.mark.parametrize("command", ["", "\n", "contract\n"])
def test_a_command_left_empty_is_contract(clone: Path, tmp_path: Path, command: str) -> None:
    check_out(clone, "breaking")
    on_push = on_github(tmp_path, clone, command=command, arguments=PULL_REQUEST)

    assert (on_push.code, on_gitlab(clone, GATE_COMMAND=command, GATE_ARGUMENTS=PULL_REQUEST).code) == (1, 1)
    assert "Running milestones-gate contract" in on_push.printed


def test_the_include_installs_nothing_from_a_project_without_a_ref(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="GATE_REF is empty"):
        installed_on_gitlab(tmp_path, GATE_REF="")


def test_outside_of_a_pull_request_both_say_that_a_variable_is_empty(clone: Path, tmp_path: Path) -> None:
    on_push = on_github(tmp_path, clone, arguments="--merge-base=origin/\nopenapi.yaml")
    in_a_branch = on_gitlab(clone, GATE_ARGUMENTS="--merge-base=\nopenapi.yaml")

    assert (on_push.code, in_a_branch.code) == (3, 3)
    for done in (on_push, in_a_branch):
        assert "a variable in the argument seems to be empty" in done.printed


def test_the_action_can_be_used_twice_in_a_job(clone: Path, tmp_path: Path) -> None:
    check_out(clone, "breaking")
    linted = on_github(tmp_path, clone, command="lint", arguments="openapi.yaml", report="lint-report")
    compared = on_github(tmp_path, clone, arguments=PULL_REQUEST)

    assert (linted.code, compared.code) == (0, 1)
    reports = {name: json.loads((clone / name / "gate.json").read_text()) for name in ("lint-report", "gate-report")}
    assert [report["command"] for report in reports.values()] == ["lint", "contract"]


@pytest.mark.parametrize(
    ("variables", "source"),
    [
        ({}, f"your-group/milestones-conformance.git at {TAG}"),
        ({"GATE_PROJECT": "a/b", "GATE_REF": "main"}, "a/b.git at main"),
    ],
)
def test_the_include_installs_the_version_that_it_is_by_the_hashes_of_the_project(
    tmp_path: Path, variables: dict[str, str], source: str
) -> None:
    cache = tmp_path / ".milestones-gate-pip"
    assert installed_on_gitlab(tmp_path, **variables) == (
        f"https://gitlab-ci-token:t-o-k-e-n@gitlab.example.com:8443/{source} by its script, cached in {cache}"
    )
    assert "--require-hashes" in (ROOT / "scripts" / "install").read_text(encoding="utf-8")


def test_the_include_installs_another_package_if_one_is_named(tmp_path: Path) -> None:
    assert installed_on_gitlab(tmp_path, GATE_PACKAGE="./a wheel.whl") == "pip install ./a wheel.whl"


def test_the_include_installs_itself_from_a_git_server(tmp_path: Path) -> None:
    """With the real git, from a repository whose script says that it ran."""
    origin = tmp_path / "server" / "a" / "b.git"
    (origin / "scripts").mkdir(parents=True)
    script = origin / "scripts" / "install"
    script.write_text("#!/bin/sh\necho installed\n", encoding="utf-8")
    script.chmod(0o755)
    for words in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-qm", "one"), ("tag", "v1")):
        subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *words], cwd=origin, check=True)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=origin, check=True, capture_output=True, text=True)
    steps = "\n".join(["set -eo pipefail", *JOB["before_script"]]).replace(
        '"$gate_server/$GATE_PROJECT.git"', f'"file://{tmp_path}/server/$GATE_PROJECT.git"'
    )
    own = {name: str(value) for name, value in JOB["variables"].items()} | {"GATE_PROJECT": "a/b"}
    for reference, fine in (("v1", True), ("main", True), (commit.stdout.strip(), True), ("-v", False), ("x\n", False)):
        folder = tmp_path / f"job {len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        code, printed = run(["bash", "-c", steps], folder, own | {"GATE_REF": reference})
        assert (code == 0) is fine, (reference, printed)


@pytest.mark.parametrize(("branch", "code"), [("harmless", 0), ("breaking", 1)])
def test_the_include_judges_a_merge_request_and_leaves_its_reports(clone: Path, branch: str, code: int) -> None:
    check_out(clone, branch)
    done = on_gitlab(clone, GATE_ARGUMENTS=PULL_REQUEST)

    assert done.code == code, done.printed
    report = JOB["artifacts"]["reports"]["junit"][0].replace("$GATE_REPORT", JOB["variables"]["GATE_REPORT"])
    failures = ET.parse(clone / report).getroot().iter("failure")
    assert bool(list(failures)) is bool(code)


def test_the_include_says_why_it_could_not_be_done(clone: Path) -> None:
    done = on_gitlab(clone, GATE_ARGUMENTS="origin/nowhere:openapi.yaml\nopenapi.yaml")

    assert done.code == 3
    assert "nowhere" in done.printed


def commit_with_the_hook(clone: Path, folder: Path) -> Done:
    """Run pre-commit with our hook, taken from our environment in place of one that it would have to install."""
    manifest = run([str(BIN / "pre-commit"), "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")], ROOT, {})
    assert manifest[0] == 0, manifest[1]
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    local = {**hook, "language": "system", "entry": f"{BIN}/{hook['entry']}"}
    config = folder / "hooks.yaml"
    config.write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": [local]}]}), encoding="utf-8")
    command = [str(BIN / "pre-commit"), "run", "--all-files", "--config", str(config)]
    code, printed = run(command, clone, {"PRE_COMMIT_HOME": str(folder / "home")})
    return Done(code, printed, {}, "")


def test_the_hook_passes_a_contract_that_is_well_made(clone: Path, tmp_path: Path) -> None:
    done = commit_with_the_hook(clone, tmp_path)
    assert (done.code, "Passed" in done.printed) == (0, True), done.printed


def test_the_hook_stops_a_contract_with_a_requirement_without_source(clone: Path, tmp_path: Path) -> None:
    contract = clone / "openapi.yaml"
    text = contract.read_text(encoding="utf-8")
    contract.write_text(text.replace("          source: Handbook, Lists\n", ""), encoding="utf-8")

    done = commit_with_the_hook(clone, tmp_path)
    assert done.code == 1
    assert "openapi.yaml:" in done.printed
    assert "cannot be traced" in done.printed
