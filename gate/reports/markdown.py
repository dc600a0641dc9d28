"""The verdict as Markdown, for a pull request or the summary of a job."""

import re
from collections.abc import Iterator, Sequence

from gate.reports.escaping import escape_markdown, one_line, quote_code
from gate.verdict import Finding, Outcome, Severity, Verdict

SIGNS = {Outcome.FINE: "✅", Outcome.BREAKS: "❌", Outcome.UNDECIDED: "⚠️"}
MARKS = {Severity.ERROR: "❌", Severity.UNDECIDED: "⚠️", Severity.INFO: "▫️"}


def text(verdict: Verdict) -> str:
    """Return the verdict."""
    lines = [
        f"## {SIGNS[verdict.outcome]} milestones-gate {verdict.command}: {verdict.word}",
        "",
        f"{quote_code(verdict.compared)}: {escape_markdown(verdict.counted or 'nothing was found')}.",
        "",
        *([escape_markdown(verdict.summary), ""] if verdict.summary else []),
        f"**{escape_markdown(verdict.next_step)}**",
    ]
    for heading, findings in verdict.groups.items():
        weighs = any(finding.severity is not Severity.INFO for finding in findings)
        lines += (
            ["", f"### {escape_markdown(heading)}", ""]
            if weighs
            else ["", *_folded(heading, sum(finding.count for finding in findings))]
        )
        for finding in findings:
            lines += _item(finding)
        lines += [] if weighs else ["", "</details>"]
    return "\n".join([*lines, ""])


def not_done(command: str, reason: str) -> str:
    """Return the report of a run without a verdict."""
    return f"## ⛔ milestones-gate {command}: not done\n\n{escape_markdown(reason)}\n"


def _folded(heading: str, count: int) -> list[str]:
    return [f"<details><summary>{escape_markdown(heading)} ({count})</summary>", ""]


def _item(finding: Finding) -> Iterator[str]:
    yield f"- {MARKS[finding.severity]} **{escape_markdown(finding.text)}**" + _place(finding)
    if finding.at:
        yield f"  - at {', '.join(map(quote_code, finding.at))}"
    if not finding.is_explained:
        return
    yield f"  - why: {escape_markdown(finding.reason)}"
    if finding.before:
        yield f"  - before: {quote_code(finding.before)}"
    if finding.example:
        yield f"  - example: {quote_code(finding.example)}"
    if finding.severity is Severity.INFO:
        return
    if finding.remedy:
        yield f"  - instead: {escape_markdown(finding.remedy)}"
    if finding.calls:
        yield from block(finding.calls)
    if not finding.proven:
        yield "  - This is not proven; a person has to look."


def block(calls: Sequence[str]) -> Iterator[str]:
    """Return calls as one block to copy."""
    shown = [one_line(call) for call in calls]
    fence = "`" * max([3, *(len(run) + 1 for call in shown for run in re.findall("`+", call))])
    yield "  - calls:"
    yield ""
    yield from (f"    {line}" for line in [f"{fence}sh", *shown, fence])
    yield ""


def _place(finding: Finding) -> str:
    return "" if finding.place is None else f" ({quote_code(str(finding.place))})"
