"""Share one Chromium and one mock; each test opens the inspector at an account of its own."""

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from mock_server.testing import MilestonesMock, MockAccount

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium; while it runs, its event loop keeps tests of other modules from theirs."""
    chromium = shutil.which("chromium")
    if chromium is None and os.environ.get("CI") == "true":
        pytest.fail("chromium is missing, and CI has to have it")
    if chromium is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def mock() -> Iterator[MilestonesMock]:
    """A mock for all tests of this module."""
    with MilestonesMock() as mock:
        yield mock


@pytest.fixture
def account(mock: MilestonesMock, request: pytest.FixtureRequest) -> MockAccount:
    """An account for one test."""
    return mock.account("test-" + re.sub(r"\W", "-", request.node.name)[:60])


@pytest.fixture
def page(browser: Browser, account: MockAccount) -> Iterator[Page]:
    """The inspector, open at the account; no error may come up in it."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{account.mock.origin}/?key={account.key}")
    expect(page.locator(".row").first).to_be_visible()
    yield page
    context.close()
    assert errors == []
