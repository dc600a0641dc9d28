"""Comparison is fast for wide and deep `$ref` graphs, whatever the names of the schemas."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result

from gate.errors import GateError
from gate.subschema.canonical_form import canonical_form
from gate.subschema.limits import run_with_deep_stack
from tests.gate.subschema.test_subschema_check import differences, node

Gate = Callable[..., Result]
TEXT = {"type": "string"}


def schema(leaf: Any, names: list[str], required: list[str]) -> dict[str, Any]:
    """An object with a leaf and a field for each of the schemas that it refers to."""
    fields = {f"r{number}": {"$ref": f"#/components/schemas/{name}"} for number, name in enumerate(names)}
    return {"type": "object", "required": required, "properties": {"v": leaf, **fields}}


def ladder(leaf: Any, required: list[str]) -> dict[str, Any]:
    """Each rung refers twice to the next one."""
    rungs = {f"S{n}": schema(leaf, [f"S{n + 1}"] * 2, required) for n in range(25)}
    return {**rungs, "S25": leaf}


def web(count: int, threads: int) -> Callable[[Any, list[str]], dict[str, Any]]:
    """Each schema refers to several others, around in a circle."""
    return lambda leaf, required: {
        f"S{n}": schema(leaf, [f"S{(n + thread + 1) % count}" for thread in range(threads)], required)
        for n in range(count)
    }


def chain(leaf: Any, required: list[str]) -> dict[str, Any]:
    """Each schema refers to the next one, further than Python calls by itself."""
    return {**{f"S{n}": schema(TEXT, [f"S{n + 1}"], required) for n in range(150)}, "S150": leaf}


WOVEN = {"ladder": ladder, "web of 9": web(9, 3), "web of 12": web(12, 3), "chain": chain}


@pytest.mark.parametrize("required", [[], ["r0", "r1"]])
@pytest.mark.parametrize("woven", WOVEN.values(), ids=WOVEN)
def test_webs_are_compared_at_once(gate: Gate, woven: Callable[[Any, list[str]], Any], required: list[str]) -> None:
    for name, leaf in (("old.yaml", TEXT), ("new.yaml", {**TEXT, "maxLength": 4})):
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}
        data = {
            "openapi": "3.1.0",
            "paths": {"/t": {"post": {"requestBody": {"content": content}, "responses": {}}}},
            "components": {"schemas": woven(leaf, required)},
        }
        Path(name).write_text(yaml.safe_dump(data), encoding="utf-8")
    started = time.process_time()
    result = gate("contract", "old.yaml", "new.yaml")

    assert result.exit_code in (1, 2)
    assert time.process_time() - started < 5


def test_the_answer_hangs_on_no_order_of_sets(tmp_path: Path) -> None:
    """Run with several hash seeds, by which Python orders sets of names differently."""
    refer = {"$ref": "#/components/schemas/E"}
    branches = [
        {"type": "object", "required": ["op", "e", "f"], "properties": {"op": {"const": op}, "e": refer, "f": refer}}
        for op in ("neg", "abs")
    ]
    for name, leaf in (("old.yaml", "number"), ("new.yaml", "integer")):
        data = {
            "openapi": "3.1.0",
            "paths": {"/t": {"post": {"requestBody": {"content": {"application/json": {"schema": refer}}}}}},
            "components": {"schemas": {"E": {"oneOf": [*branches, {"type": leaf}]}}},
        }
        (tmp_path / name).write_text(yaml.safe_dump(data), encoding="utf-8")
    outputs = {_said_with_seed(seed, tmp_path) for seed in "0123"}

    assert len(outputs) == 1
    assert "breaks: 1 breaking" in outputs.pop()


def _said_with_seed(seed: str, folder: Path) -> str:
    command = [sys.executable, "-m", "gate", "contract", "old.yaml", "new.yaml"]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False).stdout


def test_a_change_is_told_of_each_operation_that_it_reaches_in_a_circle(gate: Gate) -> None:
    for name, leaf in (("old.yaml", TEXT), ("new.yaml", {**TEXT, "maxLength": 3})):
        schemas = {"A": schema(TEXT, ["B"], []), "B": schema(leaf, ["C"], []), "C": schema(TEXT, ["A"], [])}
        paths = {
            f"/{item}": {"post": {"requestBody": {"content": {"application/json": {"schema": {"$ref": reference}}}}}}
            for item in "ACB"
            for reference in [f"#/components/schemas/{item}"]
        }
        data = {"openapi": "3.1.0", "paths": paths, "components": {"schemas": schemas}}
        Path(name).write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    output = gate("contract", "old.yaml", "new.yaml").output

    for at in ("POST /A · body · application/json · r0.v", "POST /C · body · application/json · r0.r0.v", "POST /B ·"):
        assert at in output


def test_what_calls_itself_without_end_is_told() -> None:
    def endless() -> None:
        endless()

    with pytest.raises(GateError, match="too deep"):
        run_with_deep_stack(endless)


def couple(first: str, other: str, leaf: str) -> Any:
    """Two schemas within each other, of which the first is meant."""
    refer = [{"$ref": f"#/$defs/{name}"} for name in (first, other)]
    a = {"properties": {"other": {"anyOf": refer}, "leaf": {"type": leaf}}}
    b = {"description": "The other.", "properties": {"one": refer[0], "few": {"type": "array", "items": refer[1]}}}
    return {"$defs": {first: a, other: b}, "$ref": f"#/$defs/{first}"}


def test_recursive_schemas_share_a_canonical_name_under_the_same_names_alone() -> None:
    def name(schema: Any) -> str:
        return canonical_form(node({"allOf": [{"$ref": schema["$ref"]}], "$defs": schema["$defs"]}), only=["allOf"])

    assert name(couple("A", "B", "string")) == name(couple("A", "B", "string"))
    assert name(couple("A", "B", "string")) != name(couple("A", "B", "integer"))


def test_recursive_schemas_under_other_names_have_no_differences() -> None:
    def tree(name: str, leaf: str) -> Any:
        refer = {"$ref": f"#/$defs/{name}"}
        node = {"properties": {"leaf": {"type": leaf}, "kids": {"type": "array", "items": refer}, "up": refer}}
        return {"$defs": {name: node}, **refer}

    assert differences(tree("A", "string"), tree("Z", "string")) == []
    assert differences(tree("A", "string"), tree("Z", "integer")) != []
