"""Next steps, adjusted to the findings that are tolerated."""

from collections.abc import Iterable
from dataclasses import replace

from gate.verdict import Finding, NextSteps

INFERRED = ", inferred only"
TOLERATED = {
    "known": "known",
    "with a new major version": "with a new major version",
    "after its sunset": "after its sunset",
    "set to info": "set to info",
    "violated by both": "violated by both",
    "different where nothing is documented": "undocumented behaviour",
}


def adjust(steps: NextSteps, findings: Iterable[Finding]) -> NextSteps:
    """Return the steps; where findings are tolerated, they name them."""
    kinds = {finding.kind for finding in findings}
    reasons = [reason for kind, reason in TOLERATED.items() if kind in kinds]
    reasons += ["inferred only, and counts under --strict"] if any(kind.endswith(INFERRED) for kind in kinds) else []
    if not reasons:
        return steps
    return replace(steps, fine=f"Nothing fails the gate; clients may notice what is listed as {' or '.join(reasons)}.")
