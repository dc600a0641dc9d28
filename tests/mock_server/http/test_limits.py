"""Limits of the server, tried against the running command: hanging clients, many clients, few files, TLS, HTTP/2."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.mock_server.http.test_server import COMMAND, ROOT, call, fail, running

HEAD = b"GET /api/milestones/12 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test-key\r\n"
BODY = HEAD.replace(b"GET", b"PATCH") + b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"


@contextlib.contextmanager
def connected(base_url: str, raw: bytes, count: int = 1) -> Iterator[list[socket.socket]]:
    """Open connections that send the beginning of something."""
    url = urlsplit(base_url)
    with contextlib.ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection((url.hostname, url.port), timeout=60)) for _ in range(count)
        ]
        for client in clients:
            client.sendall(raw)
        yield clients


@pytest.mark.zoo
def test_it_stops_soon_whatever_clients_do() -> None:
    with running() as (process, url), contextlib.ExitStack() as stack:
        for raw in (b"", HEAD, HEAD + b"\r\n", BODY, HEAD + b"Prefer: delay=30\r\n\r\n"):
            stack.enter_context(connected(url, raw, 3))
        for client in stack.enter_context(connected(url, b"", 3)):
            client.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    client.send((HEAD + b"\r\n") * 500)
        assert call(url, "GET", "/milestones/12")[0] == 200
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert time.monotonic() - begun < 4


def test_idle_connections_keep_nobody_waiting() -> None:
    with running() as (_, url), connected(url, b"", 500), connected(url, HEAD, 100), connected(url, BODY, 100):
        begun = time.monotonic()
        assert call(url, "GET", "/milestones/12")[0] == 200
        assert time.monotonic() - begun < 2


@pytest.mark.zoo
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_few_open_files_are_shared_out() -> None:
    command = ["bash", "-c", f"ulimit -n 64; exec {sys.executable} -m mock_server --port 0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            with connected(url, b"", 60), connected(url, HEAD, 60):
                parts = urlsplit(url)
                connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
                connection.request("GET", "/api/milestones/12", headers={"Authorization": "Bearer test-key"})
                assert connection.getresponse().status == 200
                connection.close()
        finally:
            process.kill()


@pytest.mark.parametrize(("size", "status"), [(60_000, b"200"), (70_000, b"431")])
def test_heads_up_to_64_kib_are_read(size: int, status: bytes) -> None:
    with running() as (_, url), connected(url, HEAD + b"X-Long: " + b"x" * size + b"\r\n\r\n") as (client,):
        assert client.recv(4096).startswith(b"HTTP/1.1 " + status)


def test_it_listens_on_ipv6() -> None:
    with contextlib.suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        with running("--host", "::1") as (_, url):
            assert url.startswith("http://[::1]:")
            assert call(url, "GET", "/milestones/12")[0] == 200
        return
    pytest.skip("this machine has no IPv6")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_it_answers_in_https(certificate: tuple[Path, Path], version: ssl.TLSVersion) -> None:
    cert, key = certificate
    context = ssl.create_default_context(cafile=str(cert))
    context.maximum_version = version
    context.set_alpn_protocols(["h2", "http/1.1"])
    with running("--tls-cert", str(cert), "--tls-key", str(key)) as (_, url):
        parts = urlsplit(url)
        assert parts.scheme == "https"
        with (
            socket.create_connection((parts.hostname, parts.port), timeout=60) as raw,
            context.wrap_socket(raw, server_hostname="127.0.0.1") as client,
        ):
            assert client.selected_alpn_protocol() == "h2"
        connection = http.client.HTTPSConnection(
            parts.hostname or "", parts.port, context=ssl.create_default_context(cafile=str(cert)), timeout=60
        )
        connection.request("GET", "/api/milestones/12", headers={"Authorization": "Bearer test-key"})
        assert connection.getresponse().status == 200
        connection.close()


def test_a_certificate_that_cannot_be_used_is_one_sentence(certificate: tuple[Path, Path], tmp_path: Path) -> None:
    cert, _ = certificate
    for key in (tmp_path / "missing.pem", cert):
        code, message = fail("--tls-cert", str(cert), "--tls-key", str(key))
        assert (code, message.count("\n")) == (1, 1)
        assert str(key) in message
    assert fail("--tls-cert", str(cert))[0] == 2


def test_a_mock_in_python_leaves_nothing_on_standard_error() -> None:
    code = """
from mock_server.testing import MilestonesMock
import urllib.request
with MilestonesMock() as mock:
    urllib.request.urlopen(urllib.request.Request(mock.url + "/milestones/12", headers=mock.headers)).read()
"""
    ended = subprocess.run([COMMAND[0], "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=30, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be told so")
def test_the_threads_of_a_server_do_not_interrupt_another() -> None:
    with running() as (process, _):
        threads = [int(task.name) for task in Path(f"/proc/{process.pid}/task").iterdir()]
        assert len(threads) > 1
        assert {os.sched_getscheduler(thread) for thread in threads} == {os.SCHED_BATCH}
