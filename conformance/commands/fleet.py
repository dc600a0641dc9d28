"""The command `milestones-check fleet`: check the deployments of a fleet file, and give one verdict."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.commands.command_line import Command
from conformance.commands.shared_options import FILE
from conformance.target import RunError

if TYPE_CHECKING:
    from conformance.fleet.verdict import FleetVerdict

EXAMPLES = """\b
Examples:
  milestones-check fleet fleet.toml --report out
  milestones-check fleet fleet.toml --report out -n 8 --tag production
  milestones-check fleet fleet.toml --report out --resume
  milestones-check fleet fleet.toml --report out --scheduler tcp://10.0.0.1:8786"""


@click.command(cls=Command, epilog=EXAMPLES)
@click.argument("file", type=FILE, required=False, metavar="FILE")
@click.option("--report", type=FILE, metavar="DIR", help="Writes fleet.json, junit.xml and pages there.")
@click.option(
    "-n",
    "--workers",
    type=click.IntRange(1, 512),
    default=4,
    show_default=True,
    help="Deployments that are checked at once.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Runs on the workers of this Dask scheduler.")
@click.option("--tag", multiple=True, metavar="TAG", help="Checks only deployments with this tag.")
@click.option("--resume", is_flag=True, help="Continues a fleet that was stopped; keeps its results.")
@click.option(
    "--state", type=FILE, metavar="DIR", help="A folder for journals, shared by all workers; by default in --report."
)
@click.option("--history", type=FILE, metavar="FILE", help="Adds the results to this history.")
@click.option("-q", "--quiet", is_flag=True, help="Prints no verdict; for programs that read the report.")
def fleet(  # noqa: PLR0913 - an option each
    *,
    file: Path | None,
    report: Path | None,
    workers: int,
    scheduler: str | None,
    tag: tuple[str, ...],
    resume: bool,
    state: Path | None,
    history: Path | None,
    quiet: bool,
) -> int:
    """Check the deployments of FILE (TOML) and give one verdict.

    The exit code is that of the worst deployment: violations (1) before deployments that could not be
    checked (3), before those without a verdict on some requirements (2).
    """
    from rich.console import Console

    from conformance.fleet import outputs, terminal
    from conformance.fleet.coordinator import Coordinator, Folder, by_tag
    from conformance.fleet.executors import open_crew
    from conformance.fleet.file import Fleet, load
    from conformance.http.signals import stop_on_signals
    from conformance.reports.rendering import print_line

    if file is None:
        raise RunError("fleet needs a FILE of deployments: milestones-check fleet fleet.toml --report out.")
    if report is None:
        raise RunError(f"fleet needs a folder for its reports: milestones-check fleet {file} --report out.")
    console = Console(highlight=False)
    loaded = load(file)
    chosen = Fleet(by_tag(loaded.deployments, tag), loaded.politeness)
    coordinator = Coordinator(chosen, Folder(report), (state or report / "state").resolve(), resume=resume)
    with stop_on_signals(coordinator.stop), open_crew(workers, scheduler) as crew:
        kept = f", {len(coordinator.results)} kept from before" if resume else ""
        print_line(console, f"Checking {len(chosen.deployments)} deployments with {crew.description}{kept}")
        with terminal.progress(coordinator, console) as progress:
            verdict = coordinator.run(crew, progress)
    outputs.write(verdict, report)
    if history is not None:
        _remember(history, verdict, report)
    if not quiet:
        terminal.show(verdict, console)
        print_line(console, f"Reports: {report}")
    return verdict.exit_code


def _remember(file: Path, verdict: "FleetVerdict", report: Path) -> None:
    from conformance.history.store import History

    with History.open(file) as history:
        for result in verdict.results:
            path = report / (result.report or "") / "report.json"
            if result.interrupted:
                continue
            if path.is_file():
                history.add(result.name, json.loads(path.read_text(encoding="utf-8")))
            else:
                history.add_not_done(result.name, result.target, verdict.started)
