"""A configuration file sets the severity of a rule; errors in it are reported with line and hint."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.gate.conftest import breaking, harmless, unclear

Gate = Callable[..., Result]
Write = Callable[..., Path]
Edit = Callable[[dict[str, object]], None]


@pytest.mark.parametrize(
    ("edit", "rule", "codes"),
    [
        (breaking, "response/enum-widened", {"error": 1, "warning": 2, "info": 0}),
        (unclear, "rule/requirement-reworded", {"error": 1, "warning": 2, "info": 0}),
        (harmless, "request/range-widened", {"error": 1, "warning": 2, "info": 0}),
    ],
)
def test_a_rule_has_the_severity_of_the_file(
    gate: Gate, contract: Write, edit: Edit, rule: str, codes: dict[str, int]
) -> None:
    old, new = contract("old.yaml"), contract("new.yaml", edit)
    for severity, code in codes.items():
        Path("milestones-gate.toml").write_text(f'[severity]\n"{rule}" = "{severity}"\n', encoding="utf-8")
        assert gate("contract", old, new).exit_code == code, severity


def test_what_a_file_lets_pass_is_listed_and_counted(gate: Gate, contract: Write) -> None:
    Path("strict.toml").write_text('[severity]\n"response/enum-widened" = "info"\n', encoding="utf-8")
    done = gate("contract", contract("old.yaml"), contract("new.yaml", breaking), "--config", "strict.toml")

    assert done.exit_code == 0
    for piece in ("fine: 1 set to info", "1 finding has another severity by strict.toml.", "`state` may now be"):
        assert piece in done.output


def test_a_project_file_may_hold_it_and_the_own_file_comes_first(gate: Gate, contract: Write) -> None:
    old, new = contract("old.yaml"), contract("new.yaml", breaking)
    table = '[project]\nname = "x"\n[tool.milestones-gate.severity]\n"response/enum-widened" = "info"\n'
    Path("pyproject.toml").write_text(table, encoding="utf-8")
    assert gate("contract", old, new).exit_code == 0
    Path("milestones-gate.toml").write_text("", encoding="utf-8")
    assert gate("contract", old, new).exit_code == 1


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (
            '[severity]\n"response/enum-widend" = "info"\n',
            "milestones-gate.toml:2: response/enum-widend is not a rule; did you mean response/enum-widened?",
        ),
        (
            '[severity]\n\nzzz = "info"\n',
            "milestones-gate.toml:3: zzz is not a rule; gate.json names the rule of each",
        ),
        (
            '[severity]\n"response/enum-widened" = "fatal"\n',
            "milestones-gate.toml:2: 'fatal' is not a severity; write one of error, warning, info.",
        ),
        ('[severity]\n"response/enum-widened" = 1\n', "milestones-gate.toml:2: 1 is not a severity"),
        ('[severities]\n"a" = "info"\n', "milestones-gate.toml:1: severities is not a table that the gate reads"),
        ('severity = "info"\n', "milestones-gate.toml:1: severity is not a table; write [severity]."),
        ("[severity\n", "milestones-gate.toml: is not TOML"),
    ],
)
def test_what_is_wrong_in_it_is_named_with_its_line_and_a_hint(
    gate: Gate, contract: Write, content: str, complaint: str
) -> None:
    Path("milestones-gate.toml").write_text(content, encoding="utf-8")
    done = gate("contract", contract("old.yaml"), contract("new.yaml"))

    assert done.exit_code == 3
    assert complaint in done.output


def test_a_file_that_is_not_there_is_named(gate: Gate, contract: Write) -> None:
    done = gate("contract", contract("old.yaml"), contract("new.yaml"), "--config", "none.toml")

    assert done.exit_code == 3
    assert "none.toml: cannot be read" in done.output
