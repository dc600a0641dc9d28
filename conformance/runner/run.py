"""One run against one target: what it works with, what it knows, what it must clean up."""

import secrets
import string
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from random import Random

from hypothesis import strategies as st

from conformance import properties
from conformance.context.property_context import PropertyContext
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.generation.strategies import Inputs
from conformance.generation.variation import Choices, Variation
from conformance.http.client import Client, PreconditionFailed
from conformance.http.request import ForbiddenWrite, NoAnswer, OutOfRequests
from conformance.http.transport import AdapterFactory, Socket, Transport
from conformance.options import Options, ViolationBudget
from conformance.properties.registry import PROPERTIES, Property, select
from conformance.results.collector import ResultCollector
from conformance.results.coverage import Coverage
from conformance.results.outcome import NOTHING_BEFORE, Before
from conformance.results.verdict import Judgement
from conformance.sandbox.cleaner import Cleaner
from conformance.sandbox.journal import Journal
from conformance.sandbox.ownership import Kind
from conformance.sandbox.sandbox import Sandbox
from conformance.sandbox.shared_projects import SharedProjects
from conformance.target import Prerequisites, Target

CLEAN_UP_SECONDS = 300.0
LISTS_OF_CLEAN_UP = 5
REQUESTS_A_PROJECT = 3


class Run:
    """One run against one target: its sandbox, its results, its exchanges."""

    def __init__(
        self,
        contract: Contract,
        target: Target,
        prerequisites: Prerequisites,
        options: Options,
        *,
        adapter: AdapterFactory = Socket,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self.contract = contract
        self.target = target
        self.options = options
        self.prerequisites = prerequisites
        self.sandbox = Sandbox(run_id=new_run_id())
        existing = self.sandbox.ownership.existing
        existing[Kind.PROJECT] |= prerequisites.existing_project_ids
        existing[Kind.MILESTONE] |= prerequisites.existing_milestone_ids
        existing[Kind.TASK] |= prerequisites.existing_task_ids
        self.transport = Transport(
            target,
            options.limits,
            guard=self.sandbox.guard,
            read_only=options.read_only,
            adapter=adapter,
            sleep=sleep,
            sent=prerequisites.requests,
            reserve=self._clean_up_cost,
        )
        self.client = Client(contract, self.transport)
        self.sandbox.connect(self.client)
        self._cleaner = Cleaner(self.client, self.sandbox.ownership, self.sandbox.ownership.prefix, self.transport.wait)
        self.inputs = Inputs(contract)
        properties.load_all()
        self.properties = [
            candidate
            for candidate in PROPERTIES
            if candidate.examples.count(options.depth)
            and (candidate.read_only if options.read_only else not candidate.read_only_run_only)
        ]
        self.results = ResultCollector(self._select(), Coverage(contract.operations))
        self.shared_projects = SharedProjects(on_retire=self.remove_project)
        self._choices = Choices(Random(options.seed))  # noqa: S311 - no secret
        self.violation_budget = ViolationBudget(options.depth)
        self.leftovers: list[str] = []
        self._journal: Journal | None = None

    def _select(self) -> frozenset[str]:
        judgeable = {identifier for candidate in self.properties for identifier in candidate.judges}
        return select(self.contract.requirements, self.options.only, self.options.exclude) & frozenset(judgeable)

    @property
    def plan(self) -> list[Property]:
        """Return the properties that judge anything selected, in the order they run."""
        chosen = [candidate for candidate in self.properties if candidate.concerns(self.results.selected)]
        first = frozenset(self.options.first)
        return sorted(chosen, key=lambda candidate: (candidate.run_last, not candidate.concerns(first)))

    def judgement(self, requirement: str) -> Judgement:
        """Return the verdict on a requirement, as far as the run has come."""
        reason = "not selected"
        if self.options.read_only and select([requirement], self.options.only, self.options.exclude):
            reason = "judging it takes writing, and this run is read-only"
        return self.results.judgement(self.contract.requirements[requirement], not_run=reason)

    def judgements(self) -> list[Judgement]:
        """Return the verdicts on all requirements of the contract."""
        return [self.judgement(requirement) for requirement in self.contract.requirements]

    def keep_journal(self) -> None:
        """Enter what is made from now on into a journal; a read-only run makes nothing."""
        if not self.options.read_only:
            existing = self.prerequisites.existing_project_ids - self.prerequisites.leftover_project_ids
            self._journal = Journal.open(self.sandbox.run_id, self.target.url, existing)
            self.sandbox.before_making = self._journal.note

    def clean_up(self, seconds: float = CLEAN_UP_SECONDS) -> None:
        """Remove what is left of ours, also what was made without an answer, and note what cannot be removed.

        Take so many seconds at most, and end early when the transport is stopped.
        """
        self.transport.begin_clean_up(seconds)
        ownership = self.sandbox.ownership
        if ownership.made_projects or ownership.unanswered:
            try:
                self._cleaner.run()
            finally:
                self.leftovers = self._cleaner.leftovers
        if self._journal is not None and not self.leftovers:
            self._journal.close()

    def _clean_up_cost(self) -> int:
        """Return how many requests cleaning up takes, with a project made meanwhile by each job."""
        ownership = self.sandbox.ownership
        if not ownership.made_projects and not ownership.unanswered:
            return 0
        return LISTS_OF_CLEAN_UP + REQUESTS_A_PROJECT * (len(ownership.open_projects) + self.options.jobs)

    def new_context(
        self,
        source: st.DataObject | None = None,
        *,
        selected: AbstractSet[str] | None = None,
        target: AbstractSet[str] = frozenset(),
        sharing: bool = True,
        furnished: bool = False,
        before: Before = NOTHING_BEFORE,
        variation: Variation | None = None,
    ) -> PropertyContext:
        """Return a context for one example, which judges what is selected; a `target`, if any, alone can end it.

        Without a `variation`, what is free to choose is chosen anew.
        """
        return PropertyContext(
            contract=self.contract,
            client=self.client,
            inputs=self.inputs,
            sandbox=self.sandbox,
            prerequisites=self.prerequisites,
            shared_projects=self.shared_projects,
            selected=self.results.selected if selected is None else selected,
            target=target,
            depth=self.options.depth,
            source=source,
            seed=self.options.seed,
            read_only=self.options.read_only,
            sharing=sharing,
            furnished=furnished,
            before=before,
            variation=variation.again() if variation else Variation(None if self.options.read_only else self._choices),
        )

    @contextmanager
    def recording(self, context: PropertyContext) -> Iterator[None]:
        """Keep what is sent meanwhile in the context's history, and learn what is ours."""

        def record(exchange: Exchange) -> None:
            context.history.append(exchange)
            self.sandbox.learn(exchange)
            if exchange.operation and exchange.lacks_json and not exchange.sent_headers:
                # It is a violation by itself, and nothing else can be concluded from it.
                raise PreconditionFailed(f"{exchange.summary} came without JSON: {exchange.shown_body(80)}")
            if context.source is not None:
                context.views.take(exchange)

        with self.transport.listening(record):
            yield

    def close_context(self, context: PropertyContext, *, dirty: bool) -> None:
        """Remove the projects of an example, and give back what it shared."""
        ownership = self.sandbox.ownership
        try:
            for project in context.projects:
                if project in ownership.open_projects:
                    if self._may_be_gone(project):
                        self._delete_at_once(project)
                    else:
                        self.remove_project(project)
        finally:
            self.shared_projects.release(context.borrowed, context.history, dirty=dirty)

    def _may_be_gone(self, project: int) -> bool:
        """Tell if a project of ours may be the one whose id names nothing: the highest id may be given again."""
        ownership = self.sandbox.ownership
        is_needed = self.shared_projects.gone.project is None and project in ownership.ours[Kind.PROJECT]
        return is_needed and (self.options.jobs == 1 or project < max(ownership.open_projects))

    def _delete_at_once(self, project: int) -> None:
        """Delete a project of ours whose id then serves as one that names nothing."""
        try:
            deletion = self.client.delete_project(project)
        except (NoAnswer, ForbiddenWrite, OutOfRequests):
            return
        self.sandbox.learn(deletion)
        if deletion.ok:
            self.shared_projects.gone.project = project

    def remove_project(self, project: int) -> None:
        """Delete a project of ours; what fails is tried again when the run ends."""
        with suppress(OutOfRequests):
            self._cleaner.remove(project)


def new_run_id() -> str:
    """Return a name for a run; without a q, with which words begin that no title may hold by chance."""
    letters = string.ascii_uppercase.replace("Q", "")
    return "".join(secrets.choice(letters + string.digits) for _ in range(8))
