"""The pytest plug-in: fixtures that open a mock when a test asks for one by name, and cost nothing before."""

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mock_server.testing.mock import MilestonesMock, MockAccount


@pytest.fixture(scope="session")
def milestones_mock_server() -> "Iterator[MilestonesMock]":
    """Serve a mock on a free port, the same for the whole run."""
    from mock_server.testing.mock import MilestonesMock

    with MilestonesMock() as mock:
        yield mock


@pytest.fixture
def milestones_mock(
    milestones_mock_server: "MilestonesMock", request: pytest.FixtureRequest
) -> "Iterator[MockAccount]":
    """Open an account of that mock for this test alone."""
    account = milestones_mock_server.account(f"test-{sha256(request.node.nodeid.encode()).hexdigest()[:16]}")
    yield account
    account.reset()
