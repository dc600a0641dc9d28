"""Put a fault into the mock: into its operations, its answers, its modules' functions."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, cast
from unittest.mock import patch

import orjson

from mock_server.app import OPERATIONS, App
from mock_server.contract.contract import Contract
from mock_server.contract.profile import Profile
from mock_server.messages import Json, Request, Response
from mock_server.operations.context import OperationContext, OperationFunction
from mock_server.responses import Result, json_response
from mock_server.scenarios.loader import Scenario
from mock_server.storage.clock import Clock

Original = OperationFunction
Handler = Callable[[Request, Callable[[Request], Response]], Response]


def shown(result: Result) -> dict[str, Any]:
    """Return the object in the data of a result, to be changed."""
    return dict(cast("Mapping[str, Any]", result.data))


@dataclass
class MockBuilder:
    """A mock that is about to be built with a fault in it."""

    contract: Contract
    scenario: Scenario
    operations: dict[str, OperationFunction] = field(default_factory=lambda: dict(OPERATIONS))
    handlers: list[Handler] = field(default_factory=list)
    clock: Callable[[], Clock] = Clock
    profile: Profile | None = None
    one_at_a_time: bool = True
    sleep: Callable[[float], None] = lambda _: None
    now: Callable[[], float] = time.monotonic
    patches: ExitStack = field(default_factory=ExitStack)

    def operation(self, name: str, faulty: Callable[[OperationContext, Original], Result]) -> None:
        """Put a faulty operation in the place of an honest one, which it may still ask."""
        original = self.operations[name]

        def readable(context: OperationContext) -> Result:
            # Milestones come as JSON already; faults look into them.
            result = original(context)
            return replace(result, data=json.loads(orjson.dumps(result.data)))

        self.operations[name] = lambda context: faulty(context, readable)

    def data(self, name: str, change: Callable[[dict[str, Any]], object]) -> None:
        """Change the object in the data of an operation's answer, in place."""

        def faulty(context: OperationContext, original: Original) -> Result:
            result = original(context)
            data = shown(result)
            change(data)
            return replace(result, data=data)

        self.operation(name, faulty)

    def rows(self, name: str, change: Callable[[OperationContext, list[Any]], list[Any]]) -> None:
        """Change the rows of a list's page."""

        def faulty(context: OperationContext, original: Original) -> Result:
            result = original(context)
            return replace(result, data=change(context, list(cast("list[Any]", result.data))))

        self.operation(name, faulty)

    def handle(self, faulty: Handler) -> None:
        """Get between the connection and the whole mock."""
        self.handlers.append(faulty)

    def refuse(self, applies: Callable[[Request], bool], status: int) -> None:
        """Refuse requests that an honest mock would take."""

        def faulty(request: Request, original: Callable[[Request], Response]) -> Response:
            content: dict[str, Json] = {"message": "No."}
            if status == 422:
                content["errors"] = {"body": ["No."]}
            ours = request.headers.get("authorization") == "Bearer test-key"
            return json_response(status, content) if ours and applies(request) else original(request)

        self.handle(faulty)

    def body(self, applies: Callable[[Request, Response], bool], change: Callable[[dict[str, Any]], object]) -> None:
        """Change the JSON of the answers that it applies to, in place."""

        def faulty(request: Request, original: Callable[[Request], Response]) -> Response:
            response = original(request)
            if not response.body or not applies(request, response):
                return response
            content = json.loads(response.body)
            change(content)
            return replace(response, body=json.dumps(content).encode())

        self.handle(faulty)

    def patch(self, module: ModuleType | type, name: str, value: object) -> None:
        """Replace a function of a module while the mock runs."""
        self.patches.enter_context(patch.object(module, name, value))

    @contextmanager
    def built(self) -> Iterator[Callable[[Request], Response]]:
        """Build the faulty mock, as a function of requests."""
        app = App(
            self.contract, scenario=self.scenario, operations=self.operations, clock=self.clock, profile=self.profile
        )
        if not self.one_at_a_time:
            self.patches.enter_context(patch.object(app, "lock", nullcontext()))
        handle: Callable[[Request], Response] = app.handle
        for faulty in self.handlers:
            handle = _wrapped(faulty, handle)
        with self.patches:
            yield handle


def _wrapped(faulty: Handler, original: Callable[[Request], Response]) -> Callable[[Request], Response]:
    return lambda request: faulty(request, original)
