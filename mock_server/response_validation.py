"""An independent reading of the contract: openapi-core checks every answer of the mock."""

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
"""Refusals that belong to HTTP, and that the contract therefore need not document."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class RequestAdapter:
    """A request as openapi-core looks at it."""

    path: str
    method: str
    host_url: str = "http://mock"
    content_type: str = ""
    body: bytes | None = None
    parameters: RequestParameters = field(default_factory=RequestParameters)


@dataclass(slots=True)
class ResponseAdapter:
    """A response as openapi-core looks at it."""

    status_code: int
    headers: Mapping[str, str]
    data: bytes
    content_type: str = "application/json"


class ResponseValidator:
    """Answers as the wrapped handler does, or with 500 where that answer breaks the contract."""

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
        """Return what is wrong with an answer, or None; routes that the contract does not have are not judged."""
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
