"""The mock as a function of requests: find the account, route, decode, validate, and run the operation."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from threading import Lock

from mock_server import responses
from mock_server.accounts import MAX_ACCOUNTS, Account, Accounts, authenticate
from mock_server.contract.contract import Contract
from mock_server.contract.profile import Profile, RecordingProfile
from mock_server.errors import MethodNotAllowed, NotFound, Problem, TooLarge, Unauthorized
from mock_server.messages import MAX_BODY, SAFE_METHODS, Request, Response, Trace
from mock_server.operations import comments, milestones, projects, tasks
from mock_server.operations.context import OperationContext, OperationFunction
from mock_server.requests.cors import answer_preflight, is_preflight
from mock_server.requests.decoding import MalformedBody, read_body, read_media_type
from mock_server.requests.parameters import read_fields, read_path, read_query
from mock_server.requests.router import Route, Router
from mock_server.scenarios.loader import Scenario
from mock_server.storage.clock import Clock

METHOD_FIELD = b"_method"
OVERRIDES = frozenset({"PUT", "PATCH", "DELETE"})

OPERATIONS: Mapping[str, OperationFunction] = {
    "listMilestones": milestones.list_milestones,
    "getMilestone": milestones.get_milestone,
    "createMilestone": milestones.create_milestone,
    "updateMilestone": milestones.update_milestone,
    "deleteMilestone": milestones.delete_milestone,
    "reorderMilestones": milestones.reorder_milestones,
    "listProjects": projects.list_projects,
    "getProject": projects.get_project,
    "createProject": projects.create_project,
    "updateProject": projects.update_project,
    "deleteProject": projects.delete_project,
    "cloneProject": projects.clone_project,
    "listTasks": tasks.list_tasks,
    "getTask": tasks.get_task,
    "createTask": tasks.create_task,
    "updateTask": tasks.update_task,
    "deleteTask": tasks.delete_task,
    "setTaskStatus": tasks.set_task_status,
    "archiveTask": tasks.archive_task,
    "activateTask": tasks.activate_task,
    "cloneTask": tasks.clone_task,
    "listTaskComments": comments.list_task_comments,
    "addTaskComment": comments.add_task_comment,
    "deleteTaskComment": comments.delete_task_comment,
    "listTaskTimers": comments.list_task_timers,
    "stopTaskTimers": comments.stop_task_timers,
}
"""Every operation of the contract, by its id."""


class App:
    """A mock without a socket: `handle` answers a request.

    `keys` replaces the rule that every key beginning with `test-` is valid; `operations` and `clock` let tests inject
    faults and set the time.
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
        max_accounts: int = MAX_ACCOUNTS,
    ) -> None:
        self.operations = operations
        self.scenario = scenario
        self._clock = clock
        self.accounts = Accounts(self._open_account, keys, max_accounts)
        self.lock = Lock()
        self.writes = 0
        """The number of requests, here and at the control API, that may have changed something."""
        self.reload(contract, profile or Profile.of(contract))

    def reload(self, contract: Contract, profile: Profile) -> None:
        """Replace the contract and the default choices; the accounts are kept."""
        implemented = [operation for operation in contract.operations.values() if operation.id in self.operations]
        with self.lock:
            self.profile = profile
            self.router = Router(contract.base_path, implemented)

    def handle(self, request: Request) -> Response:
        """Answer a request; requests are serialized, so that no operation sees a half-finished one."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        with self.lock:
            account = self.accounts.peek(key)
            profile = RecordingProfile((account.profile if account is not None else None) or self.profile)
            trace = Trace(points=profile.choices)
            try:
                if request.method == "OPTIONS":
                    response = self._preflight(request, profile)
                else:
                    response = self._perform(request, scheme, key, profile, trace)
            except Problem as problem:
                response = responses.failure(problem)
        response.trace = trace
        return response.without_body() if request.method == "HEAD" else response

    def _open_account(self, key: str) -> Account:
        scenario, clock = self.scenario.of(key), self._clock()
        if scenario.now is not None:
            clock.set(scenario.now)
        return Account(scenario.open_store(), clock)

    def _perform(self, request: Request, scheme: str, key: str, profile: Profile, trace: Trace) -> Response:
        path = _normalise(request.path, profile)
        account = self._authenticate(scheme, key, path, profile)
        trace.key = key
        if len(request.body) > MAX_BODY:
            raise TooLarge(f"The body must not be greater than {MAX_BODY} bytes.")
        if METHOD_FIELD in request.body and request.method == "POST":
            request = _honour_method_field(request, profile)
        route = self._find(request.method, path, profile)
        operation = route.operation
        trace.operation = operation.id
        clock = account.clock
        if request.method not in SAFE_METHODS:
            self.writes += 1
            clock.tick()
        call = OperationContext(
            account.store,
            profile,
            clock.now,
            read_path(route, profile),
            read_query(operation, request, profile),
            read_fields(operation, request, profile),
        )
        return responses.success(self.operations[operation.id](call))

    def _authenticate(self, scheme: str, key: str, path: str, profile: Profile) -> Account:
        try:
            return authenticate(self.accounts, scheme, key, profile)
        except Unauthorized:
            try:
                self.router.allowed(path)
            except NotFound:
                if profile.decide("http/unknown-route-without-key") == "404":
                    raise
            raise

    def _find(self, method: str, path: str, profile: Profile) -> Route:
        try:
            return self.router.find(method, path)
        except MethodNotAllowed as problem:
            if profile.decide("http/wrong-method") == "404":
                raise NotFound("The route could not be found.") from problem
            raise

    def _preflight(self, request: Request, profile: Profile) -> Response:
        """Answer OPTIONS without a key, and a browser's preflight on any path: a failed one hides all other answers."""
        try:
            return answer_preflight(self.router.allowed(_normalise(request.path, profile)))
        except NotFound:
            if not is_preflight(request):
                raise
            return answer_preflight(("OPTIONS",))


def _honour_method_field(request: Request, profile: Profile) -> Request:
    """Return a POST as a request with the method in its field `_method`."""
    content_type = request.headers.get("content-type", "")
    try:
        fields = read_body(read_media_type(content_type), content_type, request.body, frozenset())
    except MalformedBody:
        return request
    method = str(fields.get("_method", "")).upper()
    if method not in OVERRIDES or profile.decide("http/method-field") == "ignored":
        return request
    return replace(request, method=method)


def _normalise(path: str, profile: Profile) -> str:
    return path[:-1] if path.endswith("/") and profile.decide("http/trailing-slash") == "same" else path
