"""An exchange ends at its deadline however slowly or endlessly it is answered, and at once when the run is stopped."""

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from conformance.http.request import NoAnswer, OutgoingRequest
from conformance.http.transport import Transport
from conformance.options import Limits
from conformance.target import Target

TIMEOUT = 0.3
GRACE = 5.0
"""The seconds that a busy machine may add before a test fails; an answer that is not cut short would take for ever."""
PAUSE = 0.05
READ = OutgoingRequest("getMilestone", "GET", "/milestones/5")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

Pieces = Callable[[], Iterator[bytes]]


def drip(beginning: bytes, piece: bytes) -> Pieces:
    """Send a beginning, then the same piece again and again."""
    return lambda: itertools.chain([beginning], itertools.repeat(piece))


ANSWERS: dict[str, Pieces] = {
    "nothing at all": drip(b"", b""),
    "a status line that drips": drip(b"HTTP/1.1 200 ", b"O"),
    "a status line that does not begin": drip(b"", b"H"),
    "a header that drips": drip(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
    "headers without an end": drip(HEAD, b"X-More: 1\r\n"),
    "endless 100s": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body with a length that drips": drip(HEAD + b"Content-Length: 100000\r\n\r\n", b" "),
    "a body without a length that drips": drip(HEAD + b"\r\n", b" "),
    "a chunk size that drips": drip(CHUNKED, b"0"),
    "chunks without an end": drip(CHUNKED, b"1\r\n \r\n"),
    "a chunk that drips": drip(CHUNKED + b"ffff\r\n", b" "),
    "a chunk extension that drips": drip(CHUNKED + b"1;", b"x"),
    "trailers without an end": drip(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-Trailer: 1\r\n"),
    "a trailer that drips": drip(CHUNKED + b"2\r\n{}\r\n0\r\nX-Trailer: ", b"x"),
}


@contextmanager
def answering(pieces: Pieces) -> Iterator[str]:
    """Serve every connection piece by piece; yield the base URL."""
    over = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            for piece in pieces():
                if over.wait(PAUSE):
                    return
                connection.sendall(piece)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/api"
        over.set()


def transport_to(url: str, timeout: float) -> Transport:
    """Return a transport with a real socket."""
    return Transport(Target(url, "sk-very-secret-key"), Limits(timeout=timeout), guard=lambda _: None)


@pytest.mark.parametrize("name", ANSWERS)
def test_no_answer_outlives_its_deadline(name: str) -> None:
    with answering(ANSWERS[name]) as url:
        began = time.monotonic()
        with pytest.raises(NoAnswer, match=r"no whole answer came within 0\.3 s"):
            transport_to(url, TIMEOUT).send(READ)

    assert time.monotonic() - began < TIMEOUT + GRACE


@pytest.mark.parametrize("name", ["nothing at all", "a header that drips", "a body without a length that drips"])
def test_a_stop_waits_for_no_answer(name: str) -> None:
    with answering(ANSWERS[name]) as url:
        transport = transport_to(url, 60)
        threading.Timer(0.3, transport.stop).start()
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            transport.send(READ)

    assert time.monotonic() - began < GRACE


def test_a_connection_that_was_cut_is_not_used_again() -> None:
    turns = itertools.count()

    def pieces() -> Iterator[bytes]:
        if next(turns) == 0:
            yield from drip(HEAD + b"Content-Length: 100000\r\n\r\n", b" ")()
        yield HEAD + b"Content-Length: 2\r\n\r\n{}"

    with answering(pieces) as url:
        transport = transport_to(url, TIMEOUT)
        with pytest.raises(NoAnswer):
            transport.send(READ)

        assert transport.send(READ).status == 200
