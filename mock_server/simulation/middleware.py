"""The middleware around the API: recording, faults, repair of invalid requests, an upstream."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Literal

from mock_server.accounts import read_key
from mock_server.app import App
from mock_server.contract.contract import Contract, Operation
from mock_server.contract.documented_responses import ExampleResponses, read_documented_responses
from mock_server.errors import Problem
from mock_server.messages import AsyncHandler, Handler, Request, Response, Trace
from mock_server.recording.explain import Explainer
from mock_server.recording.metrics import Metrics
from mock_server.recording.recorder import MAX_EXCHANGES, Exchange, Recorder
from mock_server.recording.redaction import is_account_name, name_account, redact
from mock_server.requests.cors import admit, is_preflight
from mock_server.requests.router import Router
from mock_server.responses import json_response
from mock_server.simulation.faults import Faults
from mock_server.simulation.intervention import Intervention
from mock_server.simulation.prefer_header import preferred_intervention
from mock_server.simulation.repair import repair

Validation = Literal["strict", "report", "off"]

COMPLAINTS_HEADER = "Mock-Complaints"
MAX_HEADER = 1000
Answer = tuple[Response, tuple[str, ...]]
"""A response, and the complaints about it or the request."""

OWN_KEY = "test-upstream"
"""The key of the account that is used for mocked operations in front of a deployment."""

CLIENT_LEFT = json_response(502, {"message": "The client disconnected before the answer came."})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the middleware.

    `validation` is for requests that violate the contract: `strict` refuses them as the API does, `report` repairs and
    marks them, `off` repairs them without a mark. `record` is the maximum number of recorded exchanges. `mocked` are
    the operations that the mock answers itself in front of a deployment.
    """

    validation: Validation = "strict"
    record: int = MAX_EXCHANGES
    mocked: Collection[str] = ()


class Middleware:
    """Answers requests by the mock, a deployment or an intervention, and records the exchanges.

    `handler` answers requests, by default the app. With `upstream`, `forward` has a deployment answer instead, and
    every answer is validated by the contract. `log` is called with every exchange.
    """

    def __init__(
        self,
        app: App,
        contract: Contract,
        *,
        handler: Handler | None = None,
        upstream: AsyncHandler | None = None,
        settings: Settings | None = None,
        log: Callable[[Exchange], None] | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.recorder = Recorder(self.settings.record)
        self.metrics = Metrics()
        self.upstream = upstream
        self._log = log
        self.faults = Faults(ExampleResponses(contract, read_documented_responses(contract.path)))
        self.reload(app, contract, handler)

    def reload(self, app: App, contract: Contract, handler: Handler | None = None) -> None:
        """Replace the app and the contract."""
        self.app = app
        self.contract = contract
        self.documented_responses = read_documented_responses(contract.path)
        self.explainer = Explainer(contract, self.documented_responses)
        self.faults.examples = ExampleResponses(contract, self.documented_responses)
        self._handler = handler or app
        self._router = Router(contract.base_path, contract.operations.values())

    def handle(self, request: Request) -> Response:
        """Answer a request of the API without an upstream, and record it."""
        number, at, start = self.recorder.arrive(), time.time(), time.perf_counter()
        # Most requests have neither.
        plan = self._plan(request) if "prefer" in request.headers or self.faults else None
        if plan is None:
            answer = self._ask(request)
        elif plan.is_forced:
            answer = self._force(plan, request)
        else:
            answer = _fulfil(plan, self._ask(_left_to_others(plan, request)))
        return self._record(number, at, start, request, plan, answer)

    async def forward(self, request: Request, upstream: AsyncHandler) -> Response:
        """Answer a request by the deployment, except for mocked operations and interventions, and record it.

        If the client disconnects, the task is cancelled.
        """
        number, at, start = self.recorder.arrive(), time.time(), time.perf_counter()
        plan = self._plan(request)
        answer: Answer = (replace(CLIENT_LEFT, trace=self._trace(request)), ())
        try:
            if plan is None:
                answer = await self._ask_deployment(request, upstream)
            elif plan.is_forced:
                answer = self._force(plan, request)
            else:
                answer = _fulfil(plan, await self._ask_deployment(_left_to_others(plan, request), upstream))
        finally:
            response = self._record(number, at, start, request, plan, answer)
        return response

    def _record(
        self, number: int, at: float, start: float, request: Request, plan: Intervention | None, answer: Answer
    ) -> Response:
        """Record an exchange; return the response with the headers that a page of another origin needs."""
        response, complaints = answer
        if "origin" in request.headers:
            response = admit(request, response)
        seconds = time.perf_counter() - start + response.delivery.delay
        forced = plan.why if plan is not None else ""
        exchange = Exchange(number, at, seconds, request, response, forced, complaints)
        if self.upstream is not None:
            exchange = redact(exchange)
        self.recorder.record(exchange)
        self.metrics.record(exchange)
        if self._log is not None:
            self._log(exchange)
        return response

    def _plan(self, request: Request) -> Intervention | None:
        """Return the intervention of the Prefer header or of a fault, or None."""
        prefer = request.headers.get("prefer", "")
        operation = self.find_operation(request)
        if operation is None:
            return None
        preferred = preferred_intervention(prefer, operation.id, self.faults.examples) if prefer else None
        return preferred or self.faults.plan(operation.id, read_key(request.headers.get("authorization", "")))

    def _force(self, plan: Intervention, request: Request) -> Answer:
        forced = replace(plan.force(), trace=self._trace(request))
        return (forced.without_body() if request.method == "HEAD" else forced), _notes(plan)

    def _trace(self, request: Request) -> Trace:
        """Return the trace of a request that the app does not answer."""
        operation, key = self.find_operation(request), read_key(request.headers.get("authorization", ""))
        return Trace(self.name_recorded(key), operation.id if operation else "")

    def name_recorded(self, key: str) -> str:
        """Return the name under which exchanges of a key are recorded; such a name is returned unchanged."""
        return key if self.upstream is None or is_account_name(key) else name_account(key)

    def _ask(self, request: Request) -> Answer:
        """Return the mock's answer and the complaints about the request."""
        if self.settings.validation == "strict":
            return self._handler.handle(request), ()
        return self._tolerate(request)

    def _tolerate(self, request: Request) -> Answer:
        operation = self.find_operation(request)
        if operation is None:
            return self._handler.handle(request), ()
        repaired = repair(operation, request)
        response = self._handler.handle(repaired.request)
        if not repaired.complaints or self.settings.validation == "off":
            return response, ()
        complaints = " ".join(repaired.complaints).encode("ascii", "replace").decode()
        header = (COMPLAINTS_HEADER, " ".join(complaints.split())[:MAX_HEADER])
        return replace(response, headers=(*response.headers, header)), repaired.complaints

    async def _ask_deployment(self, request: Request, upstream: AsyncHandler) -> Answer:
        """Return the deployment's answer and the complaints about it."""
        if is_preflight(request):
            # The deployment need not allow the origin of pages that are developed against the mock.
            return self.app.handle(request), ()
        trace = self._trace(request)
        if trace.operation in self.settings.mocked:
            response = self._handler.handle(_with_own_key(request))
            # Recorded under the client's key, together with the deployment's answers.
            return replace(response, trace=replace(response.trace or trace, key=trace.key)), ()
        response = replace(await upstream.ask(request), trace=trace)
        if not trace.operation or request.method in {"HEAD", "OPTIONS"}:
            return response, ()
        return response, self.documented_responses.find_complaints(trace.operation, response)

    def find_operation(self, request: Request) -> Operation | None:
        """Return the operation that a request addresses, even if it is invalid otherwise, or None."""
        try:
            return self._router.find(request.method, request.path.removesuffix("/")).operation
        except Problem:
            return None


def _left_to_others(plan: Intervention, request: Request) -> Request:
    """Return a request without preferences that are applied here, so that no later handler applies them again."""
    if not plan.headers:
        return request
    return replace(request, headers={name: value for name, value in request.headers.items() if name != "prefer"})


def _fulfil(plan: Intervention, answer: Answer) -> Answer:
    response, complaints = answer
    return plan.deliver(response), (*complaints, *_notes(plan))


def _notes(plan: Intervention) -> tuple[str, ...]:
    return (plan.note,) if plan.note else ()


def _with_own_key(request: Request) -> Request:
    """Return a request with the mock's own key in place of a deployment's: all clients share one account."""
    if "authorization" not in request.headers:
        return request
    return replace(request, headers={**request.headers, "authorization": f"Bearer {OWN_KEY}"})
