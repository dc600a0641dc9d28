"""The page as a whole in a real browser: the account, the token, the documentation, and that everybody can use it."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from mock_server.testing import MilestonesMock, MockAccount
from tests.mock_server.inspector.api import send

pytestmark = pytest.mark.zoo

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]


def test_the_account_is_driven_from_the_page(page: Page, account: MockAccount) -> None:
    page.get_by_role("button", name="Take snapshot").click()
    expect(page.get_by_role("button", name="Restore snapshot")).to_be_enabled()
    send(account, "DELETE", "/milestones/12")
    page.get_by_role("button", name="Restore snapshot").click()
    expect(page.locator("#figures")).to_contain_text("27 milestones")
    page.select_option("#scenario", "empty")
    page.get_by_role("button", name="Load").click()
    expect(page.locator("#figures")).to_contain_text("0 projects")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator("#figures")).to_contain_text("6 projects")
    page.get_by_role("button", name="+ 1 day").click()
    # The account may be read again in between, which shows the state before the click for a moment.
    page.click("#frozen")
    expect(page.locator("#frozen")).to_be_checked()
    expect(page.locator("#now")).to_have_text("2026-06-16 09:30:00 UTC")
    page.select_option("#profile", "laravel")
    page.get_by_role("button", name="Wear").click()
    expect(page.get_by_role("button", name="Take off")).to_be_enabled()
    assert send(account, "GET", "/milestones/12abc").status_code == 200
    page.select_option("#operation", "getMilestone")
    page.select_option("#how", "404")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#faults li")).to_contain_text(["status 404"])
    assert send(account, "GET", "/milestones/12").status_code == 404


def test_behind_a_token_the_page_asks_for_it(browser: Browser, account: MockAccount) -> None:
    with MilestonesMock(token="secret") as guarded:
        page = browser.new_page()
        page.goto(f"{guarded.origin}/")
        page.get_by_label("Control token").fill("secret")
        page.get_by_role("button", name="Use it").click()
        expect(page.locator(".row").first).to_be_visible()
        page.close()


# Contrasts go by the scheme and the layout by the width: each is tried once.
@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_everybody_can_use_it(browser: Browser, account: MockAccount, scheme: Any, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    send(account, "DELETE", "/milestones/9")
    send(account, "GET", "/milestones/12", headers={"Prefer": "code=404"})
    account.fail("createMilestone", status=422, times=3, delay=0.5)
    page.goto(f"{account.mock.origin}/?key={account.key}")
    page.locator(".exchange", has_text="DELETE").first.click()
    page.get_by_role("button", name="Edit and resend").click()
    find_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Edit Discovery").click()
    find_barriers(page)
    page.get_by_role("button", name="Delete …").click()
    find_barriers(page)
    context.close()


def find_barriers(page: Page) -> None:
    """Fail at what axe finds in the page as it is."""
    results = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()


def test_the_documentation_calls_this_very_mock(browser: Browser, account: MockAccount) -> None:
    page = browser.new_page()
    urls: list[str] = []
    refused: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.on("console", lambda line: refused.append(line.text) if "Content Security Policy" in line.text else None)
    page.goto(f"{account.mock.origin}/docs?key={account.key}")
    page.locator("#operations-Milestones-getMilestone .opblock-summary-control").click()
    operation = page.locator("#operations-Milestones-getMilestone")
    operation.get_by_placeholder("id").fill("12")
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    assert [request.path for request in account.requests] == ["/api/milestones/12"]
    assert all(url.startswith((account.mock.origin, "data:")) for url in urls)
    page.goto(f"{account.mock.origin}/docs?of=control")
    expect(page.locator("#operations-Accounts-resetAccount")).to_be_visible()
    assert refused == []
    page.close()
