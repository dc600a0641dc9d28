"""Servers on loopback for the command line to meet: a mock, a faulty one, and some that are no API at all."""

import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mock_server.messages import Request, Response
from tests.faulty_mocks.in_process import ANNOUNCED

Handle = Callable[[Request], Response]


@contextmanager
def serving(handle: Handle, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve by a function of requests, perhaps over TLS; yield the base URL with /api."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            response = handle(Request(self.command, path, query, headers, body))
            self.send_response(response.status)
            sent = dict(response.headers)
            length = sent.pop(ANNOUNCED, None)
            self.close_connection = length is not None
            for name, value in sent.items():
                if name != "Content-Length":
                    self.send_header(name, value)
            self.send_header("Content-Length", length or str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer  # noqa: N815 - as http.server

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            # A client that is killed says nothing of the server.
            if not isinstance(sys.exception(), ConnectionError):
                super().handle_error(request, client_address)  # type: ignore[arg-type]

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    # The end of a test waits for as long as the server looks away.
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_port}/api"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def hanging() -> Iterator[str]:
    """Run a server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"http://127.0.0.1:{silent.getsockname()[1]}/api"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def html_site(_: Request) -> Response:
    """Answer everything with a web page."""
    return Response(200, (("Content-Type", "text/html"),), b"<!doctype html><title>Welcome</title>")


def other_api(_: Request) -> Response:
    """Answer with some JSON that is not ours."""
    return Response(200, (("Content-Type", "application/json"),), b'{"status": "up"}')
