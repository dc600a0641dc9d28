"""How a deployment stands, held against how it, or another one, stood: what is worse, better, and merely other."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gate.runs.labels import OVER_TIME, Label, Labels
from gate.runs.report import Judged, Point, Run
from gate.source.document import Place
from gate.verdict import Finding, Severity

Where = Callable[[str], Place | None]

ORDER = ("worse", "no-verdict", "new", "undocumented", "better", "known", "not-run")
INFERRED = "It is inferred only, and counts under --strict."
OBSTRUCTED = Label("without a verdict", "Without a verdict", "Something stood in the way of judging.")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The verdicts on a deployment and its choices where the contract leaves one."""

    requirements: Mapping[str, str]
    profile: Mapping[str, str]
    target: str = ""


def snapshot_of(run: Run) -> Snapshot:
    """How the deployment of a run stands."""
    return Snapshot({one.id: one.status for one in run.judged.values()}, dict(run.profile), run.target)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How deployments are compared. With `strict`, inferred requirements and open points count, too.

    `where` says which line people should look at, by the id of a requirement or open point.
    """

    where: Where
    strict: bool = False
    words: Labels = OVER_TIME

    def findings(self, before: Snapshot, after: Run) -> list[Finding]:
        """What a deployment does otherwise than it or another one did, the weightiest first."""
        found = [
            *self._requirements(before, after),
            *self._without_verdict(before, after),
            *self._open_points(before, after),
            *_not_run(before, after, self.words.skipped),
        ]
        weights = list(Severity)
        return sorted(
            found, key=lambda one: (weights.index(one.weight), ORDER.index(one.rule.removeprefix("standing/")))
        )

    def _requirements(self, before: Snapshot, after: Run) -> Iterator[Finding]:
        for one in after.judged.values():
            known = before.requirements.get(one.id)
            if one.violated:
                yield self._violated(known, one)
            elif known == "FAIL" and one.holds:
                yield self._mended(one)

    def _violated(self, before: str | None, now: Judged) -> Finding:
        rule, told, weight = "worse", self.words.unjudged, Severity.ERROR
        if before == "FAIL":
            rule, told, weight = "known", self.words.violated, Severity.INFO
        elif before is None:
            rule, told, weight = "new", self.words.unknown, Severity.UNDECIDED
        elif before == "PASS":
            told = self.words.held
        if weight is not Severity.INFO and not self._counts(now):
            told, weight = _inferred(told), Severity.INFO
        seen = f"{told.reason} Expected: {now.expected}. Came: {now.actual}." if now.expected else told.reason
        return Finding(
            rule=f"standing/{rule}",
            kind=told.kind,
            heading=told.heading,
            weight=weight,
            text=f"{now.id} is violated: {now.text}",
            reason=seen,
            remedy=f"Mend the deployment. Again: `{now.command}`" if now.command else "Mend the deployment.",
            at=(now.id,),
            place=self.where(now.id),
            calls=now.calls,
        )

    def _mended(self, now: Judged) -> Finding:
        told = self.words.fixed
        return Finding(
            rule="standing/better",
            kind=told.kind,
            heading=told.heading,
            weight=Severity.INFO,
            text=f"{now.id} holds: {now.text}",
            reason=told.reason,
            remedy=self.words.mended_remedy,
            at=(now.id,),
            place=self.where(now.id),
        )

    def _without_verdict(self, before: Snapshot, after: Run) -> Iterator[Finding]:
        """One finding for all that the same thing stood in the way of."""
        groups: dict[tuple[Severity, Label, str], list[str]] = {}
        for one in after.judged.values():
            if one.lacks_verdict:
                weight, told = Severity.UNDECIDED, OBSTRUCTED
                if before.requirements.get(one.id) in ("FAIL", "WAIVED", "INCONCLUSIVE", "ERROR"):
                    weight, told = Severity.INFO, self.words.still_unjudged
                elif not self._counts(one):
                    weight, told = Severity.INFO, _inferred(told)
                groups.setdefault((weight, told, one.reason), []).append(one.id)
        for (weight, told, obstacle), names in groups.items():
            who = f"{names[0]} has" if len(names) == 1 else f"{len(names)} requirements have"
            yield Finding(
                rule="standing/no-verdict",
                kind=told.kind,
                heading=told.heading,
                weight=weight,
                text=f"{who} no verdict: {obstacle}",
                reason=told.reason,
                remedy="Remove what stood in the way and run again.",
                at=tuple(names),
                place=self.where(names[0]),
                proven=False,
                count=len(names),
            )

    def _open_points(self, before: Snapshot, after: Run) -> Iterator[Finding]:
        for name, choice in sorted(after.profile.items()):
            known = before.profile.get(name)
            if known is not None and known != choice:
                point = after.points.get(name, Point("", {}))
                meanings = f"Answers: {point.meaning(known)}; {point.meaning(choice)}."
                yield Finding(
                    rule="standing/undocumented",
                    kind="different where nothing is documented",
                    heading="Undocumented behaviour",
                    weight=Severity.ERROR if self.strict else Severity.INFO,
                    text=self.words.chosen(name, known, choice),
                    reason=f"The documentation leaves open: {point.question or name} {meanings} "
                    "Clients that got used to one answer notice the other.",
                    remedy="Tell those who use it, or keep to one behaviour.",
                    at=(name,),
                    place=self.where(name),
                )

    def _counts(self, one: Judged) -> bool:
        return self.strict or one.level == "stated"


def _inferred(told: Label) -> Label:
    return Label(f"{told.kind}, inferred only", f"{told.heading}, inferred only", f"{told.reason} {INFERRED}")


def _not_run(before: Snapshot, after: Run, skipped: str) -> Iterator[Finding]:
    judged = {one.id for one in after.judged.values() if one.was_run}
    missing = [name for name, status in before.requirements.items() if status != "NOT_RUN" and name not in judged]
    if missing:
        yield Finding(
            rule="standing/not-run",
            kind="not run",
            heading="Not run",
            weight=Severity.INFO,
            text=f"{len(missing)} {skipped}",
            reason="The run selected fewer, wrote nothing, or its contract has them no longer.",
            remedy="Run without --only and --read-only to judge them all.",
            at=tuple(missing),
            count=len(missing),
        )
