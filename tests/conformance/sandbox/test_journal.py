"""Journals of other runs may begin and end while they are read."""

import json
from pathlib import Path

import pytest

from conformance.sandbox.journal import Journal, left_behind

TARGET = "http://crm.example.com/api"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "milestones-check"


def test_a_journal_is_there_with_its_first_line_or_not_at_all(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[Path] = []
    write = json.dumps

    def dumps(entry: object) -> str:
        listed.extend(state.glob("*.jsonl"))
        return write(entry)

    monkeypatch.setattr(json, "dumps", dumps)
    opened = Journal.open("RUN", TARGET, {7})

    assert listed == []
    assert list(left_behind(TARGET)) == [opened]


def test_a_run_that_ends_meanwhile_left_nothing_behind(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended, killed = Journal.open("ENDED", TARGET), Journal.open("KILLED", TARGET)
    read = Path.read_text

    def read_text(path: Path, encoding: str | None = None) -> str:
        if path == ended.path:
            ended.close()
        return read(path, encoding)

    monkeypatch.setattr(Path, "read_text", read_text)

    assert list(left_behind(TARGET)) == [killed]
