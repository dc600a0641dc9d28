"""Accounts are saved while the mock runs, so that a kill costs seconds and never the file."""

import errno
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from mock_server.control.root import RootHandler
from mock_server.control.saver import Saver
from mock_server.factory import MockConfig, create_mock
from tests.mock_server.api_client import Client
from tests.mock_server.control_driver import Driver
from tests.mock_server.http.test_server import call, running

DELETED = (12, 15, 690)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file of the accounts."""
    return tmp_path / "accounts.json"


@pytest.fixture
def complaints() -> list[str]:
    """Return what the saver tells."""
    return []


@pytest.fixture
def saver(root: RootHandler, path: Path, complaints: list[str]) -> Saver:
    """A saver that does nothing by itself."""
    return Saver(root.control, path, 60, complaints.append)


def test_only_what_may_have_changed_is_saved(saver: Saver, path: Path, client: Client) -> None:
    client.get("/milestones/12")
    saver.check()
    assert not path.exists()
    client.delete("/milestones/15")
    saver.check()
    assert Client(create_mock(MockConfig(scenario=str(path)))).get("/milestones/15").status == 404
    path.unlink()
    saver.check()
    assert not path.exists()


def test_what_the_control_api_does_is_saved(saver: Saver, path: Path, driver: Driver) -> None:
    driver.ask("PUT", "/accounts/{key}/state", {"scenario": "empty"})
    saver.check()
    assert json.loads(path.read_text())["accounts"]["test-key"]["projects"] == []


def test_a_full_disk_is_told_and_tried_again(
    saver: Saver, path: Path, client: Client, complaints: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    client.delete("/milestones/15")
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", fail)
        saver.check()
    assert complaints == [f"{path} cannot be written: No space left on device. The mock tries again."]
    assert not path.exists()
    saver.check()
    assert path.exists()


def test_accounts_that_nobody_has_opened_again_are_not_lost(path: Path) -> None:
    for key in ("test-first", "test-second"):
        root = create_mock(MockConfig(scenario=str(path) if path.exists() else "one-project"))
        Client(root, key).delete("/milestones/12")
        Saver(root.control, path, 60, print).save()
    root = create_mock(MockConfig(scenario=str(path)))
    assert [Client(root, f"test-{key}").get("/milestones/12").status for key in ("first", "second", "third")] == [
        404,
        404,
        200,
    ]


def test_a_killed_mock_continues_where_it_was_saved(path: Path) -> None:
    continued = ("--scenario", str(path), "--save", str(path), "--save-every", "0.05")
    for number, milestone in enumerate(DELETED):
        with running(*continued) as (process, url):
            for former in DELETED[:number]:
                assert call(url, "GET", f"/milestones/{former}")[0] == 404
            assert call(url, "DELETE", f"/milestones/{milestone}")[0] == 200
            before = path.stat().st_mtime_ns if path.exists() else 0
            for _ in range(5000):
                call(url, "GET", "/milestones/10")
                if path.exists() and path.stat().st_mtime_ns != before:
                    break
            process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_terminal_that_is_closed_ends_it_and_loses_nothing(path: Path) -> None:
    # Below nohup the signal is ignored, and a process inherits that.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    with running("--save", str(path)) as (process, url):
        call(url, "DELETE", "/milestones/12")
        process.send_signal(signal.SIGHUP)
        assert process.wait(timeout=60) == 0
    assert "test-key" in json.loads(path.read_text())["accounts"]
