"""The requests in the inspector, in a real browser: they arrive, are found, and stay in sight."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from mock_server.messages import Request
from mock_server.testing import MilestonesMock, MockAccount
from tests.mock_server.inspector.api import send

pytestmark = pytest.mark.zoo

MANY = 10_000


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
    page.get_by_role("button", name="Close", exact=True).click()
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
    page.get_by_role("button", name="Replay", exact=True).click()
    expect(page.locator(".exchange:visible")).to_have_count(2)
    assert [request.method for request in account.requests] == ["PATCH", "GET", "PATCH"]
    # A browser sends its origin, so that headers differ.
    first, replayed = account.requests[0].response, account.requests[2].response
    assert (replayed.status, replayed.body) == (first.status, first.body)
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.locator(".exchange:visible")).to_have_count(0)
    assert account.requests == []


def test_polls_are_one_row_until_a_write_or_another_answer(page: Page, account: MockAccount) -> None:
    page.check("#mine")
    for _ in range(4):
        send(account, "GET", "/milestones/12")
        send(account, "GET", "/projects")
    send(account, "GET", "/milestones/12", headers={"Prefer": "code=404"})
    send(account, "GET", "/milestones/12")
    send(account, "DELETE", "/milestones/9")
    send(account, "GET", "/milestones/12")
    rows = page.locator(".exchange")
    expect(rows).to_have_count(6)
    expect(rows.nth(5)).to_contain_text("× 4")
    expect(rows.nth(2)).not_to_contain_text("×")
    rows.nth(5).click()
    details = page.locator("#details")
    expect(details).to_contain_text("4 of 4 alike")
    details.get_by_role("button", name="Earlier").click()
    expect(details).to_contain_text("3 of 4 alike")
    page.uncheck("#grouped")
    expect(rows).to_have_count(12)
    expect(page.locator(".exchange[aria-pressed=true]")).to_be_in_viewport()


def test_another_accounts_writes_end_no_row_of_polls(page: Page, account: MockAccount) -> None:
    other = account.mock.account("test-other")
    send(account, "DELETE", "/milestones/9")
    for _ in range(3):
        send(account, "GET", "/milestones/12")
        send(other, "DELETE", "/milestones/9")
    rows = page.locator(".exchange").filter(has=page.get_by_title(f"Account {account.key}"))
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("× 3")


def test_a_row_tells_time_and_account(page: Page, account: MockAccount) -> None:
    workers = [account.mock.account(f"test-worker-of-a-long-suite-number-{number}") for number in (1, 2)]
    for sender in [account, *workers]:
        send(sender, "DELETE", "/milestones/9")
    keys = page.locator(".exchange .key")
    expect(keys.nth(0)).to_have_text("test-worker…ite-number-2")
    expect(keys.nth(0)).to_have_attribute("title", f"Account {workers[1].key}")
    expect(keys.nth(1)).to_have_text("test-worker…ite-number-1")
    expect(page.locator(".exchange time").first).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    page.check("#mine")
    expect(page.locator(".exchange")).to_have_count(1)


def test_while_paused_nothing_moves_and_nothing_is_lost(page: Page, account: MockAccount) -> None:
    page.check("#mine")
    send(account, "DELETE", "/milestones/9")
    expect(page.locator(".exchange")).to_have_count(1)
    page.get_by_role("button", name="Pause", exact=True).click()
    for _ in range(3):
        send(account, "DELETE", "/milestones/9")
    expect(page.locator("#waiting")).to_have_text("Paused: 3 new")
    expect(page.locator(".exchange")).to_have_count(1)
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.locator(".exchange")).to_have_count(4)
    expect(page.locator("#waiting")).to_have_text("")


def test_bodies_headers_and_rules_are_searched_and_what_arrives_too(page: Page, account: MockAccount) -> None:
    page.check("#mine")
    made = {"milestone_projectid": 159, "milestone_title": "Prüfung", "milestone_color": "info"}
    send(account, "POST", "/milestones", data=made, headers={"X-Trace": "abc-1"})
    send(account, "DELETE", "/milestones/9")
    rows = page.locator(".exchange")
    for words, method in [("prüfung", "POST"), ("x-trace abc-1", "POST"), ("delete/the-default-conflicts", "DELETE")]:
        page.fill("#filter", words)
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text(method)
    page.fill("#filter", "nowhere")
    expect(page.get_by_text("No request matches the search.")).to_be_visible()
    page.fill("#filter", "conflicts")
    expect(rows).to_have_count(1)
    send(account, "DELETE", "/milestones/9")
    expect(rows).to_have_count(2)


def test_the_open_row_stays_in_sight(page: Page, account: MockAccount) -> None:
    page.check("#mine")
    page.uncheck("#grouped")
    for _ in range(30):
        send(account, "GET", "/milestones/12")
    send(account, "DELETE", "/milestones/9")
    opened = page.locator(".exchange", has_text="DELETE")
    opened.click()
    before = opened.bounding_box()
    for _ in range(30):
        send(account, "GET", "/milestones/12")
    expect(page.locator("#newer")).to_have_text("↑ 30 newer")
    assert opened.bounding_box() == before
    expect(opened).to_have_attribute("aria-pressed", "true")
    page.locator("#newer").click()
    expect(page.locator(".exchange").first).to_contain_text("GET")
    expect(page.locator("#newer")).to_be_hidden()


def test_a_row_at_the_bottom_is_still_in_sight_once_its_request_is_open(page: Page, account: MockAccount) -> None:
    page.check("#mine")
    for _ in range(30):
        send(account, "DELETE", "/milestones/9")
    expect(page.locator("#exchange-rows")).to_have_css("height", f"{30 * 46}px")
    box = page.locator("#exchanges").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 100, box["y"] + box["height"] - 20)
    expect(page.locator("#details")).to_be_visible()
    expect(page.locator(".exchange[aria-pressed=true]")).to_be_in_viewport(ratio=0.9)


def test_requests_that_the_mock_forgets_leave_the_page(page: Page, account: MockAccount) -> None:
    other = account.mock.account("test-kept")
    send(account, "DELETE", "/milestones/9")
    send(other, "DELETE", "/milestones/9")
    rows = page.locator(".exchange")
    mine = rows.filter(has=page.get_by_title(f"Account {account.key}"))
    mine.click()
    expect(page.locator("#details")).to_be_visible()
    account.reset()
    expect(mine).to_have_count(0)
    expect(page.locator("#details")).to_be_hidden()
    expect(rows.filter(has_text=other.key)).to_have_count(1)


def test_the_arrow_keys_go_through_the_rows(page: Page, account: MockAccount) -> None:
    page.check("#mine")
    for method in ("DELETE", "PATCH", "DELETE"):
        send(account, method, "/milestones/9")
    rows = page.locator(".exchange")
    expect(rows).to_have_count(3)
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#details .what")).to_contain_text("PATCH")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Copy as curl")).to_be_focused()
    page.get_by_role("button", name="Edit and resend").press("Enter")
    path = page.get_by_role("textbox", name="Path and query")
    expect(path).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Edit and resend")).to_be_focused()
    expect(path).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#details")).to_be_hidden()
    expect(rows.nth(1)).to_be_focused()


def test_ten_thousand_requests_stay_usable(browser: Browser) -> None:
    with MilestonesMock(record=MANY) as mock:
        account = mock.account("test-many")
        fill_record(mock, account, MANY)
        page = browser.new_page()
        page.goto(f"{mock.origin}/?key={account.key}")
        page.uncheck("#grouped")
        expect(page.locator(".exchange").first).to_contain_text(f"/api/milestones/{MANY - 1}")
        assert page.locator(".exchange").count() < 60
        page.fill("#filter", "/milestones/4321")
        expect(page.locator(".exchange")).to_have_count(1)
        page.fill("#filter", "")
        expect(page.locator(".exchange").nth(1)).to_be_visible()
        page.evaluate("document.getElementById('exchanges').scrollTop = 1e9")
        page.locator(".exchange").last.click()
        expect(page.locator("#details .what")).to_have_text("404 GET /api/milestones/0")
        page.close()


def fill_record(mock: MilestonesMock, account: MockAccount, count: int) -> None:
    """Have a mock record many requests, without a socket."""
    headers = {name.lower(): value for name, value in account.headers.items()}
    for number in range(count):
        mock.root.handle(Request("GET", f"/api/milestones/{number}", "", headers, b""))
