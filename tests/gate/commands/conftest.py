"""Share a baseline with the tests of the commands."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.gate.suite_reports import KNOWN, report


@pytest.fixture
def baseline(gate: Callable[..., Result]) -> Path:
    """A committed baseline with one known deviation."""
    made = gate("baseline", "baseline.json", "--from", report("first.json", KNOWN, {"list/order": "up"}), "--write")
    assert made.exit_code == 0
    return Path("baseline.json")
