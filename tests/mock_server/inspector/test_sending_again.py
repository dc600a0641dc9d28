"""Requests that are edited and sent again from the inspector, in a real browser."""

import pytest
from playwright.sync_api import Page, Route, expect

from mock_server.testing import MockAccount
from tests.mock_server.inspector.api import order, send

pytestmark = pytest.mark.zoo


def test_a_request_is_edited_and_sent_again(page: Page, account: MockAccount) -> None:
    page.check("#mine")
    send(account, "POST", "/milestones", json={"milestone_projectid": 159, "milestone_color": "info"})
    page.locator(".exchange").click()
    page.get_by_role("button", name="Edit and resend").click()
    form = page.get_by_role("form", name="Edit and resend")
    expect(form.get_by_label("Body")).to_be_focused()
    form.get_by_label("Headers").fill("no header")
    form.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").first).to_contain_text("Not sent: “no header” is not a header")
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
    expect(form).to_contain_text("This body is not complete")
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
