"""Read options from a configuration file: `milestones.toml`, or `[tool.milestones]` in `pyproject.toml`."""

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from click.core import ParameterSource

from conformance.target import RunError

PREFIX = "MILESTONES"
FILE = "milestones.toml"
PROJECT_FILE = "pyproject.toml"
PROJECT_TABLE = "[tool.milestones]"
MASK = "[secret]"
NOT_IN_A_FILE = ("help", "version", "show-config")


@dataclass(frozen=True, slots=True)
class ConfigurationFile:
    """The settings of a file by the names of options, and their lines."""

    name: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    header: str = ""
    """The line above the settings, if they are a table of a larger file."""

    def defaults_of(self, command: click.Command) -> dict[str, Any]:
        """Return the settings of a command by parameter name. Raises RunError for unknown names."""
        options = dict(_options(command))
        group = click.get_current_context(silent=True)
        members = group.command.commands.values() if group and isinstance(group.command, click.Group) else None
        everywhere = {name for member in members or () for name, _ in _options(member)}
        defaults = {}
        for name, value in self.settings.items():
            if members is not None and name not in everywhere:
                raise RunError(f"{self.name}:{self.line_of(name)}: {name} is not an option{_hint(name, everywhere)}")
            if (option := options.get(name)) is not None and option.name is not None:
                defaults[option.name] = self._text(name, value, option)
        return defaults

    def _text(self, name: str, value: Any, option: click.Option) -> Any:
        """Return a value as the command line would give it, so that it is parsed alike. Raises RunError."""
        values = value if isinstance(value, list) else [value]
        if any(isinstance(part, list | dict) for part in values) or not (option.multiple or values == [value]):
            takes = "a list of texts" if option.multiple else "one value"
            raise RunError(f"{self.name}:{self.line_of(name)}: {name} takes {takes}.")
        texts = [part if option.is_flag and isinstance(part, bool) else str(part) for part in values]
        return texts if option.multiple else texts[0]

    def line_of(self, name: str) -> int:
        """Return the line of a setting, counted from 1; that of the table if the setting is not found."""
        lines = self.text.splitlines()
        start = next((number for number, line in enumerate(lines) if self.header and line.strip() == self.header), 0)
        names = (line.partition("=")[0].strip(" \"'") for line in lines[start:])
        return next((number for number, written in enumerate(names, start + 1) if written == name), start + 1)


def read(folder: Path) -> ConfigurationFile:
    """Return the configuration file of a folder, empty if there is none. Raises RunError."""
    own, project = folder / FILE, folder / PROJECT_FILE
    if own.is_file():
        return ConfigurationFile(FILE, *_parse(own))
    if project.is_file():
        content, text = _parse(project)
        tools = content.get("tool")
        table = tools.get("milestones", {}) if isinstance(tools, dict) else {}
        if not isinstance(table, dict):
            raise RunError(f"{PROJECT_FILE}: tool.milestones is not a table; write it as {PROJECT_TABLE}.")
        return ConfigurationFile(PROJECT_FILE, table, text, PROJECT_TABLE)
    return ConfigurationFile()


def _parse(path: Path) -> tuple[dict[str, Any], str]:
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text), text
    except OSError as error:
        raise RunError(f"{path.name} cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RunError(f"{path.name} is not TOML: {error}.") from error


def _options(command: click.Command) -> Iterator[tuple[str, click.Option]]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            for name in parameter.opts:
                if name.startswith("--") and name.removeprefix("--") not in NOT_IN_A_FILE:
                    yield name.removeprefix("--"), parameter


def _hint(name: str, names: set[str]) -> str:
    similar = get_close_matches(name.replace("_", "-"), sorted(names), n=1)
    return f"; did you mean {similar[0]}?" if similar else "; see `milestones-check run --help`."


def misspelt_variables(command: click.Command) -> Iterator[str]:
    """Yield a sentence for each environment variable whose name is close to that of an option."""
    options = {f"{PREFIX}_{name}".upper().replace("-", "_") for name, _ in _options(command)}
    for variable in sorted(os.environ):
        # Users derive names for their own variables from these, such as for the key of each tenant.
        if variable.startswith(f"{PREFIX}_") and not variable.startswith(tuple(options)):
            for similar in get_close_matches(variable, sorted(options), n=1, cutoff=0.9):
                yield f"The environment variable {variable} is not an option; did you mean {similar}?"


def describe(context: click.Context) -> Iterator[str]:
    """Yield the value and the source of each option, with secrets masked."""
    file = read(Path.cwd()).name
    for name, option in _options(context.command):
        value = context.params.get(option.name or "")
        source = context.get_parameter_source(option.name or "")
        yield f"{name} = {_shown(name, value)}  ({_place(name, option, source, file)})"


def _place(name: str, option: click.Option, source: ParameterSource | None, file: str) -> str:
    match source:
        case ParameterSource.COMMANDLINE:
            return "command line"
        case ParameterSource.ENVIRONMENT:
            return f"environment, {_variable(name, option)}"
        case ParameterSource.DEFAULT_MAP:
            return file
        case _:
            return "default"


def origin_of(error: click.BadParameter, file: ConfigurationFile) -> str:
    """Return the source of an invalid value in brackets; empty for the command line, which the user has just typed."""
    option = error.param
    if not isinstance(option, click.Option) or error.ctx is None:
        return ""
    name = option.opts[-1].removeprefix("--")
    match error.ctx.get_parameter_source(option.name or ""):
        case ParameterSource.DEFAULT_MAP:
            return f" ({file.name}:{file.line_of(name)})"
        case ParameterSource.ENVIRONMENT:
            return f" ({_variable(name, option)})"
        case _:
            return ""


def _variable(name: str, option: click.Option) -> str:
    """Return the environment variable that sets an option; some options have several."""
    usual = [option.envvar] if isinstance(option.envvar, str) else list(option.envvar or ())
    usual.append(f"{PREFIX}_{name}".upper().replace("-", "_"))
    return next((variable for variable in usual if os.environ.get(variable)), usual[-1])


def _shown(name: str, value: object) -> str:
    if value is None or value == ():
        return "not set"
    if name == "api-key":
        return MASK
    if name == "header" and isinstance(value, Sequence):
        return ", ".join(f"{str(field).partition(':')[0]}: {MASK}" for field in value)
    if name == "proxy" and (password := urlsplit(str(value)).password):
        return str(value).replace(password, MASK)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
