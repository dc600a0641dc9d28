"""An hour's worth of mixed load in minutes: `python -m benchmarks.soak [--requests 2000000]`.

Reads, lists, updates, reorders and refusals in turn, on four accounts; and ten accounts, those four among them, are
given 1,000 records each. Ten tenths are compared: rate, latency, memory, descriptors. Writes
`benchmarks/results/soak.{json,md}`.
"""

import argparse
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.machine import RESULTS, describe_machine, write_json
from benchmarks.yardstick.loads import GET, LIST, PATCH, Shot
from benchmarks.yardstick.measure import Server, running
from benchmarks.yardstick.peers import OURS, PROJECT

JSON = "application/json"
TASK = '{"task_projectid": %s, "task_title": "T", "task_status": 1, "task_priority": 1, "task_milestoneid": 12}'
MIX = (
    Shot(GET.method, GET.path, share=5),
    Shot(LIST.method, LIST.path, share=3),
    Shot("GET", "/tasks?project_id=159&limit=10&sort=task_title", share=2),
    Shot("GET", "/milestones/999999", share=1),
    Shot(PATCH.method, PATCH.path, PATCH.content_type, PATCH.body, share=3),
    Shot("PUT", "/milestones/positions", JSON, '{"milestones": [12, 10, 15, 690, 692]}', share=1),
    Shot("PUT", "/milestones/positions", JSON, '{"milestones": [692, 690, 15, 10, 12]}', share=1),
    Shot("POST", "/milestones", JSON, '{"milestone_title": "no project and no color"}', share=1),
    Shot("PATCH", "/tasks/110", JSON, '{"task_title": "T", "task_status": 2, "task_priority": 1}', share=2),
)
GROWING = (
    Shot(
        "POST",
        "/milestones",
        JSON,
        f'{{"milestone_projectid": {PROJECT}, "milestone_title": "P %d", "milestone_color": "info"}}',
    ),
    Shot("POST", "/tasks", JSON, TASK % PROJECT),
)
GROWTH = 1_000
"""The number of records that each account is given; a test run of a day would not make as many."""


@dataclass(frozen=True)
class Tenth:
    """A tenth of the run; rates a second, latencies in milliseconds, memory in megabytes."""

    requests: int
    per_second: float
    per_cpu_second: float
    p50: float
    p99: float
    memory: float
    descriptors: int


def run_tenth(server: Server, number: int, requests: int) -> Tenth:
    """Send a tenth of the requests."""
    done, took, used, latencies = 0, 0.0, 0.0, []
    while done < requests:
        reading = server.load(MIX, f"test-soak-{number % 4}", 5)
        done += reading.requests
        took += reading.requests / reading.per_second
        used += reading.requests / reading.per_cpu_second
        latencies.append((reading.p50, reading.p99))
    for place in range(GROWTH):
        server.ask(GROWING[place % 2], f"test-soak-{number}", place)
    process = Path(f"/proc/{server.process.pid}/fd")
    return Tenth(
        requests=done,
        per_second=done / took,
        per_cpu_second=done / used,
        p50=sorted(latency for latency, _ in latencies)[len(latencies) // 2],
        p99=sorted(latency for _, latency in latencies)[len(latencies) // 2],
        memory=server.memory(),
        descriptors=len(list(process.iterdir())),
    )


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2_000_000)
    requests = parser.parse_args().requests
    with running(OURS) as server:
        idle = server.memory()
        tenths = []
        for number in range(10):
            tenths.append(run_tenth(server, number, requests // 10))
            sys.stderr.write(f"{tenths[-1]}\n")
    head = ["tenth", "requests", "a second", "a CPU second", "p50", "p99", "memory", "descriptors"]
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join(['--:'] * len(head))} |"]
    lines += [
        f"| {number} | {tenth.requests:,} | {tenth.per_second:,.0f} | {tenth.per_cpu_second:,.0f} | {tenth.p50:.2f} ms "
        f"| {tenth.p99:.2f} ms | {tenth.memory:.0f} MB | {tenth.descriptors} |"
        for number, tenth in enumerate(tenths, 1)
    ]
    table = "\n".join(lines) + f"\n\nBefore: {idle:.0f} MB.\n"
    content = {"machine": describe_machine(), "idle_mb": idle, "tenths": [asdict(tenth) for tenth in tenths]}
    write_json(RESULTS / "soak.json", content)
    (RESULTS / "soak.md").write_text(table, encoding="utf-8")
    sys.stdout.write(table)


if __name__ == "__main__":
    main()
