"""Looks at the open points of a deployment, at the end of a run."""

import traceback
from collections.abc import Iterator

from conformance import probes
from conformance.context.property_context import Blocked
from conformance.exchange import Exchange
from conformance.http.transport import ForbiddenWrite, NoAnswer, OutOfRequests
from conformance.probes.registry import PROBERS, Observation, Prober, told
from conformance.runner.run import Run
from conformance.sandbox.shared_projects import Commons


def observe(run: Run) -> Iterator[Observation]:
    """What is seen at each open point of the contract; the last of them when the run may send no more."""
    probes.load_all()
    commons = run.new_commons()
    for prober in PROBERS:
        if run.options.read_only and not prober.read_only:
            yield from _unseen(run, prober, set(prober.points), "seeing it takes writing, and this run is read-only")
            continue
        try:
            yield from _look(run, prober, commons)
        except OutOfRequests as stop:
            yield from _unseen(run, prober, set(prober.points), f"{stop}; raise --max-requests")
            return


def _look(run: Run, prober: Prober, commons: Commons) -> Iterator[Observation]:
    lab, unseen, start = run.new_lab(commons), set(prober.points), 0
    calls: tuple[Exchange, ...] = ()
    reason = "the probe ended before it"
    points = run.contract.open_points
    try:
        with run.recording(lab):
            for identifier, seen in prober.probe(lab):
                # What shows two points at once is told with both.
                calls = tuple(lab.history[start:]) or calls
                if identifier in points:
                    yield told(points[identifier], seen, calls)
                unseen.discard(identifier)
                start = len(lab.history)
    except (Blocked, NoAnswer, ForbiddenWrite) as obstacle:
        reason = str(obstacle)
    except OutOfRequests:
        raise
    except Exception:  # noqa: BLE001 - a mistake of ours must not cost the verdicts
        reason = f"the suite itself failed: {traceback.format_exc(limit=-3)}"
    finally:
        run.close_lab(lab, spoilt=lab.spoilt)
    yield from _unseen(run, prober, unseen, reason)


def _unseen(run: Run, prober: Prober, unseen: set[str], reason: str) -> Iterator[Observation]:
    for identifier in prober.points:
        if identifier in unseen and identifier in run.contract.open_points:
            yield Observation(run.contract.open_points[identifier], None, f"not seen: {reason}")
