"""Write gate.json, as `gate.schema.json` beside this module describes it, and read the findings of an earlier one."""

import importlib.metadata
import json
from pathlib import Path
from typing import Any, TypeAlias, cast

from gate.errors import GateError
from gate.source.document import Json
from gate.source.files import load_json
from gate.verdict import ExitCode, Finding, Verdict

FORMAT = 1
SCHEMA = Path(__file__).with_name("gate.schema.json")
Entry: TypeAlias = dict[str, Json]


def text(verdict: Verdict) -> str:
    """Return the verdict as JSON."""
    return _written(
        {
            "command": verdict.command,
            "compared": verdict.compared,
            "outcome": verdict.outcome.value,
            "exit_code": int(verdict.outcome.exit_code),
            "summary": verdict.summary,
            "next_step": verdict.next_step,
            "findings": [_finding(finding) for finding in verdict.findings],
        }
    )


def not_done(command: str, reason: str) -> str:
    """Return a run without a verdict as JSON."""
    return _written(
        {
            "command": command,
            "compared": "",
            "outcome": "not done",
            "exit_code": int(ExitCode.NOT_DONE),
            "summary": reason,
            "next_step": "Fix the cause, and run the command again.",
            "findings": [],
        }
    )


def _written(entry: Entry) -> str:
    entry = {"format": FORMAT, "version": importlib.metadata.version("milestones-conformance"), **entry}
    return json.dumps(entry, indent=2, ensure_ascii=False) + "\n"


def read_known_ids(path: Path) -> frozenset[str]:
    """Return the ids of the findings in an earlier gate.json; raise GateError for any other file."""
    name, remedy = "gate.json", "give the file that an earlier run wrote."
    data = load_json(path, name, remedy)
    findings = data.get("findings") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(findings, list):
        raise GateError(f"{path}: is not a {name} (it has no findings); {remedy}")
    if data.get("outcome") == "not done":
        raise GateError(
            f"{path}: belongs to a run that was not done, so it lists nothing; give the file of a complete run."
        )
    try:
        entries = cast("list[dict[str, Any]]", findings)
        counting = [entry for entry in entries if entry["weight"] != "noted" or entry["kind"] == "known"]
        return frozenset(str(identifier) for entry in counting for identifier in entry["ids"])
    except (KeyError, TypeError) as error:
        raise GateError(f"{path}: is not a {name} (a finding lacks {error}); {remedy}") from error


def _finding(finding: Finding) -> Entry:
    place = finding.place
    return {
        "id": finding.id,
        "ids": list(finding.ids),
        "rule": finding.rule,
        "kind": finding.kind,
        "heading": finding.heading,
        "weight": finding.severity.value,
        "sure": finding.proven,
        "text": finding.text,
        "reason": finding.reason,
        "remedy": finding.remedy,
        "at": list(finding.at),
        "place": None if place is None else {"file": place.file, "pointer": place.pointer, "line": place.line},
        "before": finding.before,
        "example": finding.example,
        "calls": list(finding.calls),
    }
