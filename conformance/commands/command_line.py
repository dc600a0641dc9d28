"""Base classes of the command line: configuration, the default command, exit codes."""

import io
import sys
import traceback
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

import click

from conformance.commands import configuration
from conformance.exchange import printable
from conformance.target import RunError

NOT_DONE = 3
DEFAULT = "run"
OLD_OPTIONS: Mapping[str, str] = {"--list": "list", "--compare": "compare", "--clean-up": "clean-up"}
"""Options that have become commands; they are still accepted."""
SETTINGS: Mapping[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Command(click.Command):
    """A command whose options may also be set in the environment and in a configuration file."""

    def __init__(self, *args: Any, **extra: Any) -> None:
        super().__init__(*args, **extra)
        self.params.append(
            click.Option(["--show-config"], is_flag=True, help="Prints each option's value and its source, and exits.")
        )

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read options from the command line, the environment and the configuration file. Raises RunError."""
        file = configuration.read(Path.cwd())
        for warning in configuration.misspelt_variables(self):
            click.echo(warning, err=True)
        extra |= {"auto_envvar_prefix": configuration.PREFIX, "default_map": file.defaults_of(self)}
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.BadParameter as error:
            origin = configuration.origin_of(error, file)
            raise click.BadParameter(f"{error.message}{origin}", error.ctx, error.param) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, or show its configuration."""
        if ctx.params.pop("show_config"):
            for line in configuration.describe(ctx):
                click.echo(line)
            return 0
        return super().invoke(ctx)


class CommandLine(click.Group):
    """A group of commands with the default command `run`; every failure of a command ends with exit code 3."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert the default command if the arguments name none."""
        return super().parse_args(ctx, with_command(args))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, and the options of the default command."""
        self.format_commands(ctx, formatter)
        records = [record for parameter in self.commands[DEFAULT].params if (record := parameter.get_help_record(ctx))]
        with formatter.section(f"Options of {DEFAULT}, the default command"):
            formatter.write_dl(records)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command and exit with its code."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # A console with another encoding shows question marks for characters that it lacks.
                stream.reconfigure(errors="replace")
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except RunError as reason:
            click.echo(printable(str(reason)), err=True)
            code = NOT_DONE
        except click.ClickException as error:
            error.show()
            code = NOT_DONE
        except click.Abort:
            code = NOT_DONE
        except Exception as mistake:  # noqa: BLE001 - whatever went wrong with us says nothing of a deployment
            click.echo(printable(explain(mistake)), err=True)
            code = NOT_DONE
        sys.exit(code)


def explain(mistake: Exception) -> str:
    """Return a sentence on the failure of the command itself."""
    if isinstance(mistake, OSError) and mistake.strerror:
        where = f" ({mistake.filename})" if mistake.filename else ""
        return f"milestones-check could not continue: {mistake.strerror}{where}."
    place = traceback.extract_tb(mistake.__traceback__)[-1]
    what = " ".join(f"{type(mistake).__name__}: {mistake}".split())
    return (
        f"milestones-check itself failed ({what}, {Path(place.filename).name} line {place.lineno}); please report it."
    )


def with_command(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with a command in front.

    >>> with_command(["--list", "--only", "get/*"])
    ['list', '--only', 'get/*']
    """
    if arguments and (not arguments[0].startswith("-") or arguments[0] in ("-h", "--help", "--version")):
        return list(arguments)
    options = list(takewhile(lambda argument: argument != "--", arguments))
    for option, command in OLD_OPTIONS.items():
        if option in options:
            place = options.index(option)
            return [command, *arguments[:place], *arguments[place + 1 :]]
    return [DEFAULT, *arguments]
