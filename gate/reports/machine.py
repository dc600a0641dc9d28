"""gate.json, as `gate.schema.json` beside this module describes it; and the findings that an earlier one lists."""

import importlib.metadata
import json
from pathlib import Path
from typing import TypedDict

from gate.problem import NotDone
from gate.verdict import Finding, Verdict

FORMAT = 1
SCHEMA = Path(__file__).with_name("gate.schema.json")


class PlaceEntry(TypedDict):
    """A file, a JSON pointer and a line."""

    file: str
    pointer: str
    line: int


class FindingEntry(TypedDict):
    """A finding."""

    id: str
    ids: list[str]
    rule: str
    kind: str
    heading: str
    weight: str
    sure: bool
    text: str
    reason: str
    remedy: str
    at: list[str]
    place: PlaceEntry | None
    before: str
    example: str
    calls: list[str]


class VerdictEntry(TypedDict):
    """The whole verdict."""

    format: int
    version: str
    command: str
    compared: str
    outcome: str
    exit_code: int
    summary: str
    next_step: str
    findings: list[FindingEntry]


def text(verdict: Verdict) -> str:
    """The verdict as JSON."""
    entry: VerdictEntry = {
        "format": FORMAT,
        "version": importlib.metadata.version("milestones-conformance"),
        "command": verdict.command,
        "compared": verdict.compared,
        "outcome": verdict.outcome.value,
        "exit_code": int(verdict.outcome.exit_code),
        "summary": verdict.summary,
        "next_step": verdict.next_step,
        "findings": [_finding(one) for one in verdict.findings],
    }
    return json.dumps(entry, indent=2, ensure_ascii=False) + "\n"


def known(path: Path) -> frozenset[str]:
    """The ids of the findings in an earlier gate.json; raises NotDone for a file that is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        counting = [one for one in data["findings"] if one["weight"] != "noted" or one["kind"] == "known"]
        return frozenset(str(each) for one in counting for each in one["ids"])
    except OSError as error:
        raise NotDone(f"{path}: cannot be read ({error.strerror}); give the gate.json of an earlier run.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise NotDone(f"{path}: is no gate.json ({error}); give the one that an earlier run wrote.") from error


def _finding(finding: Finding) -> FindingEntry:
    place = finding.place
    return {
        "id": finding.id,
        "ids": list(finding.ids),
        "rule": finding.rule,
        "kind": finding.kind,
        "heading": finding.heading,
        "weight": finding.weight.value,
        "sure": finding.sure,
        "text": finding.text,
        "reason": finding.reason,
        "remedy": finding.remedy,
        "at": list(finding.at),
        "place": None if place is None else {"file": place.file, "pointer": place.pointer, "line": place.line},
        "before": finding.before,
        "example": finding.example,
        "calls": list(finding.calls),
    }
