"""Allowed breaks: those in a new major version, and removals of deprecated parts after their sunset."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from gate.diff.change import Change
from gate.openapi.contract import Contract
from gate.verdict import Finding, Severity

WITH_MAJOR = "with a new major version"
AFTER_SUNSET = "after its sunset"
VERSION = re.compile(r"v?(\d{1,9})(?:[.+-].*)?")
DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[Tt ].*)?")


def allow_after_sunset(finding: Finding, change: Change, today: date) -> Finding:
    """Downgrade a removal whose announced sunset is over to information; otherwise say what it waits for."""
    if not change.sunset:
        return finding
    day = parse_day(change.sunset)
    if day is None:
        return replace(finding, remedy=f"{finding.remedy} Its x-sunset, {change.sunset!r}, is not a date: YYYY-MM-DD.")
    if day >= today:
        return replace(finding, remedy=f"Keep it until the day of its sunset, {day}, has passed.")
    return replace(
        finding,
        kind=AFTER_SUNSET,
        heading="Removed after their sunset",
        severity=Severity.INFO,
        reason=f"The old contract marks it as deprecated, with a sunset on {day}; that day has passed.",
        remedy="",
    )


def parse_day(text: str) -> date | None:
    """Return the day at the beginning of a text; None if there is none."""
    match = DAY.fullmatch(text)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def allow_with_major(findings: Iterable[Finding], old: Contract, new: Contract) -> tuple[list[Finding], str]:
    """Downgrade breaks to information if the major number of `info.version` rises; return a sentence on that."""
    before, after = version_of(old), version_of(new)
    listed = list(findings)
    if not rises(before, after):
        return listed, f"info.version was {before!r} and is {after!r}, which is not a new major version: breaks fail."
    noted = [
        finding if finding.severity is Severity.INFO else replace(finding, kind=WITH_MAJOR, severity=Severity.INFO)
        for finding in listed
    ]
    return noted, f"Warning: info.version was {before!r} and is {after!r}; breaks pass with a new major version."


def version_of(contract: Contract) -> str:
    """Return `info.version` as text; empty if there is none."""
    info = contract.root.get("info")
    version = None if info is None else info.get("version")
    return "" if version is None else str(version.value)


def rises(before: str, after: str) -> bool:
    """Return whether the first number of a version rises."""
    old, new = VERSION.fullmatch(before), VERSION.fullmatch(after)
    return old is not None and new is not None and int(new[1]) > int(old[1])
