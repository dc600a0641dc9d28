"""An upstream that does not answer: neither disconnecting clients nor signals have to wait for it."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest

from tests.mock_server.http.test_server import call, running


@contextmanager
def hanging(url: str) -> Iterator[None]:
    """Send a request, and leave without waiting for the answer."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port)) as client:
        client.sendall(b"GET /api/milestones/12 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer real-key\r\n\r\n")
        yield


def base_url_of(server: socket.socket) -> str:
    """Return the base URL of a deployment."""
    return f"http://127.0.0.1:{server.getsockname()[1]}/base"


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A deployment that answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        yield server


def test_a_client_that_leaves_ends_what_was_asked_for_it_and_is_recorded(silent: socket.socket) -> None:
    with running("--upstream", base_url_of(silent)) as (_, url):
        with hanging(url):
            forwarded, _ = silent.accept()
            forwarded.settimeout(20)
            assert forwarded.recv(65536).startswith(b"GET /base/milestones/12 ")
        with forwarded:
            assert forwarded.recv(1) == b""
        (row,) = json.loads(call(url.removesuffix("/api"), "GET", "/_mock/requests")[1])["data"]
        assert (row["status"], row["operation"], row["key"][:9]) == (502, "getMilestone", "REDACTED-")


def test_pages_and_the_control_api_answer_and_a_signal_ends_the_mock_however_many_requests_hang(
    silent: socket.socket,
) -> None:
    with running("--upstream", base_url_of(silent)) as (process, url), ExitStack() as open_sockets:
        for _ in range(100):
            open_sockets.enter_context(hanging(url))
            open_sockets.enter_context(silent.accept()[0])
        for path in ("/_mock/health", "/_mock/requests", "/_mock/status", "/", "/docs"):
            assert call(url.removesuffix("/api"), "GET", path)[0] == 200
        process.terminate()
        assert process.wait(20) == 0
