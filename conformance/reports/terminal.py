"""Print the verdict: violated requirements first, each with its sentence, what came, and how to repeat it."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from conformance.exchange import Exchange
from conformance.properties.registry import Property
from conformance.reports.rendering import print_line
from conformance.reports.report import Report
from conformance.results.compare import Comparison
from conformance.results.verdict import Conclusion, Judgement, Verdict

INSECURE = "Any certificate was accepted (--insecure): the identity of the server is unknown."
FIRST_CALLS, LAST_CALLS = 4, 12
"""The numbers of first and last calls of a violation that are shown; the last ones are closest to the violation."""
MOST_NAMED = 12
"""Of one reason, more requirements than this are counted instead of named."""
STYLES = {
    Conclusion.CONFORMANT: "bold green",
    Conclusion.VIOLATIONS: "bold red",
    Conclusion.STALE_WAIVERS: "bold red",
    Conclusion.INCONCLUSIVE: "bold yellow",
}


@contextmanager
def progress(plan: Sequence[Property], console: Console, *, quiet: bool) -> Iterator[Callable[[Property], None]]:
    """Show the name of the running property in one line of a terminal; a log gets no line for it."""
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=len(plan))
        yield lambda candidate: bar.update(task, advance=1, description=candidate.name)


def show(report: Report, console: Console) -> None:
    """Print the verdict on a run."""
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
        print_line(console, f"Stale: {stale}", "bold red")
    show_profile(report, console)
    show_topics(report, console)
    for note in report.notes:
        print_line(console, note, "bold yellow")
    for left in report.leftovers:
        print_line(console, f"Could not be removed: {left}", "yellow")
    if report.leftovers:
        print_line(console, report.removal, "yellow")
    counts = Counter(judgement.verdict for judgement in report.judgements)
    passed, broken = counts[Verdict.PASS], counts[Verdict.FAIL]
    rest = counts[Verdict.INCONCLUSIVE] + counts[Verdict.ERROR]
    print_line(console, "")
    print_line(console, report.headline, STYLES[report.outcome])
    print_line(
        console,
        f"{passed} hold, {broken} do not, {counts[Verdict.UNSTEADY]} unsteady, {counts[Verdict.WAIVED]} waived, "
        f"{rest} without a verdict, "
        f"{counts[Verdict.NOT_RUN]} not run; "
        f"{report.requests} requests in {report.duration_s:.1f} s, seed {report.seed}, depth {report.depth}",
    )
    if report.insecure:
        print_line(console, INSECURE, "bold yellow")
    print_line(console, report.next_step)


def show_violation(report: Report, judgement: Judgement, console: Console) -> None:
    requirement = judgement.requirement
    weight = "" if judgement.fails(strict=report.strict) else " (inferred: reported, not failed)"
    if judgement.verdict is Verdict.UNSTEADY:
        weight = " (unsteady: reported, not failed)"
    print_line(console, "")
    print_line(console, f"✗ {requirement.id}{weight}", "bold red" if not weight else "bold yellow")
    print_line(console, f"  {requirement.text}")
    print_line(console, f"  [{requirement.source}]", "dim")
    expected, actual = report.difference(judgement)
    print_line(console, f"  expected  {expected}")
    print_line(console, f"  actual    {actual}")
    if judgement.reason:
        print_line(console, f"  reason    {judgement.reason}")
    show_calls("  calls", report, report.calls(judgement), console)
    if judgement.repetition:
        show_calls("  calls that did not show the violation again", report, judgement.repetition, console)
    print_line(console, f"  again     {report.command(requirement)}", "cyan")


def show_consequences(report: Report, root: Judgement, consequences: Sequence[Judgement], console: Console) -> None:
    """Print the names of violations that follow from another, without their calls."""
    if not consequences:
        return
    failing = sum(consequence.fails(strict=report.strict) for consequence in consequences)
    inferred = f", {len(consequences) - failing} of them inferred only" if failing < len(consequences) else ""
    print_line(
        console,
        f"  from this {len(consequences)} more{inferred}; fixed with {root.requirement.id}, or checked in the next run",
    )
    for judgement in consequences:
        print_line(console, f"    {judgement.requirement.id}", "dim")


def show_calls(heading: str, report: Report, calls: Sequence[Exchange], console: Console) -> None:
    """Print the calls; of very many, only the first and the last ones."""
    print_line(console, heading)
    left_out = range(FIRST_CALLS, len(calls) - LAST_CALLS)
    for place, exchange in enumerate(calls):
        if place in left_out:
            if place == FIRST_CALLS:
                print_line(console, f"       … {len(left_out)} more; --report DIR writes them all", "dim")
            continue
        number = place + 1
        print_line(console, f"  {number:>3}  {report.curl(exchange)}")
        print_line(console, f"       → {exchange.status if exchange.status is not None else exchange.error}", "dim")


def show_comparison(comparison: Comparison, console: Console) -> None:
    """Print the changes between two reports."""
    for heading, changes in (("Verdicts", comparison.verdicts), ("Undocumented behaviour", comparison.behaviour)):
        if changes:
            print_line(console, heading, "bold")
        for change in changes:
            print_line(console, f"  {change.id}: {change.before} → {change.after}")
    if not comparison:
        print_line(console, "Both reports say the same.")


def show_profile(report: Report, console: Console) -> None:
    if not report.observations:
        return
    observed = sum(observation.choice is not None for observation in report.observations)
    print_line(console, "")
    others = "; the others:" if observed < len(report.observations) else ""
    print_line(console, f"Observed {observed} of {len(report.observations)} open points (profile.json){others}", "bold")
    for observation in report.observations:
        if observation.choice is None:
            choices = " or ".join(observation.point.choices)
            why = (
                observation.behaviour
                if observation.behaviour.startswith("not seen")
                else f"{observation.behaviour}, which is none of {choices}"
            )
            print_line(console, f"  {observation.point.id}: {why}", "dim")


def show_topics(report: Report, console: Console) -> None:
    """Print violated requirements and those without a verdict, by operation, with the number of satisfied ones."""
    notable = [topic for topic in report.topics if not topic.is_green]
    if not notable:
        return
    print_line(console, "")
    print_line(console, "By operation", "bold")
    width = max(len(topic.name) for topic in notable)
    for topic in notable:
        print_line(console, f"  {topic.name:<{width}}  {topic.summary}")


def show_unjudged(judgements: list[Judgement], console: Console) -> None:
    """Print the requirements that a read-only run does not judge, a line for each topic."""
    topics = Counter((judgement.requirement.topic, judgement.reason) for judgement in judgements)
    if topics:
        print_line(console, "")
        print_line(console, "Not judged", "bold yellow")
    for (topic, reason), number in topics.items():
        print_line(console, f"  {topic}: {number} requirement{'' if number == 1 else 's'}: {reason}", "dim")


def show_reasons(heading: str, judgements: list[Judgement], console: Console) -> None:
    if not judgements:
        return
    print_line(console, "")
    print_line(console, heading, "bold yellow")
    by_reason: dict[str, list[str]] = {}
    for judgement in judgements:
        by_reason.setdefault(judgement.reason, []).append(judgement.requirement.id)
    for reason, identifiers in by_reason.items():
        print_line(console, f"  {reason}")
        if len(identifiers) > MOST_NAMED:
            print_line(console, f"    {len(identifiers)} requirements; --report DIR names each", "dim")
            continue
        for identifier in identifiers:
            print_line(console, f"    {identifier}", "dim")
