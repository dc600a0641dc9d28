"""Share with the tests of the mock the shipped contract, and a fresh mock for each test."""

from collections.abc import Callable

import pytest

from mock_server.app import App
from mock_server.contract.contract import Contract, load_contract
from mock_server.control.root import RootHandler
from mock_server.factory import MockConfig, create_mock
from mock_server.scenarios.loader import Scenario, load_scenario
from tests.mock_server.api_client import Client
from tests.mock_server.control_driver import Driver


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The shipped contract."""
    return load_contract()


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    """The shipped default scenario."""
    return load_scenario()


@pytest.fixture
def root() -> RootHandler:
    """A fresh mock with all around it."""
    return create_mock(MockConfig())


@pytest.fixture
def app(root: RootHandler) -> App:
    """The app inside of that mock."""
    return root.middleware.app


@pytest.fixture
def client(root: RootHandler) -> Client:
    """A client of its API."""
    return Client(root)


@pytest.fixture
def driver(root: RootHandler) -> Driver:
    """A client of its control API."""
    return Driver(root)


@pytest.fixture
def opened() -> Callable[..., Client]:
    """Open a mock with some setup, and return a client of its API."""
    return lambda **setup: Client(create_mock(MockConfig(**setup)))


@pytest.fixture
def project(client: Client) -> int:
    """A project of our own."""
    return client.project()
