"""A transport with scripted answers, and a run's dependencies in memory."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from conformance.http.request import OutgoingRequest
from conformance.http.transport import Transport
from conformance.options import Limits
from conformance.target import Target

KEY = "sk-very-secret-key"


@dataclass(frozen=True)
class Reply:
    """A scripted answer, or the exception raised in its place."""

    status: int = 200
    body: bytes = b'{"data": {"id": 1}, "message": "ok"}'
    headers: Mapping[str, str] = field(default_factory=dict)
    error: Exception | None = None
    stalls: bool = False
    """True if nothing comes behind the body, and no end either."""


class Stalling(BytesIO):
    """A body behind which nothing comes."""

    def read1(self, size: int | None = -1, /) -> bytes:
        """Read what is there; raises TimeoutError, as a socket does, where nothing is."""
        part = super().read1(size)
        if not part:
            raise TimeoutError("timed out")
        return part


class Scripted(BaseAdapter):
    """Answers one reply after the other; the last one again and again."""

    def __init__(self, *replies: Reply) -> None:
        super().__init__()
        self.sent: list[requests.PreparedRequest] = []
        self._replies = self._repeated(replies)

    @staticmethod
    def _repeated(replies: tuple[Reply, ...]) -> Iterator[Reply]:
        yield from replies
        while True:
            yield replies[-1]

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Answer the next reply."""
        self.sent.append(request)
        reply = next(self._replies)
        if reply.error is not None:
            raise reply.error
        response = requests.Response()
        response.status_code = reply.status
        response.headers = CaseInsensitiveDict({"Content-Type": "application/json", **reply.headers})
        response.raw = HTTPResponse(
            (Stalling if reply.stalls else BytesIO)(b"" if request.method == "HEAD" else reply.body),
            response.headers,
            preload_content=False,
            status=reply.status,
            request_method=request.method,
        )
        response.url = str(request.url)
        response.request = request
        return response

    def close(self) -> None:
        """Do nothing: there is nothing to close."""


@dataclass
class Stage:
    """A transport on a scripted socket; `slept` are the seconds it would have waited."""

    socket: Scripted
    transport: Transport
    slept: list[float]


def stage(
    *replies: Reply,
    guard: Callable[[OutgoingRequest], None] = lambda _: None,
    limits: Limits | None = None,
    read_only: bool = False,
    reserve: Callable[[], int] = lambda: 0,
) -> Stage:
    """Return a transport that gets these replies."""
    socket, slept = Scripted(*replies), list[float]()
    transport = Transport(
        Target("http://crm.invalid/api", KEY),
        limits or Limits(),
        guard=guard,
        read_only=read_only,
        adapter=lambda: socket,
        sleep=slept.append,
        reserve=reserve,
    )
    return Stage(socket, transport, slept)
