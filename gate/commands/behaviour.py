"""The command `milestones-gate behaviour`: what clients of an old contract notice of a new deployment."""

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from gate.errors import GateError
from gate.openapi.contract import Contract
from gate.openapi.contract import read as read_contract
from gate.runs.comparison import Comparison, Snapshot, Where, snapshot_of
from gate.runs.labels import AGAINST_A_CONTRACT, beside
from gate.runs.report import Run
from gate.runs.suite import MOCK_KEY, check, mock, written
from gate.source.document import load
from gate.verdict import Finding, NextSteps, Verdict, adjust, without_known

NEXT_STEPS = NextSteps(
    fine="Clients of the old contract notice nothing that the old contract does not allow.",
    breaks="Reproduce a finding with its command, fix the deployment, and run again.",
    undecided="Remove the obstacle that is named at each requirement without a verdict, and run again.",
)


@dataclass(frozen=True, slots=True)
class BehaviourOptions:
    """The old contract, and a deployment or the mock under a new contract to compare with it."""

    old: str
    target: str | None = None
    new: str | None = None
    against: str | None = None
    key: str = ""
    key_against: str = ""
    strict: bool = False
    options: Sequence[str] = ()


def run(options: BehaviourOptions, known_ids: Collection[str]) -> Verdict:
    """Run the old contract's suite; raise GateError if it cannot be run."""
    document = load(options.old)
    contract = read_contract(document)
    if options.target is None and options.new is None:
        raise GateError("There is nothing to judge: give --target, or --new for the mock with a new contract.")
    with ExitStack() as stack:
        path = stack.enter_context(written(document))
        name, target, key = options.target or "", options.target or "", options.key
        if options.new is not None:
            changed = stack.enter_context(written(load(options.new)))
            name, target, key = f"the mock with {options.new}", stack.enter_context(mock(changed)), MOCK_KEY
        words = ["milestones-gate", "behaviour", "--old", options.old]
        words += ["--new", options.new] if options.new is not None else ["--target", target]
        run = replace(check(target, options.options, key=key, contract=path).repeated_by(words), target=name)
        before = None
        if options.against is not None:
            before = check(options.against, options.options, key=options.key_against or options.key, contract=path)
    where = _lines_of(contract)
    unfiltered = (
        alone(run, where, strict=options.strict) if before is None else _both(before, run, where, strict=options.strict)
    )
    findings = without_known(unfiltered, known_ids)
    compared = f"{options.old} → {name}" + (f", beside {options.against}" if options.against else "")
    steps = NEXT_STEPS if before is None else _beside(before.target, name)
    return Verdict("behaviour", compared, findings, adjust(steps, findings))


def _beside(reference: str, compared: str) -> NextSteps:
    return replace(NEXT_STEPS, fine=f"Clients notice nothing at {compared} that they do not notice at {reference}.")


def _lines_of(contract: Contract) -> Where:
    """Return a function that finds the line of a requirement or open point in the contract."""
    nodes = {name: point.node for name, point in contract.open_points.items()}
    nodes |= {name: requirement.node for name, requirement in contract.requirements.items()}
    return lambda name: nodes[name].place if name in nodes else None


def alone(run: Run, where: Where, *, strict: bool) -> list[Finding]:
    """Compare one deployment with an ideal one that satisfies the whole contract."""
    perfect = Snapshot(dict.fromkeys(run.judged, "PASS"), {})
    findings = Comparison(where, strict=strict, words=AGAINST_A_CONTRACT).findings(perfect, run)
    return [finding for finding in findings if finding.rule != "standing/not-run"]


def _both(before: Run, after: Run, where: Where, *, strict: bool) -> list[Finding]:
    words = beside(before.target, after.target)
    return Comparison(where, strict=strict, words=words).findings(snapshot_of(before), after)
