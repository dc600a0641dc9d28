"""The verdict for people: violated requirements first, each with its sentence, what came, and how to see it again."""

import logging
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from conformance.exchange import Exchange, printable
from conformance.http.retry import LOG
from conformance.properties.registry import Property
from conformance.reports.report import Report
from conformance.results.compare import Comparison
from conformance.results.verdict import Conclusion, Judgement, Verdict

INSECURE = "Any certificate was accepted (--insecure): who answered is not known."
FIRST_CALLS, LAST_CALLS = 4, 12
"""The number of calls of a violation that a terminal shows; the last ones are nearest to what broke."""
STYLES = {
    Conclusion.CONFORMANT: "bold green",
    Conclusion.VIOLATIONS: "bold red",
    Conclusion.STALE_WAIVERS: "bold red",
    Conclusion.INCONCLUSIVE: "bold yellow",
}


class _PatientConsole(Console):
    """A console that outlives the one who reads from it: what is judged and removed does not depend on a pipe."""

    def on_broken_pipe(self) -> None:
        """Say nothing more."""
        self.quiet = True
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def open_console() -> Console:
    """Return the console for a verdict, which takes any text."""
    return _PatientConsole(highlight=False)


def announce(text: str, console: Console) -> None:
    """Print what is about to be done, or was done."""
    _line(console, text)


class _Teller(logging.Handler):
    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        _line(self._console, record.getMessage())


@contextmanager
def telling(console: Console) -> Iterator[None]:
    """Print what is logged meanwhile, such as that the run has to wait."""
    teller = _Teller(console)
    LOG.addHandler(teller)
    try:
        yield
    finally:
        LOG.removeHandler(teller)


@contextmanager
def progress(plan: Sequence[Property], console: Console, *, quiet: bool) -> Iterator[Callable[[Property], None]]:
    """Show which property is running in one line of a terminal; a log has no line for it."""
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=len(plan))
        yield lambda candidate: bar.update(task, advance=1, description=candidate.name)


def show(report: Report, console: Console) -> None:
    """Print the verdict."""
    for root, consequences in report.grouped:
        show_violation(report, root, console)
        show_consequences(report, root, consequences, console)
    for judgement in report.having(Verdict.UNSTEADY):
        show_violation(report, judgement, console)
    show_reasons("Without a verdict", report.having(Verdict.INCONCLUSIVE, Verdict.ERROR), console)
    if report.read_only:
        show_unjudged(report.having(Verdict.NOT_RUN), console)
    show_reasons("Waived", report.having(Verdict.WAIVED), console)
    for stale in report.stale_waivers:
        _line(console, f"Stale: {stale}", "bold red")
    show_profile(report, console)
    show_topics(report, console)
    for note in report.notes:
        _line(console, note, "bold yellow")
    for left in report.leftovers:
        _line(console, f"Could not be removed: {left}", "yellow")
    if report.leftovers:
        _line(console, report.removal, "yellow")
    counts = Counter(judgement.verdict for judgement in report.judgements)
    passed, broken = counts[Verdict.PASS], counts[Verdict.FAIL]
    rest = counts[Verdict.INCONCLUSIVE] + counts[Verdict.ERROR]
    _line(console, "")
    _line(console, report.headline, STYLES[report.outcome])
    _line(
        console,
        f"{passed} hold, {broken} do not, {counts[Verdict.UNSTEADY]} unsteady, {counts[Verdict.WAIVED]} waived, "
        f"{rest} without a verdict, "
        f"{counts[Verdict.NOT_RUN]} not run; "
        f"{report.requests} requests in {report.duration_s:.1f} s, seed {report.seed}, depth {report.depth}",
    )
    if report.insecure:
        _line(console, INSECURE, "bold yellow")
    _line(console, report.next_step)


def show_violation(report: Report, judgement: Judgement, console: Console) -> None:
    requirement = judgement.requirement
    weight = "" if judgement.fails(strict=report.strict) else " (inferred: reported, not failed)"
    if judgement.verdict is Verdict.UNSTEADY:
        weight = " (unsteady: reported, not failed)"
    _line(console, "")
    _line(console, f"✗ {requirement.id}{weight}", "bold red" if not weight else "bold yellow")
    _line(console, f"  {requirement.text}")
    _line(console, f"  [{requirement.source}]", "dim")
    expected, actual = report.difference(judgement)
    _line(console, f"  expected  {expected}")
    _line(console, f"  actual    {actual}")
    if judgement.reason:
        _line(console, f"  reason    {judgement.reason}")
    show_calls("  calls", report, report.calls(judgement), console)
    if judgement.repetition:
        show_calls("  calls that did not show it again", report, judgement.repetition, console)
    _line(console, f"  again     {report.command(requirement)}", "cyan")


def show_consequences(report: Report, root: Judgement, consequences: Sequence[Judgement], console: Console) -> None:
    """Name what follows from a violation, without its calls."""
    if not consequences:
        return
    failing = sum(consequence.fails(strict=report.strict) for consequence in consequences)
    inferred = f", {len(consequences) - failing} of them inferred only" if failing < len(consequences) else ""
    _line(
        console, f"  from this {len(consequences)} more{inferred}; fixed with {root.requirement.id}, or looked at next"
    )
    for judgement in consequences:
        _line(console, f"    {judgement.requirement.id}", "dim")


def show_calls(heading: str, report: Report, calls: Sequence[Exchange], console: Console) -> None:
    """Print the calls, of very many the first and the last ones."""
    _line(console, heading)
    left_out = range(FIRST_CALLS, len(calls) - LAST_CALLS)
    for place, exchange in enumerate(calls):
        if place in left_out:
            if place == FIRST_CALLS:
                _line(console, f"       … {len(left_out)} more; --report DIR writes them all", "dim")
            continue
        number = place + 1
        _line(console, f"  {number:>3}  {report.curl(exchange)}")
        _line(console, f"       → {exchange.status if exchange.status is not None else exchange.error}", "dim")


def show_comparison(comparison: Comparison, console: Console) -> None:
    """Print what changed between two reports."""
    for heading, changes in (("Verdicts", comparison.verdicts), ("Undocumented behaviour", comparison.behaviour)):
        if changes:
            _line(console, heading, "bold")
        for change in changes:
            _line(console, f"  {change.id}: {change.before} → {change.after}")
    if not comparison:
        _line(console, "Both reports say the same.")


def show_profile(report: Report, console: Console) -> None:
    if not report.observations:
        return
    observed = sum(observation.choice is not None for observation in report.observations)
    _line(console, "")
    others = "; the others:" if observed < len(report.observations) else ""
    _line(console, f"Observed {observed} of {len(report.observations)} open points (profile.json){others}", "bold")
    for observation in report.observations:
        if observation.choice is None:
            choices = " or ".join(observation.point.choices)
            why = (
                observation.seen
                if observation.seen.startswith("not seen")
                else f"{observation.seen}, which is none of {choices}"
            )
            _line(console, f"  {observation.point.id}: {why}", "dim")


def show_topics(report: Report, console: Console) -> None:
    """Print what of each operation does not hold or has no verdict, beside what holds."""
    notable = [topic for topic in report.topics if not topic.is_green]
    if not notable:
        return
    _line(console, "")
    _line(console, "By operation", "bold")
    width = max(len(topic.name) for topic in notable)
    for topic in notable:
        _line(console, f"  {topic.name:<{width}}  {topic.summary}")


def show_unjudged(judgements: list[Judgement], console: Console) -> None:
    """Print what a read-only run does not judge, a line for each topic."""
    topics = Counter((judgement.requirement.topic, judgement.reason) for judgement in judgements)
    if topics:
        _line(console, "")
        _line(console, "Not judged", "bold yellow")
    for (topic, reason), number in topics.items():
        _line(console, f"  {topic}: {number} requirement{'' if number == 1 else 's'}, for {reason}", "dim")


def show_reasons(heading: str, judgements: list[Judgement], console: Console) -> None:
    if not judgements:
        return
    _line(console, "")
    _line(console, heading, "bold yellow")
    by_reason: dict[str, list[str]] = {}
    for judgement in judgements:
        by_reason.setdefault(judgement.reason, []).append(judgement.requirement.id)
    for reason, identifiers in by_reason.items():
        _line(console, f"  {reason}")
        for identifier in identifiers:
            _line(console, f"    {identifier}", "dim")


def _line(console: Console, text: str, style: str = "") -> None:
    # Text, not markup: what a deployment answers must not be read as styling, nor as control codes of the terminal.
    console.print(Text(printable(text), style=style), soft_wrap=True)
