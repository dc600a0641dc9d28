"""A mock for tests: on a free port in a thread, or without a socket for `requests` and ASGI clients."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from mock_server.factory import MockConfig, create_mock, shipped_contract
from mock_server.http.server import listen, serve_in_thread
from mock_server.messages import Json, JsonObject
from mock_server.recording.har import write_har
from mock_server.recording.recorder import MAX_EXCHANGES, Exchange
from mock_server.scenarios.schema import ContentEntry
from mock_server.simulation.faults import Fault
from mock_server.simulation.middleware import Validation

if TYPE_CHECKING:
    from requests import Session

    from mock_server.http.asgi import AsgiApp
    from mock_server.testing.requests_adapter import MockAdapter

IN_PROCESS = "http://milestones-mock.invalid"
"""The base address of a mock without a socket."""

# Read once on import, so that no test waits for it.
shipped_contract()


class MockAccount:
    """One account of a mock, separate from those of other keys."""

    def __init__(self, mock: "MilestonesMock", key: str) -> None:
        self.mock = mock
        self.key = key
        self._control = mock.root.control

    @property
    def url(self) -> str:
        """Return the base URL of the API."""
        return self.mock.url

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers with which a client uses this account."""
        return {"Authorization": f"Bearer {self.key}"}

    @property
    def requests(self) -> list[Exchange]:
        """Return the recorded requests with their answers, the oldest first."""
        return list(self.mock.root.middleware.recorder.read(key=self.key))

    @property
    def state(self) -> ContentEntry:
        """Return the content of the account as a scenario."""
        return self._control.state(self.key)

    @property
    def now(self) -> str:
        """Return the time of the account's clock."""
        return self._control.account(self.key).clock.now

    def why(self, exchange: Exchange) -> list[str]:
        """Return the ids of the requirements and open points that decided an answer."""
        reasons = self.mock.root.middleware.explainer.explain(exchange)
        return [reason.rule.id for reason in reasons if reason.rule is not None]

    def reset(self) -> None:
        """Restore the initial state of the account, without recorded requests and faults."""
        self._control.reset(self.key)

    def clear_requests(self) -> None:
        """Delete the account's recorded requests."""
        self.mock.root.middleware.recorder.clear(self.key)

    def har(self) -> JsonObject:
        """Return the account's recorded requests as an HTTP archive."""
        return write_har(self.requests, self.mock.origin)

    def load(self, scenario: Json) -> None:
        """Replace the content of the account by a shipped scenario, given by name, or by the content of one."""
        self._control.load(self.key, scenario)

    def snapshot(self, name: str = "snapshot") -> None:
        """Store the current state of the account under a name."""
        self._control.snapshot(self.key, name)

    def restore(self, name: str = "snapshot") -> None:
        """Restore the state of the account from a snapshot."""
        self._control.restore(self.key, name)

    def set_clock(self, now: datetime) -> None:
        """Set the account's clock to an instant with its offset from UTC."""
        self._control.set_clock(self.key, now=now)

    def advance(self, seconds: float) -> None:
        """Advance the account's clock."""
        self._control.set_clock(self.key, advance=timedelta(seconds=seconds))

    def freeze(self, frozen: bool = True) -> None:
        """Stop the clock at writes, too, or unfreeze it."""
        self._control.set_clock(self.key, frozen=frozen)

    def set_profile(self, profile: str = "", choices: Mapping[str, str] | None = None) -> None:
        """Set the choices at open points: those of a shipped profile or the current ones, with some overrides."""
        self._control.set_profile(self.key, profile, choices)

    wear = set_profile

    def fail(
        self,
        operation: str = "",
        *,
        status: int | None = None,
        times: int | None = None,
        share: float = 1,
        delay: float = 0,
        drop: bool = False,
        truncate_at: int | None = None,
        retry_after: int = 1,
    ) -> None:
        """Add a fault for an operation or for all: for the next `times` requests, or for a share of them.

        A `status` is answered as the contract documents it; `delay` is in seconds, `truncate_at` in bytes of the body.
        Raises FaultError.
        """
        self.mock.root.middleware.faults.add(
            Fault(
                key=self.key,
                operation=operation,
                status=status,
                times=times,
                share=share,
                delay=delay,
                drop=drop,
                truncate_at=truncate_at,
                retry_after=retry_after,
            )
        )

    def session(self) -> "Session":
        """Return a session of `requests` that reaches the mock without a socket, with this account's key."""
        from requests import Session

        session = Session()
        session.headers.update(self.headers)
        session.mount(f"{IN_PROCESS}/", self.mock.adapter())
        session.mount(self.mock.origin, self.mock.adapter())
        return session


class MilestonesMock(MockAccount):
    """A mock with its first account.

    As a context manager it answers on a free port, at `url`; otherwise at the same paths through `session` and `asgi`.
    `scenario` and `profile` are names of shipped ones or paths; raises DocumentError.
    """

    def __init__(
        self,
        *,
        key: str = "test-key",
        scenario: str = "default",
        profile: str = "default",
        contract: Path | None = None,
        validation: Validation = "strict",
        record: int = MAX_EXCHANGES,
        token: str = "",
    ) -> None:
        keys = () if key.startswith("test-") else (key,)
        setup = MockConfig(
            scenario=scenario,
            profile=profile,
            contract_path=contract,
            keys=keys,
            validation=validation,
            record=record,
            token=token,
        )
        self.root = create_mock(setup)
        self.origin = IN_PROCESS
        self._running = ExitStack()
        super().__init__(self, key)

    @property
    def url(self) -> str:
        """Return the base URL of the API."""
        return f"{self.origin}{self.root.middleware.contract.base_path}"

    def __enter__(self) -> Self:
        listener = listen("127.0.0.1", 0)
        self._running.callback(listener.close)
        self._running.enter_context(serve_in_thread(self.root, listener))
        self.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self.origin = IN_PROCESS
        self._running.close()

    def account(self, key: str) -> MockAccount:
        """Return the account of another key."""
        return MockAccount(self, key)

    def adapter(self) -> "MockAdapter":
        """Return a transport adapter for sessions of `requests`, to mount at the address of the deployment."""
        from mock_server.testing.requests_adapter import MockAdapter

        return MockAdapter(self.root)

    def asgi(self) -> "AsgiApp":
        """Return the mock as an ASGI application."""
        from mock_server.http.asgi import AsgiApp

        return AsgiApp(self.root)
