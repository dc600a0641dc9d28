"""Saved data always loads, and a file is never left half written."""

import errno
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mock_server.factory import MockConfig, create_mock
from mock_server.scenarios.writer import check_writable, write_json
from tests.mock_server.api_client import Client

MILESTONE = {"milestone_projectid": 159, "milestone_color": "info"}
HARD = st.sampled_from("\x7f\x80\x85\x9f\u2028\u2029\ufeff\ufffe\uffff\U0010ffff: #'\"\\\t")
TEXTS = st.text(min_size=1, max_size=20) | st.text(HARD, max_size=20)


@settings(deadline=None, max_examples=25)
@given(TEXTS, TEXTS)
@example("a\x7f\x85\u2028\u2029\ufffeb", "no: 'key' # \ufeff")
@example("2026-01-01", "yes")
@example("0o17", "\0\x1f")
def test_what_is_saved_loads_whatever_its_titles_and_keys(title: str, key: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("saved.json", "saved.yaml"):
            path = Path(folder, name)
            client = Client(root := create_mock(MockConfig(scenario="one-project")), f"test-{key}")
            client.send("POST", "/milestones", json={**MILESTONE, "milestone_title": title})
            saved = root.control.export()
            write_json(path, saved)
            loaded = create_mock(MockConfig(scenario=str(path)))
            assert Client(loaded, f"test-{key}").get("/projects").status == 200
            assert loaded.control.export() == saved


def test_a_full_disk_leaves_the_former_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "saved.json"
    path.write_text("former")

    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_json(path, {"users": []})
    assert path.read_text() == "former"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="links and modes are those of POSIX")
def test_a_link_and_the_mode_of_a_file_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "saved.json", tmp_path / "link.json"
    path.write_text("former")
    path.chmod(0o640)
    link.symlink_to(path)
    write_json(link, {"users": []})
    assert link.is_symlink()
    assert path.read_text() == '{\n "users": []\n}\n'
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_that_cannot_be_written_is_found_out_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_writable(tmp_path / "saved.json")
    with pytest.raises(IsADirectoryError):
        check_writable(tmp_path)
    with pytest.raises(FileNotFoundError):
        check_writable(tmp_path / "none" / "saved.json")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(PermissionError):
        check_writable(tmp_path / "saved.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="pipes are those of POSIX")
def test_what_is_no_file_is_written_to_as_it_stands() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as pipe, os.fdopen(writing, "w"):
        path = Path(f"/dev/fd/{writing}")
        check_writable(path)
        write_json(path, {"users": []})
        assert pipe.readline() == "{\n"
