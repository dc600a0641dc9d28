"""An upstream: its answers are returned unchanged, and marked if they violate the contract."""

import http.client
import json
import posixpath
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mock_server.factory import MockConfig, create_mock
from mock_server.simulation.upstream import UnsafeTarget, Upstream
from tests.mock_server.api_client import AwaitingHandler, Client, awaiting
from tests.mock_server.control_driver import Driver
from tests.mock_server.http.test_server import call, running

MILESTONE = {
    "id": 12,
    "title": "Design",
    "project_id": 159,
    "type": "categorised",
    "color": "info",
    "position": 2,
    "creator_id": 1,
    "tasks_count": 0,
    "dates": {"created": "2026-06-15T09:30:00.000000Z", "updated": "2026-06-15T09:30:00.000000Z"},
}
ANSWERS: dict[str, tuple[int, str, str]] = {
    "/base/milestones/12": (200, "application/json", json.dumps({"data": MILESTONE, "message": "Fine."})),
    "/base/milestones/13": (
        200,
        "application/json",
        json.dumps({"data": {**MILESTONE, "position": "2"}, "message": "Fine."}),
    ),
    "/base/milestones/14": (200, "application/json", json.dumps(MILESTONE)),
    "/base/milestones/15": (500, "text/html", "<h1>Whoops</h1>"),
    "/base/milestones/16": (302, "text/html", ""),
}


class Deployment(BaseHTTPRequestHandler):
    """Answer as planned, and keep the calls."""

    protocol_version = "HTTP/1.1"
    calls: list[tuple[str, str, dict[str, str], bytes]]
    next: threading.Event

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.calls.append((self.command, self.path, dict(self.headers), body))
        if self.path.endswith("/waits-for-the-next"):
            self.send_response(204 if self.next.wait(10) else 500)
            self.end_headers()
            return
        self.next.set()
        status, content_type, text = ANSWERS.get(self.path, (404, "application/json", '{"message": "Unknown."}'))
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("X-Deployment", "real")
        self.send_header("Content-Length", str(len(text.encode())))
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(text.encode())

    def do_PUT(self) -> None:
        self.do_GET()

    do_put = do_PUT

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def deployment() -> Iterator[tuple[str, list[tuple[str, str, dict[str, str], bytes]]]]:
    """The base URL of a deployment, and what it was asked."""
    calls: list[tuple[str, str, dict[str, str], bytes]] = []
    handler = type("Handler", (Deployment,), {"calls": calls, "next": threading.Event()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/base", calls
    server.shutdown()
    server.server_close()


@pytest.fixture
def forward() -> Iterator[Callable[..., AwaitingHandler]]:
    """Put a mock in front of a deployment."""
    with ExitStack() as running:
        yield lambda **setup: running.enter_context(awaiting(create_mock(MockConfig(**setup))))


@pytest.fixture
def forwarding(deployment: tuple[str, object], forward: Callable[..., AwaitingHandler]) -> AwaitingHandler:
    """A mock in front of it."""
    return forward(upstream=deployment[0])


def complaints(root: AwaitingHandler) -> list[str]:
    """Return what the recording has against the last answer."""
    complaint: list[str] = Driver(root).ask("GET", "/requests")["data"][-1]["complaints"]
    return complaint


def test_a_good_answer_passes_and_is_not_marked(forwarding: AwaitingHandler) -> None:
    answer = Client(forwarding).get("/milestones/12")
    assert answer.data == MILESTONE
    assert answer.headers["X-Deployment"] == "real"
    assert complaints(forwarding) == []


def test_the_request_arrives_as_it_was_sent(
    forwarding: AwaitingHandler, deployment: tuple[str, list[tuple[str, str, dict[str, str], bytes]]]
) -> None:
    Client(forwarding, "real-key").send("PUT", "/milestones/positions", form=[("milestones[]", 1)], query={"a": "b c"})
    method, path, headers, body = deployment[1][0]
    assert (method, path, body) == ("PUT", "/base/milestones/positions?a=b+c", b"milestones%5B%5D=1")
    assert headers["authorization"] == "Bearer real-key"


def test_methods_keep_their_letter_case(forwarding: AwaitingHandler, deployment: Any) -> None:
    Client(forwarding).send("put", "/milestones/positions")
    assert deployment[1][0][0] == "put"


def test_recorded_requests_name_accounts_without_their_keys(forwarding: AwaitingHandler) -> None:
    for key in ("real-key", "other-key", "real-key"):
        Client(forwarding, key).get("/milestones/12")
    Client(forwarding, "other-key").send("GET", "/milestones/12", headers={"prefer": "code=404"})
    Client(forwarding).send("GET", "/milestones/12", headers={"authorization": ""})
    real, other, *others, nobody = [row["key"] for row in Driver(forwarding).ask("GET", "/requests")["data"]]
    assert others == [real, other]
    assert len({real, other}) == 2
    assert nobody == ""
    assert all(name.startswith("REDACTED-") for name in (real, other))
    for key in (other, "other-key"):
        rows = Driver(forwarding).ask("GET", "/requests", query=f"key={key}")["data"]
        assert [row["number"] for row in rows] == [2, 4]
    entries = Driver(forwarding).ask("GET", "/requests.har", query="key=real-key")["log"]["entries"]
    assert len(entries) == 2
    assert Driver(forwarding).ask("DELETE", "/requests", query="key=real-key") == {"cleared": 2}


@pytest.mark.parametrize(
    ("milestone", "status", "complaint"),
    [
        (13, 200, "data.position"),
        (14, 200, '"data" is a required property'),
        (15, 500, "The status 500 is not documented for getMilestone, only: 200, 401, 404, 429."),
        (16, 302, "The status 302 is not documented"),
    ],
)
def test_an_answer_that_breaks_the_contract_is_marked_and_not_changed(
    forwarding: AwaitingHandler, milestone: int, status: int, complaint: str
) -> None:
    answer = Client(forwarding).get(f"/milestones/{milestone}")
    assert answer.status == status
    assert answer.response.body.decode() == ANSWERS[f"/base/milestones/{milestone}"][2]
    assert complaint in complaints(forwarding)[0]


def test_no_key_of_a_deployment_is_kept(forwarding: AwaitingHandler) -> None:
    client = Client(forwarding, "real-key")
    client.get("/milestones/12")
    client.send("GET", "/milestones/12", headers={"prefer": "code=404"})
    driver = Driver(forwarding)
    seen_all = [driver.ask("GET", path) for path in ("/requests/1", "/requests/2", "/requests.har")]
    for observed in seen_all:
        assert "real-key" not in json.dumps(observed)
        assert "REDACTED" in json.dumps(observed)


SEGMENTS = st.sampled_from(
    [
        "api",
        "milestones",
        "12",
        "",
        ".",
        "..",
        "%2e%2e",
        "%252E.",
        "..;a=b",
        "%2f..",
        "\\..",
        "@",
        "@host",
        "host:80",
        "#",
        "?",
    ]
) | st.text(max_size=3)


@settings(deadline=None)
@given(st.sampled_from(["/api", "", "//", "http://", "/"]), st.lists(SEGMENTS), st.text(max_size=3))
@example("/api", ["@host", "x"], "")
def test_no_target_leads_to_another_host_or_out_of_the_base_path(start: str, segments: list[str], query: str) -> None:
    for base in ("", "/base"):
        upstream = Upstream(f"http://crm.example{base}", "/api")
        path = start + "/".join(["", *segments]).replace("/@", "@", 1)
        try:
            target = upstream.join(path, query)
        except UnsafeTarget:
            continue
        assert path == "/api" or path.startswith("/api/")
        url = urlsplit(urljoin("http://crm.example/", target))
        assert (url.scheme, url.netloc) == ("http", "crm.example")
        assert posixpath.normpath(unquote(url.path)).startswith(base or "/")
        assert target.isascii()
        assert target.isprintable()


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/api", "/base"),
        ("/api/", "/base/"),
        ("/api/milestones/a%2Eb", "/base/milestones/a%2Eb"),
        ("/api/...", "/base/..."),
    ],
)
def test_all_other_targets_are_joined(path: str, target: str) -> None:
    assert Upstream("http://crm.example/base/", "/api").join(path, "a=b") == f"{target}?a=b"
    assert Upstream("http://crm.example", "/api").join("/api", "") == "/"


def test_raw_targets_reach_nobody_but_the_deployment(deployment: Any) -> None:
    other = deployment[0].removeprefix("http://").removesuffix("/base")
    with running("--upstream", deployment[0]) as (_, url):
        address = urlsplit(url)
        for target in (
            f"/api@{other}/x",
            f"//{other}/x",
            "/api/../x",
            "/api/%2e%2e/x",
            f"http://{other}/x",
            f"/api//{other}/",
        ):
            connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
            connection.request("GET", target, headers={"Authorization": "Bearer real-key"})
            assert connection.getresponse().status == 404, target
            connection.close()
    assert deployment[1] == []


def test_an_answer_that_is_too_large_is_not_handed_on(
    forwarding: AwaitingHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_server.simulation.upstream.MAX_ANSWER", 10)
    answer = Client(forwarding).get("/milestones/12")
    assert answer.status == 502
    assert answer.json["message"].endswith("is greater than 10 bytes.")


def test_an_answer_that_takes_too_long_is_given_up(
    forwarding: AwaitingHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_server.simulation.upstream.DEADLINE", 0.05)
    answer = Client(forwarding).get("/waits-for-the-next")
    assert answer.status == 502
    assert "takes too long" in answer.json["message"]


def test_what_was_fulfilled_here_is_not_asked_for_again(
    forwarding: AwaitingHandler, deployment: tuple[str, list[tuple[str, str, dict[str, str], bytes]]]
) -> None:
    answer = Client(forwarding).send("GET", "/milestones/12", headers={"prefer": "wait=0.1"})
    assert answer.response.delivery.delay == 0.1
    assert "prefer" not in deployment[1][0][2]


def test_one_slow_answer_keeps_nobody_waiting(deployment: tuple[str, object]) -> None:
    with running("--upstream", deployment[0]) as (_, url), ThreadPoolExecutor() as others:
        slow = others.submit(call, url, "GET", "/waits-for-the-next")
        assert call(url, "GET", "/milestones/12")[0] == 200
        assert slow.result(timeout=60)[0] == 204


def test_an_operation_is_mocked_while_the_rest_is_forwarded(
    deployment: Any, forward: Callable[..., AwaitingHandler]
) -> None:
    root = forward(upstream=deployment[0], mocked=("getMilestone", "deleteMilestone"))
    client = Client(root, "real-key")
    assert client.delete("/milestones/12").status == 200
    assert client.get("/milestones/12").status == 404
    assert Client(root, "other-key").get("/milestones/12").status == 404, "its keys share an account"
    assert deployment[1] == []
    assert client.get("/projects/12").json == {"message": "Unknown."}
    assert deployment[1][0][2]["authorization"] == "Bearer real-key"
    driver = Driver(root, "test-upstream")
    rows = driver.ask("GET", "/requests", query="key=real-key")["data"]
    assert [row["number"] for row in rows] == [1, 2, 4], "mocked or not, a client's requests are listed together"
    assert "real-key" not in json.dumps([driver.ask("GET", "/requests.har"), driver.ask("GET", "/accounts")])
    driver.ask("POST", "/accounts/{key}/reset")
    assert client.get("/milestones/12").status == 200


def test_there_are_no_accounts_then(forwarding: AwaitingHandler) -> None:
    assert Driver(forwarding).send("POST", "/accounts/{key}/reset").status == 409


def test_a_deployment_that_is_not_there_is_said_in_a_sentence(forward: Callable[..., AwaitingHandler]) -> None:
    root = forward(upstream="http://127.0.0.1:1/api")
    answer = Client(root).get("/milestones/12")
    assert answer.status == 502
    assert answer.json["message"].startswith("http://127.0.0.1:1/api could not be reached")
