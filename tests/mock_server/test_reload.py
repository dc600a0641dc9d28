"""A watched file is reloaded at each change, even after an earlier one failed."""

from pathlib import Path

import pytest

from mock_server.reload import FileWatcher


def test_a_mistake_does_not_end_the_watch(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path, reads = tmp_path / "mine.yaml", []

    def read() -> None:
        reads.append(path.read_text())
        if reads[-1] == "bad":
            raise OverflowError("nobody thought of that")

    watcher = FileWatcher(path, read)
    for text in ("first", "bad", "bad", "third one"):
        path.write_text(text)
        watcher.check()
        watcher.check()
    path.unlink()
    watcher.check()
    assert [text for text in reads if text != "bad"] == ["first", "third one"]
    assert "the mock continues with the old version" in caplog.text
