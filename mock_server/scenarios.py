"""What an account holds when it is opened, read from a YAML or JSON file."""

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from jsonschema_rs import Draft202012Validator

from mock_server.documents import DocumentError, find_line, read_document
from mock_server.entries import ScenarioEntry
from mock_server.seeding import Misfit, Seeder
from mock_server.store import Store

FOLDER = Path(__file__).parent / "scenarios"


class ScenarioError(DocumentError):
    """A scenario file that cannot be used."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """The content that every account starts with."""

    name: str
    content: Store

    def open_store(self) -> Store:
        """Return the data of a new account."""
        return self.content.copy()


def shipped_names() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the mock."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def load_scenario(name: str = "default") -> Scenario:
    """Return a shipped scenario by its name, or one from a file; raises ScenarioError and DocumentError."""
    if name in shipped_names():
        return _load(FOLDER / f"{name}.yaml")
    path = Path(name)
    if not path.exists():
        names = ", ".join(shipped_names())
        raise ScenarioError(path, "does not exist.", f"Name a file, or one of the shipped scenarios: {names}.")
    return read_scenario(path)


@functools.cache
def _load(path: Path) -> Scenario:
    return read_scenario(path)


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file; raises ScenarioError and DocumentError."""
    content = read_document(path)
    schema = json.loads((FOLDER / "scenario.schema.json").read_text(encoding="utf-8"))
    for error in Draft202012Validator(schema, validate_formats=True).iter_errors(content):
        raise _refuse(path, error.message, error.instance_path)
    try:
        return Scenario(path.stem, Seeder().seed(cast("ScenarioEntry", content)))
    except Misfit as misfit:
        raise _refuse(path, str(misfit), misfit.steps) from misfit


def _refuse(path: Path, what: str, steps: Sequence[str | int]) -> ScenarioError:
    where = ".".join(str(step) for step in steps) or "the top"
    return ScenarioError(path, f"{what} (at {where}).", "See scenario.schema.json.", find_line(path, steps))
