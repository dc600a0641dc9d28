"""Fleet files for tests, the command that checks them, and what it leaves behind."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "conformance", "fleet", "fleet.toml", "--report", "out"]


def write(folder: Path, deployments: Mapping[str, tuple[str, str]], *defaults: str, runs: int = 8) -> Path:
    """Write a fleet file of deployments by name, each with its target and its key, which is in a file of its own."""
    lines = ["[politeness]", f"runs-per-host = {runs}", "", "[defaults]", *(defaults or ['only = ["get/*"]'])]
    for name, (target, key) in deployments.items():
        lines += ["", "[[deployment]]", f'name = "{name}"', f'target = "{target}"', f'key-file = "{name}.key"']
        (folder / f"{name}.key").write_text(key, encoding="utf-8")
    path = folder / "fleet.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def check(folder: Path, *options: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, and assert that it prints no traceback."""
    done = subprocess.run(
        [*COMMAND, *options],
        cwd=folder,
        env={**os.environ, **(env or {}), "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


def report(folder: Path) -> dict[str, Any]:
    """Read fleet.json."""
    content: dict[str, Any] = json.loads((folder / "out" / "fleet.json").read_text(encoding="utf-8"))
    return content


def verdicts(folder: Path) -> dict[str, str]:
    """Read the verdict of each deployment."""
    return {row["name"]: row["verdict"] for row in report(folder)["deployments"]}


def files_with(folder: Path, secrets: Sequence[str]) -> list[Path]:
    """Find files of the reports that hold a secret."""
    files = [path for path in (folder / "out").rglob("*") if path.is_file()]
    return [path for path in files if any(secret.encode() in path.read_bytes() for secret in secrets)]
