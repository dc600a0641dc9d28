"""The result of one deployment: a row of fleet.json, read from the suite's own report."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from conformance.fleet.deployment import Deployment
from conformance.fleet.task import JobResult
from conformance.results.verdict import EXIT_CODES as OF_A_RUN

NOT_DONE = "not done"
WORST_FIRST = ("violations", "stale waivers", NOT_DONE, "inconclusive", "conformant")
EXIT_CODES = {str(verdict): int(code) for verdict, code in OF_A_RUN.items()} | {NOT_DONE: 3}
HOLDS, BROKEN, UNDECIDED = "holds", "broken", "undecided"
OTHER = "none of the contract's choices"
KINDS = {"PASS": HOLDS, "FAIL": BROKEN, "INCONCLUSIVE": UNDECIDED, "ERROR": UNDECIDED, "UNSTEADY": UNDECIDED}


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict on a deployment, its violations, and the cost of the check."""

    name: str
    target: str
    tags: Sequence[str]
    verdict: str
    reason: str = ""
    violations: Sequence[str] = ()
    inferred: Sequence[str] = ()
    """Violated but only inferred: reported, not failed."""
    undecided: Sequence[str] = ()
    unsteady: Sequence[str] = ()
    """Violated once, but not when repeated; as that is chance, these do not make a deployment deviate."""
    groups: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """For each group of requirements, the numbers of satisfied, violated and undecided ones."""
    profile: Mapping[str, str] = field(default_factory=dict)
    requests: int = 0
    duration_s: float = 0.0
    attempts: int = 1
    leftovers: Sequence[str] = ()
    interrupted: bool = False
    insecure: bool = False
    """True if certificates were not verified."""
    cpu_s: float = 0.0
    peak_memory_mb: float | None = None
    report: str | None = None
    """The folder of its reports, relative to fleet.json."""

    @property
    def exit_code(self) -> int:
        """Return the exit code of a run on this deployment alone."""
        return EXIT_CODES[self.verdict]

    @property
    def severity(self) -> int:
        """Return the rank of the verdict, the worst first."""
        return WORST_FIRST.index(self.verdict)

    @property
    def is_final(self) -> bool:
        """Return whether a resumed fleet need not check the deployment again."""
        return self.verdict != NOT_DONE and not self.interrupted


def result_of(deployment: Deployment, job_result: JobResult, folder: str) -> Result:
    """Return the result from what a worker returned for a deployment."""
    report = _read(job_result)
    undone = Result(
        name=deployment.name,
        target=deployment.target,
        tags=list(deployment.tags),
        verdict=NOT_DONE,
        reason=job_result.reason or ("" if report else "the run wrote no report"),
        duration_s=job_result.duration_s,
        attempts=job_result.attempts,
        leftovers=list(job_result.leftovers),
        cpu_s=job_result.cpu_s,
        peak_memory_mb=job_result.peak_memory_mb,
        report=folder,
    )
    if report is None:
        return undone
    rows = report["requirements"]
    broken = [row for row in rows if row["status"] == "FAIL"]
    failing = [row["id"] for row in broken if row["level"] == "stated" or report["strict"]]
    return replace(
        undone,
        verdict=report["verdict"],
        violations=failing,
        inferred=[row["id"] for row in broken if row["id"] not in failing],
        undecided=[row["id"] for row in rows if row["status"] in ("INCONCLUSIVE", "ERROR")],
        unsteady=[row["id"] for row in rows if row["status"] == "UNSTEADY"],
        groups=_groups(rows),
        profile={point["id"]: point["choice"] or OTHER for point in report["profile"]},
        requests=report["requests"],
        leftovers=[*report["leftovers"], *job_result.leftovers],
        interrupted=report["interrupted"],
        insecure=report["insecure"],
    )


def _read(job_result: JobResult) -> dict[str, Any] | None:
    try:
        report = json.loads(job_result.files.get("report.json", b"null"))
    except ValueError:
        return None
    return report if isinstance(report, dict) and report.get("verdict") in EXIT_CODES else None


def _groups(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    groups: dict[str, Counter[str]] = {}
    for row in rows:
        kind = KINDS.get(row["status"])
        if kind is not None:
            groups.setdefault(row["id"].partition("/")[0], Counter())[kind] += 1
    return {name: {kind: counts[kind] for kind in (HOLDS, BROKEN, UNDECIDED)} for name, counts in groups.items()}
