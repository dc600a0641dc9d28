"""`milestones-gate lint`: a contract by itself, before it is committed."""

from collections.abc import Iterable

from gate.lint.check import Issue, find_issues
from gate.source.document import load
from gate.verdict import Finding, NextSteps, Severity, Verdict

NEXT_STEPS = NextSteps(
    fine="There is nothing to complain about.",
    breaks="Mend each as it says.",
    undecided="",
    failed="not well made",
)


def run(contracts: Iterable[str]) -> Verdict:
    """Lint contracts, each a file or REVISION:FILE; raises GateError for one that cannot be read."""
    names = list(contracts)
    findings = [_finding(issue) for name in names for issue in find_issues(load(name))]
    return Verdict("lint", ", ".join(names), findings, NEXT_STEPS)


def _finding(issue: Issue) -> Finding:
    return Finding(
        rule=issue.rule,
        kind="complaint",
        heading="Complaints",
        severity=Severity.ERROR,
        text=issue.text,
        reason="A contract that contradicts itself can be kept by nobody.",
        remedy=issue.remedy,
        place=issue.node.place,
    )
