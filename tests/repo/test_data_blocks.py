"""Blocks of data in the documents can be copied: their YAML and TOML parses."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
READERS: dict[str, Callable[[str], object]] = {"yaml": yaml.safe_load, "toml": tomllib.loads}
BLOCK = re.compile(r"^```(yaml|toml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
BLOCKS = [(path.name, *block) for path in DOCUMENTS for block in BLOCK.findall(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("name", "kind", "text"), BLOCKS, ids=[f"{name}-{text[:30]!r}" for name, _, text in BLOCKS])
def test_a_block_of_data_parses(name: str, kind: str, text: str) -> None:
    assert READERS[kind](text) is not None
