"""Validate every answer of the mock with openapi-core, an independent reading of the contract."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.paths.exceptions import PathError

from mock_server.contract.contract import Contract
from mock_server.messages import Handler, Request, Response
from mock_server.responses import json_response

HTTP_STATUSES = {400, 405, 413, 415}
"""Statuses of HTTP itself, which the contract need not document."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class RequestAdapter:
    """A request in the form that openapi-core takes."""

    path: str
    method: str
    host_url: str = "http://mock"
    content_type: str = ""
    body: bytes | None = None
    parameters: RequestParameters = field(default_factory=RequestParameters)


@dataclass(slots=True)
class ResponseAdapter:
    """A response in the form that openapi-core takes."""

    status_code: int
    headers: Mapping[str, str]
    data: bytes
    content_type: str = "application/json"


class ResponseValidator:
    """A handler that passes on another handler's answers, or returns 500 if one violates the contract."""

    def __init__(self, handler: Handler, contract: Contract) -> None:
        self._handler = handler
        self._openapi = OpenAPI.from_file_path(str(contract.path))

    def handle(self, request: Request) -> Response:
        """Answer a request."""
        response = self._handler.handle(request)
        complaint = self.find_complaint(request, response)
        if complaint is None:
            return response
        logger.error("%s %s: the answer breaks the contract: %s", request.method, request.path, complaint)
        return json_response(500, {"message": f"The mock's own answer breaks the contract: {complaint}"})

    def find_complaint(self, request: Request, response: Response) -> str | None:
        """Return the violation in an answer, or None; routes that the contract lacks are not validated."""
        if request.method in {"HEAD", "OPTIONS"} or response.status in HTTP_STATUSES:
            return None
        adapted = RequestAdapter(request.path.removesuffix("/"), request.method.lower())
        answered = ResponseAdapter(response.status, dict(response.headers), response.body)
        try:
            self._openapi.validate_response(adapted, answered)
        except PathError:
            return None
        except OpenAPIError as error:
            return " ".join(str(part) for part in (error, error.__cause__) if part)
        return None
