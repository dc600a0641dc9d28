"""Runs a server on one core and wrk on another, and reads what the server used."""

import contextlib
import http.client
import json
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.yardstick.loads import CREATE_FORM, MIX, Shot, make_loads, write_script
from benchmarks.yardstick.peers import ROOT, ROWS, Peer

SERVER_CORE, CLIENT_CORE = "0", "1"
CONNECTIONS = 16
START_SECONDS = 60


@dataclass(frozen=True)
class Reading:
    """Readings of one burst of load; rates are requests per second, latencies milliseconds."""

    requests: int
    refused: int
    per_cpu_second: float
    per_second: float
    p50: float
    p99: float


@dataclass
class Server:
    """A running peer."""

    peer: Peer
    process: subprocess.Popen[bytes]
    port: int
    start_seconds: float

    def _family(self) -> list[psutil.Process]:
        process = psutil.Process(self.process.pid)
        return [process, *process.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """Return the processor time that it used so far."""
        return float(sum(sum(process.cpu_times()[:2]) for process in self._family()))

    def memory(self) -> float:
        """Return its resident memory in megabytes."""
        return float(sum(process.memory_info().rss for process in self._family())) / 1e6

    def ask(self, shot: Shot, key: str, number: int = 0) -> tuple[int, bytes]:
        """Send one request; return status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Authorization": f"Bearer {key}"} | ({"Content-Type": shot.content_type} if shot.body else {})
        body = shot.body.replace("%20", "+").replace("%d", str(number)) or None
        with contextlib.closing(connection):
            connection.request(shot.method, self.peer.base + shot.path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()

    def load(self, shots: tuple[Shot, ...], key: str, seconds: float) -> Reading:
        """Send requests as fast as it takes them."""
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            script.write(write_script(shots, self.peer.base, key))
            script.flush()
            before, begun = self.cpu_seconds(), time.perf_counter()
            wrk = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--latency"]
            command = [*wrk, "-s", script.name, f"http://127.0.0.1:{self.port}/"]
            output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            used, took = self.cpu_seconds() - before, time.perf_counter() - begun
        requests = int(_find(r"(\d+) requests in", output))
        return Reading(
            requests=requests,
            refused=int(_find(r"Non-2xx or 3xx responses: (\d+)", output)),
            per_cpu_second=requests / used if used else 0,
            per_second=requests / took,
            p50=_milliseconds(output, "50%"),
            p99=_milliseconds(output, "99%"),
        )

    def load_up(self, requests: int, seconds: float) -> int:
        """Send a mix of so many requests, or as many as it takes in that time; return how many those were."""
        sent, begun = 0, time.perf_counter()
        while sent < requests and time.perf_counter() - begun < seconds:
            sent += self.load(make_loads([])[MIX], "test-loaded", 1).requests
        return sent


def _find(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match[1] if match else "0"


def _milliseconds(output: str, share: str) -> float:
    match = re.search(rf"{share}\s+([\d.]+)(us|ms|s)", output)
    return float(match[1]) * {"us": 0.001, "ms": 1, "s": 1000}[match[2]] if match else 0


def find_port() -> int:
    """Return a port that is free."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@contextlib.contextmanager
def running(peer: Peer, core: str = SERVER_CORE) -> Iterator[Server]:
    """Run a peer, from when it answers its first request."""
    folder, port = Path(tempfile.mkdtemp()), find_port()
    command = ["taskset", "-c", core, *peer.command(port, folder)]
    begun = time.perf_counter()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, cwd=ROOT)
    try:
        yield Server(peer, process, port, _wait(port, peer.base, begun))
    finally:
        for child in (*psutil.Process(process.pid).children(recursive=True), process):
            child.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int, base: str, begun: float) -> float:
    """Return the seconds until the first answer."""
    while time.perf_counter() - begun < START_SECONDS:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            with contextlib.closing(connection):
                connection.request("GET", f"{base}/milestones/12", headers={"Authorization": "Bearer test-start"})
                connection.getresponse().read()
                return time.perf_counter() - begun
        time.sleep(0.002)
    raise TimeoutError(f"Nothing answers on port {port} after {START_SECONDS} s.")


def fill(server: Server, key: str) -> list[int]:
    """Make the milestones that a load of this key needs; return the ids to reorder."""
    ids = []
    for number in range(ROWS):
        status, body = server.ask(CREATE_FORM, key, 1_000_000_000 + number)
        if status < 300:
            ids.append(int(json.loads(body)["data"]["id"]))
    return ids[:25]
