"""The suite takes inputs and expectations from the contract, and explains a contract that it cannot read."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from conformance.contract import ContractError, default_path, load
from conformance.exchange import Json
from conformance.generation.strategies import Inputs


def changed(folder: Path, change: Callable[[str], str]) -> Path:
    """Write a changed copy of the contract."""
    copy = folder / "openapi.yaml"
    copy.write_text(change(default_path().read_text(encoding="utf-8")), encoding="utf-8")
    return copy


def test_a_longest_title_in_the_contract_is_the_longest_sent(tmp_path: Path) -> None:
    short = changed(
        tmp_path,
        lambda text: text.replace(
            "milestone_title: {type: string, minLength: 1}", "milestone_title: {type: string, maxLength: 12}"
        ),
    )
    inputs = Inputs(load(short))

    assert len(inputs.titled("a title that is far too long").text) <= 12
    assert len(inputs.plain_title("another one that is too long")) <= 12


def test_a_list_of_colors_in_the_contract_is_what_is_sent(tmp_path: Path) -> None:
    closed = changed(
        tmp_path, lambda text: text.replace("examples: [default, success, warning, danger]", "enum: [red, blue]")
    )

    assert Inputs(load(closed)).known_colors == ("red", "blue")


def test_a_lower_cap_in_the_contract_is_the_cap(tmp_path: Path) -> None:
    assert load(changed(tmp_path, lambda text: text.replace("x-cap: 100", "x-cap: 7"))).limit_cap == 7
    assert load(changed(tmp_path, lambda text: text.replace("x-cap: 100", "maximum: 9"))).limit_cap == 9


def test_a_stricter_schema_finds_problems_in_what_was_fine(tmp_path: Path) -> None:
    body: Json = {"data": {"id": 12}, "message": "Milestone deleted successfully."}
    strict = changed(
        tmp_path,
        lambda text: text.replace("    Id:\n      type: integer", "    Id:\n      maximum: 5\n      type: integer"),
    )

    assert load().operations["deleteMilestone"].problems(body) == []
    assert [problem.place for problem in load(strict).operations["deleteMilestone"].problems(body)] == ["data.id"]


@pytest.mark.parametrize("text", ["", "[1, 2]", "a: [", "paths: {}", "paths: {/x: {get: {}}}\ninfo: {}", "\x00"])
def test_what_is_no_contract_is_refused_by_name(text: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(text, encoding="utf-8")

    with pytest.raises(ContractError, match=r"broken\.yaml"):
        load(broken)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"nowhere\.yaml: cannot be read"):
        load(tmp_path / "nowhere.yaml")


def test_implications_name_requirements_that_exist() -> None:
    contract = load()
    patterns = [pattern for implied in contract.implications.values() for pattern in implied]

    assert contract.implications.keys() <= contract.requirements.keys()
    assert [
        pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in contract.requirements)
    ] == []
