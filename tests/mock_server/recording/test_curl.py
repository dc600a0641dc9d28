"""A recorded request as a curl command sends the same request again."""

import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from mock_server.messages import Request
from mock_server.recording.curl import write_curl


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it receives."""

    received: tuple[str, str, str | None, bytes]

    def _receive(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        Receiver.received = (self.command, self.path, self.headers.get("Content-Type"), body)
        self.send_response(200)
        self.end_headers()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _receive  # noqa: N815 - the names of http.server

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    ("method", "content_type", "body"),
    [
        ("GET", None, b""),
        ("GET", "application/json", b'{"a": 1}'),
        ("POST", "application/json", '{"a": "it\'s é $HOME `x`"}'.encode()),
        ("POST", None, b"a=b"),
        ("PUT", "text/plain", b"@/etc/hostname"),
        ("PATCH", "text/plain", b"two\r\nlines\n"),
        ("POST", "multipart/form-data; boundary=x", b"\xff\x00\n"),
        ("DELETE", "application/octet-stream", bytes(range(256))),
    ],
)
def test_a_copied_request_is_the_request(method: str, content_type: str | None, body: bytes) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        headers = {"content-type": content_type} if content_type else {}
        request = Request(method, "/api/x", "a=%20&b", headers, body)
        command = write_curl(request, f"http://127.0.0.1:{server.server_port}")
        subprocess.run(["bash", "-c", command], check=True, timeout=60, capture_output=True)
        thread.join()
    assert Receiver.received == (method, "/api/x?a=%20&b", content_type, body)
