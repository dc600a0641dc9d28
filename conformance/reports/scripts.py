"""reproductions/: a shell script for each violation."""

from pathlib import Path

from conformance.reports import files
from conformance.reports.report import Report
from conformance.results.verdict import Verdict


def write(report: Report, directory: Path) -> None:
    """Write the scripts, and remove those of an earlier run."""
    for old in directory.glob("*.sh"):
        old.unlink()
    violated = report.having(Verdict.FAIL)
    if not violated:
        return
    directory.mkdir(exist_ok=True)
    for judgement in violated:
        path = directory.parent / report.script_name(judgement)
        files.write(path, report.script(judgement), mode=0o700)
