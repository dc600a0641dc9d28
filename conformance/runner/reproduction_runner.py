"""Find the reproductions of a run's violations, and group violations with one cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.http.request import OutOfRequests
from conformance.http.retry import LOG
from conformance.reproduction.causes import Cause, explanations, group
from conformance.reproduction.reference import opposite, run_reference
from conformance.reproduction.replay import Replayer
from conformance.reproduction.reproduce import Reproducer, Reproduction
from conformance.results.collector import NOT_SHOWN_AGAIN, fold_replay
from conformance.runner.run import Run
from conformance.target import RunError


@dataclass(frozen=True)
class Explanation:
    """The reproductions by requirement, and the violations grouped by cause."""

    reproductions: Mapping[str, Reproduction]
    causes: list[Cause]


def explain(run: Run, contract: Path | None, profile: Mapping[str, str]) -> Explanation:
    """Reproduce each violation of a run with the fewest calls, and group the violations by cause.

    `contract` is the contract's path if it is not the shipped one, and `profile` the observed choices at open points.
    """
    reproductions: dict[str, Reproduction] = {}
    try:
        if run.results.violated:
            choices = opposite(run.contract, profile)
            with (
                run_reference(run.contract, contract, profile) as reference,
                run_reference(run.contract, contract, choices) as second_reference,
            ):
                reproduce(run, reference, reproductions, [second_reference])
    except RunError as reason:
        # Without the reference, it cannot be decided whether fewer calls still show the violation.
        LOG.warning("The calls of violations are shown as they were sent, not minimised: %s", reason)
    except OutOfRequests as reason:
        LOG.warning("Not every violation could be minimised: %s.", reason)
    violated = [(run.contract.requirements[name], reproductions.get(name)) for name in run.results.evidence]
    return Explanation(reproductions, group(violated, run.contract.implications))


def replayer(run: Run) -> Replayer:
    """Return a replayer of programs for the target of a run, in its sandbox."""
    return Replayer(run.client, run.prerequisites, run.sandbox.project_title, run.sandbox.learn, run.clean_up.remove)


def reproduce(
    run: Run, reference: Replayer, reproductions: dict[str, Reproduction], others: Sequence[Replayer] = ()
) -> None:
    """Find and record the reproductions of a run's violations: stated ones, root causes and short ones first.

    Raises OutOfRequests.
    """
    evidence, budget = run.results.evidence, run.violation_budget
    reproducer = Reproducer(replayer(run), reference, others, list(run.transport.log), budget.for_minimising)
    convict(run, reproducer, reproductions)
    inferred = {name: run.contract.requirements[name].level == "inferred" for name in evidence}
    explained = {name: explanations(name, evidence, run.contract.implications) for name in evidence}
    names = sorted(evidence, key=lambda name: (inferred[name], explained[name], evidence[name].size))
    names = [name for name in names if name not in reproductions]
    for left, name in zip(range(len(names), 0, -1), names, strict=True):
        allowance = budget.share(reproducer.budget, left, follows=explained[name] > 0)
        if reproduction := reproducer.reproduce(evidence[name], allowance, is_stated=not inferred[name]):
            reproductions[name] = reproduction


def convict(run: Run, reproducer: Reproducer, reproductions: dict[str, Reproduction]) -> None:
    """Replay unsteady violations with all calls before them; a violation that shows every time counts.

    An example repeated from scratch lacks the records that others left in the project. Raises OutOfRequests.
    """
    if run.results.stale_reads:
        return
    unsteady = {
        name: violation.evidence
        for name, violation in run.results.unsteady.items()
        if violation.reason == NOT_SHOWN_AGAIN
    }
    for left, (name, evidence) in zip(range(len(unsteady), 0, -1), unsteady.items(), strict=True):
        allowance = run.violation_budget.share(reproducer.budget, left, follows=False)
        is_stated = run.contract.requirements[name].level == "stated"
        shown = reproducer.reproduce(evidence, allowance, is_stated=is_stated)
        if shown is not None and shown.rounds == 1:
            reproductions[name] = shown
            fold_replay(run.results, name)
