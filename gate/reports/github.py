"""Findings as workflow commands, which GitHub shows at their lines in a pull request."""

from collections.abc import Iterator

from gate.reports.escaping import escape_data, escape_property
from gate.verdict import Finding, Severity, Verdict

LEVELS = {Severity.ERROR: "error", Severity.UNDECIDED: "warning", Severity.INFO: "notice"}
QUIET = ("documentation", "known", "not run", "violated by both")


def lines(verdict: Verdict) -> Iterator[str]:
    """Yield a workflow command for each finding that concerns clients."""
    return (command_line(finding) for finding in verdict.findings if finding.kind not in QUIET)


def not_done(reason: str) -> str:
    """Return a workflow command for a run that could not be done."""
    return f"::error title=milestones-gate::{escape_data(reason)}"


def command_line(finding: Finding) -> str:
    """Return a finding as a workflow command."""
    properties = {"title": finding.heading}
    if finding.place is not None:
        properties = {"file": finding.place.file, "line": str(finding.place.line), **properties}
    text = [finding.text, finding.reason, finding.remedy]
    message = "\n".join(part for part in text if part)
    listed = ",".join(f"{name}={escape_property(value)}" for name, value in properties.items())
    return f"::{LEVELS[finding.severity]} {listed}::{escape_data(message)}"
