"""The inspector and the documentation in a real browser: what a developer does there, and that everybody can."""

import os
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from mock_server.testing import MilestonesMock, MockAccount

pytestmark = pytest.mark.zoo

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
MANY = 10_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None and os.environ.get("CI") == "true":
        pytest.fail("chromium is missing, and CI has to have it")
    if chromium is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
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


def send(account: MockAccount, method: str, path: str, **options: Any) -> requests.Response:
    headers = {**account.headers, **options.pop("headers", {})}
    return requests.request(method, f"{account.url}{path}", headers=headers, timeout=60, **options)


def titles(page: Page) -> list[str]:
    return page.locator(".row .title").all_text_contents()


def order(account: MockAccount) -> list[str]:
    """Return the titles of project 159 as the API has them."""
    query = {"project_id": 159, "sort": "milestone_position", "order": "asc"}
    return [row["title"] for row in send(account, "GET", "/milestones", params=query).json()["data"]]


def test_the_board_shows_the_account_and_follows_it(page: Page, account: MockAccount) -> None:
    page.select_option("#project", "159")
    expect(page.locator(".row .title")).to_have_text(
        ["Uncategorised", "Discovery", "Design", "Build", "Testing", "Launch"]
    )
    expect(page.locator(".row", has_text="Discovery")).to_contain_text("3 tasks")
    made = {"milestone_projectid": 159, "milestone_title": "<b>New</b>", "milestone_color": "info"}
    send(account, "POST", "/milestones", json=made)
    expect(page.locator(".row .title").last).to_have_text("<b>New</b>")
    expect(page.locator("#figures")).to_have_text("6 projects, 28 milestones, 41 tasks")
    account.load("one-project")
    expect(page.locator(".row")).to_have_count(4)


def test_requests_arrive_with_why_and_their_sentence(page: Page, account: MockAccount) -> None:
    page.check("#mine")
    send(account, "DELETE", "/milestones/9")
    page.locator(".exchange", has_text=["DELETE", "/api/milestones/9"][1]).first.click()
    details = page.locator("#details")
    expect(details).to_contain_text("delete/the-default-conflicts")
    expect(details).to_contain_text("Deleting the system default is answered with 409.")
    expect(details).to_contain_text("The default milestone cannot be deleted.")
    details.get_by_role("link", name="delete/the-default-conflicts").click()
    expect(page.get_by_role("dialog")).to_contain_text("Milestones, Delete a milestone")
    page.get_by_role("button", name="Close").click()
    send(account, "GET", "/milestones", params={"project_id": 159})
    page.locator(".exchange", has_text="project_id=159").first.click()
    expect(details).to_contain_text("= position-descending")


def test_requests_are_filtered_replayed_copied_and_cleared(page: Page, account: MockAccount) -> None:
    page.check("#mine")
    send(account, "PATCH", "/milestones/12", json={"milestone_title": "é", "milestone_color": "info"})
    send(account, "GET", "/milestones/999999")
    expect(page.locator(".exchange:visible")).to_have_count(2)
    page.fill("#filter", "patch 200")
    expect(page.locator(".exchange:visible")).to_have_count(1)
    page.locator(".exchange:visible").click()
    page.get_by_role("button", name="Copy as curl").click()
    assert page.evaluate("navigator.clipboard.readText()").startswith(
        f"curl -s -X PATCH {account.url}/milestones/12 -H"
    )
    page.get_by_role("button", name="Replay").click()
    expect(page.locator(".exchange:visible")).to_have_count(2)
    assert [request.method for request in account.requests] == ["PATCH", "GET", "PATCH"]
    # A browser sends its origin, so that headers differ.
    first, replayed = account.requests[0].response, account.requests[2].response
    assert (replayed.status, replayed.body) == (first.status, first.body)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".exchange:visible")).to_have_count(0)
    assert account.requests == []


def test_dragging_reorders_through_the_api(page: Page, account: MockAccount) -> None:
    page.select_option("#project", "159")
    expect(page.locator(".row")).to_have_count(6)
    handle = page.get_by_role("button", name="Move Launch", exact=True)
    target = page.locator(".row", has_text="Discovery").bounding_box()
    assert target is not None
    handle.hover()
    page.mouse.down()
    page.mouse.move(target["x"] + 20, target["y"] + 30, steps=5)
    page.mouse.move(target["x"] + 20, target["y"] + 4, steps=3)
    page.mouse.up()
    wanted = ["Uncategorised", "Launch", "Discovery", "Design", "Build", "Testing"]
    expect(page.locator(".row .title")).to_have_text(wanted)
    assert order(account) == wanted
    assert [(request.method, request.status) for request in account.requests if request.method == "PUT"] == [
        ("PUT", 200)
    ]


def test_the_keyboard_reorders_and_keeps_its_place(page: Page, account: MockAccount) -> None:
    page.select_option("#project", "159")
    page.get_by_role("button", name="Move Design up").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".row .title").nth(1)).to_have_text("Design")
    expect(page.get_by_role("button", name="Move Design up")).to_be_focused()
    page.get_by_role("button", name="Move Design", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".row .title").nth(2)).to_have_text("Design")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".row .title").nth(3)).to_have_text("Design")
    expect(page.locator("#moved")).to_have_text("Design is now at place 4 of 6.")
    assert order(account) == ["Uncategorised", "Discovery", "Build", "Design", "Testing", "Launch"]


def test_a_refused_order_is_told_and_taken_back(page: Page, account: MockAccount) -> None:
    page.select_option("#project", "159")
    account.fail("reorderMilestones", status=409, times=1)
    page.get_by_role("button", name="Move Design up").click()
    expect(page.get_by_role("alert")).to_contain_text("The order was refused")
    expect(page.locator(".row .title").nth(2)).to_have_text("Design")
    expect(page.locator(".exchange .forced").first).to_contain_text("on command: fault")


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


def test_ten_thousand_milestones_stay_usable(page: Page, account: MockAccount) -> None:
    state: Any = account.state
    project = state["projects"][0]
    project["milestones"] = [{"title": f"Phase {number}"} for number in range(1, MANY)]
    account.load({**state, "projects": [project]})
    expect(page.locator("#count")).to_have_text(f"{MANY} milestones")
    assert page.locator(".row").count() < 50
    page.evaluate("document.getElementById('milestones').scrollTop = 1e9")
    last = page.get_by_role("button", name=f"Move Phase {MANY - 1} up")
    last.click()
    expect(page.locator("#moved")).to_have_text(f"Phase {MANY - 1} is now at place {MANY - 1} of {MANY}.")
    assert titles(page)[-2:] == [f"Phase {MANY - 1}", f"Phase {MANY - 2}"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
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
    expect(page.locator("#details")).to_be_visible()
    results = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]})
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


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


def test_behind_a_token_the_page_asks_for_it(browser: Browser, account: MockAccount) -> None:
    with MilestonesMock(token="secret") as guarded:
        page = browser.new_page()
        page.goto(f"{guarded.origin}/")
        page.get_by_label("Control token").fill("secret")
        page.get_by_role("button", name="Use it").click()
        expect(page.locator(".row").first).to_be_visible()
        page.close()
