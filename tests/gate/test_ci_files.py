"""The files that CI hosts read are as their schemas say; docs and example name what there is, at this version."""

import importlib.metadata
import re
import sys
from pathlib import Path

import pytest
import yaml

from tests.gate.hosts import ACTION, JOB, ROOT, run, scripts_of_action

EXAMPLE = ROOT / "examples" / "gate"
BIN = Path(sys.executable).parent
TAG = f"v{importlib.metadata.version('milestones-conformance')}"
DOCS = (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.zoo


def test_what_pip_loads_is_kept_by_both_hosts() -> None:
    (cache,) = (step for step in ACTION["runs"]["steps"] if "actions/cache@" in step.get("uses", ""))
    (install,) = (step for step in scripts_of_action() if step["name"] == "Install")
    assert install["env"]["PIP_CACHE_DIR"] == cache["with"]["path"]
    assert f'PIP_CACHE_DIR="$PWD/{JOB["cache"]["paths"][0]}"' in "\n".join(JOB["before_script"])


def test_actions_of_others_are_pinned_by_their_commit_and_say_their_version() -> None:
    files = [ROOT / "action.yml", ROOT / "docs/gate.md", *(EXAMPLE / "repository").rglob("*.yml")]
    lines = [
        line for path in files for line in path.read_text(encoding="utf-8").splitlines() if "uses: actions/" in line
    ]
    assert len(lines) >= 5
    assert [line for line in lines if not re.search(r"uses: actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)] == []


def test_all_that_is_copied_from_here_names_this_version() -> None:
    files = [*(EXAMPLE / "repository").rglob("*.y*ml"), ROOT / "gitlab/milestones-gate.yml", ROOT / "docs/gate.md"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    named = re.findall(r"(?:milestones-conformance@|ref: |rev: |REF: )(v.*)$", text, re.MULTILINE)
    assert len(named) >= 8
    assert set(named) == {TAG}


def test_no_input_of_the_action_stands_in_a_script() -> None:
    assert all("${{" not in step["run"] for step in scripts_of_action())


def test_no_key_is_an_argument_of_the_action() -> None:
    (gate,) = (step for step in scripts_of_action() if step["name"] == "Gate")
    assert gate["env"]["MILESTONES_API_KEY"] == "${{ inputs.api-key }}"
    assert "MILESTONES_API_KEY" not in gate["run"]


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-actions", "action.yml"),
        ("vendor.github-workflows", "examples/gate/repository/.github/workflows/contract.yml"),
        ("vendor.gitlab-ci", "gitlab/milestones-gate.yml"),
        ("vendor.gitlab-ci", "examples/gate/repository/.gitlab-ci.yml"),
    ],
)
def test_what_a_host_reads_is_as_its_schema_says(schema: str, file: str) -> None:
    code, printed = run([str(BIN / "check-jsonschema"), "--builtin-schema", schema, str(ROOT / file)], ROOT, {})
    assert code == 0, printed


WORKFLOWS, PIPELINES = [
    [block for block in re.findall(r"^```yaml\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL) if re.search(mark, block)]
    for mark in (r"(?m)^on:", r"(?m)^include:")
]


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_workflow_in_the_docs_is_complete_and_calls_what_there_is(workflow: str, tmp_path: Path) -> None:
    held_to("vendor.github-workflows", workflow, tmp_path)
    steps = [step for job in yaml.safe_load(workflow)["jobs"].values() for step in job["steps"]]
    used = [step for step in steps if "milestones-conformance" in step.get("uses", "")]
    assert used
    assert all(step["with"].keys() <= ACTION["inputs"].keys() for step in used)


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_pipeline_in_the_docs_is_complete_and_calls_what_there_is(pipeline: str, tmp_path: Path) -> None:
    held_to("vendor.gitlab-ci", pipeline, tmp_path)
    read = yaml.safe_load(pipeline)
    jobs = [job for name, job in read.items() if name != "include"]
    assert jobs
    for job in jobs:
        assert job["variables"].keys() <= JOB["variables"].keys()
        assert job["rules"]
        # The project stands where the include is, and where its package is.
        assert job["variables"]["GATE_PROJECT"] == read["include"][0]["project"]


def held_to(schema: str, text: str, folder: Path) -> None:
    """Hold a host's file to its schema."""
    (folder / "file.yml").write_text(text, encoding="utf-8")
    code, printed = run([str(BIN / "check-jsonschema"), "--builtin-schema", schema, str(folder / "file.yml")], ROOT, {})
    assert code == 0, printed


def test_the_docs_show_the_contract_and_the_baseline_for_both_hosts() -> None:
    assert (len(WORKFLOWS), len(PIPELINES)) == (2, 2)


def test_the_example_calls_what_there_is() -> None:
    workflow = yaml.safe_load((EXAMPLE / "repository/.github/workflows/contract.yml").read_text(encoding="utf-8"))
    (step,) = (
        step for step in workflow["jobs"]["contract"]["steps"] if "milestones-conformance" in step.get("uses", "")
    )
    assert step["with"].keys() <= ACTION["inputs"].keys()

    pipeline = yaml.safe_load((EXAMPLE / "repository/.gitlab-ci.yml").read_text(encoding="utf-8"))
    assert (ROOT / pipeline["include"][0]["file"].lstrip("/")).is_file()
    assert pipeline["contract"]["variables"].keys() <= JOB["variables"].keys()

    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    wanted = yaml.safe_load((EXAMPLE / "repository/.pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in wanted["repos"][0]["hooks"]] == [item["id"] for item in offered]
