"""Compare a deployment with a snapshot: what is worse, better, or different."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gate.runs.labels import OVER_TIME, Label, Labels
from gate.runs.report import Judged, Point, Run
from gate.source.document import Place
from gate.verdict import Finding, Severity

Where = Callable[[str], Place | None]

ORDER = ("worse", "no-verdict", "new", "undocumented", "better", "known", "not-run")
INFERRED = "The requirement is only inferred, and counts with --strict."
OBSTRUCTED = Label("without a verdict", "Without a verdict", "The requirement could not be judged.")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The verdicts on a deployment and its choices where the contract leaves one."""

    requirements: Mapping[str, str]
    profile: Mapping[str, str]
    target: str = ""


def snapshot_of(run: Run) -> Snapshot:
    """Return the snapshot of a run."""
    return Snapshot({judged.id: judged.status for judged in run.judged.values()}, dict(run.profile), run.target)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares deployments. With `strict`, inferred requirements and open points count, too.

    `where` returns the place to look at for the id of a requirement or open point.
    """

    where: Where
    strict: bool = False
    words: Labels = OVER_TIME

    def findings(self, before: Snapshot, after: Run) -> list[Finding]:
        """Return the differences from a snapshot, the most severe first."""
        findings = [
            *self._requirements(before, after),
            *self.without_verdict(before, after),
            *self._open_points(before, after),
            *_not_run(before, after, self.words.skipped),
        ]
        severities = list(Severity)
        return sorted(
            findings,
            key=lambda finding: (
                severities.index(finding.severity),
                ORDER.index(finding.rule.removeprefix("standing/")),
            ),
        )

    def _requirements(self, before: Snapshot, after: Run) -> Iterator[Finding]:
        for judged in after.judged.values():
            former = before.requirements.get(judged.id)
            if judged.violated:
                yield self._violated(former, judged)
            elif former == "FAIL" and judged.holds:
                yield self._mended(judged)

    def _violated(self, before: str | None, now: Judged) -> Finding:
        rule, label, severity = "worse", self.words.unjudged, Severity.ERROR
        if before == "FAIL":
            rule, label, severity = "known", self.words.violated, Severity.INFO
        elif before is None:
            rule, label, severity = "new", self.words.unknown, Severity.UNDECIDED
        elif before == "PASS":
            label = self.words.held
        if severity is not Severity.INFO and not self._counts(now):
            label, severity = _inferred(label), Severity.INFO
        reason = f"{label.reason} Expected: {now.expected}. Actual: {now.actual}." if now.expected else label.reason
        return Finding(
            rule=f"standing/{rule}",
            kind=label.kind,
            heading=label.heading,
            severity=severity,
            text=f"{now.id} is violated: {now.text}",
            reason=reason,
            remedy=f"Fix the deployment. Check again: `{now.command}`" if now.command else "Fix the deployment.",
            at=(now.id,),
            place=self.where(now.id),
            calls=now.calls,
        )

    def _mended(self, now: Judged) -> Finding:
        label = self.words.fixed
        return Finding(
            rule="standing/better",
            kind=label.kind,
            heading=label.heading,
            severity=Severity.INFO,
            text=f"{now.id} holds: {now.text}",
            reason=label.reason,
            remedy=self.words.mended_remedy,
            at=(now.id,),
            place=self.where(now.id),
        )

    def without_verdict(self, before: Snapshot, after: Run) -> Iterator[Finding]:
        """Yield one finding for all requirements with the same obstacle."""
        groups: dict[tuple[Severity, Label, str], list[str]] = {}
        for judged in after.judged.values():
            if judged.lacks_verdict:
                severity, label = Severity.UNDECIDED, OBSTRUCTED
                if before.requirements.get(judged.id) in ("FAIL", "WAIVED", "INCONCLUSIVE", "ERROR"):
                    severity, label = Severity.INFO, self.words.still_unjudged
                elif not self._counts(judged):
                    severity, label = Severity.INFO, _inferred(label)
                groups.setdefault((severity, label, judged.reason), []).append(judged.id)
        for (severity, label, obstacle), names in groups.items():
            subject = f"{names[0]} has" if len(names) == 1 else f"{len(names)} requirements have"
            yield Finding(
                rule="standing/no-verdict",
                kind=label.kind,
                heading=label.heading,
                severity=severity,
                text=f"{subject} no verdict: {obstacle}",
                reason=label.reason,
                remedy="Remove the obstacle and run again.",
                at=tuple(names),
                place=self.where(names[0]),
                proven=False,
                count=len(names),
            )

    def _open_points(self, before: Snapshot, after: Run) -> Iterator[Finding]:
        for name, choice in sorted(after.profile.items()):
            former = before.profile.get(name)
            if former is not None and former != choice:
                point = after.points.get(name, Point("", {}))
                meanings = f"Answers: {point.meaning(former)}; {point.meaning(choice)}."
                yield Finding(
                    rule="standing/undocumented",
                    kind="different where nothing is documented",
                    heading="Undocumented behaviour",
                    severity=Severity.ERROR if self.strict else Severity.INFO,
                    text=self.words.chosen(name, former, choice),
                    reason=f"The documentation leaves open: {point.question or name} {meanings} "
                    "Clients that rely on one answer notice the other.",
                    remedy="Tell the users of the deployment, or keep one behaviour.",
                    at=(name,),
                    place=self.where(name),
                )

    def _counts(self, judged: Judged) -> bool:
        return self.strict or judged.level == "stated"


def _inferred(label: Label) -> Label:
    return Label(f"{label.kind}, inferred only", f"{label.heading}, inferred only", f"{label.reason} {INFERRED}")


def _not_run(before: Snapshot, after: Run, skipped: str) -> Iterator[Finding]:
    judged = {entry.id for entry in after.judged.values() if entry.was_run}
    missing = [name for name, status in before.requirements.items() if status != "NOT_RUN" and name not in judged]
    if missing:
        yield Finding(
            rule="standing/not-run",
            kind="not run",
            heading="Not run",
            severity=Severity.INFO,
            text=f"{len(missing)} {skipped}",
            reason="The run selected fewer requirements, sent no writes, or its contract no longer has them.",
            remedy="Run without --only and --read-only to judge them all.",
            at=tuple(missing),
            count=len(missing),
        )
