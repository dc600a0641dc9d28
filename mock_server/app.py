"""The mock as a function of requests: the hops of one request, in order."""

from collections.abc import Callable, Collection, Mapping
from threading import Lock

from mock_server import envelope
from mock_server.auth import Account, Accounts, authenticate
from mock_server.call import Call, OperationFunction
from mock_server.clock import Clock
from mock_server.contract import Contract
from mock_server.messages import Request, Response
from mock_server.operations import OPERATIONS
from mock_server.params import read_fields, read_path, read_query
from mock_server.problems import MethodNotAllowed, NotFound, Problem, TooLarge
from mock_server.profile import Profile
from mock_server.router import Route, Router
from mock_server.scenarios import Scenario

MAX_BODY = 1024 * 1024
"""The largest body in bytes that is read."""


class App:
    """A mock, without any socket: `handle` answers a request.

    `keys` replaces the rule that every key is good which begins with `test-`; `operations` and `clock` let tests seed
    faults and time.
    """

    def __init__(
        self,
        contract: Contract,
        *,
        scenario: Scenario,
        profile: Profile | None = None,
        keys: Collection[str] | None = None,
        operations: Mapping[str, OperationFunction] = OPERATIONS,
        clock: Callable[[], Clock] = Clock,
    ) -> None:
        self.profile = profile or Profile.of(contract)
        self.operations = operations
        self.accounts = Accounts(lambda: Account(scenario.open_store(), clock()), keys)
        self.lock = Lock()
        known = [operation for operation in contract.operations.values() if operation.id in operations]
        self.router = Router(contract.base_path, known)

    def handle(self, request: Request) -> Response:
        """Answer a request, one at a time, so that no operation sees another half done."""
        with self.lock:
            try:
                response = self._preflight(request) if request.method == "OPTIONS" else self._perform(request)
            except Problem as problem:
                response = envelope.failure(problem)
        return response.without_body() if request.method == "HEAD" else response

    def _perform(self, request: Request) -> Response:
        path = self._normalise(request.path)
        if self.profile["http/unknown-route-without-key"] == "404":
            self.router.allowed(path)
        account = authenticate(self.accounts, request.headers.get("authorization", ""), self.profile)
        if len(request.body) > MAX_BODY:
            raise TooLarge(f"The body must not be greater than {MAX_BODY} bytes.")
        route = self._find(request.method, path)
        if request.is_write:
            account.clock.advance()
        call = Call(
            store=account.store,
            profile=self.profile,
            now=account.clock.now,
            path=read_path(route, self.profile),
            query=read_query(route.operation, request, self.profile),
            body=read_fields(route.operation, request, self.profile),
        )
        return envelope.success(self.operations[route.operation.id](call))

    def _find(self, method: str, path: str) -> Route:
        try:
            return self.router.find(method, path)
        except MethodNotAllowed as problem:
            if self.profile["http/wrong-method"] == "404":
                raise NotFound("The route could not be found.") from problem
            raise

    def _preflight(self, request: Request) -> Response:
        """Answer OPTIONS without a key, and a browser's preflight on any path: it hides all other answers."""
        try:
            return envelope.preflight(self.router.allowed(self._normalise(request.path)))
        except NotFound:
            if "access-control-request-method" not in request.headers:
                raise
            return envelope.preflight(("OPTIONS",))

    def _normalise(self, path: str) -> str:
        return path.removesuffix("/") if self.profile["http/trailing-slash"] == "same" else path
