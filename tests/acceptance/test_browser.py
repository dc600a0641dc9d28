"""A page on another port lists, creates, reorders and deletes milestones through `fetch` in a real browser."""

import html
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.acceptance.conftest import need

PAGE = """<!doctype html><meta charset="utf-8"><title>board</title><pre id="seen">running</pre><script>
const EXTRA = ["X-Requested-With", "X-CSRF-TOKEN", "X-XSRF-TOKEN", "traceparent", "tracestate", "baggage",
  "sentry-trace", "Cache-Control", "Pragma", "Idempotency-Key", "X-Own"];
const base = "BASE", key = {Authorization: "Bearer test-browser"};
const json = {...key, "Content-Type": "application/json"};
const call = async (path, options = {}) => {
  const answer = await fetch(base + path, {headers: key, ...options});
  return {status: answer.status, ...await answer.json()};
};
(async () => {
  const seen = {};
  try {
    const before = await call("/milestones?project_id=159&sort=milestone_position&order=asc");
    seen.listed = before.data.length;
    const made = await call("/milestones", {method: "POST", headers: json, body: JSON.stringify(
      {milestone_projectid: 159, milestone_title: "From a page", milestone_color: "danger"})});
    seen.created = [made.status, made.data.title];
    const form = new URLSearchParams();
    [made.data.id, ...before.data.map(one => one.id)].forEach(one => form.append("milestones[]", one));
    seen.reordered = (await call("/milestones/positions", {method: "PUT", body: form})).status;
    const after = await call("/milestones?project_id=159&sort=milestone_position&order=asc");
    seen.first = after.data[0].title;
    seen.deleted = (await call("/milestones/" + made.data.id, {method: "DELETE"})).status;
    const more = Object.fromEntries(EXTRA.map(name => [name, "1"]));
    seen.withCookies = (await call("/milestones/12", {headers: {...key, ...more}, credentials: "include"})).status;
    seen.gone = (await call("/milestones/" + made.data.id)).status;
    seen.unauthorized = (await call("/milestones?project_id=159", {headers: {Authorization: "Bearer no"}})).status;
  } catch (error) { seen.error = String(error); }
  document.getElementById("seen").textContent = JSON.stringify(seen);
})();
</script>"""

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=20000",
    "--dump-dom",
)


@pytest.fixture
def page_url(base_url: str) -> Iterator[str]:
    """The page, served from a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(PAGE.replace("BASE", base_url).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # The end of a test waits for as long as the server looks away.
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.zoo
def test_a_page_on_another_port_works_with_milestones(page_url: str, tmp_path: Path) -> None:
    browser = shutil.which("chromium")
    need("chromium", browser is not None)
    dumped = subprocess.run(
        [str(browser), *FLAGS, f"--user-data-dir={tmp_path}", page_url],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    match = re.search(r'<pre id="seen">(.*?)</pre>', dumped.stdout, re.DOTALL)

    assert match is not None, dumped.stdout
    page = json.loads(html.unescape(match[1]))
    assert page.pop("listed") >= 3
    assert page == {
        "created": [201, "From a page"],
        "reordered": 200,
        "first": "From a page",
        "deleted": 200,
        "withCookies": 200,
        "gone": 404,
        "unauthorized": 401,
    }
