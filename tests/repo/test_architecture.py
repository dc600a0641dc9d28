"""ARCHITECTURE.md and the maps of the rooms describe the tree that is there."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOMS = ("mock_server", "conformance", "gate")
MOST_FLAT_FILES = 9
NAMED_PATH = re.compile(r"`((?:mock_server|conformance|gate|tests|docs|scripts)/[\w./-]*)`")


def parts_of(room: Path) -> set[str]:
    """Return the packages and modules at the top of a room; packages end with a slash."""
    packages = {f"{path.parent.name}/" for path in room.glob("*/__init__.py")}
    return packages | {path.stem for path in room.glob("*.py") if not path.name.startswith("__")}


def test_every_path_that_the_architecture_names_is_there(root: Path) -> None:
    text = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(NAMED_PATH.findall(text))
    assert len(named) > 20
    assert [path for path in sorted(named) if not (root / path).exists()] == []


def test_contributing_names_every_script_and_no_other(root: Path) -> None:
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    scripts = {f"scripts/{path.name}" for path in (root / "scripts").iterdir() if path.is_file()}
    assert set(re.findall(r"scripts/[\w-]+", text)) == scripts


@pytest.mark.parametrize("room", ROOMS)
def test_the_map_of_a_room_names_each_of_its_parts(root: Path, room: str) -> None:
    described = ast.get_docstring(ast.parse((root / room / "__init__.py").read_text(encoding="utf-8"))) or ""
    named = set(re.findall(r"`([\w-]+/?)", described))
    assert parts_of(root / room) - named == set()


@pytest.mark.parametrize("room", ROOMS)
def test_few_modules_lie_flat_in_a_room(root: Path, room: str) -> None:
    assert len([part for part in parts_of(root / room) if not part.endswith("/")]) <= MOST_FLAT_FILES


@pytest.mark.parametrize("room", ROOMS)
def test_the_layers_of_a_room_hold_all_of_it(root: Path, room: str) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layered = [contract for contract in settings["contracts"] if contract["type"] == "layers"]
    layers = next(
        contract["layers"]
        for contract in layered
        if contract.get("containers") == [room] or contract["layers"][0].startswith(f"{room}.")
    )
    named = {part.strip().removeprefix(f"{room}.") for layer in layers for part in layer.split("|")}
    parts = {part.rstrip("/") for part in parts_of(root / room)}
    assert parts - named == set()
