"""How the processes of one mock share the work: every account belongs to one of them, whoever takes the call.

A connection whose first request is for an account of another process is handed over to it, socket and all; after that
nothing stands between. A later request for somebody else's account, which is rare, is passed on and its answer back.
"""

import asyncio
import pickle
import re
import socket
import struct
from collections import deque
from dataclasses import dataclass, replace
from typing import cast
from zlib import crc32

from mock_server.accounts import read_key
from mock_server.http.connections import Connections
from mock_server.http.protocol import Ask, HttpProtocol
from mock_server.messages import Request, Response

MAX_HANDED = 64 * 1024
"""The most bytes that go along when a connection is handed over."""

_KEY = re.compile(rb"\r\nauthorization:[ \t]*(?P<value>[^\r\n]*?)[ \t]*\r\n", re.IGNORECASE)
_LENGTH = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Berth:
    """What a process has of the others: where connections are handed to each, and where requests are passed to each.

    `hand` has the sending end for each process; `inbox` is the receiving end of this one. `links` has a stream to each
    other process, and None in its own place.
    """

    number: int
    hand: tuple[socket.socket, ...]
    inbox: socket.socket
    links: tuple[socket.socket | None, ...]

    def find_owner(self, authorization: str) -> int:
        """Return the number of the process that has the account of a key."""
        return crc32(read_key(authorization).encode("utf-8", "replace")) % len(self.hand)


def make_berths(count: int) -> list[Berth]:
    """Return the berths of so many processes, to be made before these part."""
    boxes = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(count)]
    links: list[list[socket.socket | None]] = [[None] * count for _ in range(count)]
    for one in range(count):
        for other in range(one):
            links[one][other], links[other][one] = socket.socketpair()
    hand = tuple(sender for sender, _ in boxes)
    for end in (*hand, *(inbox for _, inbox in boxes), *(link for row in links for link in row if link)):
        end.setblocking(False)
    return [Berth(number, hand, boxes[number][1], tuple(links[number])) for number in range(count)]


class Crew:
    """One process among the others: asks itself or them, and hands connections over."""

    def __init__(self, berth: Berth, ask: Ask) -> None:
        self._berth = berth
        self._ask_self = ask
        self._links: list[Link | None] = []
        self._opening: set[asyncio.Task[None]] = set()

    async def join(self, connections: Connections) -> None:
        """Begin to take what others hand over and pass on."""
        loop = asyncio.get_running_loop()
        for end in self._berth.links:
            link = Link(self._ask_self) if end else None
            if end and link:
                await loop.create_connection(lambda link=link: link, sock=end)  # type: ignore[misc]
            self._links.append(link)
        loop.add_reader(self._berth.inbox, self._receive, connections)

    def ask(self, request: Request) -> "Response | asyncio.Future[Response]":
        """Ask the process that has the account of a request."""
        link = self._links[self._berth.find_owner(request.headers.get("authorization", ""))]
        return self._ask_self(request) if link is None else link.pass_on(request)

    def steer(self, transport: asyncio.Transport, data: bytes) -> bool:
        """Hand a connection over that begins with a request for an account of another process."""
        found = _KEY.search(data)
        owner = self._berth.find_owner(found["value"].decode("latin-1")) if found else self._berth.number
        if owner == self._berth.number or len(data) > MAX_HANDED:
            return False
        descriptor = transport.get_extra_info("socket").fileno()
        try:
            socket.send_fds(self._berth.hand[owner], [data], [descriptor])
        except OSError:
            # Its inbox is full: its requests are passed on instead.
            return False
        return True

    def _receive(self, connections: Connections) -> None:
        try:
            data, descriptors, *_ = socket.recv_fds(self._berth.inbox, MAX_HANDED, 1)
        except BlockingIOError:
            return
        for descriptor in descriptors:
            task = asyncio.ensure_future(self._open(socket.socket(fileno=descriptor), data, connections))
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _open(self, connection: socket.socket, data: bytes, connections: Connections) -> None:
        connection.setblocking(False)
        await asyncio.get_running_loop().connect_accepted_socket(
            lambda: HttpProtocol(self.ask, connections, begun=data), connection
        )


class Link(asyncio.Protocol):
    """A stream to another process: requests one way, answers the other, each in order."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._buffer = bytearray()
        self._asked: deque[asyncio.Future[Response]] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)

    def pass_on(self, request: Request) -> "asyncio.Future[Response]":
        """Ask the other process."""
        future: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._asked.append(future)
        self._write(request)
        return future

    def data_received(self, data: bytes) -> None:
        """Answer what the other asks, and take what it answers."""
        self._buffer += data
        start = 0
        while len(self._buffer) - start >= _LENGTH.size:
            end = start + _LENGTH.size + _LENGTH.unpack_from(self._buffer, start)[0]
            if len(self._buffer) < end:
                break
            self._take(pickle.loads(self._buffer[start + _LENGTH.size : end]))  # noqa: S301 - from our own process
            start = end
        del self._buffer[:start]

    def _take(self, message: Request | Response) -> None:
        if isinstance(message, Response):
            future = self._asked.popleft()
            if not future.done():
                future.set_result(message)
            return
        answer = self._ask(message)
        # What only this process can read stays here.
        self._write(replace(answer, trace=None) if isinstance(answer, Response) else answer)

    def _write(self, message: object) -> None:
        content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
        self._transport.write(_LENGTH.pack(len(content)) + content)
