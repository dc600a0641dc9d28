"""Write a violation as a ticket in Markdown, with the script that shows it."""

import re

from conformance.reports.report import Report
from conformance.results.verdict import Judgement

HOW = """\
Save this as `{name}` and run it with {variables} set.
It exits with 1 as long as the violation is there, and with 0 once it is fixed."""
VARIABLES = ("MILESTONES_TARGET", "MILESTONES_API_KEY")


def ticket(report: Report, judgement: Judgement, script: str) -> str:
    """Return a ticket: the violated requirement, the actual behaviour, the calls, and the script."""
    requirement = judgement.requirement
    expected, actual = report.difference(judgement)
    variables = [f"`{name}`" for name in (*VARIABLES, *report.network.variables)]
    calls = "\n".join(f"{number}. `{_inline(call.summary)}`" for number, call in enumerate(report.calls(judgement), 1))
    return "\n".join(
        [
            f"## {requirement.id}: {requirement.text}",
            "",
            f"{requirement.source} ({requirement.level}). Seen at {report.target} on {report.started[:10]}.",
            "",
            "Expected:",
            fenced(expected),
            "",
            "Actual:",
            fenced(actual),
            "",
            "Calls:",
            "",
            calls,
            "",
            HOW.format(
                name=report.script_name(judgement).rpartition("/")[2],
                variables=f"{', '.join(variables[:-1])} and {variables[-1]}",
            ),
            "",
            fenced(script.rstrip("\n"), "sh"),
            "",
            f"The suite checks it again with `{_inline(report.command(requirement))}`.",
            "",
        ]
    )


def fenced(text: str, language: str = "") -> str:
    """Return a text as a code block that nothing in the text can end."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"


def _inline(text: str) -> str:
    return " ".join(text.replace("`", "'").split())
