"""Measure comparing large and hostile contracts: `python -m benchmarks.contracts`.

Five contracts in the style of public APIs, each against itself, with optional fields added, and with a value removed;
and contracts made to be slow. Each pair is one run of the command. Writes `benchmarks/results/contracts.{json,md}`.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.machine import RESULTS, describe_machine, write_json
from tests.gate.hostile_contracts import HOSTILE
from tests.gate.large_contracts import CONTRACTS, with_a_value_less, with_optional_fields

EDITS = {"itself": lambda _: None, "optional fields": with_optional_fields, "a value less": with_a_value_less}


def large_pairs() -> Iterator[tuple[str, Any, Any]]:
    """Yield large contracts, each with what it is compared with."""
    for name, (make, size) in CONTRACTS.items():
        for edit, change in EDITS.items():
            changed = make(size)
            change(changed)
            yield f"{name}: {edit}", make(size), changed


def hostile_pairs() -> Iterator[tuple[str, Any, Any]]:
    """Yield contracts that were made to be slow, each with another form of it."""
    for name, make in HOSTILE.items():
        yield name, make("string"), make("integer")


def measure(old: Path, new: Path) -> dict[str, float]:
    """Return what one run of the command costs."""
    started = time.monotonic()
    command = [sys.executable, "-m", "gate", "contract", str(old), str(new)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    megabytes = (old.stat().st_size + new.stat().st_size) / 1e6
    seconds = usage.ru_utime + usage.ru_stime
    return {
        "MB": round(megabytes, 2),
        "exit code": process.returncode,
        "CPU s": round(seconds, 2),
        "CPU s a MB": round(seconds / megabytes, 2),
        "elapsed s": round(time.monotonic() - started, 2),
        "memory MB": usage.ru_maxrss // 1024,
    }


def measure_all(pairs: Iterator[tuple[str, Any, Any]]) -> list[dict[str, object]]:
    """Measure each pair."""
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        old, new = Path(folder, "old.json"), Path(folder, "new.json")
        for name, before, after in pairs:
            old.write_text(json.dumps(before), encoding="utf-8")
            new.write_text(json.dumps(after), encoding="utf-8")
            rows.append({"pair": name, **measure(old, new)})
            print(rows[-1], flush=True)
    return rows


def table(rows: list[dict[str, object]]) -> str:
    """Return rows as a table of Markdown."""
    titles = list(rows[0])
    lines = [titles, ["---", *["--:"] * (len(titles) - 1)], *([str(row[title]) for title in titles] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Measure each pair and write the tables."""
    large, hostile = measure_all(large_pairs()), measure_all(hostile_pairs())
    write_json(RESULTS / "contracts.json", {"machine": describe_machine(), "large": large, "hostile": hostile})
    text = (
        "# What comparing contracts costs\n\n"
        "Each row is one run of `milestones-gate contract`, start of Python included; MB are those of both files.\n\n"
        f"## Large contracts\n\n{table(large)}\n\n## Contracts made to be slow\n\n{table(hostile)}\n"
    )
    (RESULTS / "contracts.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
