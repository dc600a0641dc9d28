"""The command `milestones-gate baseline`: a deployment may have known deviations, but no new ones."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath

from gate.errors import GateError
from gate.openapi.contract import read as read_contract
from gate.runs import baseline
from gate.runs.comparison import Comparison, Snapshot, Where, snapshot_of
from gate.runs.report import Run, read
from gate.runs.suite import check, written
from gate.source.document import Document, Place, load
from gate.source.files import Source
from gate.verdict import Finding, NextSteps, Severity, Verdict, adjust

NEXT_STEPS = NextSteps(
    fine="Nothing got worse.",
    breaks="Fix what got worse, or add it to the baseline with --write.",
    undecided="Run again when all obstacles are removed; add new requirements to the baseline with --write.",
)
WRITTEN = replace(
    NEXT_STEPS, fine="Commit the file; without --write, a run fails if something is worse than in the file."
)


class Mode(StrEnum):
    """The action on the baseline."""

    KEEP = "keep"
    WRITE = "write"
    SHRINK = "shrink"


@dataclass(frozen=True, slots=True)
class BaselineOptions:
    """The baseline, and either a run to start or the report of one."""

    file: Path
    mode: Mode = Mode.KEEP
    target: str | None = None
    report: Path | None = None
    contract: str | None = None
    strict: bool = False
    options: Sequence[str] = ()


def run(options: BaselineOptions) -> Verdict:
    """Compare a run with the baseline, and write or shrink it if requested; raise GateError on failure."""
    if options.mode is not Mode.KEEP:
        baseline.prepare(options.file)
    former = _former(options)
    run = read(options.report) if options.report else _run(options)
    if not any(judged.was_run for judged in run.judged.values()):
        raise GateError("The run judged no requirement, so there is no result; select some.")
    if options.mode is Mode.WRITE:
        return _written(options, run, former)
    if former is None or former.requirements.keys().isdisjoint(run.judged):
        raise GateError(f"The run judged no requirement of {options.file}; the file belongs to another contract.")
    return _held(options, run, former)


def _former(options: BaselineOptions) -> Snapshot | None:
    """Return the existing baseline; None if one is to be written and there is none."""
    try:
        return baseline.read(options.file)
    except GateError:
        if options.mode is not Mode.WRITE:
            raise
        return None


def _run(options: BaselineOptions) -> Run:
    words = ["milestones-gate", "baseline", str(options.file)]
    words += ["--target", options.target] if options.target else []
    words += ["--contract", options.contract] if options.contract else []
    with ExitStack() as stack:
        path = None
        if options.contract is not None:
            document = load(options.contract)
            read_contract(document)
            path = stack.enter_context(written(document))
        return check(options.target, options.options, contract=path).repeated_by(words)


def _written(options: BaselineOptions, run: Run, former: Snapshot | None) -> Verdict:
    snapshot = baseline.renewed(former, run) if former else snapshot_of(run)
    baseline.write(options.file, snapshot, run.version)
    kept = [
        name for name, judged in run.judged.items() if not judged.was_run and snapshot.requirements[name] != "NOT_RUN"
    ]
    counts = [f"{len(snapshot.requirements)} requirements"]
    counts += [f"{len(kept)} of them unchanged, because they were not run"] if kept else []
    unjudged = sum(status == "NOT_RUN" for status in snapshot.requirements.values())
    counts += [f"{unjudged} of them not judged yet"] if unjudged else []
    summary = f"Written to {options.file}: {', '.join(counts)}."
    findings = [*_of_another(former, run), *_taken_in(run, _lines_of(options.file))]
    return Verdict(
        "baseline", f"{options.file} ← {run.target}", findings, WRITTEN, f"{summary} {run.unobserved}".strip()
    )


def _taken_in(run: Run, where: Where) -> Iterator[Finding]:
    for judged in run.judged.values():
        if judged.violated or judged.lacks_verdict:
            standing = "violated" if judged.violated else "without a verdict"
            yield Finding(
                rule="baseline/violated" if judged.violated else "baseline/no-verdict",
                kind=f"{standing}, and taken in",
                heading=f"{standing.capitalize()}, and in the baseline from now on",
                severity=Severity.INFO,
                text=f"{judged.id} is violated: {judged.text}" if judged.violated else f"{judged.id} has no verdict",
                reason=f"Expected: {judged.expected}. Actual: {judged.actual}." if judged.violated else judged.reason,
                remedy="Fix the deployment, and shrink the baseline." if judged.violated else "",
                at=(judged.id,),
                place=where(judged.id),
                calls=judged.calls,
            )


def _held(options: BaselineOptions, run: Run, former: Snapshot) -> Verdict:
    comparison = Comparison(_lines_of(options.file), strict=options.strict)
    findings = [*comparison.findings(former, run), *_of_another(former, run)]
    summary = ""
    if options.mode is Mode.SHRINK:
        smaller = baseline.shrunk(former, run)
        baseline.write(options.file, smaller, run.version)
        summary = f"Shrunk {options.file}: {less(former, smaller)}."
    # A known deviation has not got worse, and is accepted as long as it does not.
    steps = adjust(NEXT_STEPS, (finding for finding in findings if finding.kind != "known"))
    text = f"{summary} {run.unobserved}".strip()
    return Verdict("baseline", f"{options.file} → {run.target}", findings, steps, text)


def less(former: Snapshot, smaller: Snapshot) -> str:
    """Return a text on what a shrunk baseline no longer contains."""
    changed = [(status, smaller.requirements.get(name)) for name, status in former.requirements.items()]
    better = sum(before == "FAIL" and now == "PASS" for before, now in changed)
    judged = sum(before not in ("FAIL", "PASS") and now == "PASS" for before, now in changed)
    gone = sum(now is None for _, now in changed)
    counts = {"better": better, "with a verdict now": judged, "no longer in the contract": gone}
    return ", ".join(f"{count} {effect}" for effect, count in counts.items() if count) or "nothing is better"


def _of_another(former: Snapshot | None, run: Run) -> Iterator[Finding]:
    if former is not None and former.target not in ("", run.target):
        yield Finding(
            rule="baseline/another-deployment",
            kind="other deployment",
            heading="Another deployment",
            severity=Severity.INFO,
            text=f"the baseline is of {former.target}, and this run is of {run.target}",
            reason="A difference between two deployments does not mean that one got worse or better.",
            remedy="Keep a baseline for each deployment.",
        )


def _lines_of(baseline_file: Path) -> Where:
    """Return a function that finds the line of a requirement or open point in the baseline."""
    document = Document(Source(PurePosixPath(baseline_file)), None, baseline_file.read_text(encoding="utf-8"))

    def where(name: str) -> Place | None:
        pointers = ((holder, name) for holder in ("requirements", "profile"))
        return next((document.place(pointer) for pointer in pointers if document.has(pointer)), None)

    return where
