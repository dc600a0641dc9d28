"""`milestones-gate lint`: a contract by itself, before it is committed."""

from collections.abc import Iterable

from gate.document import load
from gate.linting.complaint import Complaint
from gate.linting.complaints import complaints
from gate.verdict import Finding, NextSteps, Verdict, Weight

NEXT_STEPS = NextSteps(
    fine="There is nothing to complain about.",
    breaks="Mend each as it says.",
    undecided="",
    failed="not well made",
)


def judge(contracts: Iterable[str]) -> Verdict:
    """Lints contracts, each a file or REVISION:FILE; raises NotDone for one that cannot be read."""
    names = list(contracts)
    found = [_finding(one) for name in names for one in complaints(load(name))]
    return Verdict("lint", ", ".join(names), found, NEXT_STEPS)


def _finding(complaint: Complaint) -> Finding:
    return Finding(
        rule=complaint.rule,
        kind="complaint",
        heading="Complaints",
        weight=Weight.FAILS,
        text=complaint.text,
        reason="A contract that contradicts itself can be kept by nobody.",
        remedy=complaint.remedy,
        place=complaint.node.place,
    )
