"""Measure comparing large contracts: `python -m benchmarks.contracts`.

Five contracts in the style of public APIs, each against itself, with optional fields added, and with a value removed.
Writes `benchmarks/results/contracts.{json,md}`.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import RESULTS, describe_machine, write_json
from tests.gate.large_contracts import CONTRACTS, with_a_value_less, with_optional_fields

EDITS = {"itself": lambda _: None, "optional fields": with_optional_fields, "a value less": with_a_value_less}


def measure(old: Path, new: Path) -> dict[str, float]:
    """Return what one run of the command costs."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "gate", "contract", str(old), str(new)]
    code = subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "megabytes": round((old.stat().st_size + new.stat().st_size) / 1e6, 2),
        "exit_code": code,
        "cpu_seconds": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
        "seconds": round(time.monotonic() - started, 2),
        # Of the largest child so far.
        "memory_mb": after.ru_maxrss // 1024,
    }


def main() -> None:
    """Measure each pair and write the table."""
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        old, new = Path(folder, "old.json"), Path(folder, "new.json")
        for name, (make, size) in CONTRACTS.items():
            for edit, change in EDITS.items():
                contract = make(size)
                old.write_text(json.dumps(contract), encoding="utf-8")
                changed = json.loads(json.dumps(contract))
                change(changed)
                new.write_text(json.dumps(changed), encoding="utf-8")
                rows.append({"contract": name, "against": edit, **measure(old, new)})
                print(rows[-1], flush=True)
    write_json(RESULTS / "contracts.json", {"machine": describe_machine(), "pairs": rows})
    titles = list(rows[0])
    lines = [
        titles,
        ["---", "---", *["--:"] * (len(titles) - 2)],
        *([str(row[title]) for title in titles] for row in rows),
    ]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    (RESULTS / "contracts.md").write_text(f"# What comparing large contracts costs\n\n{table}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
