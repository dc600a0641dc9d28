"""Show a fleet on the terminal: a progress bar while it runs, and the verdict at the end."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from conformance.fleet.coordinator import Coordinator
from conformance.fleet.results import Result
from conformance.fleet.verdict import Cluster, FleetVerdict, summary
from conformance.reports.rendering import print_line

STYLES = {
    "conformant": "green",
    "violations": "red",
    "stale waivers": "red",
    "not done": "magenta",
    "inconclusive": "yellow",
}
LONGEST_LIST = 40
POINTS_SHOWN = 12
IDS_SHOWN = 3


@contextmanager
def progress(coordinator: Coordinator, console: Console) -> Iterator[Callable[[Result], None]]:
    """Show the numbers of deployments by state with an estimate; in a log, print a line for each tenth."""
    counts: Counter[str] = Counter(result.verdict for result in coordinator.results.values())
    total = len(coordinator.fleet.deployments)
    tenth = max(total // 10, 1)

    def log(result: Result) -> None:
        counts[result.verdict] += 1
        if counts.total() % tenth == 0:
            print_line(console, f"[{counts.total()}/{total}] {summary(counts)}")

    if not console.is_terminal:
        yield log
        return
    columns = (BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, _States(coordinator, counts), console=console, transient=True) as bar:
        task = bar.add_task("", total=total, completed=counts.total())

        def advance(result: Result) -> None:
            counts[result.verdict] += 1
            bar.update(task, advance=1)

        yield advance


class _States(ProgressColumn):
    """The numbers of deployments by state, evaluated whenever the bar is drawn."""

    def __init__(self, coordinator: Coordinator, counts: Mapping[str, int]) -> None:
        super().__init__()
        self._coordinator = coordinator
        self._counts = counts

    def render(self, _: Task) -> Text:
        """Return the numbers by state."""
        states = f"{self._coordinator.running} running, {self._coordinator.waiting} waiting"
        ended = summary(self._counts)
        return Text(f"{ended}, {states}" if ended else states)


def show(fleet: FleetVerdict, console: Console) -> None:
    """Print the verdict, the worst deployments first."""
    notable = [result for result in fleet.results if result.verdict != "conformant" or result.leftovers]
    for result in notable[:LONGEST_LIST]:
        show_result(result, console)
    if len(notable) > LONGEST_LIST:
        print_line(console, f"… and {len(notable) - LONGEST_LIST} more in fleet.json and index.html")
    print_line(console, "")
    print_line(console, fleet.alike, "bold")
    for cluster in fleet.clusters[1:]:
        show_cluster(cluster, console)
    print_line(console, "")
    print_line(console, fleet.headline, f"bold {STYLES[fleet.outcome]}")
    print_line(console, f"{fleet.requests} requests in {fleet.duration_s:.1f} s")


def show_result(result: Result, console: Console) -> None:
    what = _violations(result.violations) if result.violations else result.reason
    if not what and result.undecided:
        what = f"{len(result.undecided)} requirements without a verdict"
    again = f" (attempt {result.attempts})" if result.attempts > 1 else ""
    print_line(console, f"{result.name}  {result.verdict}{again}  {what}".rstrip(), STYLES[result.verdict])
    if result.leftovers:
        print_line(console, f"  could not be removed: {', '.join(result.leftovers)}", "yellow")


def _violations(violations: Sequence[str]) -> str:
    more = f" and {len(violations) - IDS_SHOWN} more" if len(violations) > IDS_SHOWN else ""
    return f"violates {', '.join(violations[:IDS_SHOWN])}{more}"


def show_cluster(cluster: Cluster, console: Console) -> None:
    names = ", ".join(cluster.deployments[:8]) + (" …" if len(cluster.deployments) > 8 else "")
    verb = "differs" if len(cluster.deployments) == 1 else "differ"
    print_line(console, f"  {len(cluster.deployments)} {verb}: {names}")
    for point in cluster.differs[:POINTS_SHOWN]:
        print_line(console, f"    {point}", "dim")
    if len(cluster.differs) > POINTS_SHOWN:
        print_line(console, f"    … and {len(cluster.differs) - POINTS_SHOWN} more points", "dim")
