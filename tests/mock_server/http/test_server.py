"""The mock as a process: the command line, the socket, the end."""

import contextlib
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

COMMAND = [sys.executable, "-m", "mock_server"]
ROOT = Path(__file__).parents[3]
KEY = {"Authorization": "Bearer test-key"}


@contextlib.contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a mock on a free port; yield the process and its base URL."""
    command = [*COMMAND, "--port", "0", *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """The base URL of a mock that serves all tests of this module."""
    with running() as (_, url):
        yield url


def call(base_url: str, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    """Send one request; return status and body."""
    url = urlsplit(base_url)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=60)
    with contextlib.closing(connection):
        connection.request(method, f"{url.path}{path}", body, {**KEY, **headers})
        response = connection.getresponse()
        return response.status, response.read()


def exchange(base_url: str, raw: bytes) -> bytes:
    """Send raw bytes; return all that comes back until the server hangs up."""
    url = urlsplit(base_url)
    with socket.create_connection((url.hostname, url.port), timeout=60) as connection:
        connection.sendall(raw)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def fail(*options: str) -> tuple[int, str]:
    """Run a mock that cannot start; return its exit code and what it said."""
    ended = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=20, cwd=ROOT, check=False)
    assert ended.stdout == ""
    return ended.returncode, ended.stderr


def test_the_line_that_it_prints_is_where_it_answers(base_url: str) -> None:
    assert base_url.startswith("http://127.0.0.1:")
    assert base_url.endswith("/api")
    status, body = call(base_url, "GET", "/milestones/12")
    assert status == 200
    assert body.startswith(b'{"data":{"id":12,')


def test_a_path_is_decoded_once(base_url: str) -> None:
    assert call(base_url, "GET", "/milestones/%31%32")[0] == 200
    assert call(base_url, "GET", "/milestones/%2531%2532")[0] == 404
    assert call(base_url, "GET", "/milestones/%FF%00")[0] == 404
    assert call(base_url, "GET", "/milestones/12%3Fa=b")[0] == 404


def test_forms_json_and_chunks_arrive(base_url: str) -> None:
    form = b"milestone_projectid=159&milestone_title=Form&milestone_color=info"
    content_type = {"Content-Type": "application/x-www-form-urlencoded"}
    assert call(base_url, "POST", "/milestones", form, **content_type)[0] == 201
    head = (
        b"PUT /api/milestones/positions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer test-key\r\n"
    )
    head += b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = exchange(base_url, head + b"f\r\n" + b'{"milestones": ' + b"\r\n5\r\n[12]}\r\n0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK")


def test_a_body_over_the_limit_is_refused_in_json(base_url: str) -> None:
    assert call(base_url, "POST", "/milestones", b"x" * 1024 * 1024)[0] == 422
    assert call(base_url, "POST", "/milestones", b"x" * 20_000_000)[0] == 413
    status, body = call(base_url, "POST", "/milestones", b"x" * (1024 * 1024 + 1))
    assert status == 413
    assert json.loads(body) == {"message": "The body must not be greater than 1048576 bytes."}


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read as Linux tells it")
def test_a_body_without_end_is_refused_and_not_kept() -> None:
    with running() as (process, url):
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
            connection.sendall(b"POST /api/milestones HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test-key\r\n")
            connection.sendall(b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
            before = memory(process.pid)
            with contextlib.suppress(ConnectionError):
                for _ in range(100):
                    connection.sendall(b"100000\r\n" + b"x" * 1024 * 1024 + b"\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")
        assert memory(process.pid) - before < 20_000
        assert call(url, "GET", "/milestones/12")[0] == 200


def memory(process_id: int) -> int:
    """Return the largest resident size of a process in KB."""
    status = Path(f"/proc/{process_id}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        bytes.fromhex("16030100a5010000a10303"),  # the start of HTTPS
        b"GET /\xff HTTP/1.1\r\n\r\n",
        b"GET /api/milestones/1 2 HTTP/1.1\r\n\r\n",
        b"GET /api/\x01 HTTP/1.1\r\n\r\n",
        b"GET /api HTTP/3\r\n\r\n",
        b"GET /api\r\n\r\n",
        b"G@T /api HTTP/1.1\r\n\r\n",
        b"GET /api HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET /api HTTP/1.1\r\nHost\r\n\r\n",
        b"GET /api HTTP/1.1\r\nX\xe9: x\r\n\r\n",
        b"GET /api HTTP/1.1\r\nX: a\r\n folded\r\n\r\n",
        b"GET /api HTTP/1.1\r\nX: a\x01\r\n\r\n",
        b"POST /api HTTP/1.1\r\nContent-Length: 1O\r\n\r\n",
        b"POST /api HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST /api HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
    ],
)
def test_a_request_that_is_not_http_is_refused_and_not_recorded(base_url: str, raw: bytes) -> None:
    before = last_recorded(base_url)
    answer = exchange(base_url, raw)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answer.endswith(b"\r\n\r\n")
    assert last_recorded(base_url) == before


def test_a_body_that_nothing_announces_is_refused_as_a_next_request(base_url: str) -> None:
    head = b"DELETE /api/milestones/0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test-key\r\n\r\n"
    answers = exchange(base_url, head + b"delete_tasks=yes\r\n\r\n")
    assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"404", b"400"]


def last_recorded(base_url: str) -> int:
    """Return how many requests were recorded."""
    requests = json.loads(call(base_url.removesuffix("/api"), "GET", "/_mock/requests")[1])
    return int(requests["last"])


def test_half_a_request_is_not_carried_out(base_url: str) -> None:
    url = urlsplit(base_url)
    head = (
        b"DELETE /api/milestones/15 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test-half\r\nContent-Length: 9\r\n\r\n"
    )
    with socket.create_connection((url.hostname, url.port), timeout=60) as connection:
        connection.sendall(head + b"half")
    assert call(base_url, "GET", "/milestones/15", Authorization="Bearer test-half")[0] == 200


def test_a_request_for_the_server_itself_is_not_found(base_url: str) -> None:
    answer = exchange(base_url, b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 404 Not Found")


def test_it_ends_with_its_standard_input_if_told_so() -> None:
    with running("--until-stdin-closes") as (process, url):
        assert process.stdin is not None
        process.stdin.write("Whatever is written does not end it.\n")
        process.stdin.flush()
        status, _ = call(url, "GET", "/projects")
        process.stdin.close()
        process.stdin = None
        _, errors = process.communicate(timeout=30)

    assert (status, process.returncode, errors) == (200, 0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_quietly(number: signal.Signals) -> None:
    with running() as (process, _):
        process.send_signal(number)
        rest = process.communicate(timeout=60)
        assert (process.returncode, rest) == (0, ("", ""))


def test_options_reach_the_mock(tmp_path: Path) -> None:
    profile = tmp_path / "profile.yaml"
    profile.write_text("choices: {get/malformed-id: '400'}")
    options = ("--api-key", "one", "--api-key", "two", "--profile", str(profile), "--validate-answers")
    with running(*options, "--scenario", "empty") as (_, url):
        assert call(url, "GET", "/projects", Authorization="Bearer two")[0] == 200
        assert call(url, "GET", "/projects")[0] == 401
        assert call(url, "GET", "/milestones/abc", Authorization="Bearer one")[0] == 400


def test_a_port_in_use_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, message = fail("--port", str(port))
    assert code == 1
    assert message == f"Error: Cannot listen on 127.0.0.1:{port}: Address already in use. Choose another --port.\n"


@pytest.mark.parametrize("option", ["--contract", "--profile", "--scenario"])
def test_a_file_that_cannot_be_used_is_said_in_one_line(tmp_path: Path, option: str) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: [")
    for path in (broken, tmp_path / "missing.yaml"):
        code, message = fail(option, str(path))
        assert code == 1
        assert message.startswith(f"Error: {path}")
        assert message.count("\n") == 1


def test_an_unknown_host_is_said_in_one_sentence() -> None:
    code, message = fail("--host", "256.1.1.1")
    assert (code, message.count("\n")) == (1, 1)


def test_help_names_every_option() -> None:
    ended = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True, cwd=ROOT)
    for option in ("--host", "--port", "--api-key", "--scenario", "--contract", "--profile", "--validate-answers"):
        assert option in ended.stdout
