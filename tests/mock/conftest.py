"""What the tests of the mock share: the shipped contract, and a fresh mock for each test."""

import pytest

from mock_server.app import App
from mock_server.contract import Contract, load_contract
from mock_server.scenarios import Scenario, load_scenario
from tests.mock.client import Client


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The shipped contract."""
    return load_contract()


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    """The shipped default scenario."""
    return load_scenario()


@pytest.fixture
def app(contract: Contract, scenario: Scenario) -> App:
    """A fresh mock."""
    return App(contract, scenario=scenario)


@pytest.fixture
def client(app: App) -> Client:
    """A client of a fresh mock."""
    return Client(app)


@pytest.fixture
def project(client: Client) -> int:
    """A project of our own."""
    return client.project()
