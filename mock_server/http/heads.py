"""Heads of requests that were read before: clients send the same few again and again, byte for byte.

Nothing here reads HTTP. What a head means is what the parser made of it when it came first.
"""

import functools

from mock_server.messages import Request

LONGEST = 1024
"""The longest head in bytes that is remembered."""

SHORT = 256
"""The longest header in bytes of which is kept what was read of it."""

MAX_HEADS = 512
"""How many are remembered; with one more, all are forgotten."""

END = b"\r\n\r\n"


def read_header(name: bytes, value: bytes) -> tuple[str, str]:
    """Return a header as text, its name in small letters."""
    if len(name) + len(value) <= SHORT:
        return _read_name(name), _read_value(value)
    return name.decode("latin-1").lower(), value.decode("latin-1")


@functools.lru_cache(maxsize=256)
def _read_name(name: bytes) -> str:
    return name.decode("latin-1").lower()


@functools.lru_cache(maxsize=1024)
def _read_value(value: bytes) -> str:
    return value.decode("latin-1")


class Heads:
    """What was read of heads, by their bytes, with the length of the body that they announce."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[Request, int]] = {}

    def recall(self, data: bytes) -> Request | None:
        """Return the request that some bytes are, None if they are not exactly a head that is known and its body."""
        head, end, body = data.partition(END)
        known = self._known.get(head) if end else None
        if known is None or len(body) != known[1]:
            return None
        like = known[0]
        return Request(like.method, like.path, like.query, like.headers, body)

    def remember(self, data: bytes, request: Request) -> None:
        """Take note of what some bytes were read as, which ended with this request; the connection went on after it.

        Only one head and its body as it is are of use: not several requests, nor a body in chunks, which is never what
        came behind the head.
        """
        head, _, body = data.partition(END)
        if len(head) > LONGEST or body != request.body:
            return
        if len(self._known) >= MAX_HEADS:
            self._known.clear()
        self._known[head] = Request(request.method, request.path, request.query, request.headers), len(body)
