"""Write findings as SARIF 2.1.0, for viewers of static analysis."""

import hashlib
import importlib.metadata
import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias
from urllib.parse import quote

from gate.source.document import Json, Place
from gate.verdict import ExitCode, Finding, Severity, Verdict

LEVELS = {Severity.ERROR: "error", Severity.UNDECIDED: "warning", Severity.INFO: "note"}
VERSION = "2.1.0"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# GitHub refuses a run with more results.
MOST_RESULTS = 25_000
Entry: TypeAlias = dict[str, Json]


def text(verdict: Verdict) -> str:
    """Return the log."""
    return json.dumps(sarif_log(verdict), indent=2, ensure_ascii=False) + "\n"


def not_done(command: str, reason: str) -> str:
    """Return the log of a run without a verdict; an empty list of results would mean that all is fixed."""
    notification: Entry = {"level": "error", "message": {"text": reason}}
    invocation: Entry = {
        "executionSuccessful": False,
        "exitCode": int(ExitCode.NOT_DONE),
        "toolExecutionNotifications": [notification],
    }
    return json.dumps(_run(command, [], {"invocations": [invocation]}), indent=2, ensure_ascii=False) + "\n"


def sarif_log(verdict: Verdict) -> Entry:
    """Return the log of a verdict."""
    shown = sorted(verdict.findings, key=lambda finding: list(Severity).index(finding.severity))[:MOST_RESULTS]
    rules: dict[str, list[Finding]] = {}
    for finding in shown:
        rules.setdefault(finding.rule, []).append(finding)
    order = list(rules)
    results: list[Json] = [_result(finding, order.index(finding.rule)) for finding in shown]
    invocation: Entry = {"executionSuccessful": True, "exitCode": int(verdict.outcome.exit_code)}
    if left_out := len(verdict.findings) - len(shown):
        message = (
            f"{left_out} of {len(verdict.findings)} findings, the least severe ones, are not here; gate.json has all."
        )
        invocation["toolExecutionNotifications"] = [{"level": "note", "message": {"text": message}}]
    outcome: Entry = {"invocations": [invocation], "results": results}
    return _run(verdict.command, [_rule(name, group) for name, group in rules.items()], outcome)


def _run(command: str, rules: list[Json], outcome: Entry) -> Entry:
    driver: Entry = {
        "name": "milestones-gate",
        "version": importlib.metadata.version("milestones-conformance"),
        "rules": rules,
    }
    run: Entry = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"milestones-gate/{command}/"},
        "columnKind": "unicodeCodePoints",
        **outcome,
    }
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _rule(name: str, findings: Sequence[Finding]) -> Entry:
    """Return a rule with the properties that all its findings share."""
    short = name.replace("/", ": ").replace("-", " ")
    rule: Entry = {
        "id": name,
        "shortDescription": {"text": short},
        "fullDescription": {"text": _shared({finding.reason for finding in findings}) or short},
    }
    if remedy := _shared({finding.remedy for finding in findings}):
        rule["help"] = {"text": remedy}
    return rule


def _shared(texts: AbstractSet[str]) -> str:
    return next(iter(texts)) if len(texts) == 1 else ""


def _result(finding: Finding, rule: int) -> Entry:
    sentences = [finding.text, finding.reason, finding.remedy]
    result: Entry = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": LEVELS[finding.severity],
        "message": {"text": " ".join(_sentence(sentence) for sentence in sentences if sentence)},
        "partialFingerprints": {"milestonesGate/v1": hashlib.sha256("\n".join(finding.ids).encode()).hexdigest()},
        "properties": {"kind": finding.kind, "sure": finding.proven, "at": list(finding.at)},
    }
    if finding.place is not None:
        result["locations"] = [location(finding.place)]
    return result


def location(place: Place) -> Entry:
    """Return a place as a SARIF location."""
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(place.file)},
            "region": {"startLine": place.line},
        },
        "logicalLocations": [{"fullyQualifiedName": place.pointer or "/"}],
    }


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
