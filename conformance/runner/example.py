"""Run one example of a property and return its outcome."""

import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hypothesis.errors import HypothesisException

from conformance.context.fixtures import NotListed
from conformance.context.property_context import PreconditionFailed, PropertyContext
from conformance.context.refused_writes import judge_refused_writes
from conformance.exchange import Exchange
from conformance.http.request import ForbiddenWrite, NoAnswer, OutOfRequests, WriteOutcomeUnknown
from conformance.records import Milestone, milestone_of
from conformance.results.difference import Basis
from conformance.results.expect import Violation
from conformance.results.outcome import Evidence, Obstacle, ObstacleKind, Outcome, StaleRead
from conformance.results.passive_checks import check_exchange
from conformance.runner.example_context import close_context, recording
from conformance.runner.run import Run
from conformance.runner.stale_reads import find_stale_read
from conformance.sandbox.ownership import Kind, Ownership


class IdReused(Exception):
    """The id of a deleted record was given again, so that no conclusion is possible."""


def run_example(
    run: Run, judges: Sequence[str], context: PropertyContext, body: Callable[[PropertyContext], None]
) -> Outcome:
    """Run `body` and return its outcome; remove the projects of the context, or return them to the shared ones."""
    ended_by, obstacle, stale_read = None, None, None
    violations: dict[str, Evidence] = {}
    reusable = False
    try:
        with recording(run, context), _told_of_reused_ids(run.sandbox.ownership), _judging_absence(run, context):
            body(context)
            judge_refused_writes(context)
        reusable = context.sharing
    except Violation as violation:
        ended_by = violation.requirement
        history = everything_before(context)
        violations[ended_by] = Evidence(violation.expected, violation.actual, history, violation.basis)
        stale_read = _find_stale_read(run, context)
    except PreconditionFailed as reason:
        obstacle = _obstacle(reason)
        stale_read = _find_stale_read(run, context)
    except HypothesisException:
        raise
    except Exception as reason:  # noqa: BLE001 - an error of the suite must not be blamed on the deployment
        obstacle = _obstacle(reason)
    finally:
        close_context(run, context, dirty=not reusable)
    checks = context.checks + judge_exchanges(run, context, violations)
    if stale_read is not None:
        # The reads were stale, so no conclusion is possible.
        return Outcome(tuple(judges), tuple(context.history), checks, stale_read=stale_read)
    return Outcome(
        tuple(judges),
        tuple(context.history),
        checks,
        violations,
        ended_by,
        obstacle,
        read_back=frozenset(context.read_back),
    )


@contextmanager
def _told_of_reused_ids(ownership: Ownership) -> Iterator[None]:
    """Discard a violation if ids of deleted records turn out to be given again during the example."""
    before = ownership.reuses_ids
    try:
        yield
    except Violation as violation:
        if ownership.reuses_ids and not before:
            raise IdReused("ids of deleted records are reused, and one of them was counted as deleted") from violation
        raise


@contextmanager
def _judging_absence(run: Run, context: PropertyContext) -> Iterator[None]:
    """Judge an answer that stops an example: a list that lacks an existing row, or 404 for a listed id."""
    try:
        yield
    except NotListed as missing:
        projects = {row.project_id for row in missing.listed if isinstance(row, Milestone)}
        data = context.client.get_milestone(missing.record).envelope.get("data") if projects else None
        if (milestone := milestone_of(data)) is not None and milestone.project_id in projects:
            context.expect("list/returns-every-milestone").holds(
                False, f"milestone {missing.record} in the list of its project", "a list without it"
            )
        raise
    except ForbiddenWrite:
        last = context.history[-1] if context.history else None
        if last is not None and last.operation == "getMilestone" and last.status == 404:
            identifier = int(last.path.rpartition("/")[2])
            if run.sandbox.ownership.is_expected(Kind.MILESTONE, identifier):
                context.expect("get/answers-the-milestone-asked-for").status(last, 200)
        raise


def _find_stale_read(run: Run, context: PropertyContext) -> StaleRead | None:
    """Repeat the last reads, unless the violation is being shrunk: then they were repeated already."""
    if context.target:
        return None
    transport, earlier = run.transport, everything_before(context)
    return find_stale_read(context.history, earlier, transport.send, transport.wait, transport.settling)


def _obstacle(reason: Exception) -> Obstacle:
    match reason:
        case WriteOutcomeUnknown():
            return Obstacle(ObstacleKind.CONNECTION_LOST, str(reason))
        case IdReused():
            return Obstacle(ObstacleKind.REUSED_ID, str(reason))
        case PreconditionFailed() | NoAnswer() | ForbiddenWrite():
            return Obstacle(ObstacleKind.UNMET, str(reason))
        case OutOfRequests():
            return Obstacle(ObstacleKind.OUT_OF_REQUESTS, f"{reason}; raise --max-requests")
        case _:
            place = traceback.extract_tb(reason.__traceback__)[-1]
            where = f"{Path(place.filename).name}, line {place.lineno}"
            return Obstacle(
                ObstacleKind.INTERNAL_ERROR, f"the suite itself failed: {type(reason).__name__} {reason} ({where})"
            )


def judge_exchanges(run: Run, context: PropertyContext, violations: dict[str, Evidence]) -> Counter[str]:
    """Run the passive checks on an example's exchanges, and add the first violation of each requirement."""
    checks: Counter[str] = Counter()
    made = [exchange for shared in context.borrowed for exchange in shared.made]
    for number, exchange in enumerate(context.history, 1):
        for requirement, finding in check_exchange(run.contract, exchange, run.results.selected):
            checks[requirement] += 1
            if finding is not None and requirement not in violations:
                calls = in_order([*made, *context.history[:number]])
                basis = Basis(exchange.number, finding.allowed, finding.path)
                violations[requirement] = Evidence(finding.expected, finding.actual, calls, basis)
    return checks


def everything_before(context: PropertyContext) -> tuple[Exchange, ...]:
    """Return the exchanges of an example, and all others in the projects it shared, in order."""
    shared = [exchange for project in context.borrowed for exchange in (*project.made, *project.history)]
    return in_order([*shared, *context.history])


def in_order(exchanges: Iterable[Exchange]) -> tuple[Exchange, ...]:
    by_number = {exchange.number: exchange for exchange in exchanges}
    return tuple(by_number[number] for number in sorted(by_number))
