"""The board of the inspector in a real browser: it shows an account, and changes it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mock_server.testing import MockAccount
from tests.mock_server.inspector.api import order, send

pytestmark = pytest.mark.zoo

MANY = 10_000


def titles(page: Page) -> list[str]:
    return page.locator(".row .title").all_text_contents()


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


@pytest.mark.parametrize(("fate", "tasks"), [("move to the default", 5), ("are deleted", 2)])
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
    # Hovering waits until the rows stand still: they are drawn once more when the project has been read.
    handle.hover()
    target = page.locator(".row", has_text="Discovery").bounding_box()
    assert target is not None
    page.mouse.down()
    page.mouse.move(target["x"] + 20, target["y"] + 30, steps=5)
    page.mouse.move(target["x"] + 20, target["y"] + 4, steps=3)
    # The page shows the new order before the API has answered.
    with page.expect_response(lambda response: response.url.endswith("/milestones/positions")):
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
