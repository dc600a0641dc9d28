"""Write report.html: one offline file, for the screen and for print."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from markupsafe import Markup

from conformance.exchange import Exchange, NotJson
from conformance.reports import files as report_files
from conformance.reports.rendering import open_templates
from conformance.reports.report import LABELS, Report
from conformance.reports.ticket import ticket
from conformance.reproduction import shell
from conformance.results.verdict import Judgement, Verdict

LONGEST_BODY = 6000
ENCODINGS = ("form", "json", "none")
PRELUDE_MARK = "# (the functions of every reproduction)"
"""Stands in the page for the code that all scripts share; the page inserts it when a script is copied."""


def write(report: Report, path: Path) -> None:
    """Write report.html; every text from the deployment is escaped."""
    environment = open_templates("conformance.reports")
    environment.filters["pretty"] = _pretty
    script = files("conformance.reports").joinpath("templates/report.js").read_text(encoding="utf-8")
    page = environment.get_template("report.html.j2").render(
        report=report,
        labels=LABELS,
        topics=report.topics,
        unjudged=unjudged(report),
        coverage=coverage(report),
        inputs=inputs(report),
        encodings=ENCODINGS,
        prelude=shell.prelude(),
        short_script=lambda judgement: short_script(report, judgement),
        ticket=lambda judgement: ticket(report, judgement, short_script(report, judgement)),
        # Only the page's own script may run: the policy names it by its hash.
        script=Markup(script),  # noqa: S704
        script_hash=b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    report_files.write(path, page)


def short_script(report: Report, judgement: Judgement) -> str:
    return report.script(judgement).replace(shell.prelude(), PRELUDE_MARK + "\n")


def _pretty(call: Exchange) -> str:
    """Return the body of an answer for display; JSON has a line for each value."""
    if isinstance(call.json, NotJson):
        return call.shown_body(LONGEST_BODY)
    text = json.dumps(call.json, indent=2, ensure_ascii=False)
    return text if len(text) <= LONGEST_BODY else f"{text[:LONGEST_BODY]}… ({len(text)} characters)"


def unjudged(report: Report) -> dict[str, list[Judgement]]:
    """Return the requirements without a verdict, grouped by reason."""
    reasons: dict[str, list[Judgement]] = {}
    for judgement in report.having(Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.WAIVED, Verdict.NOT_RUN):
        reasons.setdefault(judgement.reason, []).append(judgement)
    return reasons


def coverage(report: Report) -> Mapping[tuple[str, int], Mapping[str, int]]:
    """Return the number of exchanges by encoding, for each operation and status."""
    table: dict[tuple[str, int], dict[str, int]] = {}
    for covered in report.coverage:
        table.setdefault((covered.operation, covered.status), {})[covered.encoding] = covered.exchanges
    return table


def inputs(report: Report) -> Mapping[tuple[str, int], Sequence[str]]:
    """Return the parameters and fields that were sent, for each operation and status."""
    table: dict[tuple[str, int], set[str]] = {}
    for covered in report.coverage:
        table.setdefault((covered.operation, covered.status), set()).update(covered.parameters, covered.fields)
    return {row: sorted(names) for row, names in table.items()}
