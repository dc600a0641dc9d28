"""`milestones-gate coverage`: how much of the contract a run exercised, and whether that is enough."""

from collections.abc import Mapping
from pathlib import Path

from gate.errors import GateError
from gate.openapi.contract import read as read_contract
from gate.runs.coverage import Share, shares
from gate.runs.report import read
from gate.source.document import load
from gate.verdict import Finding, NextSteps, Severity, Verdict

NEXT_STEPS = NextSteps(
    fine="The run exercised as much as was asked for.",
    breaks="Run the suite deeper, without --only and --read-only, or ask for less.",
    undecided="Run the suite again.",
    failed="not enough",
)


def run(contract: str, report: Path, minimum: Mapping[str, float]) -> Verdict:
    """Holds a report against a contract; `minimum` is in percent, by kind.

    Raises GateError for a kind that the report does not speak of.
    """
    read_from, run = read_contract(load(contract)), read(report)
    operations = {one.id for one in read_from.operations.values()}
    if run.coverage and operations.isdisjoint(one.operation for one in run.coverage):
        raise GateError(
            f"{report}: is of another contract, for it has no operation of {contract}; give the two together."
        )
    found = shares(read_from, run)
    unspoken = minimum.keys() - {one.of for one in found}
    if unspoken:
        raise GateError(f"{report}: says nothing of {', '.join(sorted(unspoken))}; take the report of a newer suite.")
    shown = [_finding(one, minimum.get(one.of, 0.0)) for one in found]
    findings = sorted(shown, key=lambda one: one.weight is Severity.INFO)
    summary = ", ".join(f"{one.percent:.0f} % of {one.total} {one.of}" for one in found)
    return Verdict("coverage", f"{contract} → {run.target}", findings, NEXT_STEPS, f"Exercised: {summary}.")


def _finding(share: Share, minimum: float) -> Finding:
    enough = share.percent >= minimum
    exercised = share.total - len(share.missed)
    asked = f"; asked for: {minimum:g} %" if minimum else ""
    rest = ", all but these" if share.missed else ""
    return Finding(
        rule=f"coverage/{share.of}",
        kind="enough" if enough else "too little",
        heading="Exercised" if enough else "Too little exercised",
        weight=Severity.INFO if enough else Severity.ERROR,
        text=f"{exercised} of {share.total} {share.of} were exercised ({share.percent:.0f} %{asked}){rest}",
        reason="What no run exercises, no run can judge.",
        remedy=NEXT_STEPS.breaks,
        at=share.missed,
    )
