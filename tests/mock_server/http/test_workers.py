"""Several processes on one port: every account is served by one of them, whoever takes the call."""

import http.client
import json
import os
import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.mock_server.http.test_server import call, exchange, fail, running

KEYS = [f"Bearer test-{number}" for number in range(12)]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """The base URL of a mock of three processes."""
    with running("--workers", "3") as (_, url):
        yield url


def create(base_url: str, key: str, title: str) -> int:
    body = f"milestone_projectid=159&milestone_title={title}&milestone_color=info".encode()
    return call(base_url, "POST", "/milestones", body, Authorization=key, **FORM)[0]


def test_every_account_is_one_whichever_process_takes_the_call(base_url: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = pool.map(lambda place: create(base_url, KEYS[place % 12], f"T{place // 12}"), range(120))
        assert set(made) == {201}
    for key in KEYS:
        status, body = call(base_url, "GET", "/milestones?project_id=159&search=T&limit=100", Authorization=key)
        titles = [row["title"] for row in json.loads(body)["data"] if row["title"][1:].isdigit()]
        assert (status, sorted(titles)) == (200, [f"T{number}" for number in range(10)])


def test_one_connection_may_ask_for_many_accounts(base_url: str) -> None:
    url = urlsplit(base_url)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=5)
    for turn in range(3):
        for key in [key.replace("test-", "test-one-") for key in KEYS]:
            body = f"milestone_projectid=159&milestone_title=One{turn}&milestone_color=info"
            connection.request("POST", "/api/milestones", body, {"Authorization": key, **FORM})
            response = connection.getresponse()
            shown = json.loads(response.read())
            assert (response.status, shown["data"]["title"]) == (201, f"One{turn}")
            assert shown["data"]["position"] == 7 + turn
    connection.close()


def test_pipelined_requests_of_many_accounts_are_answered_in_order(base_url: str) -> None:
    requests = [
        f"GET /api/milestones/{12 + place % 2} HTTP/1.1\r\nHost: x\r\nAuthorization: {key}\r\n"
        for place, key in enumerate(KEYS)
    ]
    answer = exchange(base_url, ("\r\n".join(requests) + "Connection: close\r\n\r\n").encode())
    assert re.findall(rb"HTTP/1.1 ([0-9]+)", answer) == [b"200", b"404"] * 6


def test_requests_without_a_key_are_refused_by_whoever_takes_them(base_url: str) -> None:
    assert call(base_url, "GET", "/milestones/12", Authorization="")[0] == 401
    assert exchange(base_url, b"nonsense\r\n\r\n").startswith(b"HTTP/1.1 400")


def find_children(process_id: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()]


def test_signals_end_all_of_them_quietly() -> None:
    with running("--workers", "2") as (process, url):
        assert call(url, "GET", "/milestones/12")[0] == 200
        children = find_children(process.pid)
        process.send_signal(signal.SIGTERM)
        assert (*process.communicate(timeout=10), process.returncode) == ("", "", 0)
        assert len(children) == 2
        assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_a_worker_that_ends_ends_the_mock_and_says_so() -> None:
    with running("--workers", "2") as (process, _):
        os.kill(find_children(process.pid)[0], signal.SIGKILL)
        _, said = process.communicate(timeout=10)
        assert process.returncode == 1
        assert said.startswith("A worker of the mock ended, and its accounts with it.")


def test_what_looks_into_one_process_is_refused_with_several() -> None:
    code, said = fail("--workers", "2", "--save", "accounts.yaml")
    assert code == 2
    assert "--workers goes with neither" in said


def test_who_looks_inside_is_told_why_there_is_nothing_to_see(base_url: str) -> None:
    origin = base_url.removesuffix("/api")
    for path in ("/", "/docs", "/_mock/requests"):
        status, body = call(origin, "GET", path)
        assert (status, "without --workers" in json.loads(body)["message"]) == (404, True)
