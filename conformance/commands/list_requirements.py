"""The command `milestones-check list`: the requirements of the contract, with their sentences and sources."""

from pathlib import Path

import click

from conformance.commands.command_line import Command
from conformance.commands.shared_options import CONTRACT, EXCLUDE, ONLY
from conformance.target import RunError

EXAMPLES = """\b
Examples:
  milestones-check list
  milestones-check list --only 'delete/*'"""


@click.command("list", cls=Command, epilog=EXAMPLES)
@ONLY
@EXCLUDE
@CONTRACT
def list_requirements(*, only: tuple[str, ...], exclude: tuple[str, ...], contract: Path | None) -> int:
    """List the requirements that a run judges."""
    from conformance import contract as contracts
    from conformance.properties.registry import check_globs, select

    try:
        loaded = contracts.load(contract)
    except contracts.ContractError as error:
        raise RunError(f"{error}.") from error
    check_globs(loaded.requirements, only, exclude)
    chosen = select(loaded.requirements, only, exclude)
    if not chosen:
        raise RunError("Nothing is selected: no requirement matches; see them all with `milestones-check list`.")
    for requirement in loaded.requirements.values():
        if requirement.id in chosen:
            click.echo(f"{requirement.id}  ({requirement.level})\n    {requirement.text}\n    {requirement.source}")
    return 0
