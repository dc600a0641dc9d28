"""Places of findings, relative to the repository as hosts need them."""

import os
from dataclasses import replace
from pathlib import Path

from gate.verdict import Finding, Verdict


def within_reach(verdict: Verdict) -> Verdict:
    """Return the verdict with every file relative to the current folder, or else to its work tree."""
    return replace(verdict, findings=[_relative(finding) for finding in verdict.findings])


def _relative(finding: Finding) -> Finding:
    if finding.place is None:
        return finding
    return replace(finding, place=replace(finding.place, file=_shown(finding.place.file)))


def _shown(file: str) -> str:
    here, path = Path.cwd(), Path(os.path.abspath(file))  # noqa: PTH100 - a link stays the name that it has here
    for folder in (here, _work_tree(path.parent)):
        if folder is not None and path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return file


def _work_tree(folder: Path) -> Path | None:
    return next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), None)
