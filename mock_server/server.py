"""The app behind a socket: on uvicorn."""

import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus

from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mock_server.asgi import HANG_UP, AsgiApp
from mock_server.envelope import respond
from mock_server.messages import Handler


class JsonHttpProtocol(HttpToolsProtocol):
    """HTTP whose parse errors are answered in JSON, as all else is, and whose application may hang up."""

    def on_message_begin(self) -> None:
        """Begin a request, and let the application break the connection."""
        super().on_message_begin()
        self.scope["extensions"] = {HANG_UP: {"close": self._hang_up}}

    def _hang_up(self) -> None:
        # Closing sends what was written before; aborting would keep half a body back.
        self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP, and hang up."""
        response = respond(400, {"message": msg})
        lines = [f"HTTP/1.1 400 {HTTPStatus.BAD_REQUEST.phrase}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in response.headers]
        self.transport.write("\r\n".join([*lines, "", ""]).encode("latin-1") + response.body)
        self.transport.close()


class QuietServer(Server):
    """A server that tells when it answers, and stops without a trace on SIGINT and SIGTERM."""

    def __init__(self, config: Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, and tell so."""
        await super().startup(sockets)
        self._on_start()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on the usual signals; unlike uvicorn, do not raise them again afterwards."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield


class ThreadServer(QuietServer):
    """A server beside the main thread, which leaves signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the main thread."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to the address, with port 0 to a free one; raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def serve(handler: Handler, listener: socket.socket, on_start: Callable[[], None], *, in_thread: bool = False) -> None:
    """Serve until SIGINT or SIGTERM; with `in_thread`, by a handler that waits for others."""
    QuietServer(configure(AsgiApp(handler, in_thread=in_thread)), on_start).run(sockets=[listener])


@contextlib.contextmanager
def serving(handler: Handler, listener: socket.socket) -> Iterator[None]:
    """Serve in a thread meanwhile."""
    started = threading.Event()
    server = ThreadServer(configure(AsgiApp(handler)), started.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="milestones-mock", daemon=True)
    thread.start()
    started.wait()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def configure(app: AsgiApp) -> Config:
    """Return how the server is set up."""
    return Config(
        app,
        http=JsonHttpProtocol,
        ws="none",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
