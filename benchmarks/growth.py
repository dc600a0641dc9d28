"""Measure the cost of each operation as data grows: `python -m benchmarks.growth`.

One project with 10 to 100,000 milestones and ten times as many tasks, asked in the same process, without a socket.
Writes `benchmarks/results/growth.{json,md,png,svg}`.
"""

import gc
import itertools
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator

import matplotlib as mpl

from benchmarks.machine import RESULTS, describe_machine, write_json
from mock_server.app import App
from mock_server.contract.contract import load_contract
from mock_server.messages import Request
from mock_server.scenarios.large import build_large
from mock_server.scenarios.loader import Scenario

mpl.use("Agg")
mpl.rcParams["svg.hashsalt"] = "growth"

from matplotlib import pyplot as plt  # noqa: E402 - the backend comes first

SIZES = (10, 100, 1_000, 10_000, 100_000)
TASKS_EACH = 10
REPEATS = 60
KEY = {"authorization": "Bearer test-growth"}
JSON = {**KEY, "content-type": "application/json"}


def ask(method: str, path: str, query: str = "", content: object = None) -> Request:
    """Return a request."""
    body = b"" if content is None else json.dumps(content).encode()
    return Request(method, f"/api{path}", query, JSON if body else KEY, body)


def make_requests(size: int) -> dict[str, Callable[[int], Request]]:
    """Return the requests to time, by name and numbered; those of one name cost the same."""
    middle = max(1, size // 50)
    created = {"milestone_projectid": 1, "milestone_color": "info"}
    task = {"task_projectid": 1, "task_title": "T", "task_status": 1, "task_priority": 1}
    some = list(range(2, min(size + 1, 27)))
    return {
        "get": lambda _: ask("GET", f"/milestones/{size}"),
        "create": lambda number: ask("POST", "/milestones", content={**created, "milestone_title": f"New {number}"}),
        "patch": lambda number: ask(
            "PATCH", f"/milestones/{size}", content={"milestone_title": f"Old {number}", "milestone_color": "info"}
        ),
        "create a task": lambda _: ask("POST", "/tasks", content=task),
        "list by position": lambda _: ask("GET", "/milestones", f"project_id=1&page={middle}"),
        "list by title": lambda _: ask("GET", "/milestones", f"project_id=1&page={middle}&sort=milestone_title"),
        "list of a type": lambda _: ask(
            "GET", "/milestones", f"project_id=1&page={middle}&type=categorised&sort=milestone_created&order=asc"
        ),
        "list tasks of a status": lambda _: ask("GET", "/tasks", f"status=1&page={middle}&sort=task_title"),
        # There and back, so that each request moves them.
        "reorder 25": lambda number: ask(
            "PUT", "/milestones/positions", content={"milestones": some if number % 2 else some[::-1]}
        ),
        "delete, moving ten tasks": lambda number: ask("DELETE", f"/milestones/{2 + number % (size - 2)}"),
    }


def time_requests(size: int) -> Iterator[tuple[str, float]]:
    """Yield the median microseconds of each kind of request at a size; what is sorted at first is not counted."""
    scenario = Scenario("grown", build_large(1, size, TASKS_EACH * size))
    app = App(load_contract(), scenario=scenario)
    gc.collect()
    gc.freeze()
    numbers = itertools.count()
    for name, make in make_requests(size).items():
        repeats = min(REPEATS, size - 4) if name.startswith("delete") else REPEATS
        for _ in range(2):
            app.handle(make(next(numbers)))
        times = []
        for _ in range(repeats):
            request = make(next(numbers))
            begun = time.perf_counter()
            app.handle(request)
            times.append((time.perf_counter() - begun) * 1e6)
        yield name, statistics.median(times)
    gc.unfreeze()


def main() -> None:
    """Measure, and write the results."""
    results: dict[str, list[float]] = {}
    for size in SIZES:
        for name, microseconds in time_requests(size):
            results.setdefault(name, []).append(microseconds)
    lines = [f"| milestones | {' | '.join(f'{size:,}' for size in SIZES)} |", f"| --- | {'--: | ' * len(SIZES)}"]
    lines += [f"| {name} | {' | '.join(f'{cost:.0f} µs' for cost in row)} |" for name, row in results.items()]
    table = "\n".join(lines) + "\n"
    content = {"machine": describe_machine(), "sizes": SIZES, "tasks_each": TASKS_EACH, "microseconds": results}
    write_json(RESULTS / "growth.json", content)
    (RESULTS / "growth.md").write_text(table, encoding="utf-8")
    figure, axes = plt.subplots(figsize=(8, 4.5), layout="constrained")
    for name, row in results.items():
        axes.plot(SIZES, row, marker="o", label=name)
    axes.set(xscale="log", yscale="log", xlabel="milestones in the project (ten tasks each)", ylabel="µs a request")
    figure.legend(loc="outside right center", fontsize="small", frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(RESULTS / "growth.png", dpi=120)
    figure.savefig(RESULTS / "growth.svg", metadata={"Date": None})
    sys.stdout.write(table)


if __name__ == "__main__":
    main()
