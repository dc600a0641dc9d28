"""Write report.json, as `report.schema.json` beside this module describes it."""

import json
from pathlib import Path
from typing import Any, TypeAlias

from conformance.exchange import Exchange
from conformance.probes.registry import Observation, profile_of
from conformance.reports import files
from conformance.reports.report import Report
from conformance.results.coverage import Covered
from conformance.results.verdict import Judgement, Verdict

FORMAT = 1
SCHEMA = Path(__file__).with_name("report.schema.json")
Entry: TypeAlias = dict[str, Any]


def entry(report: Report) -> Entry:
    """Return the report as plain data."""
    return {
        "format": FORMAT,
        "verdict": report.outcome.value,
        "next_step": report.next_step,
        "target": report.target,
        "contract": {"version": report.contract_version, "sha256": report.contract_sha256},
        "seed": report.seed,
        "depth": report.depth,
        "strict": report.strict,
        "read_only": report.read_only,
        "interrupted": report.interrupted,
        "insecure": report.insecure,
        "started": report.started,
        "duration_s": round(report.duration_s, 3),
        "requests": report.requests,
        "leftovers": list(report.leftovers),
        "notes": list(report.notes),
        "stale_waivers": list(report.stale_waivers),
        "profile": [_observation(report, observation) for observation in report.observations],
        "coverage": [_covered(item) for item in report.coverage],
        "requirements": [_requirement(report, judgement) for judgement in report.judgements],
        "causes": [
            {"root": root.requirement.id, "consequences": [consequence.requirement.id for consequence in consequences]}
            for root, consequences in report.grouped
        ],
    }


def write(report: Report, path: Path) -> None:
    """Write report.json."""
    files.write(path, json.dumps(entry(report), indent=2, ensure_ascii=False) + "\n")


def write_profile(report: Report, path: Path) -> None:
    """Write profile.json: the observed choices, to be used as a profile of the mock."""
    files.write(path, json.dumps(profile_of(report.observations), indent=2) + "\n")


def _requirement(report: Report, judgement: Judgement) -> Entry:
    requirement = judgement.requirement
    return {
        "id": requirement.id,
        "level": requirement.level,
        "text": requirement.text,
        "source": requirement.source,
        "status": judgement.verdict.value,
        "reason": report.reason(judgement),
        "expected": judgement.expected,
        "actual": judgement.actual,
        "times_judged": judgement.times_judged,
        "command": report.command(requirement),
        "reproduction": [_call(report, call) for call in report.calls(judgement)],
        "repetition": [_call(report, item) for item in judgement.repetition],
        "check": _check(report, judgement),
        "script": report.script_name(judgement) if judgement.verdict is Verdict.FAIL else "",
    }


def _check(report: Report, judgement: Judgement) -> Entry | None:
    if judgement.verdict is not Verdict.FAIL or judgement.requirement.id not in report.reproductions:
        return None
    expected, actual = report.difference(judgement)
    return {"expected": expected, "actual": actual}


def _observation(report: Report, observation: Observation) -> Entry:
    return {
        "id": observation.point.id,
        "question": observation.point.question,
        "choices": dict(observation.point.choices),
        "choice": observation.choice,
        "seen": observation.behaviour,
        "exchanges": [_call(report, exchange) for exchange in observation.exchanges],
    }


def _covered(covered: Covered) -> Entry:
    return {
        "operation": covered.operation,
        "status": covered.status,
        "encoding": covered.encoding,
        "exchanges": covered.exchanges,
        "parameters": list(covered.parameters),
        "fields": list(covered.fields),
    }


def _call(report: Report, exchange: Exchange) -> Entry:
    return {
        "request": exchange.summary,
        "curl": report.curl(exchange),
        "status": exchange.status,
        "body": exchange.shown_body(),
        "sent": exchange.sent_text,
    }
