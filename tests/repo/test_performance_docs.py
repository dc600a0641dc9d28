"""README and docs state the committed benchmark results."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

REFERENCE = "hello (Starlette, uvicorn)"


@pytest.mark.parametrize(
    ("name", "page"),
    [
        *((name, "performance") for name in ("yardstick", "growth", "everyday", "soak", "hostile", "contracts")),
        ("fleet", "scale"),
    ],
)
def test_the_tables_in_the_docs_are_the_results(root: Path, name: str, page: str) -> None:
    document = (root / "docs" / f"{page}.md").read_text(encoding="utf-8").splitlines()
    table = (root / "benchmarks" / "results" / f"{name}.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in table if line.startswith("|") and line not in document] == []


def test_the_ratios_in_the_readme_are_the_results(root: Path) -> None:
    text = " ".join((root / "README.md").read_text(encoding="utf-8").split())
    match = re.search(
        r"([\d.]+) times as many single milestones, ([\d.]+) times as many lists of 25, ([\d.]+) times as many "
        r"creations, ([\d.]+) times as much of a mix",
        text,
    )
    assert match is not None
    ratios = read_ratios(root)
    measured = [ratios[load] for load in ("get one", "list 25", "create, form", "mix 70/20/10")]
    assert [float(group) for group in match.groups()] == [round(value, 1) for value in measured]


def read_ratios(root: Path) -> dict[str, float]:
    """The mock's requests per second of server CPU by load, as multiples of the reference's."""
    content = json.loads((root / "benchmarks" / "results" / "yardstick.json").read_text(encoding="utf-8"))
    rows: dict[str, Any] = {row["name"]: row["readings"] for row in content["rows"]}
    return {
        load: reading["per_cpu_second"] / rows[REFERENCE][load]["per_cpu_second"]
        for load, reading in rows["milestones-mock"].items()
    }
