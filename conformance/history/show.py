"""Show a history on the terminal, or as a page with a chart of the trend."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from conformance.history.store import PastRun
from conformance.history.trends import Trend, Turn, changes
from conformance.reports.rendering import open_templates, print_line

STYLES = {
    Trend.BEGAN_TO_FAIL: "bold red",
    Trend.UNSTEADY: "yellow",
    Trend.INTERMITTENT: "yellow",
    Trend.ALWAYS_FAILED: "red",
    Trend.CHANGED: "cyan",
    Trend.GOT_BETTER: "green",
}
NOT_DONE = "not done"
HEIGHT = 80
BAR = 16
RUNS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Past:
    """The runs of a deployment, the oldest first, and the changes."""

    deployment: str
    runs: Sequence[PastRun]
    changes: Sequence[Turn]

    @property
    def latest(self) -> PastRun:
        """Return the latest run."""
        return self.runs[-1]

    @property
    def summary(self) -> str:
        """Return a sentence on how the latest run ended, and how many there were."""
        first, last = self.runs[0], self.latest
        former = f"; {len(self.runs)} runs since {first.started}" if len(self.runs) > 1 else ""
        return f"{last.verdict} in run {last.id} of {last.started}{former}"

    @property
    def unchanged(self) -> str:
        """Return a sentence that nothing changed and nothing fails."""
        return "could not be checked" if self.latest.verdict == NOT_DONE else "nothing changed, nothing fails"

    @property
    def most(self) -> int:
        """Return the largest number of violations of a run in the chart."""
        return max((run.violations for run in self.runs[-RUNS_SHOWN:]), default=0)

    @property
    def bars(self) -> list["Bar"]:
        """Return the latest runs as bars of the chart; the height is proportional to the violations."""
        shown = self.runs[-RUNS_SHOWN:]
        heights = [max(4, round(run.violations / (self.most or 1) * HEIGHT)) for run in shown]
        return [Bar(place * BAR, height, run) for place, (height, run) in enumerate(zip(heights, shown, strict=True))]


@dataclass(frozen=True, slots=True)
class Bar:
    """A run in the chart."""

    x: int
    height: int
    run: PastRun


def past_of(deployment: str, runs: Sequence[PastRun]) -> Past:
    """Return the past of a deployment; `runs` must not be empty."""
    return Past(deployment, runs, changes(runs))


def show(pasts: Sequence[Past], console: Console) -> None:
    """Print the changes of each deployment."""
    for past in pasts:
        _line(console, f"{past.deployment}: {past.summary}", "bold")
        for change in past.changes:
            detail = f"; {change.detail}" if change.detail else ""
            text = f"  {change.trend.value:<13}  {change.id}  since {change.since} (run {change.run}){detail}"
            _line(console, text, STYLES[change.trend])
        if not past.changes:
            _line(console, f"  {past.unchanged}", "dim")
    counts = Counter(change.trend for past in pasts for change in past.changes)
    parts = [f"{trend.value}: {counts[trend]}" for trend in Trend if counts[trend]]
    undone = sum(past.latest.verdict == NOT_DONE for past in pasts)
    parts += [f"could not be checked: {undone}"] if undone else []
    number = f"{len(pasts)} deployment{'s' * (len(pasts) != 1)}"
    _line(console, f"{number}: {', '.join(parts) or 'nothing changed, nothing fails'}")


def write_page(pasts: Sequence[Past], path: Path) -> None:
    """Write an offline page with a chart and a table for each deployment."""
    page = (
        open_templates("conformance.history")
        .get_template("history.html.j2")
        .render(pasts=pasts, days=_days(pasts), height=HEIGHT, bar=BAR, trends=list(Trend))
    )
    path.write_text(page, encoding="utf-8", errors="replace")


def _days(pasts: Sequence[Past]) -> Mapping[str, Counter[str]]:
    """Return the number of deployments with each verdict by day, counting each by its last run of the day."""
    last: dict[tuple[str, str], str] = {
        (run.started[:10], past.deployment): run.verdict for past in pasts for run in past.runs
    }
    days: dict[str, Counter[str]] = {}
    for (day, _), verdict in sorted(last.items()):
        days.setdefault(day, Counter())[verdict] += 1
    return days


def _line(console: Console, text: str, style: str = "") -> None:
    print_line(console, text.replace("\n", "\ufffd"), style)
