"""A contract is put together once, and again whenever it changes."""

import sys
from pathlib import Path

import pytest

from mock_server.contract import contract as contracts
from mock_server.contract.contract import ContractError, load_contract, read_contract
from mock_server.contract.yaml_files import DocumentError
from mock_server.messages import Json, JsonObject

CONTRACT = """
openapi: 3.1.0
info: {title: Small, version: '1'}
paths:
  /things:
    get:
      operationId: listThings
      parameters:
        - $ref: '#/components/parameters/Limit'
      responses: {'200': {description: Fine.}}
components:
  parameters:
    Limit: {name: limit, in: query, schema: {type: integer, maximum: 100}}
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small contract, where Python may keep what it compiles."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    file = tmp_path / "openapi.yaml"
    file.write_text(CONTRACT, encoding="utf-8")
    return file


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The contracts that were put together, one after the other."""
    paths: list[Path] = []
    honest = contracts._resolve

    def resolve(path: Path, document: Json) -> JsonObject:
        paths.append(path)
        return honest(path, document)

    monkeypatch.setattr(contracts, "_resolve", resolve)
    return paths


def maximum(path: Path) -> object:
    """The largest limit of the contract."""
    return load_contract(path).operations["listThings"].query.schemas["limit"]["maximum"]


def test_what_was_put_together_is_kept_and_says_the_same(path: Path, resolved: list[Path]) -> None:
    first = read_contract(path)
    assert read_contract(path) == first
    assert len(resolved) == 1


def test_a_changed_contract_is_read_anew(path: Path, resolved: list[Path]) -> None:
    assert maximum(path) == 100
    path.write_text(CONTRACT.replace("100", "200"), encoding="utf-8")
    assert maximum(path) == 200
    path.write_text(CONTRACT, encoding="utf-8")
    assert maximum(path) == 100
    assert len(resolved) == 3


def test_a_contract_that_depends_on_other_files_is_read_anew_each_time(path: Path, tmp_path: Path) -> None:
    path.write_text(CONTRACT.replace("'#/components/parameters/Limit'", "'limit.yaml#/Limit'"), encoding="utf-8")
    other = tmp_path / "limit.yaml"
    for size in (50, 60):
        other.write_text(f"Limit: {{name: limit, in: query, schema: {{type: integer, maximum: {size}}}}}", "utf-8")
        assert maximum(path) == size


def test_what_json_cannot_say_is_not_kept(path: Path, resolved: list[Path]) -> None:
    path.write_text(CONTRACT.replace("'1'", "'1'}\nx-nothing: {a: 99999999999999999999999"), encoding="utf-8")
    read_contract(path)
    read_contract(path)
    assert len(resolved) == 2


@pytest.mark.parametrize("left", [b"", b"\n{}", b"x" * 64 + b"\n{}", b"\xff\xfe"])
def test_a_spoilt_file_is_made_anew(path: Path, left: bytes) -> None:
    assert maximum(path) == 100
    (kept,) = (path.parent / "__pycache__").iterdir()
    kept.write_bytes(left)
    assert maximum(path) == 100


def test_half_a_file_is_made_anew(path: Path) -> None:
    assert maximum(path) == 100
    (kept,) = (path.parent / "__pycache__").iterdir()
    kept.write_bytes(kept.read_bytes()[:-10])
    assert maximum(path) == 100


def test_nothing_is_kept_where_python_keeps_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert maximum(path) == 100
    assert [file.name for file in path.parent.iterdir()] == ["openapi.yaml"]


def test_a_contract_that_went_away_or_broke_is_told_whatever_was_kept(path: Path) -> None:
    read_contract(path)
    path.write_text(CONTRACT.replace("parameters/Limit", "parameters/Limits"), encoding="utf-8")
    with pytest.raises(ContractError, match="broken reference"):
        read_contract(path)
    path.unlink()
    with pytest.raises(DocumentError, match="cannot be read"):
        read_contract(path)
