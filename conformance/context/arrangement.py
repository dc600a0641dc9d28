"""Send the requests that set up an example.

A failed arrangement is an obstacle, not a violation: the requirements it was for get no verdict. The exception is a
valid request that is refused, which violates a requirement wherever it happens.
"""

from collections import Counter
from collections.abc import Callable, Container
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from conformance.contract import Contract
from conformance.exchange import Exchange, NotJson
from conformance.generation.strategies import Inputs
from conformance.generation.variation import Variation
from conformance.http.client import DEFAULT, Client, Encoding, PreconditionFailed, RequestOptions
from conformance.options import Depth
from conformance.records import id_in
from conformance.results.difference import THERE, Basis
from conformance.results.expect import Expectation
from conformance.results.outcome import NOTHING_BEFORE, Before
from conformance.sandbox.sandbox import Sandbox
from conformance.sandbox.shared_projects import SharedProject, SharedProjects
from conformance.target import Prerequisites

SUCCESS = range(200, 300)
CONFLICT = 409
MUST_SUCCEED = {
    "createMilestone": "create/answers-201",
    "updateMilestone": "update/answers-200",
    "deleteMilestone": "delete/answers-200-with-the-id",
    "reorderMilestones": "reorder/answers-200",
}
"""The requirement that a valid request violates when it is not answered with the documented success."""
NO_CONFLICT = {
    "createTask": "task/goes-to-the-milestone-named",
    "updateTask": "task/an-update-moves-it",
    "cloneTask": "task/a-clone-goes-to-the-milestone-named",
}
"""The requirement that a valid request violates when it is answered with 409; it may be refused for other reasons."""


@dataclass
class Arrangement:
    """Everything an example needs to set up what it judges."""

    contract: Contract
    client: Client
    inputs: Inputs
    sandbox: Sandbox
    prerequisites: Prerequisites
    shared_projects: SharedProjects
    depth: Depth
    selected: AbstractSet[str] = frozenset()
    target: AbstractSet[str] = frozenset()
    checks: Counter[str] = field(default_factory=Counter)
    read_only: bool = False
    sharing: bool = False
    furnished: bool = False
    history: list[Exchange] = field(default_factory=list)
    borrowed: list[SharedProject] = field(default_factory=list)
    variation: Variation = field(default_factory=Variation)
    before: Before = NOTHING_BEFORE

    def as_some_client(
        self,
        send: Callable[[RequestOptions], Exchange],
        options: RequestOptions = DEFAULT,
        *,
        expected: Container[int | None] = SUCCESS,
        has_body: bool = True,
    ) -> Exchange:
        """Send a request as some client does; if it is refused unexpectedly, return the usual client's answer.

        If that one is as expected, the difference between both is a violation.
        """
        manner = self.variation.manner(options, has_body=has_body)
        answer = send(manner.applied(options))
        self.variation.used[answer.number] = manner
        if answer.lacks_json:
            raise PreconditionFailed(f"{answer.summary} was answered without JSON: {answer.shown_body(80)}")
        # A request that was carried out changes the answer to a repetition of it.
        if not manner.requirement or answer.ok or _is_as(answer, expected):
            return answer
        usual = send(options)
        if _is_as(usual, expected) and not answer.is_firewall_page:
            if self.variation.choices is not None:
                self.variation.choices.broken.add(manner.requirement)
            expect = self.expect(manner.requirement)
            expect.status(answer, usual.status or 0)
            expect.holds(not isinstance(answer.json, NotJson), "a JSON body", answer.shown_body(200))
        return usual

    def expect(self, requirement: str) -> Expectation:
        """Return the expectation that judges answers by this requirement."""
        return Expectation(requirement, self.checks, self.selected, self.target)

    def _in_any_encoding(self, send: Callable[[RequestOptions], Exchange]) -> Exchange:
        """Send a request in one encoding and, if refused, in the other: one broken encoding must not hide the rest."""
        first = self.variation.encoding()
        answer = self.as_some_client(send, RequestOptions(encoding=first))
        second = Encoding.JSON if first is Encoding.FORM else Encoding.FORM
        return send(RequestOptions(encoding=second)) if answer.refused else answer

    def obtained(self, exchange: Exchange, what: str) -> int:
        """Return the id in a successful answer; raise PreconditionFailed if there is none."""
        identifier = id_in(exchange) if exchange.ok else None
        self._is_there(exchange)
        if (exchange.ok or exchange.refused) and (requirement := MUST_SUCCEED.get(exchange.operation)):
            # Arranging requests are valid: they may not be refused, nor answered with an undocumented success.
            self.expect(requirement).status(exchange, self.contract.operations[exchange.operation].success)
        if exchange.status == CONFLICT and (requirement := NO_CONFLICT.get(exchange.operation)):
            self.expect(requirement).status(exchange, self.contract.operations[exchange.operation].success)
        if identifier is None:
            raise PreconditionFailed(f"{what} could not be obtained: {exchange.summary}, {exchange.shown_body(160)}")
        return identifier

    def _is_there(self, exchange: Exchange) -> None:
        """Judge that the operation of an exchange exists; the ids sent exist, so a 404 can only mean the operation."""
        if exchange.operation in self.contract.operations:
            self.expect("http/documented-operations-are-there").holds(
                not self._is_missing(exchange),
                f"{exchange.operation}, which is documented",
                exchange.summary,
                Basis(exchange.number, THERE),
            )

    def _is_missing(self, exchange: Exchange) -> bool:
        succeeded = {earlier.operation for earlier in self.history if earlier.ok} | self.before.succeeded_operations
        if exchange.operation in succeeded:
            return False
        if exchange.status != 404 or not self.contract.operations[exchange.operation].variables:
            return exchange.status in (404, 405)
        record = "/".join(exchange.path.split("/")[:3])
        return record != exchange.path and self.client.raw("GET", record).ok


def _is_as(answer: Exchange, expected: Container[int | None]) -> bool:
    return answer.status in expected and not isinstance(answer.json, NotJson)
