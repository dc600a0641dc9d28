"""Measure the cost of catching each seeded fault: requests and seconds until the first conviction, over seeds.

    python -m benchmarks.detection [--depth standard] [--seeds 5] [--processes 2]

writes `benchmarks/results/detection.json` and `detection.md`. Seconds are those of a mock in the same process, so that
they show what the suite itself costs; against a deployment count the requests.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from conformance.options import Depth, Options
from conformance.properties.registry import Property
from conformance.runner.scheduler import Scheduler
from tests.faulty_mocks.fault import Fault, load_all
from tests.faulty_mocks.run_suite import run_on

FAULTS = load_all()
RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Hunt:
    """One fault under one seed: what it took to catch it; None where it was not caught."""

    fault: str
    seed: int
    requests: int | None
    seconds: float | None


class Caught(Exception):
    """The run need not go on."""


def run_suite(fault: Fault, seed: int, depth: Depth) -> Hunt:
    """Run the suite on a mock with a fault until it is convicted of one requirement that the fault breaks."""
    with run_on(fault.inject, Options(depth=depth, seed=seed)) as run:
        started = time.perf_counter()

        def look(_: Property) -> None:
            if not fault.breaks.isdisjoint(run.results.evidence):
                raise Caught

        with suppress(Caught):
            Scheduler(run).run_all(look)
        seconds = round(time.perf_counter() - started, 3)
        caught = not fault.breaks.isdisjoint(run.results.evidence)
        return Hunt(fault.name, seed, run.transport.sent if caught else None, seconds if caught else None)


def _job(task: tuple[str, int, str]) -> Hunt:
    name, seed, depth = task
    return run_suite(FAULTS[name], seed, Depth(depth))


def table(hunts: Iterable[Hunt], seeds: int) -> str:
    """Return the hunts as a table: a fault a row, the most expensive first."""
    by_fault: dict[str, list[Hunt]] = {}
    for hunt in hunts:
        by_fault.setdefault(hunt.fault, []).append(hunt)
    rows = [
        (_median(ones, "requests"), _median(ones, "seconds"), _missed(ones), name) for name, ones in by_fault.items()
    ]
    lines = [f"| fault | requests (median of {seeds}) | seconds | missed |", "| --- | --: | --: | --: |"]
    for requests, seconds, missed, name in sorted(rows, key=lambda row: (-row[2], -row[0], row[3])):
        lines.append(f"| {name.replace('_', ' ')} | {requests:.0f} | {seconds:.2f} | {missed:.0%} |")
    return "\n".join(lines)


def _median(hunts: Sequence[Hunt], what: str) -> float:
    values = [value for hunt in hunts if (value := getattr(hunt, what)) is not None]
    return statistics.median(values) if values else float("inf")


def _missed(hunts: Sequence[Hunt]) -> float:
    return sum(hunt.requests is None for hunt in hunts) / len(hunts)


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--depth", default="standard", choices=[depth.value for depth in Depth])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    tasks = [(name, seed, options.depth) for name, seed in product(FAULTS, range(options.seeds))]
    with ProcessPoolExecutor(options.processes) as pool:
        hunts = list(pool.map(_job, tasks, chunksize=5))
    caught = [hunt.requests for hunt in hunts if hunt.requests is not None]
    summary = (
        f"{len(FAULTS)} faults, {options.seeds} seeds, depth {options.depth}: {len(caught) / len(hunts):.1%} caught; "
        f"median {statistics.median(caught):.0f} requests until the first conviction."
    )
    RESULTS.mkdir(exist_ok=True)
    content = {
        "date": datetime.now(UTC).date().isoformat(),
        "depth": options.depth,
        "summary": summary,
        "hunts": [asdict(hunt) for hunt in hunts],
    }
    (RESULTS / "detection.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    page = f"# What it costs to catch each fault\n\n{summary}\n\n{table(hunts, options.seeds)}\n"
    (RESULTS / "detection.md").write_text(page, encoding="utf-8")
    print(summary)


if __name__ == "__main__":
    main()
