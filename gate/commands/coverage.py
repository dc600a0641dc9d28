"""The command `milestones-gate coverage`: how much of the contract a run exercised, and whether that is enough."""

from collections.abc import Mapping
from pathlib import Path

from gate.errors import GateError
from gate.openapi.contract import read as read_contract
from gate.runs.coverage import Share, shares
from gate.runs.report import read
from gate.source.document import load
from gate.verdict import Finding, NextSteps, Severity, Verdict

NEXT_STEPS = NextSteps(
    fine="The run exercised as much as required.",
    breaks="Run the suite deeper, without --only and --read-only, or require less.",
    undecided="Run the suite again.",
    failed="not enough",
)


def run(contract: str, report: Path, minimum: Mapping[str, float]) -> Verdict:
    """Compare a report with a contract; `minimum` is in percent, by kind.

    Raises GateError for a kind that the report does not contain.
    """
    read_from, run = read_contract(load(contract)), read(report)
    operations = {operation.id for operation in read_from.operations.values()}
    if run.coverage and operations.isdisjoint(entry.operation for entry in run.coverage):
        raise GateError(
            f"{report}: belongs to another contract, because it has no operation of {contract}; "
            "give the two that belong together."
        )
    measured = shares(read_from, run)
    unspoken = minimum.keys() - {share.of for share in measured}
    if unspoken:
        raise GateError(f"{report}: says nothing about {', '.join(sorted(unspoken))}; use the report of a newer suite.")
    shown = [_finding(share, minimum.get(share.of, 0.0)) for share in measured]
    findings = sorted(shown, key=lambda finding: finding.severity is Severity.INFO)
    summary = ", ".join(f"{share.percent:.0f} % of {share.total} {share.of}" for share in measured)
    return Verdict("coverage", f"{contract} → {run.target}", findings, NEXT_STEPS, f"Exercised: {summary}.")


def _finding(share: Share, minimum: float) -> Finding:
    enough = share.percent >= minimum
    exercised = share.total - len(share.missed)
    required = f"; required: {minimum:g} %" if minimum else ""
    rest = ", all but these" if share.missed else ""
    return Finding(
        rule=f"coverage/{share.of}",
        kind="enough" if enough else "too little",
        heading="Exercised" if enough else "Too little exercised",
        severity=Severity.INFO if enough else Severity.ERROR,
        text=f"{exercised} of {share.total} {share.of} were exercised ({share.percent:.0f} %{required}){rest}",
        reason="A run can only judge what it exercises.",
        remedy=NEXT_STEPS.breaks,
        at=share.missed,
    )
