"""Write all reports of a verdict, or of a failed command, into a folder, with paths relative to the work tree."""

import os
from dataclasses import replace
from pathlib import Path

from gate.errors import GateError
from gate.reports import json_report, junit, markdown, sarif
from gate.source.git import work_tree
from gate.verdict import Finding, Verdict

FILES = {"gate.json": json_report, "gate.md": markdown, "gate.sarif": sarif, "junit.xml": junit}
NO_END = "The run did not finish, so there is no result; run it again."


def write(verdict: Verdict, folder: Path) -> None:
    """Write every report; raise GateError if the folder cannot be written."""
    _write({name: kind.text(verdict) for name, kind in FILES.items()}, folder)


def write_not_done(command: str, reason: str, folder: Path) -> None:
    """Write every report for a run without a verdict; raise GateError if the folder cannot be written.

    Written before the work begins, they show that the folder can be written, and stay if they are not replaced.
    """
    _write({name: kind.not_done(command, reason) for name, kind in FILES.items()}, folder)


def _write(texts: dict[str, str], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise GateError(f"{folder} cannot be written to ({error.strerror}); name another folder.") from error


def within_reach(verdict: Verdict) -> Verdict:
    """Return the verdict with paths relative to the current folder, or else to its work tree."""
    return replace(verdict, findings=[relative(finding) for finding in verdict.findings])


def relative(finding: Finding) -> Finding:
    """Return a finding with its path made relative."""
    if finding.place is None:
        return finding
    return replace(finding, place=replace(finding.place, file=_shown(finding.place.file)))


def _shown(file: str) -> str:
    here, path = Path.cwd(), Path(os.path.abspath(file))  # noqa: PTH100 - links are not resolved
    for folder in (here, work_tree(path.parent)):
        if folder is not None and path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return file
