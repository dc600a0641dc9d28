"""Where findings stand, said as the hosts that show them at a line need it: relative to the repository."""

import os
from dataclasses import replace
from pathlib import Path

from gate.verdict import Finding, Verdict


def within_reach(verdict: Verdict) -> Verdict:
    """The verdict with every file relative to the current folder or else to the work tree, where it is in one."""
    return replace(verdict, findings=[_relative(one) for one in verdict.findings])


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
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)
