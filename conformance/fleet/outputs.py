"""Write the reports of a fleet: fleet.json, junit.xml, index.html, and a page for each deployment."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from junitparser import Error, JUnitXml, TestCase, TestSuite

from conformance.fleet.results import Result
from conformance.fleet.verdict import FleetVerdict
from conformance.reports.rendering import open_templates, without_control_codes

FORMAT = 1
SCHEMA = Path(__file__).with_name("fleet.schema.json")


def write(verdict: FleetVerdict, folder: Path) -> None:
    """Write all reports of a fleet."""
    text = json.dumps(entry(verdict), indent=2, ensure_ascii=False)
    (folder / "fleet.json").write_text(text + "\n", encoding="utf-8", errors="replace")
    write_junit(verdict, folder)
    write_pages(verdict, folder)


def entry(verdict: FleetVerdict) -> dict[str, Any]:
    """Return the fleet as plain data, by `fleet.schema.json` beside this module."""
    return {
        "format": FORMAT,
        "verdict": verdict.outcome,
        "exit_code": verdict.exit_code,
        "started": verdict.started,
        "duration_s": verdict.duration_s,
        "interrupted": verdict.interrupted,
        "requests": verdict.requests,
        "counts": verdict.counts,
        "alike": verdict.alike,
        "clusters": [asdict(cluster) for cluster in verdict.clusters],
        "deployments": [{**asdict(result), "exit_code": result.exit_code} for result in verdict.results],
    }


def write_junit(verdict: FleetVerdict, folder: Path) -> None:
    """Write a suite for each deployment: the cases of its own report under the deployment's name."""
    document = JUnitXml()
    for result in verdict.results:
        suite = _suite(result, folder)
        suite.add_property("target", result.target)
        suite.add_property("verdict", result.verdict)
        suite.time = result.duration_s
        # add_testsuite would compare it with all others, which takes quadratic time.
        document.append(suite)
    document.update_statistics()
    document.write(str(folder / "junit.xml"), pretty=True)


def _suite(result: Result, folder: Path) -> TestSuite:
    path = folder / (result.report or "") / "junit.xml"
    suite = TestSuite(result.name)
    if path.is_file():
        for own in JUnitXml.fromfile(str(path)):
            suite.add_testcases(list(own))
    if result.violations or result.verdict in ("conformant", "stale waivers") or path.is_file():
        return suite
    case = TestCase("the deployment can be checked", classname="milestones.fleet", time=result.duration_s)
    case.result = [Error(without_control_codes(result.reason), result.verdict)]
    suite.add_testcase(case)
    return suite


def write_pages(verdict: FleetVerdict, folder: Path) -> None:
    environment = open_templates("conformance.fleet")
    page = environment.get_template("index.html.j2").render(fleet=verdict)
    (folder / "index.html").write_text(page, encoding="utf-8", errors="replace")
    for result in verdict.results:
        path = folder / (result.report or "") / "report.html"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            page = environment.get_template("not_done.html.j2").render(result=result)
            path.write_text(page, encoding="utf-8", errors="replace")
