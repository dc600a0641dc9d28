"""The command `milestones-check clean-up`: remove the leftovers of killed runs from a deployment."""

from pathlib import Path
from typing import Any

import click

from conformance.commands.command_line import NOT_DONE, Command
from conformance.commands.shared_options import API_KEY, CONTRACT, TARGET, network_options, target_of
from conformance.exchange import printable
from conformance.target import RunError

EXAMPLES = """\b
Examples:
  milestones-check clean-up --target https://crm.example.com/api"""


@click.command("clean-up", cls=Command, epilog=EXAMPLES)
@TARGET
@API_KEY
@CONTRACT
@click.option("--journals-only", is_flag=True, help="Removes only projects of runs that have a journal here.")
@network_options
def clean_up(*, contract: Path | None, journals_only: bool, **options: Any) -> int:
    """Remove what killed runs left on a deployment: every project that has the title of a run.

    Runs that are active on another machine lose their projects, too, except with --journals-only.
    """
    from conformance.leftovers import remove_left_behind

    deployment = target_of(options)
    if deployment is None:
        raise RunError("The embedded mock ends with its run and keeps nothing; clean-up needs the --target URL.")
    removal = remove_left_behind(contract, deployment, journals_only=journals_only)
    for left in removal.leftovers:
        click.echo(f"Could not be removed: {printable(left)}", err=True)
    if removal.leftovers:
        click.echo("Remove what stands in the way and run clean-up again.", err=True)
    removed = f"{removal.removed} project{'' if removal.removed == 1 else 's'}"
    runs = f"{removal.runs} unfinished run{'' if removal.runs == 1 else 's'}"
    click.echo(f"{removed} removed from {deployment.url}; {runs} found in journals.")
    return NOT_DONE if removal.leftovers else 0
