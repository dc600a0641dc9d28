"""`milestones-gate contract`: what a change of the contract breaks."""

from collections.abc import Collection

from gate.changes.change import Change, Concern
from gate.changes.compare import compare
from gate.changes.rules import Effect
from gate.commands.telling import told_truly
from gate.contract import read
from gate.depth import deeply
from gate.document import load
from gate.problem import NotDone, NotThere
from gate.verdict import Finding, NextSteps, Verdict, Weight, less_known

HEADINGS = {
    (Effect.BREAKING, Concern.REQUEST): "Breaks callers",
    (Effect.BREAKING, Concern.RESPONSE): "Breaks readers",
    (Effect.BREAKING, Concern.RULE): "Takes promises back",
    (Effect.COMPATIBLE, Concern.REQUEST): "Compatible for callers",
    (Effect.COMPATIBLE, Concern.RESPONSE): "Compatible for readers",
    (Effect.COMPATIBLE, Concern.RULE): "Promises more",
}
NEXT_STEPS = NextSteps(
    fine="Clients written against the old contract can go on as they are.",
    breaks="Mend each as it says, or make it a new version of the API and list it with --known.",
    undecided="A person has to look at what is marked as not sure; list it with --known if it is harmless.",
)


def judge(old: str, new: str, known: Collection[str], *, old_may_be_missing: bool = False) -> Verdict:
    """Compares two contracts, each a file or REVISION:FILE; raises NotDone for one that cannot be read."""
    after = read(load(new))
    try:
        document = load(old)
    except NotThere as reason:
        if not old_may_be_missing:
            raise NotDone(f"{reason} Where the contract is new, say --old-may-be-missing.") from reason
        summary = f"{old} is not there yet, so nobody relies on it."
        return Verdict("contract", f"{old} → {new}", [], NEXT_STEPS, summary)
    before = read(document)
    changes = deeply(lambda: compare(before, after))
    findings = less_known((_finding(one) for one in changes), known)
    return Verdict("contract", f"{old} → {new}", findings, told_truly(NEXT_STEPS, findings))


def _finding(change: Change) -> Finding:
    weight = Weight.NOTED
    if change.effect is Effect.BREAKING:
        weight = Weight.FAILS if change.sure else Weight.UNDECIDED
    return Finding(
        rule=change.rule,
        kind=change.effect.value,
        heading=HEADINGS.get((change.effect, change.concern), "Documentation"),
        weight=weight,
        text=change.text,
        reason=change.said.reason,
        remedy=change.said.remedy,
        at=change.at,
        place=change.place,
        before=change.before,
        example=change.example,
        sure=change.sure,
        subject=change.subject,
    )
