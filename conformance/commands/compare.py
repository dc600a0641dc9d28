"""The command `milestones-check compare`: the changes between two runs."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.commands.command_line import Command
from conformance.commands.shared_options import FILE
from conformance.target import RunError

if TYPE_CHECKING:
    from conformance.results.compare import Comparison

EXAMPLES = """\b
Examples:
  milestones-check compare before/report.json after/report.json
  milestones-check compare --history history.sqlite 12 14
  milestones-check compare --history history.sqlite --deployment acme"""


@click.command(cls=Command, epilog=EXAMPLES)
@click.argument("runs", nargs=-1, metavar="[A B]")
@click.option("--history", type=FILE, metavar="FILE", help="Takes A and B as numbers of runs in this history.")
@click.option("--deployment", metavar="NAME", help="With --history: compares the two latest runs of a deployment.")
def compare(*, runs: tuple[str, ...], history: Path | None, deployment: str | None) -> int:
    """Show what changed between two runs, in verdicts and in undocumented behaviour.

    A and B are two report.json files, or runs of a history. Exit code: 0 no change, 1 a change, 3 not comparable.
    """
    from rich.console import Console

    from conformance.reports import terminal
    from conformance.results.compare import compare as compare_files

    are_files = len(runs) == 2 and not all(name.isdigit() for name in runs)
    if history is not None and not are_files:
        comparison = from_history(history, runs, deployment)
    elif len(runs) == 2 and deployment is None:
        comparison = compare_files(Path(runs[0]), Path(runs[1]))
    else:
        raise RunError("compare needs two report.json files, or --history with two run numbers or a --deployment.")
    terminal.show_comparison(comparison, Console(highlight=False))
    return 1 if comparison else 0


def from_history(file: Path, numbers: tuple[str, ...], deployment: str | None) -> "Comparison":
    from conformance.history.store import History
    from conformance.results.compare import compare_columns

    with History.open(file, must_exist=True) as history:
        if len(numbers) == 2:
            before, after = (history.run(int(number)) for number in numbers)
        elif deployment is not None and not numbers:
            runs = history.runs(deployment)
            if len(runs) < 2:
                raise RunError(f"{file} has {len(runs)} runs of {deployment}; compare needs two.")
            before, after = runs[-2:]
        else:
            raise RunError(f"--history {file} needs two numbers of runs, or --deployment NAME for the two latest.")
    return compare_columns((before.statuses, before.behaviour), (after.statuses, after.behaviour))
