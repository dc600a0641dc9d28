"""Options from the command line, the environment and a file."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from conformance.cli import command

KEY = "test-key-of-the-configuration"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, which is empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(*options: str, env: dict[str, str] | None = None) -> dict[str, str]:
    """Return the line of `--show-config` for each option."""
    lines = run("--show-config", *options, env=env).output.splitlines()
    return dict(line.split(" = ", 1) for line in lines)


def run(*options: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner(env=env or {}).invoke(command, list(options))


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(folder: Path) -> None:
    (folder / "milestones.toml").write_text('depth = "deep"\nrate = 3\nseed = 5\ntimeout = 9\n')
    values = shown("--rate", "7", env={"MILESTONES_RATE": "6", "MILESTONES_SEED": "8"})

    assert values["rate"] == "7.0  (command line)"
    assert values["seed"] == "8  (environment, MILESTONES_SEED)"
    assert values["depth"] == "deep  (milestones.toml)"
    assert values["jobs"] == "1  (default)"


def test_pyproject_has_a_table_for_options(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.milestones]\nonly = ["get/*", "list/*"]\ntarget = "mock"\n')

    assert shown()["only"] == "get/*, list/*  (pyproject.toml)"
    assert shown()["target"] == "mock  (pyproject.toml)"


@pytest.mark.parametrize("name", sorted(command.commands))
def test_each_option_may_stand_in_the_environment_and_says_so(name: str, folder: Path) -> None:
    (folder / "x").touch()
    options = [option for option in command.commands[name].params if isinstance(option, click.Option)]
    values = {option.opts[-1].removeprefix("--"): value_of(option) for option in options}
    del values["show-config"]
    variables = {f"MILESTONES_{option}".upper().replace("-", "_"): value for option, value in values.items()}
    done = run(name, "--show-config", env=variables)
    sources = [line.rpartition("  ")[2] for line in done.output.splitlines()]

    assert done.exit_code == 0, done.output
    assert sources == [f"(environment, {variable})" for variable in variables]


def value_of(option: click.Option) -> str:
    """Return a text that an option takes."""
    if option.is_flag:
        return "true"
    if isinstance(option.type, click.Choice):
        return str(option.type.choices[0])
    return "3" if isinstance(option.type, click.types.IntParamType | click.types.FloatParamType) else "x"


@pytest.mark.parametrize("name", sorted(command.commands))
def test_each_command_tells_where_its_options_come_from(name: str, folder: Path) -> None:
    (folder / "milestones.toml").write_text("only = [1]\ntarget = 'mock'\nworkers = 3\nhistory = 'h'\n")
    done = run(name, "--show-config")

    assert done.exit_code == 0, done.output
    assert {line.rpartition("  ")[2] for line in done.output.splitlines()} >= {"(milestones.toml)"}


def test_no_key_is_shown(folder: Path) -> None:
    (folder / "milestones.toml").write_text(f'api-key = "{KEY}"\n')

    assert shown()["api-key"] == "[secret]  (milestones.toml)"
    assert shown(env={"MILESTONES_API_KEY": KEY})["api-key"] == "[secret]  (environment, MILESTONES_API_KEY)"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('depth = "quick"\ndephts = 1\n', "milestones.toml:2: dephts is not an option; did you mean depth?"),
        ("depth = \n", "milestones.toml is not TOML"),
        ('seed = 3\ndepth = "bottomless"\n', "(milestones.toml:2)"),
        ('seed = 3\nwaivers = ["a", "b"]\n', "milestones.toml:2: waivers takes one value."),
        ("only = [{a = 1}]\n", "milestones.toml:1: only takes a list of texts."),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(folder: Path, content: str, message: str) -> None:
    (folder / "milestones.toml").write_text(content)
    done = run("--target", "mock")

    assert done.exit_code == 3
    assert message in done.output


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            '[project]\nname = "x"\n[tool.milestones]\nnane = "y"\n',
            "pyproject.toml:4: nane is not an option; did you mean name",
        ),
        ('[other]\nseed = 1\n[tool.milestones]\nseed = "y"\n', "(pyproject.toml:4)"),
        ("[tool]\nmilestones = 3\n", "tool.milestones is not a table"),
    ],
)
def test_a_mistake_in_pyproject_is_told_with_its_place(folder: Path, content: str, message: str) -> None:
    (folder / "pyproject.toml").write_text(content)

    assert message in run("--target", "mock").output


def test_a_mistake_in_the_environment_is_told_with_the_variable(folder: Path) -> None:
    assert "(MILESTONES_SEED)" in run("--target", "mock", env={"MILESTONES_SEED": "x"}).output


def test_a_setting_of_one_command_is_no_mistake_for_another(folder: Path) -> None:
    (folder / "milestones.toml").write_text('depth = "quick"\nworkers = 3\n')

    assert run("list", "--only", "get/*").exit_code == 0


@pytest.mark.parametrize("name", sorted(command.commands))
def test_each_option_is_called_the_same_on_the_command_line_and_in_the_environment(name: str) -> None:
    options = [option for option in command.commands[name].params if isinstance(option, click.Option)]
    called = {option.name: [name.strip("-").replace("-", "_") for name in option.opts] for option in options}

    assert [name for name, names in called.items() if name not in names] == []


def test_a_misspelt_variable_is_named_and_those_of_users_are_not(folder: Path) -> None:
    env = {"MILESTONES_DEPHT": "deep", "MILESTONES_API_KEY_NORTH": KEY, "MILESTONES_HEADER_X": "north"}
    output = run("--show-config", env=env).output

    assert "The environment variable MILESTONES_DEPHT is not an option; did you mean MILESTONES_DEPTH?" in output
    assert output.count("is not an option") == 1
