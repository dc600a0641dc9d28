"""The pytest plug-in: fixtures that start a mock when a test requests one, and have no cost otherwise."""

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mock_server.testing.mock import MilestonesMock, MockAccount


@pytest.fixture(scope="session")
def milestones_mock_server() -> "Iterator[MilestonesMock]":
    """Serve a mock on a free port, shared by the whole test session."""
    from mock_server.testing.mock import MilestonesMock

    with MilestonesMock() as mock:
        yield mock


@pytest.fixture
def milestones_mock(
    milestones_mock_server: "MilestonesMock", request: pytest.FixtureRequest
) -> "Iterator[MockAccount]":
    """Open an account of that mock for one test."""
    account = milestones_mock_server.account(f"test-{sha256(request.node.nodeid.encode()).hexdigest()[:16]}")
    yield account
    account.reset()
