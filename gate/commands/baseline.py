"""`milestones-gate baseline`: a deployment may have known deviations, and no new ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from gate.document import Document, Place, Source
from gate.problem import NotDone
from gate.runs import baseline
from gate.runs.report import Run, read
from gate.runs.standing import compare, standing_of
from gate.runs.suite import check
from gate.verdict import NextSteps, Verdict

NEXT_STEPS = NextSteps(
    fine="Nothing got worse.",
    breaks="Mend what got worse, or take it into the baseline with --write.",
    undecided="Run again when nothing stands in the way; take new requirements into the baseline with --write.",
)


class Deed(StrEnum):
    """What is to be done with the baseline."""

    KEEP = "keep"
    WRITE = "write"
    SHRINK = "shrink"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which run is held against which baseline: one that is done now, or one whose report is there."""

    file: Path
    deed: Deed = Deed.KEEP
    target: str | None = None
    report: Path | None = None
    contract: Path | None = None
    strict: bool = False
    options: Sequence[str] = ()


def judge(asked: Asked) -> Verdict:
    """Holds a run against the baseline, and writes or shrinks it if asked; raises NotDone for what cannot be done."""
    if asked.deed is not Deed.WRITE:
        baseline.read(asked.file)
    run = read(asked.report) if asked.report else check(asked.target, asked.options, contract=asked.contract)
    if not any(one.was_run for one in run.judged.values()):
        raise NotDone("The run judged no requirement, so nothing can be said; select some.")
    if asked.deed is Deed.WRITE:
        standing = standing_of(run)
        baseline.write(asked.file, standing, run)
        deviations = sum(status == "FAIL" for status in standing.requirements.values())
        summary = f"{asked.file} was written: {len(standing.requirements)} requirements, {deviations} of them violated."
        return Verdict(
            "baseline", f"{asked.file} ← {run.target}", [], NEXT_STEPS, f"{summary} {run.unobserved}".strip()
        )
    return _held(asked, run)


def _held(asked: Asked, run: Run) -> Verdict:
    standing = baseline.read(asked.file)
    findings = compare(standing, run, _Lines(asked.file), strict=asked.strict)
    summary = ""
    if asked.deed is Deed.SHRINK:
        smaller = baseline.shrunk(standing, run)
        baseline.write(asked.file, smaller, run)
        changed = sum(smaller.requirements.get(name) != status for name, status in standing.requirements.items())
        summary = f"{asked.file} was shrunk: {changed} requirements got better or are gone."
    return Verdict(
        "baseline", f"{asked.file} → {run.target}", findings, NEXT_STEPS, f"{summary} {run.unobserved}".strip()
    )


class _Lines:
    """Where the baseline speaks of a requirement or open point."""

    def __init__(self, file: Path) -> None:
        self.document = Document(Source(PurePosixPath(file)), None, file.read_text(encoding="utf-8"))

    def __call__(self, name: str) -> Place | None:
        for holder in ("requirements", "profile"):
            if (holder, name) in self.document.lines:
                return self.document.place((holder, name))
        return None
