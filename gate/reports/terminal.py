"""Print the verdict to a terminal: breaks first, each with its reason and its remedy."""

import sys
from collections.abc import Iterator
from io import StringIO

from rich.console import Console
from rich.text import Text

from gate.reports.escaping import one_line
from gate.verdict import Finding, Outcome, Severity, Verdict

STYLES = {Outcome.FINE: "bold green", Outcome.BREAKS: "bold red", Outcome.UNDECIDED: "bold yellow"}
MARKS = {Severity.ERROR: ("✗", "bold red"), Severity.UNDECIDED: ("?", "bold yellow"), Severity.INFO: ("·", "")}
MOST_PLACES = 6
UNPROVEN = "This is not proven; a person has to look."

Line = tuple[str, str]


def text(verdict: Verdict) -> str:
    """Return the verdict, styled if standard output is a terminal."""
    written = StringIO()
    styled = sys.stdout is not None and sys.stdout.isatty()
    console = Console(file=written, force_terminal=styled or None, highlight=False)
    for words, style in lines(verdict):
        # Text, not markup: texts of a contract or a deployment must not be interpreted as styling.
        console.print(Text(one_line(words), style=style), soft_wrap=True)
    return written.getvalue().rstrip("\n")


def lines(verdict: Verdict) -> Iterator[Line]:
    """Yield lines that begin with fixed words, so that no text of a contract can be a command to a CI host."""
    for heading, findings in verdict.groups.items():
        yield "", ""
        yield heading, "bold"
        for finding in findings:
            yield from _told(finding)
    yield "", ""
    if verdict.summary:
        yield verdict.summary, ""
    yield verdict.headline, STYLES[verdict.outcome]
    yield verdict.next_step, ""


def _told(finding: Finding) -> Iterator[Line]:
    mark, style = MARKS[finding.severity]
    yield f"  {mark} {finding.text}", style
    if finding.place is not None:
        yield _beside("where", f"{finding.place}  {finding.place.pointer or '/'}"), "dim"
    for place in finding.at[:MOST_PLACES]:
        yield _beside("at", place), "dim"
    if len(finding.at) > MOST_PLACES:
        yield _beside("", f"… and {len(finding.at) - MOST_PLACES} more, which --report writes down"), "dim"
    if finding.is_explained:
        yield _beside("why", finding.reason), ""
        yield from ((_beside(name, text), "") for name, text in _shown_by(finding) if text)
    if finding.severity is Severity.INFO:
        return
    if finding.remedy:
        yield _beside("instead", finding.remedy), "cyan"
    if finding.calls:
        yield _beside("calls", ""), ""
        yield from ((call, "") for call in finding.calls)
    if not finding.proven:
        yield _beside("", UNPROVEN), "yellow"


def _shown_by(finding: Finding) -> tuple[Line, Line]:
    return ("before", finding.before), ("example", finding.example)


def _beside(name: str, text: str) -> str:
    return f"      {name:<8} {text}".rstrip()
