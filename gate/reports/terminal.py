"""The verdict for people at a terminal: what breaks first, each with its reason and its remedy."""

from rich.console import Console
from rich.text import Text

from gate.verdict import Finding, Outcome, Verdict, Weight

STYLES = {Outcome.FINE: "bold green", Outcome.BREAKS: "bold red", Outcome.UNDECIDED: "bold yellow"}
MARKS = {Weight.FAILS: ("✗", "bold red"), Weight.UNDECIDED: ("?", "bold yellow"), Weight.NOTED: ("·", "")}
MOST_PLACES = 6


def show(verdict: Verdict, console: Console) -> None:
    """Prints the verdict."""
    for heading, findings in verdict.groups.items():
        _line(console, "")
        _line(console, heading, "bold")
        for finding in findings:
            _show(finding, console)
    _line(console, "")
    if verdict.summary:
        _line(console, verdict.summary)
    _line(console, verdict.headline, STYLES[verdict.outcome])
    _line(console, verdict.next_step)


def _show(finding: Finding, console: Console) -> None:
    mark, style = MARKS[finding.weight]
    _line(console, f"  {mark} {finding.text}", style)
    if finding.place is not None:
        pointer = finding.place.pointer or "/"
        _line(console, f"      {finding.place.file}:{finding.place.line}  {pointer}", "dim")
    for place in finding.at[:MOST_PLACES]:
        _line(console, f"      {place}", "dim")
    if len(finding.at) > MOST_PLACES:
        _line(console, f"      … and {len(finding.at) - MOST_PLACES} more, which --report writes down", "dim")
    if finding.weight is Weight.NOTED:
        return
    _line(console, f"      why      {finding.reason}")
    if finding.before:
        _line(console, f"      before   {finding.before}")
    if finding.example:
        _line(console, f"      example  {finding.example}")
    if finding.remedy:
        _line(console, f"      instead  {finding.remedy}", "cyan")
    for call in finding.calls:
        _line(console, f"      {call}")
    if not finding.sure:
        _line(console, "      This is not proven; a person has to look.", "yellow")


def _line(console: Console, text: str, style: str = "") -> None:
    # Text, not markup: what a contract or a deployment says must be read neither as styling nor as control codes.
    printable = "".join(one if one.isprintable() or one == "\n" else "\ufffd" for one in text)
    console.print(Text(printable, style=style), soft_wrap=True)
