"""Write junit.xml for CI systems: a test case for each requirement."""

from io import BytesIO
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from conformance.reports import files
from conformance.reports.rendering import without_control_codes
from conformance.reports.report import Report
from conformance.results.verdict import Judgement, Verdict


def write(report: Report, path: Path) -> None:
    """Write junit.xml."""
    suite = TestSuite("milestones-check")
    cases = [_case(report, judgement) for judgement in report.judgements]
    for stale in report.stale_waivers:
        case = TestCase("waivers", classname="milestones.waivers", time=0)
        case.result = [Failure(without_control_codes(stale))]
        cases.append(case)
    # Added one by one, the suite would count all cases again each time.
    suite.add_testcases(cases)
    suite.time = report.duration_s
    if report.insecure:
        suite.add_property("insecure", "any certificate was accepted")
    for name, value in (("target", report.target), ("seed", report.seed), ("depth", report.depth)):
        suite.add_property(name, str(value))
    document = JUnitXml()
    document.add_testsuite(suite)
    written = BytesIO()
    document.write(written, pretty=True)
    files.write(path, written.getvalue().decode())


def _case(report: Report, judgement: Judgement) -> TestCase:
    requirement = judgement.requirement
    seconds = round(report.seconds.get(requirement.id, 0.0), 3)
    case = TestCase(requirement.id, classname=f"milestones.{requirement.topic}", time=seconds)
    text = f"{requirement.text} ({requirement.source})"
    match judgement.verdict:
        case Verdict.FAIL if judgement.fails(strict=report.strict):
            failure = Failure(without_control_codes(text), requirement.level)
            failure.text = without_control_codes(_details(report, judgement))
            case.result = [failure]
        case Verdict.FAIL:
            case.result = [Skipped(without_control_codes(f"violated, but inferred only: {text}"))]
        case Verdict.UNSTEADY:
            case.result = [Skipped(without_control_codes(f"unsteady, {judgement.reason}: {text}"))]
        case Verdict.INCONCLUSIVE | Verdict.ERROR if judgement.lacks_verdict(strict=report.strict):
            case.result = [Error(without_control_codes(f"no verdict: {judgement.reason}"), judgement.verdict.value)]
        case Verdict.INCONCLUSIVE | Verdict.ERROR | Verdict.NOT_RUN | Verdict.WAIVED:
            case.result = [Skipped(without_control_codes(judgement.reason))]
        case Verdict.PASS:
            pass
    return case


def _details(report: Report, judgement: Judgement) -> str:
    expected, actual = report.difference(judgement)
    lines = [f"expected: {expected}", f"actual:   {actual}", ""]
    lines += [
        f"follows from: {cause.root}" for cause in report.causes if judgement.requirement.id in cause.consequences
    ]
    lines += [f"script: {report.script_name(judgement)}"]
    lines += [report.curl(call) for call in report.calls(judgement)]
    return "\n".join([*lines, "", report.command(judgement.requirement)])
