"""Measure the cost of a kill: `python -m benchmarks.kills [--kills 100]`.

A mock that continues what it saves is written to and killed at a random moment, again and again. Each time the file has
to load, and what was lost is looked up by what the next mock knows. Writes `benchmarks/results/kills.json`.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from benchmarks.machine import RESULTS, describe_machine, write_json

SAVE_EVERY = 1.0
LONGEST_LIFE = 3.0
PAUSE = 0.01
HEADERS = {"Authorization": "Bearer test-kills"}


@contextmanager
def running(path: Path) -> Iterator[str]:
    """Run a mock that continues and saves a file; yield its base URL, and kill it in the end."""
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--scenario", str(path), "--save", str(path)]
    command += ["--save-every", str(SAVE_EVERY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            message = process.communicate()[1]
            raise SystemExit(f"The mock did not start: {message}")
        try:
            yield url
        finally:
            process.kill()


def ask(url: str, body: object = None) -> dict[str, object]:
    """Send a request; return its answer."""
    answer = requests.request("GET" if body is None else "POST", url, json=body, headers=HEADERS, timeout=10)
    answer.raise_for_status()
    parsed: dict[str, object] = answer.json()
    return parsed


def known(url: str) -> set[object]:
    """Return the titles that a mock knows."""
    titles: set[object] = set()
    page = 1
    while rows := ask(f"{url}/milestones?project_id=159&limit=100&page={page}")["data"]:
        assert isinstance(rows, list)
        titles |= {row["title"] for row in rows}
        page += 1
    return titles


def lost_seconds(written: dict[str, float], titles: set[object], end: float) -> float:
    """Return how long before the kill the oldest write came that was lost, 0 if none was."""
    lost = [at for title, at in written.items() if title not in titles]
    return end - min(lost) if lost else 0.0


def main() -> None:
    """Kill, start again, and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    kills = parser.parse_args().kills
    losses: list[float] = []
    written: dict[str, float] = {}
    end = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "accounts.json")
        for number in range(kills + 1):
            with running(path) as url:
                if number:
                    losses.append(lost_seconds(written, known(url), end))
                    sys.stderr.write(f"kill {number}: {losses[-1]:.2f} s lost\n")
                written = {}
                death = time.monotonic() + random.uniform(0, LONGEST_LIFE)  # noqa: S311 - no secret
                while time.monotonic() < death:
                    title = f"{number}-{len(written)}"
                    ask(
                        f"{url}/milestones",
                        {"milestone_projectid": 159, "milestone_title": title, "milestone_color": "info"},
                    )
                    written[title] = time.monotonic()
                    time.sleep(PAUSE)
            end = time.monotonic()
    figures = {"kills": kills, "save_every": SAVE_EVERY, "most_lost": round(max(losses), 2)}
    write_json(RESULTS / "kills.json", {"machine": describe_machine(), **figures})
    sys.stderr.write(f"{figures}\n")


if __name__ == "__main__":
    main()
