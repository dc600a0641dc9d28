"""How a deployment stands, held against how it, or another one, stood: what is worse, better, and merely other."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gate.document import Place
from gate.runs.report import Judged, Run
from gate.verdict import Finding, Weight

Where = Callable[[str], Place | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """The verdicts on a deployment and its choices where the contract leaves one."""

    requirements: Mapping[str, str]
    profile: Mapping[str, str]


def standing_of(run: Run) -> Standing:
    """How the deployment of a run stands."""
    return Standing({one.id: one.status for one in run.judged.values()}, dict(run.profile))


def compare(before: Standing, after: Run, where: Where, *, strict: bool) -> list[Finding]:
    """What a deployment does otherwise than before. With `strict`, inferred requirements and open points count, too.

    `where` says which line people should look at, by the id of a requirement or open point.
    """
    found = [
        finding
        for one in after.judged.values()
        if (finding := _of_requirement(before.requirements.get(one.id), one, where, strict=strict))
    ]
    found += _not_run(before, after)
    found += _of_profile(before, after, where, strict=strict)
    order = ["worse", "undecided", "new", "other", "better", "known", "not run"]
    return sorted(found, key=lambda one: order.index(one.kind))


def _of_requirement(before: str | None, now: Judged, where: Where, *, strict: bool) -> Finding | None:
    counts = strict or now.level == "stated"
    if now.violated:
        return _violated(before, now, where(now.id), counts=counts)
    if before == "FAIL" and now.holds:
        reason = "It was violated, and holds now."
        return Finding(
            "standing/better", "better", "Better", Weight.NOTED, f"{now.id} holds: {now.text}", reason,
            "Shrink the baseline, so that it cannot get worse again unseen.", (now.id,), where(now.id),
        )  # fmt: skip
    if now.was_run and not now.holds and not now.waived:
        weight = Weight.UNDECIDED if counts and before not in (now.status, "FAIL") else Weight.NOTED
        return Finding(
            rule="standing/no-verdict",
            kind="undecided" if weight is Weight.UNDECIDED else "known",
            heading="Without a verdict",
            weight=weight,
            text=f"{now.id} has no verdict: {now.reason}",
            reason="Something stood in the way of judging what was judged before.",
            remedy="Remove what stood in the way and run again.",
            at=(now.id,),
            place=where(now.id),
            sure=False,
        )
    return None


def _violated(before: str | None, now: Judged, place: Place | None, *, counts: bool) -> Finding:
    kind, heading, weight, reason = "worse", "Worse", Weight.FAILS, "It held, and is violated now."
    if before == "FAIL":
        kind, heading, weight, reason = "known", "Known", Weight.NOTED, "It was violated before."
    elif before is None:
        kind, heading, weight = "new", "New in the contract", Weight.UNDECIDED
        reason = "What it is held against does not know this requirement, so nothing got worse; nor does it hold."
    elif before != "PASS":
        reason = "It had no verdict, and is violated now."
    if not counts and weight is not Weight.NOTED:
        weight, reason = Weight.NOTED, f"{reason} It is inferred only, and counts under --strict."
    return Finding(
        rule=f"standing/{'known' if kind == 'known' else kind}",
        kind=kind,
        heading=heading,
        weight=weight,
        text=f"{now.id} is violated: {now.text}",
        reason=f"{reason} Expected: {now.expected}. Came: {now.actual}." if now.expected else reason,
        remedy=f"Mend the deployment. Again: {now.command}" if now.command else "Mend the deployment.",
        at=(now.id,),
        place=place,
        calls=now.calls,
    )


def _not_run(before: Standing, after: Run) -> Iterator[Finding]:
    judged = {one.id for one in after.judged.values() if one.was_run}
    missing = [name for name, status in before.requirements.items() if status != "NOT_RUN" and name not in judged]
    if missing:
        yield Finding(
            rule="standing/not-run",
            kind="not run",
            heading="Not run",
            weight=Weight.NOTED,
            text=f"{len(missing)} requirements that were judged before were not run",
            reason="The run selected fewer, wrote nothing, or its contract has them no longer.",
            remedy="Run without --only and --read-only to judge them all.",
            at=tuple(missing),
        )


def _of_profile(before: Standing, after: Run, where: Where, *, strict: bool) -> Iterator[Finding]:
    for name, choice in sorted(after.profile.items()):
        known = before.profile.get(name)
        if known is not None and known != choice:
            yield Finding(
                rule="standing/other",
                kind="other",
                heading="Undocumented behaviour",
                weight=Weight.FAILS if strict else Weight.NOTED,
                text=f"{name} was {known} and is {choice}",
                reason="The documentation leaves it open; clients that got used to one answer notice the other.",
                remedy="Tell those who use it, or keep the old behaviour.",
                at=(name,),
                place=where(name),
            )
