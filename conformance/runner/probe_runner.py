"""Looks at the open points of a deployment, at the end of a run."""

import traceback
from collections.abc import Iterator

from conformance import probes
from conformance.context.property_context import PreconditionFailed
from conformance.exchange import Exchange
from conformance.http.transport import ForbiddenWrite, NoAnswer, OutOfRequests
from conformance.probes.registry import PROBES, Observation, Probe, to_observation
from conformance.runner.run import Run
from conformance.sandbox.shared_projects import SharedProjects


def observe(run: Run) -> Iterator[Observation]:
    """What is seen at each open point of the contract; the last of them when the run may send no more."""
    probes.load_all()
    shared_projects = run.new_shared_projects()
    for probe in PROBES:
        if run.options.read_only and not probe.read_only:
            yield from _unseen(run, probe, set(probe.points), "seeing it takes writing, and this run is read-only")
            continue
        try:
            yield from _look(run, probe, shared_projects)
        except OutOfRequests as stop:
            yield from _unseen(run, probe, set(probe.points), f"{stop}; raise --max-requests")
            return


def _look(run: Run, probe: Probe, shared_projects: SharedProjects) -> Iterator[Observation]:
    context, unseen, start = run.new_context(shared_projects), set(probe.points), 0
    calls: tuple[Exchange, ...] = ()
    reason = "the probe ended before it"
    points = run.contract.open_points
    try:
        with run.recording(context):
            for identifier, seen in probe.function(context):
                # What shows two points at once is told with both.
                calls = tuple(context.history[start:]) or calls
                if identifier in points:
                    yield to_observation(points[identifier], seen, calls)
                unseen.discard(identifier)
                start = len(context.history)
    except (PreconditionFailed, NoAnswer, ForbiddenWrite) as obstacle:
        reason = str(obstacle)
    except OutOfRequests:
        raise
    except Exception:  # noqa: BLE001 - a mistake of ours must not cost the verdicts
        reason = f"the suite itself failed: {traceback.format_exc(limit=-3)}"
    finally:
        run.close_context(context, dirty=context.dirty)
    yield from _unseen(run, probe, unseen, reason)


def _unseen(run: Run, probe: Probe, unseen: set[str], reason: str) -> Iterator[Observation]:
    for identifier in probe.points:
        if identifier in unseen and identifier in run.contract.open_points:
            yield Observation(run.contract.open_points[identifier], None, f"not seen: {reason}")
