"""The inspector and the documentation in a real browser: what a developer does there, and that everybody can."""

import os
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from mock_server.messages import Request
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
    expect(page.get_by_text("No request fits the search.")).to_be_visible()
    page.fill("#filter", "conflicts")
    expect(rows).to_have_count(1)
    send(account, "DELETE", "/milestones/9")
    expect(rows).to_have_count(2)


def test_a_request_is_edited_and_sent_again(page: Page, account: MockAccount) -> None:
    page.check("#mine")
    send(account, "POST", "/milestones", json={"milestone_projectid": 159, "milestone_color": "info"})
    page.locator(".exchange").click()
    page.get_by_role("button", name="Edit and resend").click()
    form = page.get_by_role("form", name="Edit and resend")
    expect(form.get_by_label("Body")).to_be_focused()
    form.get_by_label("Headers").fill("no header")
    form.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").first).to_contain_text("Not sent: “no header” is no header")
    form.get_by_label("Headers").fill(f"Authorization: Bearer {account.key}\nContent-Type: application/json\nX-Try: 2")
    form.get_by_label("Body").fill('{"milestone_projectid": 159, "milestone_title": "Now", "milestone_color": "info"}')
    form.get_by_role("button", name="Send").click()
    expect(page.locator("#details .what")).to_have_text("201 POST /api/milestones")
    sent = account.requests[-1].request
    assert sent.headers["x-try"] == "2"
    assert "Now" in order(account)


def test_the_request_that_was_sent_again_opens_whatever_else_asks_for_the_same(
    page: Page, account: MockAccount
) -> None:
    page.check("#mine")
    send(account, "GET", "/milestones/12")
    page.locator(".exchange").click()

    def between_polls(route: Route) -> None:
        send(account, "GET", "/milestones/12")
        answer = route.fetch()
        send(account, "GET", "/milestones/12")
        route.fulfill(response=answer)

    page.route("**/api/milestones/12", between_polls)
    page.get_by_role("button", name="Edit and resend").click()
    form = page.get_by_role("form", name="Edit and resend")
    form.get_by_label("Headers").fill(f"Authorization: Bearer {account.key}\nX-Try: 2")
    form.get_by_role("button", name="Send").click()
    expect(page.locator("#details")).to_contain_text("x-try: 2")
    assert [exchange.request.headers.get("x-try") for exchange in account.requests] == [None, None, "2", None]


def test_what_a_page_cannot_send_again_is_told(page: Page, account: MockAccount) -> None:
    page.check("#mine")
    send(account, "POST", "/milestones", data=b"\xff\xfe")
    page.locator(".exchange").click()
    page.get_by_role("button", name="Replay", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("Not sent: its body is not text")
    page.get_by_role("button", name="Edit and resend").click()
    form = page.get_by_role("form", name="Edit and resend")
    expect(form).to_contain_text("This body is not all that was sent")
    form.get_by_label("Method").fill("get")
    form.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").first).to_contain_text("A browser sends no body with GET.")
    assert len(account.requests) == 1


def test_a_request_is_sent_to_no_other_host(page: Page, account: MockAccount) -> None:
    page.check("#mine")
    send(account, "GET", "/milestones/12")
    page.locator(".exchange").click()
    page.get_by_role("button", name="Edit and resend").click()
    form = page.get_by_role("form", name="Edit and resend")
    for path in ("//127.0.0.2/milestones", "http://127.0.0.2/"):
        form.get_by_label("Path and query").fill(path)
        form.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert").first).to_contain_text("Not sent: The path has to begin with one /.")
    assert len(account.requests) == 1


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


def test_milestones_are_made_changed_and_deleted_on_the_board(page: Page, account: MockAccount) -> None:
    page.select_option("#project", "159")
    page.get_by_role("button", name="New milestone").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Design")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Refused:")
    dialog.get_by_label("Title").fill("Handover")
    dialog.get_by_label("Colour").select_option("danger")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Edit Handover")).to_be_focused()
    row = page.locator(".row", has_text="Handover")
    expect(row.get_by_role("img", name="colour danger")).to_be_visible()
    page.get_by_role("button", name="Edit Handover").click()
    dialog.get_by_label("Title").fill("Handed over")
    dialog.get_by_label("Colour").select_option("success")
    dialog.get_by_role("button", name="Save").click()
    row = page.locator(".row", has_text="Handed over")
    expect(row.get_by_role("img", name="colour success")).to_be_visible()
    assert "Handed over" in order(account)
    page.get_by_role("button", name="Edit Handed over").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Edit Handed over")).to_be_focused()


@pytest.mark.parametrize(("fate", "tasks"), [("go to the default", 5), ("are deleted", 2)])
def test_a_deletion_asks_what_becomes_of_the_tasks(page: Page, account: MockAccount, fate: str, tasks: int) -> None:
    page.select_option("#project", "159")
    page.get_by_role("button", name="Edit Discovery").click()
    page.get_by_role("button", name="Delete …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Discovery holds 3 tasks.")
    dialog.get_by_label(fate).check()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.locator(".row", has_text="Discovery")).to_have_count(0)
    expect(page.locator(".row", has_text="Uncategorised")).to_contain_text(f"{tasks} tasks")
    assert "Discovery" not in order(account)
    expect(page.get_by_role("button", name="New milestone")).to_be_focused()


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
    results = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]})
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


def test_behind_a_token_the_page_asks_for_it(browser: Browser, account: MockAccount) -> None:
    with MilestonesMock(token="secret") as guarded:
        page = browser.new_page()
        page.goto(f"{guarded.origin}/")
        page.get_by_label("Control token").fill("secret")
        page.get_by_role("button", name="Use it").click()
        expect(page.locator(".row").first).to_be_visible()
        page.close()
