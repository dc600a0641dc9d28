"""Requests and responses on the wire, with real bytes: targets, repeated headers, upgrades, deliveries."""

import json
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from mock_server.http.server import listen, serve_in_thread
from mock_server.messages import Delivery, Request, Response
from mock_server.responses import json_response
from tests.mock_server.http.test_server import exchange

CLOSE = b"Host: x\r\nConnection: close\r\n"


class Echo:
    """Returns the request that it gets, delivered as `delivery` says."""

    def __init__(self) -> None:
        self.delivery = Delivery()
        self.requests: list[Request] = []

    def handle(self, request: Request) -> Response:
        """Answer a request."""
        self.requests.append(request)
        shown = {name: getattr(request, name) for name in ("method", "path", "query", "headers")}
        response = json_response(200, {**shown, "body": request.body.decode()})
        response.delivery = self.delivery
        return response


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Echo, str]]:
    """An echo, and its URL."""
    echo = Echo()
    with listen("127.0.0.1", 0) as listener, serve_in_thread(echo, listener):
        yield echo, f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def echo(served: tuple[Echo, str]) -> Echo:
    """The echo, which delivers as usual."""
    served[0].delivery = Delivery()
    served[0].requests.clear()
    return served[0]


@pytest.fixture
def url(served: tuple[Echo, str], echo: Echo) -> str:
    """The URL of the echo."""
    return served[1]


def ask(url: str, raw: bytes) -> dict[str, object]:
    """Send a request; return it as the handler saw it."""
    content: dict[str, object] = json.loads(exchange(url, raw).partition(b"\r\n\r\n")[2])
    return content


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        (b"/a/%31?x=%20y&z", "/a/1", "x=%20y&z"),
        (b"/a%2Fb%3Fc", "/a/b%3Fc", ""),
        (b"/a%2531", "/a%2531", ""),
        ("/é?search=é&x=%C3%A9".encode(), "/%C3%A9", "search=%C3%A9&x=%C3%A9"),
        (b"http://other.example:81/a?b=c", "/a", "b=c"),
        (b"//a//b?", "//a//b", ""),
    ],
)
def test_a_target_becomes_path_and_query(url: str, target: bytes, path: str, query: str) -> None:
    request = ask(url, b"GET " + target + b" HTTP/1.1\r\n" + CLOSE + b"\r\n")
    assert (request["path"], request["query"]) == (path, query)


def test_an_absolute_target_names_the_host(url: str, echo: Echo) -> None:
    ask(url, b"GET http://other.example:81/a HTTP/1.1\r\n" + CLOSE + b"\r\n")
    assert echo.requests[0].headers["host"] == "other.example:81"


def test_repeated_headers_are_joined(url: str, echo: Echo) -> None:
    ask(url, b"GET / HTTP/1.1\r\n" + CLOSE + b"Prefer: a\r\nPrefer: b\r\nCookie: c=1\r\nCookie: d=2\r\n\r\n")
    headers = echo.requests[0].headers
    assert (headers["prefer"], headers["cookie"]) == ("a, b", "c=1; d=2")


@pytest.mark.parametrize("upgrade", [b"h2c", b"websocket", b"TLS/1.0"])
def test_an_offered_upgrade_keeps_the_body(url: str, upgrade: bytes) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\nHTTP2-Settings: AAMAAABk\r\n"
    head += b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    assert ask(url, head + b"Upgrade: " + upgrade + b"\r\nContent-Length: 3\r\n\r\na=b")["body"] == "a=b"


def test_http_1_0_is_kept_alive_where_it_asks_for_it(url: str) -> None:
    request = b"GET / HTTP/1.0\r\n"
    answer = exchange(url, request + b"Connection: Keep-Alive\r\n\r\n" + request + b"\r\n")
    first, second = answer.split(b"HTTP/1.0 200 OK\r\n")[1:]
    assert b"connection: keep-alive" in first.lower()
    assert b"keep-alive" not in second.partition(b"\r\n\r\n")[0].lower()


def test_pipelined_requests_are_answered_in_order(url: str) -> None:
    raw = b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % number for number in range(5))
    answer = exchange(url, raw + b"GET /5 HTTP/1.1\r\n" + CLOSE + b"\r\n")
    assert [answer.find(b'"path":"/%d"' % number) for number in range(6)] == sorted(
        answer.find(b'"path":"/%d"' % number) for number in range(6)
    )
    assert answer.count(b"HTTP/1.1 200 OK") == 6


def test_every_answer_has_a_date(url: str) -> None:
    assert b"\r\ndate: " in exchange(url, b"GET / HTTP/1.1\r\n" + CLOSE + b"\r\n").lower()


def test_half_a_body_does_not_reach_the_handler(url: str, echo: Echo) -> None:
    for length in (b"Content-Length: 9", b"Transfer-Encoding: chunked"):
        raw = b"POST / HTTP/1.1\r\n" + CLOSE + length + b"\r\n\r\n5\r\nhalf"
        url_parts = urlsplit(url)
        with socket.create_connection((url_parts.hostname, url_parts.port), timeout=60) as connection:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
    assert echo.requests == []


def test_a_body_in_chunks_may_have_trailers(url: str) -> None:
    head = b"POST / HTTP/1.1\r\n" + CLOSE + b"Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
    assert ask(url, head + b"3\r\na=b\r\n2;x=y\r\n&c\r\n0\r\nX-Sum: 1\r\n\r\n")["body"] == "a=b&c"


def test_a_dropped_answer_is_no_answer(url: str, echo: Echo) -> None:
    echo.delivery = Delivery(drop=True)
    assert exchange(url, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") == b""


@pytest.mark.parametrize(("host", "client"), [("::1", "::1"), ("::", "127.0.0.1")])
def test_an_answer_is_dropped_on_ipv6_too(host: str, client: str) -> None:
    dropping = Echo()
    dropping.delivery = Delivery(drop=True)
    try:
        listener = listen(host, 0)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with listener, serve_in_thread(dropping, listener):
        shown = f"[{client}]" if ":" in client else client
        url = f"http://{shown}:{listener.getsockname()[1]}"
        assert exchange(url, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") == b""


@pytest.mark.parametrize("size", [0, 1, 40])
def test_a_truncated_answer_promises_more_than_it_sends(url: str, echo: Echo, size: int) -> None:
    echo.delivery = Delivery(truncate_at=size)
    head, _, body = exchange(url, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert len(body) == size < length


def test_a_delayed_answer_takes_as_long_and_keeps_nobody_waiting(url: str, echo: Echo) -> None:
    echo.delivery = Delivery(delay=0.3)
    begun = time.monotonic()
    assert exchange(url, b"GET / HTTP/1.1\r\n" + CLOSE + b"\r\n").startswith(b"HTTP/1.1 200 OK")
    assert time.monotonic() - begun >= 0.3


def test_headers_that_are_not_ascii_are_replaced(url: str, echo: Echo) -> None:
    echo.delivery = Delivery()
    response = Response(200, (("X-Note", "caf\u00e9"), ("Content-Length", "0")))
    echo_handle, echo.handle = echo.handle, lambda _: response  # type: ignore[method-assign,assignment]
    try:
        assert b"x-note: caf?" in exchange(url, b"GET / HTTP/1.1\r\n" + CLOSE + b"\r\n")
    finally:
        echo.handle = echo_handle  # type: ignore[method-assign]
