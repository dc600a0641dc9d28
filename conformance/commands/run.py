"""The command `milestones-check run`: check one deployment."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance.commands.command_line import NOT_DONE, Command
from conformance.commands.shared_options import (
    API_KEY,
    CONTRACT,
    EXCLUDE,
    FILE,
    ONLY,
    TARGET,
    Lines,
    network_options,
    target_of,
)
from conformance.target import RunError

if TYPE_CHECKING:
    from conformance.options import RunConfig
    from conformance.reports.report import Report

EXAMPLES = """\b
Examples:
  milestones-check run --target https://crm.example.com/api --read-only
  milestones-check run --target https://crm.example.com/api --depth quick --report report
  milestones-check run --target mock --only 'delete/*'"""


@click.command(cls=Command, epilog=EXAMPLES)
@TARGET
@API_KEY
@click.option("--depth", type=click.Choice(["quick", "standard", "deep"]), default="standard", show_default=True)
@click.option("--seed", type=int, metavar="N", help="Repeats the inputs of the run that reported this seed.")
@ONLY
@EXCLUDE
@click.option("--read-only", is_flag=True, help="Sends no write; judges only what reads can show.")
@click.option("--strict", is_flag=True, help="Inferred requirements fail the run, too.")
@click.option("--observe/--no-observe", default=None, help="Observes open points; the default unless quick.")
@click.option("--report", type=FILE, metavar="DIR", help="Writes report.json, report.html, junit.xml and profile.json.")
@click.option("--history", type=FILE, metavar="FILE", help="Adds the verdicts to this history.")
@click.option("--name", metavar="NAME", help="The deployment's name in the history; by default its URL.")
@click.option("--waivers", type=FILE, metavar="FILE", help="Deviations that are accepted for now.")
@click.option("--replay", type=FILE, metavar="FILE", help="First judges what failed in that report.json.")
@click.option("--rerun-failed", type=FILE, metavar="FILE", help="Judges only what failed in that report.json.")
@click.option("--fail-fast", is_flag=True, help="Ends the run at the first violation.")
@click.option(
    "-n", "--jobs", type=click.IntRange(1, 32), default=1, show_default=True, help="Properties that run at once."
)
@click.option(
    "--wait", metavar="TIME", help="Waits up to this time for a deployment that does not answer yet, e.g. 10m."
)
@click.option("--budget", metavar="TIME", help="With --depth deep: continues with other inputs for, e.g., 10m.")
@CONTRACT
@network_options
@click.option("--client-id", type=int, metavar="N", help="An existing client, if the deployment shows no project.")
@click.option("--category-id", type=int, metavar="N", help="An existing project category, if it shows no project.")
@click.option("--status-id", type=int, metavar="N", help="An existing task status, if the deployment shows no task.")
@click.option("--priority-id", type=int, metavar="N", help="An existing task priority, if it shows no task.")
@click.option(
    "--project-field", multiple=True, type=Lines(), metavar="NAME=VALUE", help="Sends this field with each new project."
)
@click.option(
    "--task-field", multiple=True, type=Lines(), metavar="NAME=VALUE", help="Sends this field with each new task."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=30.0,
    show_default=True,
    help="Maximum seconds for each exchange.",
)
@click.option(
    "--rate", type=click.FloatRange(min=0), default=0.0, metavar="N", help="Maximum requests per second; 0: no limit."
)
@click.option(
    "--settle",
    type=click.FloatRange(min=0, max=60),
    default=0.0,
    metavar="SECONDS",
    help="Waits after writes before it reads.",
)
@click.option(
    "--max-requests", type=click.IntRange(min=1), default=1_000_000, metavar="N", help="Maximum number of requests."
)
@click.option("-v", "--verbose", is_flag=True, help="Prints one line for each exchange.")
@click.option("-q", "--quiet", is_flag=True, help="Prints no verdict; for programs that read the report.")
def run(
    *, report: Path | None, history: Path | None, name: str | None, verbose: bool, quiet: bool, **options: Any
) -> int:
    """Judge whether a deployment does what the documentation of the Milestones API says.

    Exit code: 0 conformant, 1 violations (or a stale waiver), 2 no verdict on some requirements, 3 the run could not
    be done.
    """

    def remember(finished: "Report") -> None:
        if history is not None and not finished.interrupted:
            _remember(finished, history, name)

    config = run_config(options)
    if history is not None:
        _remember_nothing(history)
    return _check(config, report, remember, verbose=verbose, quiet=quiet)


def run_config(options: Mapping[str, Any]) -> "RunConfig":
    """Return the configuration of a run from the options of the command. Raises RunError."""
    from conformance.options import Depth, IdOverrides, Limits, Options, RunConfig

    depth, observe = options["depth"], options["observe"]
    first, only, former_seed = of_former_run(options)
    is_whole = not (only or options["exclude"])
    return RunConfig(
        target=target_of(options),
        contract=options["contract"],
        id_overrides=IdOverrides(
            client_id=options["client_id"],
            category_id=options["category_id"],
            status_id=options["status_id"],
            priority_id=options["priority_id"],
            project_fields=fields("--project-field", options["project_field"]),
            task_fields=fields("--task-field", options["task_field"]),
        ),
        options=Options(
            depth=Depth(depth),
            seed=options["seed"] if options["seed"] is not None else former_seed,
            only=only,
            exclude=options["exclude"],
            read_only=options["read_only"],
            jobs=options["jobs"],
            budget=_budget(options["budget"], depth),
            first=first,
            stop_at=stop_at(options),
            limits=Limits(options["timeout"], options["max_requests"], options["rate"], options["settle"]),
        ),
        strict=options["strict"],
        observe=observe if observe is not None else depth != Depth.QUICK.value and is_whole,
        waivers=options["waivers"],
        wait=_seconds("--wait", options["wait"]) if options["wait"] is not None else 0.0,
    )


def fields(option: str, texts: Sequence[str]) -> dict[str, str]:
    """Parse texts of the form NAME=VALUE. Raises RunError."""
    for text in texts:
        if not text.partition("=")[0].strip() or "=" not in text:
            raise RunError(f"{option} {text}: write it like project_custom_field_1=north.")
    return {name.strip(): value for name, _, value in (text.partition("=") for text in texts)}


def of_former_run(options: Mapping[str, Any]) -> tuple[Sequence[str], Sequence[str], int]:
    """Return the requirements to judge first, the requirements to judge at all, and the seed."""
    from conformance.results.compare import failures

    only: Sequence[str] = options["only"]
    if options["rerun_failed"] is not None:
        failed, seed = failures(options["rerun_failed"])
        if not failed:
            raise RunError(f"Nothing failed in {options['rerun_failed']}, so there is nothing to run again.")
        return failed, failed, seed
    if options["replay"] is not None:
        failed, seed = failures(options["replay"])
        return failed, only, seed
    return [], only, secrets.randbelow(1_000_000)


def stop_at(options: Mapping[str, Any]) -> Sequence[str]:
    if not options["fail_fast"]:
        return ()
    return ("stated", "inferred") if options["strict"] else ("stated",)


def _budget(budget: str | None, depth: str) -> float:
    """Parse the budget into seconds. Raises RunError."""
    if budget is None:
        return 0.0
    seconds = _seconds("--budget", budget)
    if depth != "deep":
        raise RunError("--budget is for --depth deep; the other depths try each property once.")
    return seconds


def _seconds(option: str, text: str) -> float:
    """Parse a time such as 90s, 10m or 1h into seconds. Raises RunError."""
    units = {"s": 1, "m": 60, "h": 3600}
    number, unit = text[:-1], text[-1:]
    if unit not in units or not number.isdigit():
        raise RunError(f"{option} {text} is not a time; write it like 90s, 10m or 1h.")
    return float(number) * units[unit]


def _check(
    config: "RunConfig", directory: Path | None, remember: Callable[["Report"], None], *, verbose: bool, quiet: bool
) -> int:
    from conformance.http.retry import LOG
    from conformance.reports import files, terminal
    from conformance.reports.rendering import open_console, print_line, telling
    from conformance.results.verdict import EXIT_CODES
    from conformance.session import Session

    console = open_console()
    LOG.setLevel("DEBUG" if verbose else "WARNING")
    if directory is not None:
        files.prepare(directory)
    # Signals are handled until the verdict is printed.
    with telling(console), Session(config) as session:
        print_line(console, session.announcement)
        with terminal.progress(session.run.plan, console, quiet=quiet) as advance:
            session.judge_all(advance)
        session.clean_up()
        report = session.report()
        if directory is not None:
            _write(report, directory)
        remember(report)
        if not quiet:
            terminal.show(report, console)
        if directory is not None and not quiet:
            print_line(console, f"Reports: {directory}")
    if session.run.results.errors:
        return NOT_DONE
    return int(EXIT_CODES[report.outcome])


def _write(report: "Report", directory: Path) -> None:
    from conformance.reports import files, html, json, junit

    json.write_profile(report, directory / "profile.json")
    junit.write(report, directory / "junit.xml")
    html.write(report, directory / "report.html")
    files.write_scripts(report, directory / "reproductions")
    # It is written last: if it exists, all reports do.
    json.write(report, directory / "report.json")


def _remember_nothing(file: Path) -> None:
    """Open the history before the run, which takes time. Raises RunError if it cannot be written."""
    from conformance.history.store import History

    with History.open(file):
        pass


def _remember(report: "Report", file: Path, name: str | None) -> None:
    from conformance.history.store import History
    from conformance.reports import json

    with History.open(file) as history:
        history.add(name or ("mock" if report.embedded else report.target), json.entry(report))
