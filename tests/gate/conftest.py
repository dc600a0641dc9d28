"""Share with the tests of the gate its command, and small contracts to change."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from gate.cli import command

CONTRACT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1.0.0"},
    "paths": {
        "/things": {
            "get": {
                "operationId": "listThings",
                "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}],
                "responses": {
                    "200": {
                        "description": "Fine.",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    }
                },
                "x-requirements": [
                    {"id": "list/is-sorted", "level": "stated", "text": "A list is sorted.", "source": "Manual, Lists"}
                ],
            }
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["state"],
                "properties": {"state": {"type": "string", "enum": ["open", "done"]}, "size": {"type": "integer"}},
            }
        }
    },
}

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `milestones-gate` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(
        command, [str(argument) for argument in arguments], catch_exceptions=False
    )


@pytest.fixture
def contract(tmp_path: Path) -> Callable[..., Path]:
    """Write the small contract, changed as said, under a name."""

    def write(name: str, edit: Edit = lambda _: None) -> Path:
        data = copy.deepcopy(CONTRACT)
        edit(data)
        path = tmp_path / name
        path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
        return Path(name)

    return write


def breaking(data: dict[str, Any]) -> None:
    """A change that readers notice."""
    data["components"]["schemas"]["Thing"]["properties"]["state"]["enum"].append("late <b>& `x` | [y](z)")


def harmless(data: dict[str, Any]) -> None:
    """A change that nobody notices."""
    data["paths"]["/things"]["get"]["parameters"][0]["schema"]["maximum"] = 200


def unclear(data: dict[str, Any]) -> None:
    """A change of which only a person can say what it means."""
    data["paths"]["/things"]["get"]["x-requirements"][0]["text"] = "A list is sorted by date."
