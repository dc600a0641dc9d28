"""The numbers of accounts and snapshots are limited: a new one replaces the least recently used, which is reported."""

import pytest

from mock_server.accounts import MAX_SNAPSHOTS
from mock_server.control.root import RootHandler
from mock_server.factory import MockConfig, create_mock
from tests.mock_server.api_client import Client
from tests.mock_server.control_driver import Driver


def test_the_account_that_was_unused_the_longest_makes_room(caplog: pytest.LogCaptureFixture) -> None:
    root = create_mock(MockConfig(max_accounts=2))
    first, second, third = (Client(root, f"test-{name}") for name in ("first", "second", "third"))
    for client in (first, second):
        assert client.delete("/milestones/12").status == 200
    first.get("/projects")
    third.get("/projects")
    assert [account["key"] for account in Driver(root).ask("GET", "/accounts")["data"]] == ["test-first", "test-third"]
    assert caplog.messages == [
        "The account test-second was unused the longest and was removed: at most 2 accounts are kept (--max-accounts)."
    ]
    assert first.get("/milestones/12").status == 404
    assert second.get("/milestones/12").status == 200, "it begins again"


def test_looking_at_all_accounts_uses_none() -> None:
    root = create_mock(MockConfig(max_accounts=2))
    for name in ("first", "second"):
        Client(root, f"test-{name}").get("/projects")
    Client(root, "test-first").get("/projects")
    Driver(root).ask("GET", "/accounts")
    Client(root, "test-third").get("/projects")
    assert list(root.control.opened()) == ["test-first", "test-third"]


def test_the_snapshot_that_was_unused_the_longest_makes_room(
    root: RootHandler, caplog: pytest.LogCaptureFixture
) -> None:
    driver = Driver(root)
    for number in range(MAX_SNAPSHOTS):
        driver.ask("PUT", f"/accounts/{{key}}/snapshots/{number}")
    driver.ask("POST", "/accounts/{key}/snapshots/0/restore")
    driver.ask("PUT", "/accounts/{key}/snapshots/new")
    names = driver.ask("GET", "/accounts/{key}/snapshots")["data"]
    assert len(names) == MAX_SNAPSHOTS
    assert {"0", "new"} < set(names)
    assert "1" not in names
    assert [message.partition(" was")[0] for message in caplog.messages] == ["The snapshot 1 of test-key"]
