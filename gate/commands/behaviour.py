"""`milestones-gate behaviour`: what clients of yesterday's contract notice of today's deployment."""

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from gate.commands.next_steps import adjust
from gate.errors import GateError
from gate.openapi.contract import Contract
from gate.openapi.contract import read as read_contract
from gate.runs.comparison import Comparison, Snapshot, snapshot_of
from gate.runs.labels import AGAINST_A_CONTRACT, beside
from gate.runs.report import Run
from gate.runs.suite import MOCK_KEY, check, mock, written
from gate.source.document import Place, load
from gate.verdict import Finding, NextSteps, Verdict, without_known

NEXT_STEPS = NextSteps(
    fine="Clients written against the old contract notice nothing that it does not allow.",
    breaks="Repeat one with the command that stands with it, mend the deployment, and run again.",
    undecided="Remove what stood in the way, named at each requirement without a verdict, and run again.",
)


@dataclass(frozen=True, slots=True)
class Options:
    """What is to be held against the old contract: a deployment, or the mock under a new contract; and against what."""

    old: str
    target: str | None = None
    new: str | None = None
    against: str | None = None
    key: str = ""
    key_against: str = ""
    strict: bool = False
    options: Sequence[str] = ()


def run(asked: Options, known: Collection[str]) -> Verdict:
    """Runs the old contract's suite; raises GateError for what cannot be run."""
    document = load(asked.old)
    contract = read_contract(document)
    if asked.target is None and asked.new is None:
        raise GateError("There is nothing to judge: give --target, or --new for the mock under a new contract.")
    with ExitStack() as stack:
        path = stack.enter_context(written(document))
        name, target, key = asked.target or "", asked.target or "", asked.key
        if asked.new is not None:
            changed = stack.enter_context(written(load(asked.new)))
            name, target, key = f"the mock under {asked.new}", stack.enter_context(mock(changed)), MOCK_KEY
        words = ["milestones-gate", "behaviour", "--old", asked.old]
        words += ["--new", asked.new] if asked.new is not None else ["--target", target]
        run = replace(check(target, asked.options, key=key, contract=path).repeated_by(words), target=name)
        before = None
        if asked.against is not None:
            before = check(asked.against, asked.options, key=asked.key_against or asked.key, contract=path)
    where = _Lines(contract)
    found = (
        _alone(run, where, strict=asked.strict) if before is None else _both(before, run, where, strict=asked.strict)
    )
    findings = without_known(found, known)
    compared = f"{asked.old} → {name}" + (f", beside {asked.against}" if asked.against else "")
    steps = NEXT_STEPS if before is None else _beside(before.target, name)
    return Verdict("behaviour", compared, findings, adjust(steps, findings))


def _beside(one: str, other: str) -> NextSteps:
    return replace(NEXT_STEPS, fine=f"Clients notice nothing at {other} that they do not at {one}.")


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where the contract says what a requirement or open point says."""

    contract: Contract

    def __call__(self, name: str) -> Place | None:
        found = self.contract.requirements.get(name) or self.contract.open_points.get(name)
        return found.node.place if found is not None else None


def _alone(run: Run, where: _Lines, *, strict: bool) -> list[Finding]:
    """What one deployment breaks of a contract: it is held against a deployment that keeps it all."""
    perfect = Snapshot(dict.fromkeys(run.judged, "PASS"), {})
    found = Comparison(where, strict=strict, words=AGAINST_A_CONTRACT).findings(perfect, run)
    return [one for one in found if one.rule != "standing/not-run"]


def _both(before: Run, after: Run, where: _Lines, *, strict: bool) -> list[Finding]:
    words = beside(before.target, after.target)
    return Comparison(where, strict=strict, words=words).findings(snapshot_of(before), after)
