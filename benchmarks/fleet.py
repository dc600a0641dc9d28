"""Measure the cost of a fleet: `python -m benchmarks.fleet [DEPLOYMENTS]`, 200 by default.

Deployments are accounts of one mock, half of them 50 ms away and half 200 ms. They are checked by a shell loop, and by
`milestones-check fleet` with ever more workers. A few requirements are judged, so that starting and waiting count as
they do in a real run and the whole ends within an hour. Writes `benchmarks/results/fleet.{json,md}`.
"""

import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.machine import RESULTS, describe_machine, write_json
from benchmarks.yardstick.measure import Server, running
from benchmarks.yardstick.peers import OURS
from mock_server.client.control_client import ControlClient

DELAYS = (0.05, 0.2)
WORKERS = (1, 2, 4, 8, 16)
ONLY = "get/unknown-id-is-404"
QUICK_RUNS = 4
SHELL = shutil.which("sh") or "sh"


def keys(count: int) -> list[str]:
    """Return the key of each deployment."""
    return [f"test-fleet-{number}" for number in range(count)]


def write_fleet(folder: Path, server: Server, count: int, *settings: str) -> None:
    """Write a fleet file of accounts of a mock."""
    text = ["[politeness]", f"runs-per-host = {max(WORKERS)}", "[defaults]", 'depth = "quick"', *settings]
    for key in keys(count):
        text += ["[[deployment]]", f'name = "{key}"', f'target = "http://127.0.0.1:{server.port}/api"']
        text += [f'key-env = "{_variable(key)}"']
    (folder / "fleet.toml").write_text("\n".join(text), encoding="utf-8")


def _variable(key: str) -> str:
    return key.upper().replace("-", "_")


def check_fleet(folder: Path, count: int, workers: int) -> dict[str, float]:
    """Check a fleet; return its seconds, and what a run took of processor time and memory."""
    environment = os.environ | {_variable(key): key for key in keys(count)}
    command = [sys.executable, "-m", "conformance", "fleet", "fleet.toml", "--report", "out", "-n", str(workers)]
    begun = time.perf_counter()
    subprocess.run(command, check=True, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - begun
    rows = json.loads((folder / "out" / "fleet.json").read_text(encoding="utf-8"))["deployments"]
    reports = sum(path.stat().st_size for path in (folder / "out" / "deployments").rglob("*") if path.is_file())
    return {
        "seconds": seconds,
        "requests": statistics.median(row["requests"] for row in rows),
        "cpu_s": statistics.median(row["cpu_s"] for row in rows),
        "memory_mb": statistics.median(row["peak_memory_mb"] for row in rows),
        "reports_mb": reports / count / 1e6,
    }


def shell_loop(folder: Path, server: Server, count: int) -> float:
    """Return the seconds of a loop in the shell, a deployment after the other."""
    check = [sys.executable, "-m", "conformance", "--target", f"http://127.0.0.1:{server.port}/api", "--only", ONLY]
    command = shlex.join([*check, "--depth", "quick", "--quiet", "--report"])
    loop = f"for key in {' '.join(keys(count))}; do MILESTONES_API_KEY=$key {command} out-$key; done"
    begun = time.perf_counter()
    subprocess.run([SHELL, "-c", loop], check=True, cwd=folder, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def measure(folder: Path, count: int) -> dict[str, object]:
    """Measure everything.

    The loop and one run at once wait nearly all the time, so they are measured side by side, each on a mock of its own.
    """
    with running(OURS, core="0,1") as server, running(OURS, core="0,1") as other:
        write_fleet(folder, server, QUICK_RUNS)
        quick = check_fleet(folder, QUICK_RUNS, 1)
        for number, key in enumerate(keys(count)):
            for mock in (server, other):
                ControlClient(f"http://127.0.0.1:{mock.port}", key).fail(delay=DELAYS[number % len(DELAYS)])
        write_fleet(folder, server, count, f'only = ["{ONLY}"]')
        with ThreadPoolExecutor(1) as pool:
            loop = pool.submit(shell_loop, folder, other, count)
            curve = {1: check_fleet(folder, count, 1)}
        curve |= {workers: check_fleet(folder, count, workers) for workers in WORKERS[1:]}
    return {"deployments": count, "quick_run": quick, "shell_loop_s": loop.result(), "workers": curve}


def table(content: dict[str, object]) -> str:
    """Return the results as Markdown."""
    curve, loop, quick = content["workers"], content["shell_loop_s"], content["quick_run"]
    assert isinstance(curve, dict)
    assert isinstance(loop, float)
    assert isinstance(quick, dict)
    title = f"{content['deployments']} deployments, half at 50 ms, half at 200 ms"
    rows: list[tuple[object, ...]] = [(title, "seconds", "times"), ("---", "--:", "--:")]
    rows += [("a shell loop", f"{loop:.0f}", "1.0")]
    rows += [(f"{n} at once", f"{row['seconds']:.0f}", f"{loop / row['seconds']:.1f}") for n, row in curve.items()]
    rows += [(), ("a whole run at `quick`, no distance", ""), ("---", "--:"), ("requests", f"{quick['requests']:.0f}")]
    rows += [("processor time", f"{quick['cpu_s']:.1f} s"), ("memory at its peak", f"{quick['memory_mb']:.0f} MB")]
    rows += [("reports", f"{quick['reports_mb']:.1f} MB")]
    return "\n".join(f"| {' | '.join(map(str, row))} |" if row else "" for row in rows) + "\n"


def main() -> None:
    """Measure, and write the results."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        content = measure(Path(folder), count)
    write_json(RESULTS / "fleet.json", {"machine": describe_machine(), **content})
    text = table(content)
    (RESULTS / "fleet.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
