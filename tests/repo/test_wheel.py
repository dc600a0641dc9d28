"""The wheel holds the contract and all data, and both commands work from it in an empty environment, in any folder."""

import json
import os
import signal
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

PACKAGES = ("mock_server", "conformance")
"""Packages that hold a contract of their own; the gate is told which one to read."""

pytestmark = pytest.mark.zoo


@pytest.fixture
def wheel(root: Path, tmp_path: Path) -> Path:
    """The wheel of the work tree, built with what the environment has already."""
    run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / "dist", root, folder=tmp_path
    )
    (built,) = (tmp_path / "dist").glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_packages_and_the_contract_in_each(
    wheel: Path, root: Path, files: list[Path]
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
        contracts = [archive.read(f"{package}/openapi.yaml") for package in PACKAGES]
    written = {
        path.relative_to(root).as_posix() for path in files if path.relative_to(root).parts[0] in (*PACKAGES, "gate")
    }
    assert packed == written | {f"{package}/openapi.yaml" for package in PACKAGES}
    assert contracts == [(root / "openapi.yaml").read_bytes()] * 2
    assert {f"{package}/py.typed" for package in PACKAGES} <= packed


def test_both_commands_work_in_an_empty_environment(wheel: Path, root: Path, tmp_path: Path) -> None:
    commands = install(wheel, root / "constraints.txt", tmp_path / "venv")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with serving(commands / "milestones-mock", elsewhere) as base:
        request = Request(f"{base}/projects", headers={"Authorization": "Bearer test-key"})
        with urlopen(request, timeout=60) as answer:
            assert json.load(answer)["data"]
        check(commands / "milestones-check", "--target", base, "--api-key", "test-wheel", folder=elsewhere)
    check(commands / "milestones-check", "--target", "mock", folder=elsewhere)


def check(command: Path, *options: str, folder: Path) -> None:
    """Run a part of the suite and read the verdict from its report."""
    run(command, "--depth", "quick", "--only", "get/*", "--report", "out", *options, folder=folder)
    report = json.loads((folder / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["verdict"] == "conformant"
    assert {path.name for path in (folder / "out").iterdir()} >= {"report.json", "report.html", "junit.xml"}


def install(wheel: Path, constraints: Path, folder: Path) -> Path:
    """Install the wheel alone, without extras, and return the folder of its commands."""
    venv.create(folder, with_pip=False)
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "--disable-pip-version-check"]
    run(*pip, "install", "--quiet", "--no-compile", "--constraint", constraints, wheel, folder=folder)
    return folder / "bin"


@contextmanager
def serving(command: Path, folder: Path) -> Iterator[str]:
    """Run the mock on a free port, yield its base URL, and see it stop without complaint."""
    arguments = [str(command), "--port", "0"]
    with subprocess.Popen(arguments, cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True) as mock:
        assert mock.stdout is not None
        try:
            yield next(word for word in mock.stdout.readline().split() if word.startswith("http"))
        finally:
            mock.send_signal(signal.SIGTERM)
    assert mock.returncode == 0


def run(*command: str | Path, folder: Path) -> None:
    """Run a command in a folder; a failure shows all that it printed."""
    finished = subprocess.run(command, cwd=folder, env=environment(), check=False, capture_output=True, text=True)
    assert finished.returncode == 0, f"{command}\n{finished.stdout}{finished.stderr}"


def environment() -> dict[str, str]:
    """The environment's variables less those that would let a command find the work tree."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
