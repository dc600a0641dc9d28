"""One run against one target: the parts that its examples share."""

import secrets
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from conformance import properties
from conformance.contract import Contract
from conformance.generation.strategies import Inputs
from conformance.generation.variation import Choices
from conformance.http.client import Client
from conformance.http.transport import AdapterFactory, Socket, Transport
from conformance.options import Options, ViolationBudget
from conformance.properties.registry import PROPERTIES, Property, select
from conformance.results.collector import ResultCollector
from conformance.results.coverage import Coverage
from conformance.results.verdict import Judgement
from conformance.sandbox.clean_up import CleanUp, cost_of_cleaning_up
from conformance.sandbox.ownership import Kind
from conformance.sandbox.sandbox import Sandbox
from conformance.sandbox.shared_projects import SharedProjects
from conformance.target import Prerequisites, Target


@dataclass(frozen=True)
class Run:
    """The parts of one run; each keeps its own state, and the run has none."""

    contract: Contract
    target: Target
    prerequisites: Prerequisites
    options: Options
    sandbox: Sandbox
    transport: Transport
    client: Client
    clean_up: CleanUp
    inputs: Inputs
    choices: Choices
    properties: Sequence[Property]
    results: ResultCollector
    shared_projects: SharedProjects
    violation_budget: ViolationBudget

    @property
    def plan(self) -> list[Property]:
        """Return the properties that judge a selected requirement, in the order they run."""
        chosen = [candidate for candidate in self.properties if candidate.concerns(self.results.selected)]
        first = frozenset(self.options.first)
        return sorted(chosen, key=lambda candidate: (candidate.run_last, not candidate.concerns(first)))

    def judgement(self, requirement: str) -> Judgement:
        """Return the current verdict on a requirement."""
        reason = "not selected"
        if self.options.read_only and select([requirement], self.options.only, self.options.exclude):
            reason = "judging it requires writing, and this run is read-only"
        return self.results.judgement(self.contract.requirements[requirement], not_run=reason)

    def judgements(self) -> list[Judgement]:
        """Return the current verdicts on all requirements of the contract."""
        return [self.judgement(requirement) for requirement in self.contract.requirements]


def open_run(
    contract: Contract,
    target: Target,
    prerequisites: Prerequisites,
    options: Options,
    *,
    adapter: AdapterFactory = Socket,
    sleep: Callable[[float], None] | None = None,
) -> Run:
    """Create the parts of a run; no request is sent yet."""
    sandbox = Sandbox(run_id=new_run_id())
    existing = sandbox.ownership.existing
    existing[Kind.PROJECT] |= prerequisites.existing_project_ids
    existing[Kind.MILESTONE] |= prerequisites.existing_milestone_ids
    existing[Kind.TASK] |= prerequisites.existing_task_ids
    transport = Transport(
        target,
        options.limits,
        guard=sandbox.guard,
        read_only=options.read_only,
        adapter=adapter,
        sleep=sleep,
        sent=prerequisites.requests,
        reserve=lambda: cost_of_cleaning_up(sandbox.ownership, options.jobs),
    )
    client = Client(contract, transport)
    sandbox.connect(client)
    clean_up = CleanUp(client, sandbox)
    chosen = _properties(options)
    judgeable = {identifier for candidate in chosen for identifier in candidate.judges}
    selected = select(contract.requirements, options.only, options.exclude) & judgeable
    return Run(
        contract=contract,
        target=target,
        prerequisites=prerequisites,
        options=options,
        sandbox=sandbox,
        transport=transport,
        client=client,
        clean_up=clean_up,
        inputs=Inputs(contract),
        choices=Choices(Random(options.seed)),  # noqa: S311 - no secret
        properties=chosen,
        results=ResultCollector(selected, Coverage(contract.operations)),
        shared_projects=SharedProjects(on_retire=clean_up.remove),
        violation_budget=ViolationBudget(options.depth),
    )


def _properties(options: Options) -> list[Property]:
    """Return the properties that a run with these options can try."""
    properties.load_all()
    return [
        candidate
        for candidate in PROPERTIES
        if candidate.examples.count(options.depth)
        and (candidate.read_only if options.read_only else not candidate.read_only_run_only)
    ]


def new_run_id() -> str:
    """Return a random name for a run; it has no q, as no title may contain the beginning of a word by chance."""
    letters = string.ascii_uppercase.replace("Q", "")
    return "".join(secrets.choice(letters + string.digits) for _ in range(8))
