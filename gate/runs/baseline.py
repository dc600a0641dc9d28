"""The baseline: how a deployment stood when somebody last looked, in a file to commit."""

import json
from collections.abc import Mapping
from pathlib import Path

from gate.problem import NotDone
from gate.runs.report import Run
from gate.runs.standing import Standing, standing_of

FORMAT = 1


def read(path: Path) -> Standing:
    """Reads a baseline; raises NotDone for a file that is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotDone(f"{path}: there is no baseline yet; make it with --write.") from error
    except (OSError, ValueError) as error:
        raise NotDone(f"{path}: cannot be read as a baseline ({error}); make it anew with --write.") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise NotDone(f"{path}: is no baseline of format {FORMAT}; make it anew with --write.")
    return Standing(_texts(data.get("requirements")), _texts(data.get("profile")))


def write(path: Path, standing: Standing, run: Run) -> None:
    """Writes a baseline, one requirement a line, in an order that does not change."""
    data = {
        "format": FORMAT,
        "target": run.target,
        "contract": run.version,
        "requirements": dict(sorted(standing.requirements.items())),
        "profile": dict(sorted(standing.profile.items())),
    }
    try:
        path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise NotDone(f"{path}: cannot be written ({error.strerror}); name another file.") from error


def shrunk(baseline: Standing, run: Run) -> Standing:
    """The baseline with what got better, and never with what got worse."""
    now = standing_of(run)
    requirements = {
        name: "PASS" if now.requirements.get(name) == "PASS" else status
        for name, status in baseline.requirements.items()
        if name in now.requirements
    }
    return Standing(requirements, baseline.profile)


def _texts(value: object) -> Mapping[str, str]:
    return {str(name): str(one) for name, one in value.items()} if isinstance(value, dict) else {}
