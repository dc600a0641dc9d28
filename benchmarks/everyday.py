"""Measure what everybody waits for: starts, and a verdict. `python -m benchmarks.everyday`.

Each figure is the median of some runs. The suite's own processor time per request is that of its whole process, less
what `--list` takes, over the requests that its report counts. Writes `benchmarks/results/everyday.{json,md}`.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import RESULTS, describe_machine, write_json
from benchmarks.yardstick.measure import Server, running
from benchmarks.yardstick.peers import OURS

RUNS = 5
DELAY = 0.1
FIXTURE = "import time; from mock_server.testing import MilestonesMock; t = time.perf_counter()\n"
FIXTURE += "with MilestonesMock() as mock: print(time.perf_counter() - t)"
LARGE = "import time; from mock_server.scenarios.large import build_large; t = time.perf_counter()\n"
LARGE += "build_large(); print(time.perf_counter() - t)"

OF_LARGE = """
import time
from mock_server.app import App
from mock_server.contract.contract import load_contract
from mock_server.scenarios.large import build_large
from mock_server.messages import Request
from mock_server.scenarios.loader import Scenario

app = App(load_contract(), scenario=Scenario("large", build_large(%s)))
headers = {"authorization": "Bearer test-a"}
ask = lambda text: app.handle(Request("GET", "/api/milestones", f"project_id=1&search={text}", headers))
ask("warm up")
t = time.perf_counter()
"""
ACCOUNTS = OF_LARGE % "" + "for n in range(1000): app.accounts.find(f'test-{n}')\nprint(time.perf_counter() - t)"
SEARCH = OF_LARGE % "1, 100_000, 1" + "ask('no such title')\nprint(time.perf_counter() - t)"


@dataclass(frozen=True)
class Verdict:
    """A run of the suite: requests that it sent, seconds on the clock, seconds of processor time of its own."""

    requests: int
    seconds: float
    cpu_seconds: float


def repeat(measure: Callable[[], float]) -> float:
    """Return the median of several runs."""
    return statistics.median(measure() for _ in range(RUNS))


def first_answer() -> float:
    """Return the seconds from the mock's command to its first answer."""
    with running(OURS) as server:
        return server.start_seconds


def timed(*command: str) -> float:
    """Return the seconds that a command of ours takes."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", *command], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def told(code: str) -> float:
    """Return the number that some code prints."""
    return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def check(server: Server, *options: str, key: str = "test-verdict") -> Verdict:
    """Run the suite on a running mock."""
    with tempfile.TemporaryDirectory() as folder:
        target = ["--target", f"http://127.0.0.1:{server.port}/api", "--api-key", key, "--report", folder]
        command = [sys.executable, "-m", "conformance", *target, *options]
        before, begun = _children_cpu(), time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds, used = time.perf_counter() - begun, _children_cpu() - before
        report = json.loads(Path(folder, "report.json").read_text(encoding="utf-8"))
    return Verdict(int(report["requests"]), seconds, used)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def slow_down(server: Server, key: str) -> None:
    """Let the mock take a while for each answer to a key."""
    port = str(server.port)
    command = ["mock_server", "fail", "--key", key, "--delay", str(DELAY), "--url", f"http://127.0.0.1:{port}"]
    subprocess.run([sys.executable, "-m", *command], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Measure, and write the results."""
    figures = {
        "`milestones-mock`, from the command to the first answer": f"{repeat(first_answer):.2f} s",
        "`milestones-check --help`": f"{repeat(lambda: timed('conformance', '--help')):.2f} s",
        "`MilestonesMock()` in a test, until its port answers": f"{repeat(lambda: told(FIXTURE)) * 1000:.0f} ms",
        "the scenario `large`, made": f"{repeat(lambda: told(LARGE)):.2f} s",
        "a thousand accounts of it, opened": f"{repeat(lambda: told(ACCOUNTS)) * 1000:.0f} ms",
        "a search through 100,000 titles": f"{repeat(lambda: told(SEARCH)) * 1000:.0f} ms",
    }
    with running(OURS, core="0,1") as server:
        before = _children_cpu()
        timed("conformance", "list")
        start = _children_cpu() - before
        for depth in ("quick", "standard"):
            verdicts = [check(server, "--depth", depth) for _ in range(RUNS)]
            seconds = statistics.median((verdict.cpu_seconds - start) / verdict.requests for verdict in verdicts)
            figures[f"requests of a verdict at `{depth}`"] = f"{verdicts[0].requests:,}"
            figures[f"processor time of the suite for each of them at `{depth}`"] = f"{seconds * 1000:.1f} ms"
        slow_down(server, "test-slow")
        slow = check(server, "--depth", "quick", "-n", "4", key="test-slow")
        figures[f"a `quick` verdict at {DELAY * 1000:.0f} ms an answer, with `-n 4`"] = f"{slow.seconds:.0f} s"
    write_json(RESULTS / "everyday.json", {"machine": describe_machine(), "figures": figures})
    table = "\n".join(["| | |", "|---|--:|", *(f"| {name} | {figure} |" for name, figure in figures.items())])
    (RESULTS / "everyday.md").write_text(f"{table}\n", encoding="utf-8")
    sys.stdout.write(f"{table}\n")


if __name__ == "__main__":
    main()
