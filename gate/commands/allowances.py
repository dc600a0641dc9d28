"""Breaks that a new major version of the contract announces."""

import re
from collections.abc import Iterable
from dataclasses import replace

from gate.openapi.contract import Contract
from gate.verdict import Finding, Severity

KIND = "with a new major version"
VERSION = re.compile(r"v?(\d{1,9})(?:[.+-].*)?")


def allow_breaks(findings: Iterable[Finding], old: Contract, new: Contract) -> tuple[list[Finding], str]:
    """Note what breaks, or may, where the major number of `info.version` rises; a sentence says what was done."""
    before, after = _version(old), _version(new)
    listed = list(findings)
    if not _rises(before, after):
        return listed, f"info.version was {before!r} and is {after!r}, which is no new major version: breaks fail."
    noted = [
        finding if finding.weight is Severity.INFO else replace(finding, kind=KIND, weight=Severity.INFO)
        for finding in listed
    ]
    return noted, f"Warning: info.version was {before!r} and is {after!r}; with a new major version breaks pass."


def _version(contract: Contract) -> str:
    info = contract.root.get("info")
    version = None if info is None else info.get("version")
    return "" if version is None else str(version.value)


def _rises(before: str, after: str) -> bool:
    old, new = VERSION.fullmatch(before), VERSION.fullmatch(after)
    return old is not None and new is not None and int(new[1]) > int(old[1])
