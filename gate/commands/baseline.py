"""`milestones-gate baseline`: a deployment may have known deviations, and no new ones."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath

from gate.commands.next_steps import adjust
from gate.errors import GateError
from gate.openapi.contract import read as read_contract
from gate.runs import baseline
from gate.runs.comparison import Comparison, Snapshot, snapshot_of
from gate.runs.report import Run, read
from gate.runs.suite import check, written
from gate.source.document import Document, Place, Source, load
from gate.verdict import Finding, NextSteps, Severity, Verdict

NEXT_STEPS = NextSteps(
    fine="Nothing got worse.",
    breaks="Mend what got worse, or take it into the baseline with --write.",
    undecided="Run again when nothing stands in the way; take new requirements into the baseline with --write.",
)
WRITTEN = replace(NEXT_STEPS, fine="Commit the file; without --write, a run fails on what is worse than it says.")


class Mode(StrEnum):
    """What is to be done with the baseline."""

    KEEP = "keep"
    WRITE = "write"
    SHRINK = "shrink"


@dataclass(frozen=True, slots=True)
class Options:
    """Which run is held against which baseline: one that is done now, or one whose report is there."""

    file: Path
    mode: Mode = Mode.KEEP
    target: str | None = None
    report: Path | None = None
    contract: str | None = None
    strict: bool = False
    options: Sequence[str] = ()


def run(asked: Options) -> Verdict:
    """Holds a run against the baseline, and writes or shrinks it if asked; raises GateError for what cannot be done."""
    if asked.mode is not Mode.KEEP:
        baseline.prepare(asked.file)
    former = _former(asked)
    run = read(asked.report) if asked.report else _run(asked)
    if not any(one.was_run for one in run.judged.values()):
        raise GateError("The run judged no requirement, so nothing can be said; select some.")
    if asked.mode is Mode.WRITE:
        return _written(asked, run, former)
    if former is None or former.requirements.keys().isdisjoint(run.judged):
        raise GateError(f"The run judged nothing that {asked.file} knows of; it is of another contract.")
    return _held(asked, run, former)


def _former(asked: Options) -> Snapshot | None:
    """The baseline that is there; where one is to be written, there may be none."""
    try:
        return baseline.read(asked.file)
    except GateError:
        if asked.mode is not Mode.WRITE:
            raise
        return None


def _run(asked: Options) -> Run:
    words = ["milestones-gate", "baseline", str(asked.file)]
    words += ["--target", asked.target] if asked.target else []
    words += ["--contract", asked.contract] if asked.contract else []
    with ExitStack() as stack:
        path = None
        if asked.contract is not None:
            document = load(asked.contract)
            read_contract(document)
            path = stack.enter_context(written(document))
        return check(asked.target, asked.options, contract=path).repeated_by(words)


def _written(asked: Options, run: Run, former: Snapshot | None) -> Verdict:
    snapshot = baseline.renewed(former, run) if former else snapshot_of(run)
    baseline.write(asked.file, snapshot, run.version)
    kept = [name for name, one in run.judged.items() if not one.was_run and snapshot.requirements[name] != "NOT_RUN"]
    counts = [f"{len(snapshot.requirements)} requirements"]
    counts += [f"{len(kept)} of them as they stood before, for they were not run"] if kept else []
    unjudged = sum(status == "NOT_RUN" for status in snapshot.requirements.values())
    counts += [f"{unjudged} of them not judged yet"] if unjudged else []
    summary = f"Written to {asked.file}: {', '.join(counts)}."
    findings = [*_of_another(former, run), *_taken_in(run, _Lines(asked.file))]
    return Verdict("baseline", f"{asked.file} ← {run.target}", findings, WRITTEN, f"{summary} {run.unobserved}".strip())


def _taken_in(run: Run, where: "_Lines") -> Iterator[Finding]:
    for one in run.judged.values():
        if one.violated or one.lacks_verdict:
            what = "violated" if one.violated else "without a verdict"
            yield Finding(
                rule="baseline/violated" if one.violated else "baseline/no-verdict",
                kind=f"{what}, and taken in",
                heading=f"{what.capitalize()}, and in the baseline from now on",
                weight=Severity.INFO,
                text=f"{one.id} is violated: {one.text}" if one.violated else f"{one.id} has no verdict",
                reason=f"Expected: {one.expected}. Came: {one.actual}." if one.violated else one.reason,
                remedy="Mend the deployment, and shrink the baseline." if one.violated else "",
                at=(one.id,),
                place=where(one.id),
                calls=one.calls,
            )


def _held(asked: Options, run: Run, former: Snapshot) -> Verdict:
    comparison = Comparison(_Lines(asked.file), strict=asked.strict)
    findings = [*comparison.findings(former, run), *_of_another(former, run)]
    summary = ""
    if asked.mode is Mode.SHRINK:
        smaller = baseline.shrunk(former, run)
        baseline.write(asked.file, smaller, run.version)
        summary = f"Shrunk {asked.file}: {_less(former, smaller)}."
    # What is known did not get worse, and may be there as long as it does not.
    steps = adjust(NEXT_STEPS, (one for one in findings if one.kind != "known"))
    told = f"{summary} {run.unobserved}".strip()
    return Verdict("baseline", f"{asked.file} → {run.target}", findings, steps, told)


def _less(former: Snapshot, smaller: Snapshot) -> str:
    """What a shrunk baseline has no more, as text."""
    changed = [(status, smaller.requirements.get(name)) for name, status in former.requirements.items()]
    better = sum(before == "FAIL" and now == "PASS" for before, now in changed)
    judged = sum(before not in ("FAIL", "PASS") and now == "PASS" for before, now in changed)
    gone = sum(now is None for _, now in changed)
    counts = {"better": better, "with a verdict now": judged, "no longer in the contract": gone}
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nothing is better"


def _of_another(former: Snapshot | None, run: Run) -> Iterator[Finding]:
    if former is not None and former.target not in ("", run.target):
        yield Finding(
            rule="baseline/another-deployment",
            kind="other deployment",
            heading="Another deployment",
            weight=Severity.INFO,
            text=f"the baseline is of {former.target}, and this run is of {run.target}",
            reason="What differs between two deployments need not have got worse or better.",
            remedy="Keep a baseline for each deployment.",
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
