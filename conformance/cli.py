"""The command line `milestones-check`: options in, verdict and exit code out. What it needs late, it imports late."""

import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from conformance.reports.report import Report
    from conformance.session import RunConfig
    from conformance.target import Target

NOT_DONE = 3


class Command(click.Command):
    """A command whose usage errors end with 3, as every run that could not be done."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Runs the command and exits with its code."""
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except click.ClickException as error:
            error.show()
            code = NOT_DONE
        except click.Abort:
            code = NOT_DONE
        sys.exit(code)


@click.command(cls=Command, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--target", metavar="URL", help="Base URL with /api. Without it our own mock is checked.")
@click.option("--api-key", envvar="MILESTONES_API_KEY", metavar="KEY", help="Better given as MILESTONES_API_KEY.")
@click.option("--depth", type=click.Choice(["quick", "standard", "deep"]), default="standard", show_default=True)
@click.option("--seed", type=int, metavar="N", help="Repeats the inputs of an earlier run.")
@click.option("--only", multiple=True, metavar="GLOB", help="Judges matching requirements alone, e.g. 'delete/*'.")
@click.option("--list", "listing", is_flag=True, help="Lists the requirements and ends.")
@click.option("--read-only", is_flag=True, help="Sends no write; judges what can be judged so.")
@click.option("--strict", is_flag=True, help="Inferred requirements fail the run, too.")
@click.option("--observe/--no-observe", default=None, help="Looks at open points; by default unless quick.")
@click.option("--report", metavar="DIR", help="Writes report.json, report.html, junit.xml and profile.json there.")
@click.option("--waivers", metavar="FILE", help="Deviations that are accepted for now.")
@click.option("--replay", metavar="FILE", help="Judges first what failed in that report.json, with its seed.")
@click.option("--compare", nargs=2, metavar="A B", help="Says what changed between two report.json, and ends.")
@click.option("-n", "--jobs", type=click.IntRange(1, 32), default=1, show_default=True, help="Properties at once.")
@click.option("--budget", metavar="TIME", help="With --depth deep: goes on with other inputs for, e.g., 10m.")
@click.option("--clean-up", is_flag=True, help="Removes what killed runs left on the target, and ends.")
@click.option("--contract", metavar="FILE", help="Another openapi.yaml.")
@click.option("--client-id", type=int, metavar="N", help="An existing client, if the deployment shows no project.")
@click.option("--category-id", type=int, metavar="N", help="An existing project category, likewise.")
@click.option("--status-id", type=int, metavar="N", help="An existing task status, if the deployment shows no task.")
@click.option("--priority-id", type=int, metavar="N", help="An existing task priority, likewise.")
@click.option("--timeout", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="Seconds to wait.")
@click.option("--rate", type=click.FloatRange(min=0), default=0.0, metavar="N", help="Requests a second at most.")
@click.option("--max-requests", type=click.IntRange(min=1), default=1_000_000, metavar="N", help="Requests at most.")
@click.option("-q", "--quiet", is_flag=True, help="Prints no verdict; for what reads the report.")
@click.version_option(package_name="milestones-conformance", message="%(version)s")
def command(  # noqa: PLR0913 - an option each
    *,
    target: str | None,
    api_key: str | None,
    depth: str,
    seed: int | None,
    only: tuple[str, ...],
    listing: bool,
    read_only: bool,
    strict: bool,
    observe: bool | None,
    report: str | None,
    waivers: str | None,
    replay: str | None,
    compare: tuple[str, str] | None,
    jobs: int,
    budget: str | None,
    clean_up: bool,
    contract: str | None,
    client_id: int | None,
    category_id: int | None,
    status_id: int | None,
    priority_id: int | None,
    timeout: float,
    rate: float,
    max_requests: int,
    quiet: bool,
) -> int:
    """Judges whether a deployment of the Milestones API keeps what its documentation says.

    Exit code: 0 conformant, 1 violations (or a stale waiver, or a difference between two reports),
    2 no verdict on some requirements, 3 the run could not be done.
    """
    from conformance.options import Depth, Limits, Options
    from conformance.results.compare import failures
    from conformance.sandbox.discovery import IdOverrides
    from conformance.session import RunConfig
    from conformance.target import RunError, parse

    path = Path(contract) if contract else None
    try:
        if listing:
            return _list(path, only)
        if compare:
            return _compare(Path(compare[0]), Path(compare[1]))
        if clean_up:
            return _clean_up(path, parse(target, api_key))
        first, former_seed = failures(Path(replay)) if replay else ([], secrets.randbelow(1_000_000))
        return _check(
            RunConfig(
                target=parse(target, api_key),
                contract=path,
                id_overrides=IdOverrides(client_id, category_id, status_id, priority_id),
                options=Options(
                    depth=Depth(depth),
                    seed=seed if seed is not None else former_seed,
                    only=only,
                    read_only=read_only,
                    jobs=jobs,
                    budget=_seconds(budget, depth),
                    first=first,
                    limits=Limits(timeout, max_requests, rate),
                ),
                strict=strict,
                observe=observe if observe is not None else depth != Depth.QUICK.value and not only,
                waivers=Path(waivers) if waivers else None,
            ),
            Path(report) if report else None,
            quiet=quiet,
        )
    except RunError as reason:
        click.echo(str(reason), err=True)
        return NOT_DONE


def main() -> None:
    """The entry point."""
    command()


def _seconds(budget: str | None, depth: str) -> float:
    """A time such as 90s, 10m or 1h, in seconds."""
    from conformance.target import RunError

    if budget is None:
        return 0.0
    units = {"s": 1, "m": 60, "h": 3600}
    number, unit = budget[:-1], budget[-1:]
    if unit not in units or not number.isdigit():
        raise RunError(f"--budget {budget} is no time; write it like 90s, 10m or 1h.")
    if depth != "deep":
        raise RunError("--budget is for --depth deep; the other depths try each property once.")
    return float(number) * units[unit]


def _compare(first: Path, second: Path) -> int:
    from rich.console import Console

    from conformance.reports import terminal
    from conformance.results.compare import compare

    comparison = compare(first, second)
    terminal.show_comparison(comparison, Console(highlight=False))
    return 1 if comparison else 0


def _clean_up(contract: Path | None, target: "Target | None") -> int:
    from conformance.exchange import printable
    from conformance.session import remove_left_behind
    from conformance.target import RunError

    if target is None:
        raise RunError("--clean-up needs the --target that the killed runs worked on.")
    removal = remove_left_behind(contract, target)
    for left in removal.leftovers:
        click.echo(f"Could not be removed: {printable(left)}", err=True)
    removed = f"{removal.removed} project{'' if removal.removed == 1 else 's'}"
    click.echo(f"{removed} removed from {target.url}; {removal.runs} unfinished runs found in journals.")
    return NOT_DONE if removal.leftovers else 0


def _check(config: "RunConfig", directory: Path | None, *, quiet: bool) -> int:
    from rich.console import Console

    from conformance.reports import terminal
    from conformance.results.verdict import EXIT_CODES
    from conformance.session import Session

    console = Console(highlight=False)
    if directory is not None:
        _prepare(directory)
    with terminal.telling(console), Session(config) as session:
        terminal.announce(session.announcement, console)
        with terminal.progress(session.run.plan, console, quiet=quiet) as advance:
            session.judge_all(advance)
    report = session.report()
    if not quiet:
        terminal.show(report, console)
    if directory is not None:
        _write(report, directory)
    if directory is not None and not quiet:
        terminal.announce(f"Reports: {directory}", console)
    return int(EXIT_CODES[report.outcome])


def _prepare(directory: Path) -> None:
    """Finds out before the run, not after it, that reports cannot be written."""
    from conformance.target import RunError

    try:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "report.json").unlink(missing_ok=True)
        (directory / "report.json").touch()
    except OSError as error:
        raise RunError(f"{directory} cannot be written to ({error.strerror}); name another directory.") from error


def _write(report: "Report", directory: Path) -> None:
    from conformance.reports import html, json, junit

    json.write(report, directory / "report.json")
    json.write_profile(report, directory / "profile.json")
    junit.write(report, directory / "junit.xml")
    html.write(report, directory / "report.html")


def _list(path: Path | None, only: tuple[str, ...]) -> int:
    from conformance import contract as contracts
    from conformance.properties.registry import matching
    from conformance.target import RunError

    try:
        contract = contracts.load(path)
    except contracts.ContractError as error:
        raise RunError(f"{error}.") from error
    chosen = matching(list(contract.requirements), only)
    if not chosen:
        raise RunError("Nothing is selected: no requirement matches; see them all with --list.")
    for requirement in contract.requirements.values():
        if requirement.id in chosen:
            click.echo(f"{requirement.id}  ({requirement.level})\n    {requirement.text}\n    {requirement.source}")
    return 0
