"""The connection: pipelining, answers that are delayed, broken off or never come, and clients that take too long."""

import contextlib
import socket
from collections.abc import Callable, Iterator

import pytest

from mock_server.http import protocol, server
from mock_server.http.connections import Limits
from mock_server.http.protocol import MAX_HEAD, write_response
from mock_server.http.server import listen, serving
from mock_server.messages import Delivery, Request, Response
from mock_server.responses import json_response

GET = b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /%b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
DELIVERIES = {
    "/delayed": Delivery(delay=0.02),
    "/truncated": Delivery(truncate_at=5),
    "/dropped": Delivery(drop=True),
}


class Echo:
    """Answers with the path, delivered as the path says."""

    def __init__(self) -> None:
        self.seen: list[Request] = []

    def handle(self, request: Request) -> Response:
        self.seen.append(request)
        if request.path == "/broken":
            raise RuntimeError("broken on purpose")
        response = json_response(200, {"path": request.path, "length": len(request.body)})
        response.delivery = DELIVERIES.get(request.path, response.delivery)
        return response


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def talk(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], bytes]]:
    """Send bytes to a server that is in a hurry; return all that comes until it hangs up."""
    monkeypatch.setattr(server, "SWEEP_SECONDS", 0.01)
    monkeypatch.setattr(server, "Limits", lambda: Limits(arrival=0.1, idle=0.2))
    listener = listen("127.0.0.1", 0)
    address = listener.getsockname()

    def exchange(raw: bytes) -> bytes:
        with socket.create_connection(address, timeout=5) as connection:
            with contextlib.suppress(ConnectionError):
                connection.sendall(raw)
            received = b""
            with contextlib.suppress(ConnectionError):
                while piece := connection.recv(65536):
                    received += piece
            return received

    with serving(echo, listener):
        yield exchange


def paths(received: bytes) -> list[bytes]:
    return [piece.partition(b'"')[0] for piece in received.split(b'{"path":"')[1:]]


def test_pipelined_requests_are_answered_in_order(talk: Callable[[bytes], bytes]) -> None:
    assert paths(talk(GET % b"a" + GET % b"b" + LAST % b"c")) == [b"/a", b"/b", b"/c"]


def test_heads_of_answers_that_have_headers_of_their_own_are_not_kept() -> None:
    kept = protocol._write_usual_head.cache_info().currsize
    for number in range(50):
        usual = json_response(200, {"number": number})
        odd = json_response(200, {"number": number}, headers=(("Preference-Applied", "x" * 50_000 + str(number)),))
        for response in (usual, odd):
            head, _, body = write_response(response).partition(b"\r\n\r\n")
            shown = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n")[1:]]
            assert (shown, body) == (list(response.headers), response.body)
    assert protocol._write_usual_head.cache_info().currsize <= kept + 2


def test_those_behind_a_delayed_answer_wait_for_it(talk: Callable[[bytes], bytes]) -> None:
    assert paths(talk(GET % b"a" + GET % b"delayed" + LAST % b"c")) == [b"/a", b"/delayed", b"/c"]


def test_a_truncated_answer_promises_more_than_comes(talk: Callable[[bytes], bytes]) -> None:
    head, _, body = talk(GET % b"truncated").partition(b"\r\n\r\n")
    assert b"Content-Length: 32" in head
    assert len(body) == 5


def test_a_dropped_answer_never_comes(talk: Callable[[bytes], bytes], echo: Echo) -> None:
    assert talk(GET % b"dropped") == b""
    assert [request.path for request in echo.seen] == ["/dropped"]


def test_a_mistake_of_ours_is_a_500_and_the_server_goes_on(talk: Callable[[bytes], bytes]) -> None:
    assert talk(LAST % b"broken").startswith(b"HTTP/1.1 500 ")
    assert talk(LAST % b"a").startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("raw", [b"GET / HT", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf"])
def test_what_takes_too_long_to_arrive_is_refused(talk: Callable[[bytes], bytes], raw: bytes, echo: Echo) -> None:
    assert talk(raw).startswith(b"HTTP/1.1 408 ")
    assert echo.seen == []


def test_an_idle_connection_is_closed(talk: Callable[[bytes], bytes]) -> None:
    assert talk(b"") == b""
    assert paths(talk(GET % b"a")) == [b"/a"]


def test_headers_without_end_are_refused(talk: Callable[[bytes], bytes], echo: Echo) -> None:
    assert b" 431 " in talk(b"GET / HTTP/1.1\r\nX-Long: " + b"x" * (MAX_HEAD + 1))[:20]
    assert echo.seen == []


def test_who_waits_to_be_asked_for_a_body_is_asked(talk: Callable[[bytes], bytes]) -> None:
    head = b"POST /a HTTP/1.1\r\nConnection: close\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nab"
    answer = talk(head)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ")
    assert b'"length":2' in answer


def test_a_client_that_would_speak_something_else_is_answered_in_http(talk: Callable[[bytes], bytes]) -> None:
    answer = talk(b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"Connection: close" in answer


def test_a_client_that_closes_its_half_is_still_answered(echo: Echo) -> None:
    listener = listen("127.0.0.1", 0)
    with serving(echo, listener), socket.create_connection(listener.getsockname(), timeout=5) as connection:
        connection.sendall(GET % b"delayed")
        connection.shutdown(socket.SHUT_WR)
        assert paths(connection.recv(65536)) == [b"/delayed"]


def test_with_too_many_connections_an_idle_one_makes_room(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "Limits", lambda: Limits(connections=2))
    listener = listen("127.0.0.1", 0)
    with serving(echo, listener):
        clients = [socket.create_connection(listener.getsockname(), timeout=5) for _ in range(3)]
        assert clients[0].recv(1) == b""
        clients[2].sendall(GET % b"a")
        assert paths(clients[2].recv(65536)) == [b"/a"]
        for client in clients:
            client.close()
