"""The HTML report in a browser: accessible, filtered, copied as a ticket, printed in a few pages."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from conformance.options import Options
from conformance.reports import html
from conformance.reports.report import Report
from conformance.results.verdict import Conclusion
from conformance.runner.reproduction_runner import explain
from conformance.runner.scheduler import Scheduler
from mock_server.scenarios.loader import load_scenario
from tests.acceptance.conftest import need
from tests.conformance.live_server import serving
from tests.faulty_mocks.fault import load_all
from tests.faulty_mocks.mock_builder import MockBuilder
from tests.faulty_mocks.run_suite import read_contracts, run_on

pytestmark = pytest.mark.zoo

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FAULT = "does_not_count_new_tasks"


@pytest.fixture(scope="module")
def report() -> Report:
    """Return the report on a mock with a fault that violates several requirements."""
    with run_on(load_all()[FAULT].inject, Options(only=("count/*", "get/*"))) as run:
        Scheduler(run).run_all()
        explanation = explain(run, None, {})
        return Report(
            outcome=Conclusion.VIOLATIONS,
            target="http://mock/api",
            embedded=False,
            contract_version="1.0.0",
            contract_sha256="0" * 64,
            seed=0,
            depth="quick",
            strict=False,
            read_only=False,
            requests=run.transport.sent,
            started="2026-06-15T09:30:00+00:00",
            duration_s=1.0,
            judgements=run.judgements(),
            coverage=run.results.coverage.rows(),
            reproductions=explanation.reproductions,
            causes=explanation.causes,
        )


@pytest.fixture(scope="module")
def page_path(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of the report."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    html.write(report, path)
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    need("chromium", chromium is not None)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


def opened(browser: Browser, path: Path, **settings: object) -> Page:
    """Open the page in a window of its own."""
    page = browser.new_context(**settings).new_page()  # type: ignore[arg-type]
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_the_page_is_accessible_and_fits(browser: Browser, page_path: Path, scheme: str, width: int) -> None:
    page = opened(browser, page_path, color_scheme=scheme, viewport={"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    results = Axe().run(page)

    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_filters_and_search_show_what_fits(browser: Browser, page_path: Path) -> None:
    page = opened(browser, page_path)
    page.select_option("[data-filter=status]", "fail")
    page.select_option("[data-filter=topic]", "count")
    violated = page.locator("tr[data-item]:visible").count()
    page.fill("[data-filter=text]", "of no requirement")

    assert violated > 1
    assert page.locator("tr[data-item]:visible").count() == 0
    page.fill("[data-filter=text]", "reordered rises-with-a-new")
    assert page.locator("tr[data-item]:visible").count() == 0
    page.fill("[data-filter=text]", "made rises-with-a-new")
    assert page.locator("tr[data-item]:visible").count() == 1


def test_groups_that_are_green_are_folded_until_a_link_leads_into_them(browser: Browser, page_path: Path) -> None:
    page = opened(browser, page_path)
    assert page.locator("#topic-get").get_attribute("open") is None

    page.goto(f"{page_path.as_uri()}#get/unknown-id-is-404")
    page.wait_for_function("document.getElementById('topic-get').open")


def test_one_cause_has_one_heading_and_its_last_call_is_open(browser: Browser, report: Report, page_path: Path) -> None:
    page = opened(browser, page_path)
    root = page.locator("main > article")
    calls = root.locator(":scope > details.call")

    assert root.count() == 1
    assert root.locator("h3").inner_text() == "count/rises-with-a-new-task"
    assert calls.count() == len(report.reproductions[report.causes[0].root].program.steps) <= 5
    opened_calls = [number for number in range(calls.count()) if calls.nth(number).get_attribute("open") is not None]
    assert opened_calls == [calls.count() - 1]


def test_a_ticket_is_copied_with_a_script_that_reproduces_it(browser: Browser, page_path: Path, tmp_path: Path) -> None:
    page = opened(browser, page_path)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("main > article > .actions button", has_text="Copy as a ticket").click()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text.length > 0)")
    ticket = page.evaluate("navigator.clipboard.readText()")
    script = re.search(r"```sh\n(.*?)\n```", ticket, re.DOTALL)
    assert script is not None
    (tmp_path / "pasted.sh").write_text(script[1], encoding="utf-8")
    builder = MockBuilder(read_contracts()[0], load_scenario("default"))
    load_all()[FAULT].inject(builder)
    with builder.built() as handle, serving(handle) as url:
        done = subprocess.run(
            ["sh", str(tmp_path / "pasted.sh")],
            env=os.environ | {"MILESTONES_TARGET": url, "MILESTONES_API_KEY": "test-key"},
            check=False,
            capture_output=True,
            text=True,
        )

    assert ticket.startswith("## count/rises-with-a-new-task: ")
    assert done.returncode == 1, done.stdout + done.stderr


def test_it_prints_in_a_few_pages(browser: Browser, page_path: Path) -> None:
    printed = opened(browser, page_path).pdf(format="A4")

    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) <= 4
