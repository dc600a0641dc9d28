"""What is remembered of heads changes nothing: the same bytes are the same requests, however they are cut."""

import asyncio
import itertools
from collections.abc import Sequence
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.http.connections import Connections, Limits
from mock_server.http.heads import MAX_HEADS, Heads
from mock_server.http.protocol import HttpProtocol
from mock_server.messages import Request, Response
from mock_server.responses import json_response

MESSAGES: dict[bytes, tuple[str, str, bytes]] = {
    b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n": ("GET", "/a", b""),
    b"GET /b HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test-a\r\n\r\n": ("GET", "/b", b""),
    b"POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=1": ("POST", "/c", b"a=1"),
    b"POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nb=2": ("POST", "/c", b"b=2"),
    b"POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n\r\n\r\n": ("POST", "/c", b"\r\n\r\n"),
    b"POST /d HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nc=3\r\n0\r\n\r\n": ("POST", "/d", b"c=3"),
    b"PUT /e HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n": ("PUT", "/e", b""),
}


class Wire(asyncio.Transport):
    """A connection that goes nowhere, and knows whether it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent += bytes(data)

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True


def read(pieces: Sequence[bytes]) -> tuple[list[tuple[str, str, bytes]], Wire]:
    """Return what a connection reads in these pieces."""
    seen: list[tuple[str, str, bytes]] = []

    def ask(request: Request) -> Response:
        seen.append((request.method, request.path, request.body))
        return json_response(200, {})

    async def run() -> Wire:
        wire, protocol = Wire(), HttpProtocol(ask, Connections(Limits()))
        protocol.connection_made(wire)
        for piece in pieces:
            protocol.data_received(piece)
        return wire

    return seen, asyncio.run(run())


@given(st.lists(st.sampled_from(list(MESSAGES)), min_size=1, max_size=6), st.lists(st.integers(0, 400), max_size=6))
def test_requests_are_read_alike_however_the_bytes_are_cut(messages: list[bytes], cuts: list[int]) -> None:
    whole = b"".join(messages)
    places = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    pieces = [whole[start:stop] for start, stop in itertools.pairwise(places)]
    expected = [MESSAGES[message] for message in messages]
    assert read(messages)[0] == expected
    assert read(pieces)[0] == expected


@pytest.mark.parametrize("closing", [b"Connection: close\r\n", b""])
def test_a_request_that_ends_its_connection_is_never_taken_for_one_that_does_not(closing: bytes) -> None:
    version = b"1.1" if closing else b"1.0"
    last = b"GET /last HTTP/" + version + b"\r\nHost: x\r\n" + closing + b"\r\n"
    for _ in range(2):
        seen, wire = read([last])
        assert (seen, wire.is_closed) == ([("GET", "/last", b"")], True)


@pytest.mark.parametrize("message", MESSAGES)
def test_a_piece_of_a_request_is_none(message: bytes) -> None:
    assert read([message])[0] == [MESSAGES[message]]
    for length in range(len(message)):
        assert read([message[:length]])[0] == []


def test_what_looks_like_a_request_within_a_body_is_none() -> None:
    inner = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
    head = b"POST /f HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(inner)
    read([inner])
    assert read([head, inner])[0] == [("POST", "/f", inner)]


def test_the_end_of_a_head_is_not_remembered_as_a_head() -> None:
    start, rest = b"GET /g HTTP/1.1\r\nHo", b"st: x\r\n\r\n"
    assert read([start, rest])[0] == [("GET", "/g", b"")]
    seen, wire = read([rest])
    assert (seen, wire.sent[:12]) == ([], b"HTTP/1.1 400")


def test_no_more_heads_are_kept_than_there_is_room_for() -> None:
    heads = Heads()
    for number in range(10 * MAX_HEADS):
        head = b"GET /%d HTTP/1.1\r\n\r\n" % number
        heads.remember(head, Request("GET", f"/{number}"))
        assert heads.recall(head) == Request("GET", f"/{number}")
    assert len(cast("dict[bytes, object]", heads._known)) <= MAX_HEADS
