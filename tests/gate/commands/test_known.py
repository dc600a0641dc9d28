"""`--known` tolerates known findings, but no similar ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.gate.conftest import Edit

Gate = Callable[..., Result]
Write = Callable[..., Path]


def shared(names: dict[str, str]) -> Edit:
    """Two operations, each answering the component that is named; B has lost a field of A."""

    def edit(data: dict[str, Any]) -> None:
        data["components"]["schemas"] = {
            "A": {"type": "object", "properties": {"a": {"type": "string"}}},
            "B": {"type": "object"},
        }
        data["paths"] = {
            f"/{operation}": {
                "get": {
                    "operationId": operation,
                    "responses": {
                        "200": {
                            "description": "Fine.",
                            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
                        }
                    },
                }
            }
            for operation, name in names.items()
        }

    return edit


def guarded(*proofs: dict[str, list[str]]) -> Edit:
    """A contract that asks for one of the proofs."""

    def edit(data: dict[str, Any]) -> None:
        data["components"]["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer"},
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        }
        data["security"] = list(proofs)

    return edit


def constrained(words: list[str]) -> Edit:
    """A contract in which a field of the answer is none of the words, which the gate does not decide."""

    def edit(data: dict[str, Any]) -> None:
        field = {"type": "string", "not": {"pattern": f"^(?=({'|'.join(words)}))"}}
        data["components"]["schemas"]["Thing"]["properties"]["size"] = field

    return edit


def branched(*states: list[str]) -> Edit:
    """A contract that answers one of two kinds of objects, each with its states."""

    def edit(data: dict[str, Any]) -> None:
        kinds = zip("ab", states, strict=True)
        data["components"]["schemas"]["Thing"] = {
            "oneOf": [
                {
                    "type": "object",
                    "required": ["kind"],
                    "properties": {"kind": {"const": kind}, "state": {"type": "string", "enum": listed}},
                }
                for kind, listed in kinds
            ]
        }

    return edit


def bounded(most: int) -> Edit:
    """A contract in which a field of the answer has a bound."""

    def edit(data: dict[str, Any]) -> None:
        data["components"]["schemas"]["Thing"]["properties"]["size"] = {"type": "integer", "maximum": most}

    return edit


def succeeding(field: str | None) -> Edit:
    """A contract that may have a second success, which answers something else than the first."""

    def edit(data: dict[str, Any]) -> None:
        if field is not None:
            content = {"application/json": {"schema": {"type": "object", "properties": {field: {"type": "string"}}}}}
            data["paths"]["/things"]["get"]["responses"]["201"] = {"description": "Made.", "content": content}

    return edit


@pytest.mark.parametrize(
    ("old", "decided", "new"),
    [
        (
            shared({"one": "A", "two": "A"}),
            shared({"one": "B", "two": "A"}),
            shared({"one": "B", "two": "B"}),
        ),
        (guarded({"token": []}), guarded({"token": ["r"]}), guarded({"token": ["r"], "key": []})),
        (constrained(["a", "b", "c"]), constrained(["a", "b"]), constrained(["a"])),
        (
            branched(["x"], ["x"]),
            branched(["x", "y"], ["x"]),
            branched(["x", "y"], ["x", "y"]),
        ),
        (bounded(10), bounded(20), bounded(30)),
        (succeeding(None), succeeding("a"), succeeding("b")),
    ],
    ids=[
        "another operation",
        "another proof",
        "another constraint",
        "another branch",
        "another bound",
        "another success",
    ],
)
def test_what_is_known_does_not_hide_what_is_new(
    gate: Gate, contract: Write, old: Edit, decided: Edit, new: Edit
) -> None:
    contract("old.yaml", old)
    code = gate("contract", "old.yaml", contract("new.yaml", decided), "--report", "known").exit_code

    again = gate("contract", "old.yaml", "new.yaml", "--known", "known/gate.json")
    more = gate("contract", "old.yaml", contract("new.yaml", new), "--known", "known/gate.json")

    assert again.exit_code == 0
    assert more.exit_code == code != 0


def test_what_is_known_at_one_place_stays_known_there(gate: Gate, contract: Write) -> None:
    contract("old.yaml", shared({"one": "A", "two": "A"}))
    gate("contract", "old.yaml", contract("new.yaml", shared({"one": "B", "two": "B"})), "--report", "known")

    less = gate(
        "contract", "old.yaml", contract("new.yaml", shared({"one": "A", "two": "B"})), "--known", "known/gate.json"
    )

    assert less.exit_code == 0
    assert "no longer found: response/field-removed · one · 200" in " ".join(less.output.split())
