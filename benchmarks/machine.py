"""Name the folder of results and the machine that they were measured on."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def describe_machine() -> dict[str, object]:
    """Return what a reader has to know of the machine to judge figures."""
    cpu = next((line for line in _read("/proc/cpuinfo") if line.startswith("model name")), ": unknown")
    memory = next((line for line in _read("/proc/meminfo") if line.startswith("MemTotal")), "MemTotal: 0 kB")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": cpu.partition(":")[2].strip(),
        "cores": os.cpu_count(),
        "memory_gb": round(int(memory.split()[1]) / 1e6, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "version": version("milestones-conformance"),
        "shared": "Other work may have run on the same machine; ratios within one run are what counts.",
    }


def _read(path: str) -> list[str]:
    file = Path(path)
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def write_json(path: Path, content: object) -> None:
    """Write results."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
