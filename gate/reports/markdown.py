"""The verdict as Markdown, for a pull request or the summary of a job."""

import re
from collections.abc import Iterator, Sequence

from gate.reports.escaping import explained, one_line
from gate.verdict import Finding, Outcome, Severity, Verdict

SIGNS = {Outcome.FINE: "✅", Outcome.BREAKS: "❌", Outcome.UNDECIDED: "⚠️"}
MARKS = {Severity.ERROR: "❌", Severity.UNDECIDED: "⚠️", Severity.INFO: "▫️"}
SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&-])")
CODE = re.compile(r"`([^`]+)`")


def text(verdict: Verdict) -> str:
    """Return the verdict."""
    lines = [
        f"## {SIGNS[verdict.outcome]} milestones-gate {verdict.command}: {verdict.word}",
        "",
        f"{code(verdict.compared)}: {escaped(verdict.counted or 'nothing was found')}.",
        "",
        *([escaped(verdict.summary), ""] if verdict.summary else []),
        f"**{escaped(verdict.next_step)}**",
    ]
    for heading, findings in verdict.groups.items():
        weighs = any(finding.severity is not Severity.INFO for finding in findings)
        lines += (
            ["", f"### {escaped(heading)}", ""]
            if weighs
            else ["", *_folded(heading, sum(finding.count for finding in findings))]
        )
        for finding in findings:
            lines += _item(finding)
        lines += [] if weighs else ["", "</details>"]
    return "\n".join([*lines, ""])


def not_done(command: str, reason: str) -> str:
    """Return the report of a run without a verdict."""
    return f"## ⛔ milestones-gate {command}: not done\n\n{escaped(reason)}\n"


def _folded(heading: str, count: int) -> list[str]:
    return [f"<details><summary>{escaped(heading)} ({count})</summary>", ""]


def _item(finding: Finding) -> Iterator[str]:
    yield f"- {MARKS[finding.severity]} **{escaped(finding.text)}**" + _place(finding)
    if finding.at:
        yield f"  - at {', '.join(map(code, finding.at))}"
    if not explained(finding):
        return
    yield f"  - why: {escaped(finding.reason)}"
    if finding.before:
        yield f"  - before: {code(finding.before)}"
    if finding.example:
        yield f"  - example: {code(finding.example)}"
    if finding.severity is Severity.INFO:
        return
    if finding.remedy:
        yield f"  - instead: {escaped(finding.remedy)}"
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
    return "" if finding.place is None else f" ({code(f'{finding.place.file}:{finding.place.line}')})"


def escaped(words: str) -> str:
    """Text in which nothing is Markdown or HTML, save code between backticks, on one line."""
    pieces = CODE.split(" ".join(one_line(words).split()))
    # Every other piece is what stood between backticks, whatever it begins with.
    return "".join(code(piece) if number % 2 else SPECIAL.sub(r"\\\1", piece) for number, piece in enumerate(pieces))


def code(words: str) -> str:
    """Text as code, whatever backticks are in it."""
    line = " ".join(one_line(words).split())
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    space = " " if not line or line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"
