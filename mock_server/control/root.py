"""The root request handler of a mock: control API, pages, or the API."""

from mock_server.control.access import Access
from mock_server.control.api import ControlApi
from mock_server.control.service import Control
from mock_server.control.static_pages import find_page
from mock_server.messages import Request, Response
from mock_server.simulation.middleware import Middleware

CONTROL = "/_mock/"


class RootHandler:
    """Answers requests for pages and the control API, and passes all others to the middleware."""

    def __init__(self, middleware: Middleware, access: Access | None = None) -> None:
        self.middleware = middleware
        self.control = Control(middleware)
        self._control_api = ControlApi(self.control, access or Access())

    def handle(self, request: Request) -> Response:
        """Answer a request without an upstream."""
        return self._find_own(request) or self.middleware.handle(request)

    async def answer(self, request: Request) -> Response:
        """Answer a request; with an upstream, forward it."""
        own, upstream = self._find_own(request), self.middleware.upstream
        if own is None and upstream is not None:
            return await self.middleware.forward(request, upstream)
        return own or self.middleware.handle(request)

    def _find_own(self, request: Request) -> Response | None:
        """Return a page or an answer of the control API; None for requests to the middleware."""
        base_path = self.middleware.contract.base_path
        if base_path and request.path.startswith(base_path):
            return None
        page = find_page(request)
        if page is None and request.path.startswith(CONTROL):
            return self._control_api.handle(request)
        return page
