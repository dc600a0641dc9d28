"""Findings as workflow commands, which GitHub shows at their lines in a pull request."""

from collections.abc import Iterator

from gate.verdict import Finding, Severity, Verdict

LEVELS = {Severity.ERROR: "error", Severity.UNDECIDED: "warning", Severity.INFO: "notice"}
QUIET = ("documentation", "known", "not run", "violated by both")


def lines(verdict: Verdict) -> Iterator[str]:
    """A workflow command for each finding that concerns clients."""
    return (_line(one) for one in verdict.findings if one.kind not in QUIET)


def not_done(reason: str) -> str:
    """A workflow command for a run that could not be done."""
    return f"::error title=milestones-gate::{_data(reason)}"


def _line(finding: Finding) -> str:
    properties = {"title": finding.heading}
    if finding.place is not None:
        properties = {"file": finding.place.file, "line": str(finding.place.line), **properties}
    said = [finding.text, finding.reason, finding.remedy]
    message = "\n".join(part for part in said if part)
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{LEVELS[finding.weight]} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
