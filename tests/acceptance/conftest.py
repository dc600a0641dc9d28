"""Share with the acceptance tests the mock as users start it, a command with a port of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def served(*options: str) -> Iterator[str]:
    """Run the mock as a command meanwhile, and yield the base URL that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mock_server", "--port", "0", *options], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield next(word for word in process.stdout.readline().split() if word.startswith("http"))
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """The base URL of a mock of the default scenario."""
    with served() as url:
        yield url


def need(program: str, available: bool) -> None:
    """Skip where a program is missing, except in CI, which has to have it."""
    if not available and os.environ.get("CI") == "true":
        pytest.fail(f"{program} is missing, and CI has to have it")
    if not available:
        pytest.skip(f"{program} is not installed")
