"""Contracts at revisions of git: files, the merge base with a branch, and a contract that is new."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.gate.conftest import breaking, harmless

Gate = Callable[..., Result]
Write = Callable[..., Path]


@pytest.fixture
def repository(tmp_path: Path, contract: Write) -> Path:
    """A repository with one commit, which has the small contract in a folder."""
    (tmp_path / "api").mkdir()
    contract("api/openapi.yaml")
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "one")):
        subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *words], cwd=tmp_path, check=True)
    contract("api/openapi.yaml", breaking)
    return tmp_path


def test_a_revision_has_files_from_its_root_or_from_the_current_folder_as_git_has_it(
    gate: Gate, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert gate("contract", "HEAD:api/openapi.yaml", "api/openapi.yaml").exit_code == 1
    assert gate("contract", "HEAD:./api/openapi.yaml", "api/openapi.yaml").exit_code == 1
    monkeypatch.chdir(repository / "api")
    assert gate("contract", "HEAD:api/openapi.yaml", "openapi.yaml").exit_code == 1
    assert gate("contract", "HEAD:./openapi.yaml", "openapi.yaml").exit_code == 1
    assert gate("contract", "HEAD:../api/openapi.yaml", "HEAD:./openapi.yaml").exit_code == 0


@pytest.mark.parametrize(
    ("old", "complaint"),
    [
        ("HEAD:api/opnapi.yaml", "HEAD:api/opnapi.yaml: the revision exists, but has no such file"),
        ("HEAD:openapi.yaml", "from the root of the repository, or from the current folder as ./FILE"),
        ("nowhere:api/openapi.yaml", "nowhere:api/openapi.yaml: git has no such revision"),
        (
            "origin/:api/openapi.yaml",
            "origin/:api/openapi.yaml: names no revision; a variable in the argument seems to be empty",
        ),
        (":api/openapi.yaml", ":api/openapi.yaml: names no revision"),
    ],
)
def test_a_wrong_path_a_wrong_revision_and_none_are_told_apart(
    gate: Gate, repository: Path, old: str, complaint: str
) -> None:
    result = gate("contract", old, "api/openapi.yaml")

    assert result.exit_code == 3
    assert complaint in result.output


def commit(folder: Path, *before: tuple[str, ...]) -> None:
    """Run git commands in a repository, then commit all that is in it."""
    for words in (*before, ("add", "."), ("commit", "-qm", "more")):
        subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *words], cwd=folder, check=True)


@pytest.fixture
def branches(repository: Path, contract: Write) -> Path:
    """A repository whose `main` took a field back that the branch `mine`, which is checked out, never had."""
    contract("api/openapi.yaml", widening)
    commit(repository, ("branch", "-M", "main"))
    subprocess.run(["git", "checkout", "-q", "-b", "mine", "HEAD~1"], cwd=repository, check=True)
    contract("api/openapi.yaml", harmless)
    commit(repository)
    return repository


def widening(data: dict[str, dict[str, dict[str, dict[str, dict[str, object]]]]]) -> None:
    """A change that breaks whoever takes it back."""
    data["components"]["schemas"]["Thing"]["properties"]["colour"] = {"type": "string"}


def test_what_the_other_branch_changed_since_is_no_change_of_this_one(gate: Gate, branches: Path) -> None:
    assert gate("contract", "main:api/openapi.yaml", "api/openapi.yaml").exit_code == 1
    assert gate("contract", "--merge-base", "main", "api/openapi.yaml").exit_code == 0
    assert gate("contract", "--merge-base", "main", branches / "api/openapi.yaml").exit_code == 0


def test_a_break_since_the_merge_base_is_told_from_any_folder(
    gate: Gate, branches: Path, contract: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract("api/openapi.yaml", breaking)

    assert gate("contract", "--merge-base", "main", "api/openapi.yaml").exit_code == 1
    (branches / "tools").mkdir()
    for folder, path in (("api", "openapi.yaml"), ("tools", "../api/openapi.yaml")):
        monkeypatch.chdir(branches / folder)
        assert gate("contract", "--merge-base", "main", path).exit_code == 1


def test_a_shallow_clone_without_the_merge_base_is_told_to_fetch_it(
    gate: Gate, branches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = branches / "clone"
    origin = branches.as_uri()
    subprocess.run(["git", "clone", "-q", "--depth=1", "--no-single-branch", origin, str(clone)], check=True)
    monkeypatch.chdir(clone)
    shallow = gate("contract", "--merge-base", "origin/main", "api/openapi.yaml")
    subprocess.run(["git", "fetch", "-q", "--unshallow"], check=True)

    assert shallow.exit_code == 3
    assert "this clone is shallow" in shallow.output
    assert "fetch-depth: 0" in shallow.output
    assert gate("contract", "--merge-base", "origin/main", "api/openapi.yaml").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--merge-base", "", "api/openapi.yaml"), "a variable in the argument seems to be empty"),
        (("--merge-base", "origin/", "api/openapi.yaml"), "a variable in the argument seems to be empty"),
        (("--merge-base", "nowhere", "api/openapi.yaml"), "--merge-base nowhere: git has no such revision"),
        (("--merge-base", "--all", "api/openapi.yaml"), "--merge-base --all: git has no such revision"),
        (("--merge-base", "unrelated", "api/openapi.yaml"), "they have no common history"),
        (("--merge-base", "main", "HEAD:api/openapi.yaml"), "HEAD:api/openapi.yaml: is not a file"),
        (("--merge-base", "main", "api/openapi.yaml", "api/openapi.yaml"), "give only that file"),
        (("api/openapi.yaml",), "Missing argument NEW"),
    ],
)
def test_what_has_no_merge_base_is_not_compared(
    gate: Gate, branches: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    subprocess.run(["git", "checkout", "-q", "--orphan", "unrelated"], cwd=branches, check=True)
    commit(branches)
    subprocess.run(["git", "checkout", "-q", "mine"], cwd=branches, check=True)
    done = gate("contract", *arguments)

    assert done.exit_code == 3
    assert complaint in done.output


def test_a_contract_that_is_new_breaks_nobody_if_that_is_said(gate: Gate, repository: Path) -> None:
    refused = gate("contract", "HEAD:openapi.yaml", "api/openapi.yaml")
    allowed = gate("contract", "HEAD:openapi.yaml", "api/openapi.yaml", "--old-may-be-missing")
    unknown = gate("contract", "nowhere:openapi.yaml", "api/openapi.yaml", "--old-may-be-missing")

    assert "--old-may-be-missing" in refused.output
    assert (refused.exit_code, allowed.exit_code, unknown.exit_code) == (3, 0, 3)
    assert "HEAD:openapi.yaml does not exist yet, so nobody relies on it." in allowed.output


def test_a_missing_part_of_the_old_contract_is_no_new_contract(gate: Gate, repository: Path, contract: Write) -> None:
    contract("split.yaml", lambda data: data["components"]["schemas"].update(Thing={"$ref": "thing.yaml"}))
    for words in (("add", "split.yaml"), ("commit", "-qm", "two")):
        subprocess.run(
            ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *words], cwd=repository, check=True
        )

    result = gate("contract", "HEAD:split.yaml", "api/openapi.yaml", "--old-may-be-missing")
    assert result.exit_code == 3
    assert "HEAD:thing.yaml: the revision exists, but has no such file" in result.output
