"""What more processes bring: `python -m benchmarks.workers`.

The mock with one process and with two, unpinned and without recording, under the load of eight wrks with a key each.
On two cores wrk takes part of what the second process could have, so the figure to look at is requests per second of
server CPU: if sharing the work cost nothing, it would be the same for both, and two cores would serve twice as much.
Writes `benchmarks/results/workers.json`.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks.machine import RESULTS, describe_machine, write_json
from benchmarks.yardstick.loads import GET, write_script
from benchmarks.yardstick.measure import running
from benchmarks.yardstick.peers import Peer

ROUNDS, SECONDS, KEYS = 4, 3, 8


def with_workers(count: int) -> Peer:
    """Return the mock with so many processes."""
    options = ["-m", "mock_server", "--record", "0", "--workers", str(count)]
    return Peer(f"{count}", lambda port, _: [sys.executable, *options, "--port", str(port)], "/api")


def measure(count: int) -> tuple[float, float]:
    """Return requests per second of server CPU, and per second, at so many processes."""
    with running(with_workers(count), core="0,1") as server, ExitStack() as stack:
        commands = list(_commands(server.port, stack))
        before = server.cpu_seconds()
        loads = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
        told = [load.communicate()[0] for load in loads]
        used = server.cpu_seconds() - before
    done = sum(int(line.split()[0]) for text in told for line in text.splitlines() if " requests in " in line)
    return done / used, done / SECONDS


def _commands(port: int, stack: ExitStack) -> Iterator[list[str]]:
    for number in range(KEYS):
        script = stack.enter_context(tempfile.NamedTemporaryFile("w", suffix=".lua"))  # noqa: SIM115 - the stack closes it
        script.write(write_script((GET,), "/api", f"test-worker-{number}"))
        script.flush()
        yield ["wrk", "-t1", "-c2", f"-d{SECONDS}s", "-s", script.name, f"http://127.0.0.1:{port}/"]


def main() -> None:
    """Measure, and write the results."""
    rounds = [[measure(count) for count in (1, 2)] for _ in range(ROUNDS)]
    kept = sorted(two[0] / one[0] for one, two in rounds)[ROUNDS // 2]
    wall = sorted(two[1] / one[1] for one, two in rounds)[ROUNDS // 2]
    names = ("per_cpu_second", "per_second")
    rows = [[dict(zip(names, reading, strict=True)) for reading in pair] for pair in rounds]
    content = {"machine": describe_machine(), "scaling_by_cpu": 2 * kept, "scaling_by_wall": wall, "rounds": rows}
    write_json(RESULTS / "workers.json", content)
    sys.stdout.write(f"two processes on two cores: {2 * kept:.2f} times one by CPU, {wall:.2f} times on the clock\n")


if __name__ == "__main__":
    main()
