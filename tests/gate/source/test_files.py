"""A reference may only read regular files below the contract's repository."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from gate.source import files

Gate = Callable[..., Result]
SECRET = "s3cret-of-the-machine"


def write_contract(folder: Path, reference: str) -> Path:
    """Write a contract whose only schema is somewhere else."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "openapi.yaml"
    file.write_text(
        f"""openapi: 3.1.0
info: {{title: Things, version: "1"}}
paths:
  /things:
    post:
      requestBody: {{content: {{application/json: {{schema: {{$ref: "{reference}"}}}}}}}}
      responses: {{"200": {{description: Fine.}}}}
""",
        encoding="utf-8",
    )
    return file


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file beside the repository."""
    file = tmp_path / "secret.yaml"
    file.write_text(f"type: string\nconst: {SECRET}\n", encoding="utf-8")
    return file


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A folder that git would take for a repository."""
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    return folder


def test_a_reference_out_of_the_repository_is_refused(gate: Gate, repository: Path, outside: Path) -> None:
    ended = gate("lint", write_contract(repository / "api", f"../../{outside.name}"))

    assert ended.exit_code == 3
    assert "--allow-outside" in ended.output
    assert SECRET not in ended.output


def test_a_link_out_of_the_repository_is_refused(gate: Gate, repository: Path, outside: Path) -> None:
    file = write_contract(repository, "linked.yaml")
    (repository / "linked.yaml").symlink_to(outside)

    assert gate("lint", file).exit_code == 3
    assert SECRET not in gate("lint", file).output


def test_an_absolute_reference_is_refused(gate: Gate, repository: Path, outside: Path) -> None:
    assert gate("lint", write_contract(repository, str(outside))).exit_code == 3


def test_a_reference_to_another_folder_of_the_repository_is_followed(gate: Gate, repository: Path) -> None:
    (repository / "shared").mkdir()
    (repository / "shared" / "thing.yaml").write_text("type: string\n", encoding="utf-8")

    assert gate("lint", write_contract(repository / "api", "../shared/thing.yaml")).exit_code == 0


def test_without_a_repository_the_folder_of_the_contract_bounds_references(gate: Gate, tmp_path: Path) -> None:
    file = write_contract(tmp_path / "api", "../thing.yaml")
    (tmp_path / "thing.yaml").write_text("type: string\n", encoding="utf-8")

    for words in (("lint", file), ("contract", file, file)):
        assert gate(*words).exit_code == 3
        assert gate(*words, "--allow-outside").exit_code == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("options", [(), ("--allow-outside",)])
def test_what_never_ends_is_not_read(gate: Gate, repository: Path, options: tuple[str, ...]) -> None:
    os.mkfifo(repository / "pipe.yaml")

    for reference in ("pipe.yaml", "/dev/zero"):
        assert gate("lint", *options, write_contract(repository, reference)).exit_code == 3


def test_a_file_that_is_too_large_is_refused(gate: Gate, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    ended = gate("lint", write_contract(repository, "thing.yaml"))

    assert ended.exit_code == 3
    assert "is larger than" in ended.output
