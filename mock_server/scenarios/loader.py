"""Load the initial content of accounts from a YAML or JSON file."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import cast

from jsonschema_rs import Draft202012Validator

from mock_server.contract.yaml_files import DocumentError, find_line, read_document
from mock_server.messages import Json
from mock_server.scenarios.importer import InvalidEntry, ScenarioImporter
from mock_server.scenarios.large import build_large
from mock_server.scenarios.schema import ContentEntry, ScenarioEntry
from mock_server.storage.store import Store

FOLDER = Path(__file__).parent

LARGE = "large"
"""The name of the scenario that is generated instead of read from a file."""


class ScenarioError(DocumentError):
    """A scenario file that cannot be used."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """The initial content of every account, except for the keys in `accounts`.

    `now` is the initial time of the clock, if it differs from the default.
    """

    name: str
    content: Store
    now: datetime | None = None
    accounts: Mapping[str, "Scenario"] = field(default_factory=dict)

    def open_store(self) -> Store:
        """Return the data of a new account."""
        return self.content.copy()

    def of(self, key: str) -> "Scenario":
        """Return the initial content of the account of a key."""
        return self.accounts.get(key, self)


def shipped_names() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the mock."""
    return tuple(sorted({LARGE, *(path.stem for path in FOLDER.glob("*.yaml"))}))


def load_scenario(name: str = "default") -> Scenario:
    """Return a shipped scenario by name, or one from a file; raise ScenarioError and DocumentError."""
    if name == LARGE:
        return _grow()
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


@functools.cache
def _grow() -> Scenario:
    return Scenario(LARGE, build_large())


def read_scenario(path: Path) -> Scenario:
    """Return the scenario in a file; raise ScenarioError and DocumentError."""
    content = read_document(path)
    try:
        return build_scenario(path.stem, content)
    except InvalidEntry as invalid:
        what = f"{invalid} (at {invalid.where})."
        raise ScenarioError(path, what, "See scenario.schema.json.", find_line(path, invalid.steps)) from invalid


def build_scenario(name: str, document: Json) -> Scenario:
    """Return the scenario that a document describes; raise InvalidEntry."""
    try:
        errors = [*_validator().iter_errors(document)]
    except ValueError as error:
        raise InvalidEntry("It is nested too deeply") from error
    for invalid in errors[:1]:
        raise InvalidEntry(invalid.message, *invalid.instance_path)
    entry = cast("ScenarioEntry", document)
    accounts = entry.get("accounts", {})
    own = {key: _fill(key, accounts[key], "accounts", key) for key in accounts}
    return replace(_fill(name, entry), accounts=own)


@functools.cache
def _validator() -> Draft202012Validator:
    schema = json.loads((FOLDER / "scenario.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema, validate_formats=True)


def _fill(name: str, entry: ContentEntry, *steps: str) -> Scenario:
    try:
        store = ScenarioImporter().seed(entry)
    except InvalidEntry as invalid:
        raise InvalidEntry(str(invalid), *steps, *invalid.steps) from invalid
    except OverflowError as error:
        raise InvalidEntry("the year 9999 leaves no time for the records", *steps, "begins") from error
    return Scenario(name, store, datetime.fromisoformat(entry["now"]) if "now" in entry else None)
