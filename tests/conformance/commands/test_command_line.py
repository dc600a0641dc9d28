"""Commands, and the options that they replace."""

import pytest
from click.testing import CliRunner

from conformance.cli import command
from conformance.commands.command_line import with_command


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        ([], ["run"]),
        (["--depth", "quick"], ["run", "--depth", "quick"]),
        (["run", "--depth", "quick"], ["run", "--depth", "quick"]),
        (["--list", "--only", "get/*"], ["list", "--only", "get/*"]),
        (["--only", "get/*", "--list"], ["list", "--only", "get/*"]),
        (["--compare", "a", "b"], ["compare", "a", "b"]),
        (["--clean-up", "--target", "x"], ["clean-up", "--target", "x"]),
        (["--help"], ["--help"]),
        (["--version"], ["--version"]),
        (["lst"], ["lst"]),
    ],
)
def test_a_run_is_meant_without_a_command_and_old_options_are_understood(arguments: list[str], read: list[str]) -> None:
    assert with_command(arguments) == read


@pytest.mark.parametrize("name", sorted(command.commands))
def test_each_command_shows_examples_that_it_understands(name: str) -> None:
    shown = CliRunner().invoke(command, [name, "--help"]).output

    examples = [line.split() for line in shown.splitlines() if line.strip().startswith("milestones-check ")]
    options = {name for member in command.commands.values() for option in member.params for name in option.opts}
    named = {word for words in examples for word in words if word.startswith("-")}
    assert examples
    assert named <= options


def test_help_shows_the_commands_and_the_options_of_a_run() -> None:
    shown = CliRunner().invoke(command, ["--help"]).output

    assert all(f"  {name} " in shown for name in command.commands)
    assert "--target URL" in shown
