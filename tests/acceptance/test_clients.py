"""Real HTTP clients against the running command: each operation in each encoding is answered as without a network."""

import base64
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mock_server.contract.contract import load_contract
from mock_server.factory import MockConfig, create_mock
from mock_server.messages import Request
from tests.acceptance.clients.plan import FORM, JSON, MULTIPART, Planned, make_plan
from tests.acceptance.conftest import need, served

CLIENTS = Path(__file__).parent / "clients"
CONTRACT = load_contract()
GUZZLE = Path("/usr/share/php/GuzzleHttp/autoload.php")


@dataclass(frozen=True)
class HttpClient:
    """A client: its command, followed by its mode and perhaps a proxy; and what it needs to run.

    `build` is what compiles it first; it and the command have `{built}` for the folder of what was compiled.
    """

    name: str
    command: tuple[str, ...]
    mode: str
    needs: str
    through_proxy: bool = False
    build: tuple[str, ...] = ()


def curl(name: str, options: str, through_proxy: bool = False) -> HttpClient:
    return HttpClient(f"curl {name}", ("bash", str(CLIENTS / "curl.sh")), options, "curl", through_proxy)


def java(mode: str, through_proxy: bool = False) -> HttpClient:
    command = ("java", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", "{built}", "Client")
    build = ("javac", "-d", "{built}", str(CLIENTS / "Client.java"))
    return HttpClient(f"Java {mode}", command, mode, "javac", through_proxy, build)


def go(mode: str, through_proxy: bool = False) -> HttpClient:
    build = ("go", "build", "-o", "{built}/client", str(CLIENTS / "client.go"))
    return HttpClient(f"Go {mode}", ("{built}/client",), mode, "go", through_proxy, build)


def node(mode: str, needs: str = "node", through_proxy: bool = False) -> HttpClient:
    return HttpClient(f"Node {mode}", ("node", str(CLIENTS / "client.mjs")), mode, needs, through_proxy)


def php(mode: str, through_proxy: bool = False) -> HttpClient:
    return HttpClient(f"PHP streams {mode}", ("php", str(CLIENTS / "client.php")), mode, "php", through_proxy)


def guzzle(mode: str, through_proxy: bool = False) -> HttpClient:
    return HttpClient(f"Guzzle {mode}", ("php", str(CLIENTS / "guzzle.php")), mode, str(GUZZLE), through_proxy)


def python(mode: str, through_proxy: bool = False) -> HttpClient:
    package = mode.partition("-")[0]
    return HttpClient(f"Python {mode}", (sys.executable, str(CLIENTS / "client.py")), mode, package, through_proxy)


def script(name: str, program: str, file: str) -> HttpClient:
    return HttpClient(name, (program, str(CLIENTS / file)), "", program)


TABLE = [
    curl("HTTP/1.0", "--http1.0"),
    curl("HTTP/1.1", "--http1.1"),
    curl("offering HTTP/2", "--http2"),
    curl("HTTP/2 from the start", "--http2-prior-knowledge"),
    curl("chunked", "-H Transfer-Encoding:chunked"),
    curl("expecting 100", "-H Expect:100-continue"),
    curl("proxy", "--noproxy -", through_proxy=True),
    java("defaults"),
    java("chunked"),
    java("defaults", through_proxy=True),
    go("defaults"),
    go("chunked"),
    go("defaults", through_proxy=True),
    node("fetch"),
    node("fetch-chunked"),
    node("http"),
    node("http2"),
    node("got", "got"),
    node("superagent", "superagent"),
    node("undici", "undici"),
    node("axios", "axios"),
    node("axios", "axios", through_proxy=True),
    php("defaults"),
    php("1.0"),
    php("defaults", through_proxy=True),
    guzzle("curl"),
    guzzle("streams"),
    guzzle("curl", through_proxy=True),
    python("requests"),
    python("requests-chunked"),
    python("requests", through_proxy=True),
    python("httpx"),
    python("httpx-chunked"),
    python("httpx", through_proxy=True),
    python("aiohttp"),
    python("aiohttp-chunked"),
    python("aiohttp", through_proxy=True),
    script("Ruby Net::HTTP", "ruby", "client.rb"),
    script("Perl HTTP::Tiny", "perl", "client.pl"),
    HttpClient("wget", ("bash", str(CLIENTS / "wget.sh")), "", "wget"),
]


def is_there(program: str) -> bool:
    """Tell whether a program, a package of Node, or one of Python is installed."""
    if program in {"axios", "got", "superagent", "undici"}:
        return shutil.which("node") is not None and (CLIENTS / "node_modules" / program).is_dir()
    if program in {"requests", "httpx", "aiohttp"}:
        return find_spec(program) is not None
    return shutil.which(program) is not None or Path(program).is_file()


def expect(plan: list[Planned], key: str) -> list[tuple[Planned, tuple[int, bytes]]]:
    """Return each request with the answer of a mock that is called without a network."""
    mock = create_mock(MockConfig())
    answers = []
    for planned in plan:
        path, _, query = planned.target.partition("?")
        headers = {"authorization": f"Bearer {key}", "content-type": planned.content_type}
        response = mock.handle(Request(planned.method, f"/api{path}", query, headers, planned.body))
        answers.append((planned, (response.status, response.body)))
    return answers


@pytest.fixture(scope="module")
def mock_url() -> Iterator[str]:
    """The base URL of a mock of these tests alone."""
    with served() as url:
        yield url


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[[HttpClient], list[str]]:
    """Compile a client, once, and return its command."""
    folders: dict[tuple[str, ...], str] = {}

    def build_client(client: HttpClient) -> list[str]:
        if client.build and client.build not in folders:
            folder = folders[client.build] = str(tmp_path_factory.mktemp("client"))
            command = [word.replace("{built}", folder) for word in client.build]
            subprocess.run(command, check=True, capture_output=True, timeout=300)
        return [word.replace("{built}", folders.get(client.build, "")) for word in client.command]

    return build_client


def name_of(client: HttpClient) -> str:
    return client.name + (" through a proxy" if client.through_proxy else "")


@pytest.mark.zoo
@pytest.mark.parametrize("client", TABLE, ids=name_of)
def test_a_client_is_answered_as_without_a_network(
    client: HttpClient, mock_url: str, build: Callable[[HttpClient], list[str]]
) -> None:
    need(client.needs, is_there(client.needs))
    # A proxy gets the whole URL; that of the mock takes it for its own.
    base_url = "http://crm.example/api" if client.through_proxy else mock_url
    proxy = [f"http://{urlsplit(mock_url).netloc}"] if client.through_proxy else []
    name = re.sub("[^a-z0-9]+", "-", name_of(client).lower())
    plans = {f"test-{name}-{encoding[-4:]}": make_plan(CONTRACT, encoding) for encoding in (FORM, JSON, MULTIPART)}
    lines = "".join(planned.line(key, base_url) for key, plan in plans.items() for planned in plan)
    arguments = [*build(client), client.mode, *proxy]
    ended = subprocess.run(arguments, input=lines, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    answers = [line.split(" ") for line in ended.stdout.splitlines()]
    decoded = [(int(status), base64.b64decode(body)) for status, body in answers]
    expected = [(planned.operation, answer) for key, plan in plans.items() for planned, answer in expect(plan, key)]
    assert [(operation, answer) for (operation, _), answer in zip(expected, decoded, strict=True)] == expected


def test_the_plan_has_every_operation_in_every_encoding() -> None:
    plans = {encoding: make_plan(CONTRACT, encoding) for encoding in (FORM, JSON, MULTIPART)}
    for operation in CONTRACT.operations.values():
        for encoding in operation.bodies or [FORM]:
            assert operation.id in {planned.operation for planned in plans[encoding]}
    for plan in plans.values():
        refused = [planned.operation for planned, (status, _) in expect(plan, "test-plan") if status >= 300]
        assert refused == []


@pytest.mark.parametrize("concurrency", [1, 8])
def test_ab_keeps_its_connections(mock_url: str, concurrency: int) -> None:
    need("ab", shutil.which("ab") is not None)
    command = ["ab", "-q", "-k", "-n", "400", "-c", str(concurrency), "-H", "Authorization: Bearer test-ab"]
    ended = subprocess.run(
        [*command, f"{mock_url}/milestones/12"], capture_output=True, text=True, timeout=60, check=True
    )
    for count in ("Complete requests: *400", "Failed requests: *0", "Keep-Alive requests: *400"):
        assert re.search(count, ended.stdout), ended.stdout
