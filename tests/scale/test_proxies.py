"""Two mocks on one machine behind a proxy that hashes the key, with the configurations of docs/scale.md."""

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conformance.live_server import free_port
from tests.mock_server.http.test_server import call, running

SCALE = Path(__file__).parents[2] / "docs" / "scale"
KEYS = [f"Bearer test-{number}" for number in range(20)]
TRIES = 3
"""A port that is free may be given to another connection before a proxy takes it."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CREATION = b"milestone_projectid=159&milestone_title=Mine&milestone_color=info"


def find_program(name: str) -> str:
    """Return where a program is; Debian keeps these where only root looks."""
    program = shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if program is None:
        pytest.skip(f"{name} is not installed")
    return program


def nginx(config: Path) -> list[str]:
    folder = config.parent
    paths = f"daemon off; pid {folder}/pid; error_log {folder}/error.log;"
    text = config.read_text().replace("http {", f"http {{ access_log off; client_body_temp_path {folder}/body;", 1)
    config.write_text(text)
    return [find_program("nginx"), "-p", str(folder), "-c", str(config), "-g", paths]


def haproxy(config: Path) -> list[str]:
    return [find_program("haproxy"), "-q", "-db", "-f", str(config)]


@contextlib.contextmanager
def proxied(name: str, make: Callable[[Path], list[str]], folder: Path, mocks: list[str]) -> Iterator[str]:
    """Run a proxy before mocks as the documentation says; yield its base URL."""
    with contextlib.ExitStack() as running_proxy:
        for _ in range(TRIES):
            port = free_port()
            config = configured(name, folder, mocks, port)
            process = running_proxy.enter_context(
                subprocess.Popen(make(config), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
            running_proxy.callback(process.terminate)
            if listens(port, process):
                break
        else:
            pytest.fail("the proxy did not start")
        yield f"http://127.0.0.1:{port}/api"


def configured(name: str, folder: Path, mocks: list[str], port: int) -> Path:
    """Write the documented configuration, with these mocks and this port."""
    text = (SCALE / name).read_text(encoding="utf-8")
    for number, mock in enumerate(mocks, 1):
        text = text.replace(f"127.0.0.1:{4010 + number}", str(urlsplit(mock).netloc))
    config = folder / name
    config.write_text(text.replace("listen 8080", f"listen 127.0.0.1:{port}").replace(":8080", f"127.0.0.1:{port}"))
    return config


def listens(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Wait until a process listens on a port; it ends where somebody else was given the port meanwhile."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    return False


def titles(base_url: str, key: str) -> list[str]:
    """Return the titles of an account."""
    _, body = call(base_url, "GET", "/milestones?project_id=159&limit=100", Authorization=key)
    return [row["title"] for row in json.loads(body)["data"]]


@pytest.mark.zoo
@pytest.mark.parametrize(("name", "make"), [("nginx.conf", nginx), ("haproxy.cfg", haproxy)])
def test_a_key_stays_with_its_mock_and_survivors_take_over(
    tmp_path: Path, name: str, make: Callable[[Path], list[str]]
) -> None:
    find_program(name.partition(".")[0])
    with (
        running() as (first, first_url),
        running() as (_, second_url),
        proxied(name, make, tmp_path, [first_url, second_url]) as base_url,
    ):
        for key in KEYS:
            assert call(base_url, "POST", "/milestones", CREATION, Authorization=key, **FORM)[0] == 201
        assert all("Mine" in titles(base_url, key) for key in KEYS)
        homes = ["Mine" in titles(first_url, key) for key in KEYS]
        assert {True, False} == set(homes)
        assert [not home for home in homes] == ["Mine" in titles(second_url, key) for key in KEYS]
        first.kill()
        first.wait()
        kept = {key: "Mine" in ask_patiently(base_url, key) for key in KEYS}
        assert kept == {key: not home for key, home in zip(KEYS, homes, strict=True)}


def ask_patiently(base_url: str, key: str) -> list[str]:
    """Ask as a client does that tries a read again."""
    for _ in range(4):
        with contextlib.suppress(ValueError, KeyError, http.client.HTTPException):
            return titles(base_url, key)
    raise AssertionError("no mock answers")
