"""Share the command `milestones-check` with the tests of the suite."""

from pathlib import Path

import pytest

from conformance.runner import stale_reads
from tests.conformance.command_line import KEY, Check, Ending, check_here


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Check:
    """Run `milestones-check` in this process, in a folder of its own; its key is in no output and no file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MILESTONES_API_KEY", KEY)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    # Our mock has no reads that lag: asking it again at once shows as much as waiting.
    monkeypatch.setattr(stale_reads, "PAUSES", (0.0,))

    def run(*options: str) -> Ending:
        return check_here(tmp_path, monkeypatch, capfd, options)

    return run
