"""Mocks for tests: on a free port in a thread, as a transport of `requests`, as an ASGI application, as a fixture."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_server.testing.mock import MilestonesMock, MockAccount

__all__ = ["MilestonesMock", "MockAccount"]


def __getattr__(name: str) -> object:
    """Import the mock on first use: pytest loads the plug-in in this package in every run."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from mock_server.testing import mock

    return getattr(mock, name)
