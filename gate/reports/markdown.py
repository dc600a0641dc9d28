"""The verdict as Markdown, for a pull request or the summary of a job."""

import re

from gate.verdict import Finding, Outcome, Verdict, Weight

SIGNS = {Outcome.FINE: "✅", Outcome.BREAKS: "❌", Outcome.UNDECIDED: "⚠️"}
MARKS = {Weight.FAILS: "❌", Weight.UNDECIDED: "⚠️", Weight.NOTED: "▫️"}
SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@-])")


def text(verdict: Verdict) -> str:
    """The whole verdict."""
    lines = [
        f"## {SIGNS[verdict.outcome]} milestones-gate {verdict.command}: {verdict.word}",
        "",
        f"{_code(verdict.compared)}: {escaped(verdict.counted or 'nothing was found')}.",
        "",
        *([escaped(verdict.summary), ""] if verdict.summary else []),
        f"**{escaped(verdict.next_step)}**",
    ]
    for heading, findings in verdict.groups.items():
        weighs = any(one.weight is not Weight.NOTED for one in findings)
        lines += ["", f"### {escaped(heading)}", ""] if weighs else ["", *_folded(heading, len(findings))]
        for finding in findings:
            lines += _item(finding)
        lines += [] if weighs else ["", "</details>"]
    return "\n".join([*lines, ""])


def _folded(heading: str, count: int) -> list[str]:
    return [f"<details><summary>{escaped(heading)} ({count})</summary>", ""]


def _item(finding: Finding) -> list[str]:
    lines = [f"- {MARKS[finding.weight]} **{escaped(finding.text)}**" + _place(finding)]
    lines += [f"  - at {', '.join(map(_code, finding.at))}"] if finding.at else []
    if finding.weight is Weight.NOTED:
        return lines
    lines.append(f"  - why: {escaped(finding.reason)}")
    lines += [f"  - before: {_code(finding.before)}"] if finding.before else []
    lines += [f"  - example: {_code(finding.example)}"] if finding.example else []
    lines += [f"  - instead: {escaped(finding.remedy)}"] if finding.remedy else []
    lines += [f"  - {_code(call)}" for call in finding.calls]
    lines += [] if finding.sure else ["  - This is not proven; a person has to look."]
    return lines


def _place(finding: Finding) -> str:
    return "" if finding.place is None else f" ({_code(f'{finding.place.file}:{finding.place.line}')})"


def escaped(words: str) -> str:
    """Text in which nothing is Markdown or HTML, save code between backticks, on one line."""
    parts = re.split(r"(`[^`]+`)", " ".join(words.split()))
    return "".join(part if part.startswith("`") and len(part) > 1 else SPECIAL.sub(r"\\\1", part) for part in parts)


def _code(words: str) -> str:
    """Text as code, whatever backticks are in it."""
    line = " ".join(words.split())
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"
