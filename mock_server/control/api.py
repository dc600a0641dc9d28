"""The control API below `/_mock/`, routed and validated by `control.yaml`."""

import functools
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import orjson

from mock_server.contract.contract import CONTROL_DOCUMENT, Contract, Operation, load_contract
from mock_server.contract.yaml_files import as_mapping
from mock_server.control.access import Access, add_cors_headers
from mock_server.control.call import ControlCall
from mock_server.control.operations import OPERATIONS
from mock_server.control.service import Control, ControlError
from mock_server.errors import Problem
from mock_server.messages import MAX_BODY, SAFE_METHODS, Json, Request, Response
from mock_server.requests.router import Router
from mock_server.responses import refuse, reply_file
from mock_server.simulation.faults import FaultError

OPEN = frozenset({"getHealth", "getControlContract", "getContract", "listRules"})
"""The operations that reveal no data, and need no token."""


class ControlApi:
    """Answers requests below `/_mock/`."""

    def __init__(self, control: Control, access: Access) -> None:
        self._control = control
        self._access = access

    @functools.cached_property
    def _contract(self) -> Contract:
        return load_contract(CONTROL_DOCUMENT)

    @functools.cached_property
    def _router(self) -> Router:
        return Router(self._contract.base_path, self._contract.operations.values())

    def handle(self, request: Request) -> Response:
        """Answer a request."""
        response = add_cors_headers(request, self._answer(request))
        return response.without_body() if request.method == "HEAD" else response

    def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return reply_file(b"", "text/plain", 204)
        try:
            return self._perform(request)
        except Problem as problem:
            return refuse(problem.message, problem.status)
        except ControlError as error:
            return refuse(str(error), error.status)
        except FaultError as error:
            return refuse(str(error), 422)

    def _perform(self, request: Request) -> Response:
        route = self._router.find(request.method, request.path)
        if route.operation.id not in OPEN and (refusal := self._access.refuse(request)):
            return refusal
        call = ControlCall(
            control=self._control,
            path=route.path_values,
            query={name: values[-1] for name, values in parse_qs(request.query).items()},
            body=_read_body(route.operation, request),
            origin=f"http://{request.headers.get('host', '127.0.0.1')}",
        )
        response = OPERATIONS[route.operation.id](call)
        if request.method not in SAFE_METHODS:
            self._control.count_write()
        return response


def _read_body(operation: Operation, request: Request) -> Mapping[str, Any]:
    if not operation.bodies:
        return {}
    if len(request.body) > MAX_BODY:
        raise ControlError(f"The body is over {MAX_BODY} bytes. Start the mock with --scenario FILE instead.", 413)
    try:
        # Unlike Python's json, it refuses lone surrogates, NaN, huge numbers and unlimited nesting.
        content: Json = orjson.loads(request.body or b"{}")
    except orjson.JSONDecodeError as error:
        raise ControlError("The body is not JSON.", 422) from error
    try:
        errors = [*operation.bodies["application/json"].validator.iter_errors(content)]
    except ValueError as error:
        raise ControlError("The body is nested too deeply.", 422) from error
    for invalid in errors[:1]:
        where = ".".join(map(str, invalid.instance_path)) or "the body"
        raise ControlError(f"{where}: {invalid.message}. See /_mock/openapi.json.", 422)
    return as_mapping(content)
