"""List and start the servers that are measured: from this repository, from PyPI, or from npm (benchmarks/peers)."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
NODE = ROOT / "benchmarks" / "peers" / "node_modules"
CONTRACT = ROOT / "openapi.yaml"
PROJECT, MILESTONE = 159, 12
ROWS = 60


@dataclass(frozen=True)
class Peer:
    """A server to measure.

    `command` makes its command line of a port and an empty folder; `base` precedes the paths of the API. `holds_state`
    tells that what is written can be read; `lacks` names the operations that it does not have.
    """

    name: str
    command: Callable[[int, Path], list[str]]
    base: str
    needs: Path | None = None
    holds_state: bool = False
    lacks: frozenset[str] = frozenset()
    note: str = ""

    def is_installed(self) -> bool:
        """Tell whether it can be started here."""
        return self.needs is None or (self.needs.exists() and (self.needs.suffix != ".jar" or _has_java()))


def _has_java() -> bool:
    return shutil.which("java") is not None


def _ours(port: int, _: Path) -> list[str]:
    return [sys.executable, "-m", "mock_server", "--port", str(port)]


def _hello(port: int, _: Path) -> list[str]:
    options = ["--log-level", "error", "--no-access-log", "--loop", "uvloop", "--http", "httptools"]
    return [sys.executable, "-m", "uvicorn", "benchmarks.yardstick.hello:app", "--port", str(port), *options]


def _bare(port: int, _: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.yardstick.bare", str(port)]


def _prism(port: int, _: Path) -> list[str]:
    return [str(NODE / ".bin" / "prism"), "mock", str(CONTRACT), "--port", str(port), "--verboseLevel", "silent"]


def _mockoon(port: int, _: Path) -> list[str]:
    options = ["--disable-log-to-file", "--disable-admin-api"]
    return [str(NODE / ".bin" / "mockoon-cli"), "start", "--data", str(CONTRACT), "--port", str(port), *options]


def _json_server(port: int, folder: Path) -> list[str]:
    database = folder / "db.json"
    database.write_text(json.dumps({"milestones": [milestone(number) for number in range(1, ROWS + 1)]}))
    return [str(NODE / ".bin" / "json-server"), "--quiet", "--port", str(port), str(database)]


def _wiremock(port: int, folder: Path) -> list[str]:
    mappings = folder / "mappings"
    mappings.mkdir()
    row, rows = milestone(MILESTONE), [milestone(number) for number in range(1, 26)]
    answers = {
        "GET /milestones/12": (200, {"data": row, "message": "OK"}),
        "GET /milestones": (200, {"data": rows, "message": "OK"}),
        "POST /milestones": (201, {"data": row, "message": "OK"}),
        "PATCH /milestones/12": (200, {"data": row, "message": "OK"}),
        "PUT /milestones/positions": (200, {"data": None, "message": "OK"}),
    }
    for number, (request, (status, body)) in enumerate(answers.items()):
        method, path = request.split()
        mapping = {
            "request": {"method": method, "urlPath": path},
            "response": {"status": status, "jsonBody": body, "headers": {"Content-Type": "application/json"}},
        }
        (mappings / f"{number}.json").write_text(json.dumps(mapping))
    jar = next((NODE / "wiremock" / "build").glob("*.jar"))
    return ["java", "-jar", str(jar), "--port", str(port), "--root-dir", str(folder), "--disable-banner"]


def _specmatic(port: int, _: Path) -> list[str]:
    return ["java", "-jar", str(NODE / "specmatic" / "specmatic.jar"), "stub", str(CONTRACT), "--port", str(port)]


def milestone(number: int) -> dict[str, object]:
    """Return a milestone as the API shows it."""
    instant = "2026-06-15T09:30:00.000000Z"
    return {
        "id": number,
        "title": f"Phase {number}",
        "project_id": PROJECT,
        "type": "categorised",
        "color": "info",
        "position": number,
        "creator_id": 1,
        "tasks_count": 0,
        "dates": {"created": instant, "updated": instant},
    }


HELLO = Peer("hello (Starlette, uvicorn)", _hello, "/api", note="says hello, whatever it is asked")
OURS = Peer("milestones-mock", _ours, "/api", holds_state=True)
PEERS = (
    OURS,
    HELLO,
    Peer("hello (Granian)", _bare, "/api", note="says hello on the server of the mock: what bounds the mock"),
    Peer("Prism", _prism, "", NODE / ".bin" / "prism", note="answers examples"),
    Peer("Mockoon CLI", _mockoon, "/api", NODE / ".bin" / "mockoon-cli", note="answers what fits the schema"),
    Peer(
        "json-server",
        _json_server,
        "",
        NODE / ".bin" / "json-server",
        holds_state=True,
        lacks=frozenset({"reorder 25"}),
        note="keeps records, knows no rules; writes its file at each change",
    ),
    Peer("WireMock", _wiremock, "", NODE / "wiremock" / "build", note="answers what it was given; needs Java"),
    Peer("Specmatic", _specmatic, "", NODE / "specmatic" / "specmatic.jar", note="answers at random; needs Java"),
)
