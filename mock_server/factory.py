"""Create a mock from the settings of a command line or a test."""

import functools
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from mock_server.accounts import MAX_ACCOUNTS
from mock_server.app import App
from mock_server.contract.contract import Contract, load_contract
from mock_server.contract.profile import load_profile
from mock_server.control.access import Access
from mock_server.control.root import RootHandler
from mock_server.messages import AsyncHandler, Handler
from mock_server.recording.access_log import LogFormat, open_log
from mock_server.recording.recorder import MAX_EXCHANGES
from mock_server.scenarios.loader import load_scenario
from mock_server.simulation.middleware import Middleware, Settings, Validation

NO_BASE_URL = "{} is not a base URL. Give one such as https://crm.example.com/api."


class ConfigError(ValueError):
    """Settings that contradict each other; the message is for people."""


@dataclass(frozen=True, slots=True)
class MockConfig:
    """The settings of a mock; names refer to shipped files or are paths."""

    scenario: str = "default"
    profile: str = "default"
    contract_path: Path | None = None
    keys: Collection[str] = ()
    faults_path: Path | None = None
    validation: Validation = "strict"
    validate_answers: bool = False
    upstream: str = ""
    mocked: Collection[str] = ()
    record: int = MAX_EXCHANGES
    max_accounts: int = MAX_ACCOUNTS
    log: LogFormat | None = None
    token: str = ""
    is_open: bool = True


@functools.cache
def shipped_contract() -> Contract:
    """Return the shipped contract, read once; raise DocumentError."""
    return load_contract()


def create_mock(setup: MockConfig) -> RootHandler:
    """Return the root handler of a mock; raise DocumentError, ProfileError and ConfigError."""
    if "" in setup.keys:
        raise ConfigError("A key (--api-key) is empty; a variable in it seems to be unset. No client could send it.")
    contract = load_contract(setup.contract_path) if setup.contract_path else shipped_contract()
    profile = load_profile(contract, setup.profile)
    scenario = load_scenario(setup.scenario)
    app = App(contract, scenario=scenario, profile=profile, keys=setup.keys, max_accounts=setup.max_accounts)
    middleware = Middleware(
        app,
        contract,
        handler=_check_answers(app, contract) if setup.validate_answers else None,
        upstream=_forward(setup.upstream, contract) if setup.upstream else None,
        settings=Settings(setup.validation, setup.record, _check_mocked(setup, contract)),
        log=open_log(setup.log) if setup.log else None,
    )
    if setup.faults_path is not None:
        middleware.faults.add_file(setup.faults_path)
    return RootHandler(middleware, Access(setup.token, setup.is_open))


def _check_answers(app: App, contract: Contract) -> Handler:
    # Imported late: it is slow, and rarely used.
    from mock_server.response_validation import ResponseValidator

    return ResponseValidator(app, contract)


def _check_mocked(setup: MockConfig, contract: Contract) -> Collection[str]:
    """Return the operations that the mock answers itself in front of a deployment; raise ConfigError."""
    if setup.mocked and not setup.upstream:
        raise ConfigError("Without --upstream all operations are mocked: leave out --mock.")
    for operation in setup.mocked:
        if operation not in contract.operations:
            raise ConfigError(f"There is no operation {operation}. Choose one of: {', '.join(contract.operations)}.")
    if setup.mocked and setup.keys:
        raise ConfigError("With --mock all keys of the deployment share one account: leave out --api-key.")
    return frozenset(setup.mocked)


def _forward(url: str, contract: Contract) -> AsyncHandler:
    try:
        parts = urlsplit(url)
        is_base = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        raise ConfigError(NO_BASE_URL.format(url)) from None
    if parts.username is not None:
        raise ConfigError("A base URL has no credentials: clients send their key in the header Authorization.")
    if not is_base or parts.query or parts.fragment:
        raise ConfigError(NO_BASE_URL.format(url))
    # Imported late, too.
    from mock_server.simulation.upstream import Upstream

    return Upstream(url, contract.base_path)
