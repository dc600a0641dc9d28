"""The command line `milestones-gate`: options, verdict, exit code. Slow imports are made when a command runs."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import click

from gate.errors import GateError
from gate.exit_handling import Gate, say

if TYPE_CHECKING:
    from gate.verdict import Verdict

FILE = click.Path(path_type=Path)
KEY = "MILESTONES_API_KEY"
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
PASSED_ON = {"ignore_unknown_options": True, "allow_interspersed_args": True}
P = ParamSpec("P")


def read_known(_context: click.Context, _option: click.Parameter, file: Path | None) -> frozenset[str]:
    """Read the earlier findings before the reports are begun, as the file may be one of them."""
    from gate.reports import json_report

    return json_report.read_known_ids(file) if file is not None else frozenset()


KNOWN = click.option(
    "--known",
    "known_ids",
    type=FILE,
    metavar="FILE",
    callback=read_known,
    help="The gate.json of an earlier run; its findings no longer fail.",
)


def reporting(run: Callable[P, "Verdict"]) -> Callable[..., int]:
    """Decorate a function that returns a verdict as a command with the options of reports."""

    @click.option(
        "--report", type=FILE, metavar="DIR", help="Writes gate.json, gate.md, gate.sarif and junit.xml there."
    )
    @click.option("--annotations", is_flag=True, help="Prints the findings as GitHub's workflow commands, too.")
    @click.option(
        "--allow-outside", is_flag=True, help="Lets references read files outside of the contract's repository."
    )
    @wraps(run)
    def command(report: Path | None, annotations: bool, allow_outside: bool, *args: P.args, **options: P.kwargs) -> int:
        from gate.reports import writer
        from gate.reports.writer import within_reach
        from gate.source.files import OUTSIDE_IS_ALLOWED

        OUTSIDE_IS_ALLOWED.set(allow_outside)
        if report is not None:
            writer.write_not_done(run.__name__, writer.NO_END, report)
        verdict = within_reach(run(*args, **options))
        if report is not None:
            writer.write(verdict, report)
        _print(verdict, annotations=annotations)
        return int(verdict.outcome.exit_code)

    return command


def _print(verdict: "Verdict", *, annotations: bool) -> None:
    from gate.reports import github, terminal

    say("\n".join([terminal.text(verdict), *(github.lines(verdict) if annotations else ())]), on_error=False)


@click.group(cls=Gate, context_settings=SETTINGS)
@click.version_option(package_name="milestones-conformance", message="milestones-gate %(version)s")
def command() -> None:
    """Report what a change of the contract or of a deployment breaks for clients.

    Exit code: 0 nothing, 1 something, 2 a person has to look, 3 the command could not be done.
    """


@command.command()
@click.argument("old")
@click.argument("new", required=False)
@click.option("--merge-base", metavar="REF", help="Compares FILE with its version where HEAD left the branch REF.")
@click.option("--allow-breaking-with-major", is_flag=True, help="Lets breaks pass where info.version's major rises.")
@click.option("--config", type=FILE, metavar="FILE", help="Severities of rules; by default milestones-gate.toml.")
@click.option("--documentation", is_flag=True, help="Lists changes of documentation, too.")
@KNOWN
@click.option(
    "--old-may-be-missing", is_flag=True, help="For a new contract: the revision of OLD need not have the file."
)
@reporting
def contract(
    old: str,
    new: str | None,
    known_ids: frozenset[str],
    *,
    merge_base: str | None,
    config: Path | None,
    documentation: bool,
    old_may_be_missing: bool,
    allow_breaking_with_major: bool,
) -> "Verdict":
    """Compare two contracts, each a FILE or REVISION:FILE, and report what breaks.

    With --merge-base REF, give the one FILE of the work tree.
    """
    from gate.commands.contract import run
    from gate.commands.severities import read_severities
    from gate.source.git import at_merge_base

    if merge_base is not None and new is not None:
        raise GateError(
            "--merge-base compares one file with its earlier version; give only that file, or leave --merge-base out."
        )
    if merge_base is not None:
        old, new = at_merge_base(old, merge_base), old
    if new is None:
        raise GateError("Missing argument NEW: give two contracts, or --merge-base REF and one.")
    return run(
        old,
        new,
        known_ids,
        documentation=documentation,
        old_may_be_missing=old_may_be_missing,
        allow_breaking_with_major=allow_breaking_with_major,
        severities=read_severities(config, Path.cwd()),
    )


@command.command(context_settings=PASSED_ON)
@click.option("--old", required=True, metavar="CONTRACT", help="The old contract: FILE or REVISION:FILE.")
@click.option("--target", metavar="URL", help="The deployment's base URL, with /api.")
@click.option("--new", metavar="CONTRACT", help="In place of a target: our mock with this contract.")
@click.option("--against", metavar="URL", help="Another deployment; only differences from it count.")
@click.option("--api-key", envvar=KEY, default="", metavar="KEY", help=f"Better given as {KEY}.")
@click.option("--against-api-key", envvar=f"{KEY}_AGAINST", default="", metavar="KEY", help=f"Better: {KEY}_AGAINST.")
@click.option("--strict", is_flag=True, help="Inferred requirements and undocumented behaviour count, too.")
@KNOWN
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@reporting
def behaviour(  # noqa: PLR0913 - an option each
    *,
    old: str,
    target: str | None,
    new: str | None,
    against: str | None,
    api_key: str,
    against_api_key: str,
    strict: bool,
    known_ids: frozenset[str],
    options: tuple[str, ...],
) -> "Verdict":
    """Report what clients of the old contract notice of a deployment.

    OPTIONS go on to milestones-check, such as --depth quick.
    """
    from gate.commands.behaviour import BehaviourOptions, run

    if target is not None and new is not None:
        raise GateError("--target and --new exclude each other: judge a deployment, or the mock with a new contract.")
    settings = BehaviourOptions(old, target, new, against, api_key, against_api_key, strict, options)
    return run(settings, known_ids)


@command.command(context_settings=PASSED_ON)
@click.argument("file", type=FILE)
@click.option("--target", metavar="URL", help="The deployment's base URL, with /api; by default our own mock.")
@click.option(
    "--from", "report_of", type=FILE, metavar="REPORT", help="A report of milestones-check, in place of a run."
)
@click.option("--contract", "contract_name", metavar="CONTRACT", help="Another contract: FILE or REVISION:FILE.")
@click.option("--write", is_flag=True, help="Records the state of the deployment in FILE.")
@click.option("--shrink", is_flag=True, help="Removes what got better from FILE, and changes nothing else.")
@click.option("--strict", is_flag=True, help="Inferred requirements and undocumented behaviour count, too.")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@reporting
def baseline(
    *,
    file: Path,
    target: str | None,
    report_of: Path | None,
    contract_name: str | None,
    write: bool,
    shrink: bool,
    strict: bool,
    options: tuple[str, ...],
) -> "Verdict":
    """Report whether a deployment got worse than FILE says.

    OPTIONS go on to milestones-check, such as --depth quick.
    """
    from gate.commands.baseline import BaselineOptions, Mode, run

    if write and shrink:
        raise GateError(
            "--write and --shrink exclude each other: write everything again, or only remove what got better."
        )
    if report_of is not None and (target is not None or options):
        raise GateError(
            "--from reads the report of an earlier run; give it without --target and without options of the suite."
        )
    deed = Mode.WRITE if write else Mode.SHRINK if shrink else Mode.KEEP
    return run(BaselineOptions(file, deed, target, report_of, contract_name, strict, options))


@command.command()
@click.argument("contract_name", metavar="CONTRACT")
@click.argument("report_of", metavar="REPORT", type=FILE)
@click.option(
    "--minimum", multiple=True, metavar="KIND=PERCENT", help="Fails below this percentage, such as statuses=90."
)
@reporting
def coverage(contract_name: str, report_of: Path, minimum: tuple[str, ...]) -> "Verdict":
    """Report how much of CONTRACT the run of REPORT, by milestones-check, exercised."""
    from gate.commands.coverage import run

    return run(contract_name, report_of, dict(map(_minimum, minimum)))


def _minimum(text: str) -> tuple[str, float]:
    kinds = ("operations", "statuses", "encodings", "parameters", "fields", "requirements")
    kind, _, percent = text.partition("=")
    try:
        share = float(percent)
    except ValueError:
        share = -1.0
    if kind not in kinds or not 0 <= share <= 100:
        raise GateError(f"--minimum {text}: write KIND=PERCENT, where KIND is one of {', '.join(kinds)}.")
    return kind, share


@command.command()
@click.argument("contracts", nargs=-1, required=True, metavar="CONTRACT...")
@reporting
def lint(contracts: tuple[str, ...]) -> "Verdict":
    """Check requirements, open points, their sources, and links of contracts."""
    from gate.commands.lint import run

    return run(contracts)


def main() -> None:
    """Run the command line."""
    command()
