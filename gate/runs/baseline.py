"""The baseline: the accepted verdicts and choices of a deployment, in a file to commit."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gate.errors import GateError
from gate.runs.comparison import Snapshot, snapshot_of
from gate.runs.report import STATUSES, Run
from gate.source.files import load_json

FORMAT = 1
ANEW = "write it again with --write."


def read(path: Path) -> Snapshot:
    """Read a baseline; raise GateError for any other file."""
    if not path.exists():
        raise GateError(f"{path}: there is no baseline yet; write it with --write.")
    data = load_json(path, "baseline", ANEW)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise GateError(f"{path}: is not a baseline of format {FORMAT}; {ANEW}")
    requirements, profile = texts(data.get("requirements")), texts(data.get("profile", {}))
    if not requirements or profile is None:
        raise GateError(
            f"{path}: is not a baseline; it has no requirements, or its profile is invalid. {ANEW.capitalize()}"
        )
    strange = next((name for name, status in requirements.items() if status not in STATUSES), None)
    if strange is not None:
        raise GateError(f"{path}: {strange} has a verdict that is not one of {', '.join(STATUSES)}; {ANEW}")
    return Snapshot(requirements, profile, str(data.get("target", "")))


def write(path: Path, snapshot: Snapshot, version: str) -> None:
    """Write a baseline, one requirement on each line, in a stable order."""
    data = {
        "format": FORMAT,
        "target": snapshot.target,
        "contract": version,
        "requirements": dict(sorted(snapshot.requirements.items())),
        "profile": dict(sorted(snapshot.profile.items())),
    }
    try:
        path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise GateError(f"{path}: cannot be written ({error.strerror}); name another file.") from error


def prepare(path: Path) -> None:
    """Check before a run that a baseline can be written; raise GateError."""
    if not path.parent.is_dir():
        raise GateError(f"{path}: cannot be written, because there is no folder {path.parent}; make it.")
    try:
        is_new = not path.exists()
        with path.open("ab"):
            pass
        if is_new:
            path.unlink()
    except OSError as error:
        raise GateError(f"{path}: cannot be written ({error.strerror}); name another file.") from error


def renewed(baseline: Snapshot, run: Run) -> Snapshot:
    """Return the baseline updated with the judgements and observations of a run."""
    now = snapshot_of(run)
    requirements = {
        name: baseline.requirements.get(name, status) if status == "NOT_RUN" else status
        for name, status in now.requirements.items()
    }
    return replace(now, requirements=requirements, profile={**baseline.profile, **now.profile})


def shrunk(baseline: Snapshot, run: Run) -> Snapshot:
    """Return the baseline updated only with improvements."""
    now = snapshot_of(run)
    requirements = {
        name: "PASS" if now.requirements.get(name) == "PASS" else status
        for name, status in baseline.requirements.items()
        if name in now.requirements
    }
    return replace(baseline, requirements=requirements)


def texts(value: object) -> Mapping[str, str] | None:
    """Return the strings of an object; None for anything else."""
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        return None
    return value
