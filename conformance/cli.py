"""The command line `milestones-check` and its commands."""

import click

from conformance.commands.clean_up import clean_up
from conformance.commands.command_line import SETTINGS, CommandLine
from conformance.commands.compare import compare
from conformance.commands.fleet import fleet
from conformance.commands.history import history
from conformance.commands.list_requirements import list_requirements
from conformance.commands.run import run

EXAMPLES = """\b
Examples:
  milestones-check --target https://crm.example.com/api --report report
  milestones-check --target mock --depth quick
  milestones-check list --only 'delete/*'
  milestones-check fleet fleet.toml --report out
Every option can be set in milestones.toml or as MILESTONES_… in the environment; see run --show-config."""


@click.group(cls=CommandLine, context_settings=SETTINGS, epilog=EXAMPLES)
@click.version_option(package_name="milestones-conformance", message="milestones-check %(version)s")
def command() -> None:
    """Judge deployments of the Milestones API by its documentation.

    Exit code: 0 conformant, 1 violations, 2 no verdict on some requirements, 3 the command could not be done.
    """


for member in (run, list_requirements, compare, clean_up, history, fleet):
    command.add_command(member)


def main() -> None:
    """Run the command line."""
    command()
