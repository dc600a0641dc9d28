"""Observe the open points of a deployment, at the end of a run."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from conformance import probes
from conformance.context.property_context import PropertyContext
from conformance.exchange import Exchange
from conformance.probes.registry import PROBES, Observation, Probe, to_observation
from conformance.results.collector import fold
from conformance.results.outcome import ObstacleKind, Outcome
from conformance.runner.example import run_example
from conformance.runner.example_context import new_context
from conformance.runner.run import Run


def observe(run: Run) -> Iterator[Observation]:
    """Yield an observation for each open point of the contract, until the run may send no more requests."""
    probes.load_all()
    for probe in PROBES:
        if run.options.read_only and not probe.read_only:
            yield from _unseen(run, probe, (), "observing it requires writing, and this run is read-only")
            continue
        observations, outcome = look(run, probe)
        yield from observations
        if outcome.obstacle is not None and outcome.obstacle.kind is ObstacleKind.OUT_OF_REQUESTS:
            return


def look(run: Run, probe: Probe) -> tuple[list[Observation], Outcome]:
    """Run a probe; violations found by passive checks are repeated, as they are for a property."""
    observations: list[Observation] = []
    violated_before = run.results.violated
    outcome = run_probe(run, probe, new_context(run), observations)
    fold(run.results, outcome)
    if new := frozenset(outcome.violations.keys() - violated_before):
        repetition = run_probe(run, probe, new_context(run, sharing=False), [])
        fold(run.results, replace(repetition, repeats=new))
    reason = outcome.obstacle.reason if outcome.obstacle else "the probe ended before it"
    return [*observations, *_unseen(run, probe, observations, reason)], outcome


def run_probe(run: Run, probe: Probe, context: PropertyContext, observations: list[Observation]) -> Outcome:
    def body(context: PropertyContext) -> None:
        start = 0
        calls: tuple[Exchange, ...] = ()
        for identifier, answer in probe.function(context):
            # Calls that show two points belong to both.
            calls = tuple(context.history[start:]) or calls
            if identifier in run.contract.open_points:
                observations.append(to_observation(run.contract.open_points[identifier], answer, calls))
            start = len(context.history)

    return run_example(run, (), context, body)


def _unseen(run: Run, probe: Probe, observed: Sequence[Observation], reason: str) -> Iterator[Observation]:
    observed_ids = {observation.point.id for observation in observed}
    for identifier in probe.points:
        if identifier not in observed_ids and identifier in run.contract.open_points:
            yield Observation(run.contract.open_points[identifier], None, f"not seen: {reason}")
