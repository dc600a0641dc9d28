"""Create, record and close the context of an example."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager

from hypothesis import strategies as st

from conformance.context.property_context import PropertyContext
from conformance.exchange import Exchange
from conformance.generation.variation import Variation
from conformance.http.client import PreconditionFailed
from conformance.results.outcome import NOTHING_BEFORE, Before
from conformance.runner.run import Run
from conformance.sandbox.ownership import Kind


def new_context(
    run: Run,
    source: st.DataObject | None = None,
    *,
    selected: AbstractSet[str] | None = None,
    target: AbstractSet[str] = frozenset(),
    sharing: bool = True,
    furnished: bool = False,
    before: Before = NOTHING_BEFORE,
    variation: Variation | None = None,
) -> PropertyContext:
    """Return a context for one example of the selected requirements; with a `target`, only its violations end it.

    Without a `variation`, free choices are made at random.
    """
    choices = None if run.options.read_only else run.choices
    return PropertyContext(
        contract=run.contract,
        client=run.client,
        inputs=run.inputs,
        sandbox=run.sandbox,
        prerequisites=run.prerequisites,
        shared_projects=run.shared_projects,
        selected=run.results.selected if selected is None else selected,
        target=target,
        depth=run.options.depth,
        source=source,
        seed=run.options.seed,
        read_only=run.options.read_only,
        sharing=sharing,
        furnished=furnished,
        before=before,
        variation=variation.again() if variation else Variation(choices),
    )


@contextmanager
def recording(run: Run, context: PropertyContext) -> Iterator[None]:
    """Record the exchanges in the context's history, and learn which records are the run's own."""

    def record(exchange: Exchange) -> None:
        context.history.append(exchange)
        run.sandbox.learn(exchange)
        if exchange.operation and exchange.lacks_json and not exchange.sent_headers:
            # This is a violation by itself, and makes any other conclusion impossible.
            raise PreconditionFailed(f"{exchange.summary} was answered without JSON: {exchange.shown_body(80)}")
        if context.source is not None:
            context.views.take(exchange)

    with run.transport.listening(record):
        yield


def close_context(run: Run, context: PropertyContext, *, dirty: bool) -> None:
    """Remove the projects of an example, and return the shared ones."""
    try:
        for project in context.projects:
            if project in run.sandbox.ownership.open_projects:
                _remove(run, project)
    finally:
        run.shared_projects.release(context.borrowed, context.history, dirty=dirty)


def _remove(run: Run, project: int) -> None:
    """Remove a project and keep its id as one of a deleted record, except the highest, which may be given again."""
    ownership, gone = run.sandbox.ownership, run.shared_projects.gone
    is_needed = gone.project is None and project in ownership.ours[Kind.PROJECT]
    if not is_needed or (run.options.jobs > 1 and project >= max(ownership.open_projects)):
        run.clean_up.remove(project)
    elif run.clean_up.delete_at_once(project):
        gone.project = project
