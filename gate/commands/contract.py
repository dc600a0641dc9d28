"""The command `milestones-gate contract`: what a change of the contract breaks."""

import gc
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from gate.commands.allowances import allow_after_sunset, allow_with_major
from gate.commands.severities import Severities
from gate.diff.catalogue import Effect
from gate.diff.change import Change, Concern
from gate.diff.compare import compare
from gate.errors import FileMissing, GateError
from gate.openapi.contract import read
from gate.source.document import load
from gate.subschema.limits import run_with_deep_stack
from gate.verdict import Finding, NextSteps, Severity, Verdict, adjust, without_known

HEADINGS = {
    (Effect.BREAKING, Concern.REQUEST): "Breaks callers",
    (Effect.BREAKING, Concern.RESPONSE): "Breaks readers",
    (Effect.BREAKING, Concern.RULE): "Removes promises",
    (Effect.COMPATIBLE, Concern.REQUEST): "Compatible for callers",
    (Effect.COMPATIBLE, Concern.RESPONSE): "Compatible for readers",
    (Effect.COMPATIBLE, Concern.RULE): "Adds promises",
}
NEXT_STEPS = NextSteps(
    fine="Clients of the old contract still work.",
    breaks="Fix each finding as it says, or make a new version of the API and list the finding with --known.",
    undecided="A person has to look at each finding that is not proven; list it with --known if it is harmless.",
)


def run(
    old: str,
    new: str,
    known_ids: Collection[str],
    *,
    documentation: bool = False,
    old_may_be_missing: bool = False,
    allow_breaking_with_major: bool = False,
    severities: Severities | None = None,
    today: date | None = None,
) -> Verdict:
    """Compare two contracts, each a file or REVISION:FILE; raise GateError if one cannot be read.

    Changes of documentation are counted, and listed only with `documentation`. `today`, which decides whether a sunset
    is over, is the day in UTC.
    """
    with without_garbage_collection():
        after = read(load(new))
        try:
            document = load(old)
        except FileMissing as reason:
            if not old_may_be_missing:
                raise GateError(f"{reason} If the contract is new, give --old-may-be-missing.") from reason
            summary = f"{old} does not exist yet, so nobody relies on it."
            return Verdict("contract", f"{old} → {new}", [], NEXT_STEPS, summary)
        before = read(document)
        changes = run_with_deep_stack(lambda: compare(before, after))
    day = today or datetime.now(UTC).date()
    dated = [allow_after_sunset(_finding(change), change, day) for change in changes]
    weighed, by_file = (severities or Severities()).apply(dated)
    findings, allowed = without_known(weighed, known_ids), ""
    if allow_breaking_with_major:
        findings, allowed = allow_with_major(findings, before, after)
    shown = [finding for finding in findings if documentation or not _concerns_people_alone(finding)]
    summary = " ".join(filter(None, (allowed, by_file, _left_out(len(findings) - len(shown)))))
    return Verdict("contract", f"{old} → {new}", shown, adjust(NEXT_STEPS, shown), summary)


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Disable the cycle collector, as a comparison makes few cycles: it would double the time and free nothing."""
    gc.disable()
    try:
        yield
    finally:
        # Nor does it scan the objects that the comparison leaves.
        gc.freeze()
        gc.enable()


def _concerns_people_alone(finding: Finding) -> bool:
    # The warning is no change: it says what the comparison could not distinguish. Failures are always shown.
    is_documentation = finding.kind == Effect.DOCUMENTATION.value and finding.severity is Severity.INFO
    return is_documentation and finding.rule != "documentation/ambiguous-path"


def _left_out(count: int) -> str:
    changes = "1 change of documentation is" if count == 1 else f"{count} changes of documentation are"
    return f"{changes} not listed; --documentation lists them all." if count else ""


def _finding(change: Change) -> Finding:
    severity = Severity.INFO
    if change.effect is Effect.BREAKING:
        severity = Severity.ERROR if change.proven else Severity.UNDECIDED
    return Finding(
        rule=change.rule,
        kind=change.effect.value,
        heading=HEADINGS.get((change.effect, change.concern), "Documentation"),
        severity=severity,
        text=change.text,
        reason=change.kind_of_change.reason,
        remedy=change.kind_of_change.remedy,
        at=change.at,
        place=change.place,
        before=change.before,
        example=change.example,
        proven=change.proven,
        subject=change.subject,
    )
