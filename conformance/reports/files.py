"""Write the files of a report and the reproductions: atomically, and readable only by their owner."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from conformance.reports.report import Report
from conformance.results.verdict import Verdict
from conformance.target import RunError

REPORTS = ("report.json", "report.html", "junit.xml", "profile.json")
"""The files that a run writes into its folder, besides the reproductions."""


def write(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write a text to a temporary file and rename it to the path, replacing what is there; raise RunError.

    A link at the path is replaced, not followed. Characters that cannot be encoded are written as question marks.
    """
    try:
        file, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(file, "w", encoding="utf-8", errors="replace", newline="\n") as opened:
                opened.write(text)
            Path(draft).chmod(mode)
            Path(draft).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(draft).unlink()
            raise
    except OSError as error:
        raise RunError(f"{path} could not be written ({error.strerror}); the run itself is complete.") from error


def prepare(directory: Path) -> None:
    """Create a folder for reports and remove those of a former run; raise RunError if it cannot be written."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for former in (*map(directory.joinpath, REPORTS), *directory.glob("reproductions/*.sh")):
            former.unlink(missing_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise RunError(f"{directory} cannot be written to ({error.strerror}); name another directory.") from error


def write_scripts(report: Report, directory: Path) -> None:
    """Write a shell script for each violation, and remove those of an earlier run."""
    for old in directory.glob("*.sh"):
        old.unlink()
    violated = report.having(Verdict.FAIL)
    if not violated:
        return
    directory.mkdir(exist_ok=True)
    for judgement in violated:
        path = directory.parent / report.script_name(judgement)
        write(path, report.script(judgement), mode=0o700)
