"""What to do now, true beside what was found."""

from collections.abc import Iterable
from dataclasses import replace

from gate.verdict import Finding, NextSteps

INFERRED = ", inferred only"
TOLERATED = {
    "known": "known",
    "with a new major version": "with a new major version",
    "violated by both": "violated by both",
    "different where nothing is documented": "undocumented behaviour",
}


def adjust(steps: NextSteps, findings: Iterable[Finding]) -> NextSteps:
    """The steps; where all is fine but for what is tolerated, they say that and not that there is nothing."""
    kinds = {one.kind for one in findings}
    reasons = [reason for kind, reason in TOLERATED.items() if kind in kinds]
    reasons += ["inferred only, and counts under --strict"] if any(one.endswith(INFERRED) for one in kinds) else []
    if not reasons:
        return steps
    return replace(steps, fine=f"Nothing fails the gate; clients may notice what is listed as {' or '.join(reasons)}.")
