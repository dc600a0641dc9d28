"""A report is there whole or not at all, for its owner alone."""

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from conformance.reports import files
from conformance.target import RunError

posix_alone = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")


@posix_alone
def test_a_report_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    files.write(tmp_path / "report.json", "{}\n")

    assert stat.S_IMODE((tmp_path / "report.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


@posix_alone
def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious", encoding="utf-8")
    (tmp_path / "report.json").symlink_to(tmp_path / "precious")
    files.write(tmp_path / "report.json", "{}\n")

    assert (tmp_path / "precious").read_text(encoding="utf-8") == "precious"
    assert not (tmp_path / "report.json").is_symlink()


def test_a_full_disk_leaves_the_former_report_and_no_half_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write(tmp_path / "report.json", "former")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(RunError, match=r"report\.json could not be written \(No space left on device\)"):
        files.write(tmp_path / "report.json", "new")

    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["former"]


def test_letters_that_are_no_text_do_not_spoil_a_report(tmp_path: Path) -> None:
    files.write(tmp_path / "report.json", "\ud800")

    assert (tmp_path / "report.json").read_text(encoding="utf-8") == "?"


def test_preparing_leaves_no_report_and_takes_that_of_a_former_run_away(tmp_path: Path) -> None:
    files.write(tmp_path / "report.json", "former")
    files.prepare(tmp_path)

    assert list(tmp_path.iterdir()) == []
