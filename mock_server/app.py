"""The mock as a function of requests: the hops of one request, in order."""

from collections.abc import Callable, Collection, Mapping
from threading import Lock

from mock_server import envelope
from mock_server.auth import Account, Accounts, authenticate, read_key
from mock_server.call import Call, OperationFunction
from mock_server.clock import Clock
from mock_server.contract import Contract
from mock_server.messages import MAX_BODY, Request, Response, Trace
from mock_server.operations import OPERATIONS
from mock_server.params import read_fields, read_path, read_query
from mock_server.problems import MethodNotAllowed, NotFound, Problem, TooLarge
from mock_server.profile import Profile
from mock_server.router import Route, Router
from mock_server.scenarios import Scenario


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
        self.operations = operations
        self.scenario = scenario
        self._clock = clock
        self.accounts = Accounts(self._open_account, keys)
        self.lock = Lock()
        self.adopt(contract, profile or Profile.of(contract))

    def adopt(self, contract: Contract, profile: Profile) -> None:
        """Answer by this contract and these choices from now on; the accounts stay as they are."""
        known = [operation for operation in contract.operations.values() if operation.id in self.operations]
        with self.lock:
            self.profile = profile
            self.router = Router(contract.base_path, known)

    def handle(self, request: Request) -> Response:
        """Answer a request, one at a time, so that no operation sees another half done."""
        trace = Trace()
        with self.lock:
            profile = self._choose_profile(request).traced(trace)
            answer = self._preflight if request.method == "OPTIONS" else self._perform
            try:
                response = answer(request, profile, trace)
            except Problem as problem:
                response = envelope.failure(problem)
        response.trace = trace
        return response.without_body() if request.method == "HEAD" else response

    def _open_account(self, key: str) -> Account:
        scenario, clock = self.scenario.of(key), self._clock()
        if scenario.now is not None:
            clock.set(scenario.now)
        return Account(scenario.open_store(), clock)

    def _choose_profile(self, request: Request) -> Profile:
        """Return the choices that the account of a request has of its own, or else those of the mock."""
        account = self.accounts.peek(read_key(request.headers.get("authorization", "")))
        return account.profile if account and account.profile else self.profile

    def _perform(self, request: Request, profile: Profile, trace: Trace) -> Response:
        path = _normalise(request.path, profile)
        if profile["http/unknown-route-without-key"] == "404":
            self.router.allowed(path)
        account = authenticate(self.accounts, request.headers.get("authorization", ""), profile)
        trace.key = read_key(request.headers["authorization"])
        if len(request.body) > MAX_BODY:
            raise TooLarge(f"The body must not be greater than {MAX_BODY} bytes.")
        route = self._find(request.method, path, profile)
        trace.operation = route.operation.id
        if request.is_write:
            account.clock.tick()
        call = Call(
            store=account.store,
            profile=profile,
            now=account.clock.now,
            path=read_path(route, profile),
            query=read_query(route.operation, request, profile),
            body=read_fields(route.operation, request, profile),
        )
        return envelope.success(self.operations[route.operation.id](call))

    def _find(self, method: str, path: str, profile: Profile) -> Route:
        try:
            return self.router.find(method, path)
        except MethodNotAllowed as problem:
            if profile["http/wrong-method"] == "404":
                raise NotFound("The route could not be found.") from problem
            raise

    def _preflight(self, request: Request, profile: Profile, _trace: Trace) -> Response:
        """Answer OPTIONS without a key, and a browser's preflight on any path: it hides all other answers."""
        try:
            return envelope.preflight(self.router.allowed(_normalise(request.path, profile)))
        except NotFound:
            if "access-control-request-method" not in request.headers:
                raise
            return envelope.preflight(("OPTIONS",))


def _normalise(path: str, profile: Profile) -> str:
    return path.removesuffix("/") if profile["http/trailing-slash"] == "same" else path
