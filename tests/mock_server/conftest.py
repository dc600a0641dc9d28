"""What the tests of the mock share: the shipped contract, and a fresh mock for each test."""

from collections.abc import Callable

import pytest

from mock_server.app import App
from mock_server.contract.contract import Contract, load_contract
from mock_server.control.root import Desk
from mock_server.factory import Setup, open_desk
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
def desk() -> Desk:
    """A fresh mock with all around it."""
    return open_desk(Setup())


@pytest.fixture
def app(desk: Desk) -> App:
    """The app inside of that mock."""
    return desk.studio.app


@pytest.fixture
def client(desk: Desk) -> Client:
    """A client of its API."""
    return Client(desk)


@pytest.fixture
def driver(desk: Desk) -> Driver:
    """A client of its control API."""
    return Driver(desk)


@pytest.fixture
def opened() -> Callable[..., Client]:
    """Opens a mock with some setup, and gives a client of its API."""
    return lambda **setup: Client(open_desk(Setup(**setup)))


@pytest.fixture
def project(client: Client) -> int:
    """A project of our own."""
    return client.project()
