"""Measures everybody side by side: `python -m benchmarks.yardstick`.

All servers run at once, on one core and idle but for the one that is under load; the loads go round, server by server,
so that what else the machine does hits all alike. Writes `benchmarks/results/yardstick.{json,md,png,svg}`.
Needs `wrk` and the extra `bench`; `npm ci --prefix benchmarks/peers` installs the others.
"""

import argparse
import statistics
import sys
from contextlib import ExitStack
from dataclasses import asdict

from benchmarks.machine import RESULTS, describe_machine, write_json
from benchmarks.yardstick.loads import make_loads
from benchmarks.yardstick.measure import Reading, Server, fill, running
from benchmarks.yardstick.peers import HELLO, OURS, PEERS, Peer
from benchmarks.yardstick.report import Row, draw, write_table

LOADED, LOADED_SECONDS = 100_000, 60
"""After how many requests of the mix the memory is taken, or after how many seconds of them."""


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--starts", type=int, default=5, help="how often each is started to take the time")
    parser.add_argument("--only", nargs="*", help="beginnings of names")
    options = parser.parse_args()
    peers = [peer for peer in PEERS if peer in {OURS, HELLO} or _is_wanted(peer, options.only)]
    starts = {peer.name: [_time_start(peer) for _ in range(options.starts)] for peer in peers}
    with ExitStack() as stack:
        servers = [stack.enter_context(running(peer)) for peer in peers]
        idle = {server.peer.name: server.memory() for server in servers}
        for server in servers:
            sent = server.load_up(LOADED, LOADED_SECONDS)
            sys.stderr.write(f"{server.peer.name} took {sent:,} requests\n")
        loaded = {server.peer.name: server.memory() for server in servers}
        # The first round warms them up.
        _go_round(servers, range(1), options.seconds)
        readings = _go_round(servers, range(1, options.rounds + 1), options.seconds)
    rows = [
        Row(
            peer.name,
            peer.note,
            peer.holds_state,
            statistics.median(starts[peer.name]),
            idle[peer.name],
            loaded[peer.name],
            {load: _median(values) for load, values in readings[peer.name].items()},
        )
        for peer in peers
    ]
    write_json(RESULTS / "yardstick.json", {"machine": describe_machine(), "rows": [asdict(row) for row in rows]})
    table = write_table(rows, HELLO.name)
    (RESULTS / "yardstick.md").write_text(table, encoding="utf-8")
    draw(rows, HELLO.name, RESULTS / "yardstick")
    sys.stdout.write(table)


def _is_wanted(peer: Peer, names: list[str] | None) -> bool:
    if not peer.is_installed():
        sys.stderr.write(f"{peer.name} is not installed, and left out.\n")
        return False
    return names is None or any(peer.name.startswith(name) for name in names)


def _time_start(peer: Peer) -> float:
    with running(peer) as server:
        return server.start_seconds


def _go_round(servers: list[Server], rounds: range, seconds: float) -> dict[str, dict[str, list[Reading]]]:
    readings: dict[str, dict[str, list[Reading]]] = {server.peer.name: {} for server in servers}
    for number in rounds:
        for load in make_loads([]):
            for server in servers:
                if load in server.peer.lacks:
                    continue
                key = f"test-{number}-{abs(hash(load))}"
                shots = make_loads(fill(server, key) if server.peer is OURS else list(range(1, 26)))[load]
                reading = server.load(shots, key, seconds)
                sys.stderr.write(f"{number} {load:14} {server.peer.name:28} {reading.per_cpu_second:9.0f}\n")
                readings[server.peer.name].setdefault(load, []).append(reading)
    return readings


def _median(readings: list[Reading]) -> Reading:
    return sorted(readings, key=lambda reading: reading.per_cpu_second)[len(readings) // 2]


if __name__ == "__main__":
    main()
