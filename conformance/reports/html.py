"""report.html: one file, offline, for the screen and for print."""

from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape

from conformance.reports import files
from conformance.reports.report import Report
from conformance.results.verdict import Judgement

ENCODINGS = ("form", "json", "none")


def write(report: Report, path: Path) -> None:
    """Writes report.html; all that came from the deployment is escaped."""
    environment = Environment(
        loader=PackageLoader("conformance.reports", "templates"),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("report.html.j2").render(
        report=report, topics=_topics(report), coverage=_coverage(report), inputs=_inputs(report), encodings=ENCODINGS
    )
    files.write(path, page)


def _topics(report: Report) -> dict[str, list[Judgement]]:
    topics: dict[str, list[Judgement]] = {}
    for judgement in report.judgements:
        topics.setdefault(judgement.requirement.topic, []).append(judgement)
    return topics


def _coverage(report: Report) -> dict[tuple[str, int], dict[str, int]]:
    """The exchanges by encoding, for each operation and status."""
    table: dict[tuple[str, int], dict[str, int]] = {}
    for one in report.coverage:
        table.setdefault((one.operation, one.status), {})[one.encoding] = one.exchanges
    return table


def _inputs(report: Report) -> dict[tuple[str, int], list[str]]:
    """The parameters and fields that were sent, for each operation and status."""
    table: dict[tuple[str, int], set[str]] = {}
    for one in report.coverage:
        table.setdefault((one.operation, one.status), set()).update(one.parameters, one.fields)
    return {row: sorted(names) for row, names in table.items()}
