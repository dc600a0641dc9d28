"""Answers as tables: the same in Python and in the scripts."""

import json
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.exchange import AuthVariant, Exchange
from conformance.reproduction.answers import NOTHING, Answer, Leaf

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


def answer(body: str) -> Answer:
    """Return the answer with a body."""
    return Answer.of(
        Exchange(
            1, "getMilestone", "GET", "/milestones/1", "", AuthVariant.OURS, None, None, 200, {}, body.encode(), 0.1
        )
    )


@pytest.fixture(scope="module")
def flatten_script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the function of the scripts that reads JSON, by itself."""
    prelude = files("conformance.reproduction").joinpath("prelude.sh").read_text(encoding="utf-8")
    start, end = prelude.index("flatten() {"), prelude.index("\nstatus()")
    path = tmp_path_factory.mktemp("flatten") / "flatten.sh"
    path.write_text(f"LC_ALL=C\nexport LC_ALL\n{prelude[start:end]}\nflatten\n", encoding="utf-8")
    return path


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES, ascii_only=st.booleans(), indent=st.none() | st.integers(0, 3))
def test_the_scripts_read_json_as_python_does(
    flatten_script: Path, value: Any, ascii_only: bool, indent: int | None
) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    done = subprocess.run(["sh", str(flatten_script)], input=body.encode(), capture_output=True, check=True)
    expected = [f"{path}\t{leaf.type}\t{leaf.text}" for path, leaf in answer(body).flat.items()]

    # Of keys that are there twice, or that look like a path, the last one stands.
    assert set(expected) <= set(done.stdout.decode().split("\n"))


@pytest.mark.parametrize("body", ["", "{", '{"a": }', "[1,]", "<html>", '{"a": 1} x', '"open', "nul"])
def test_what_is_not_json_is_refused_by_both(flatten_script: Path, body: str) -> None:
    done = subprocess.run(["sh", str(flatten_script)], input=body.encode(), capture_output=True, check=False)

    assert done.returncode != 0
    assert not answer(body).is_json


def test_a_row_is_found_by_one_of_its_values() -> None:
    rows = answer('{"data": [{"id": 5, "type": "categorised"}, {"id": 7, "type": "uncategorised"}]}')

    assert rows.at("data[type=uncategorised].id") == Leaf("number", "7")
    assert rows.at("data.0.id") == Leaf("number", "5")
    assert rows.at("data[type=other].id") == NOTHING
    assert rows.count("data") == 2
