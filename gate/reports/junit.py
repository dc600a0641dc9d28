"""Write findings as JUnit test cases."""

import re
from io import BytesIO

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from gate.verdict import Finding, Severity, Verdict

GOOD_NEWS = ("better", "gone")
# Characters that XML 1.0 forbids: a hostile contract must not make the file unreadable.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(verdict: Verdict) -> str:
    """Return the document; without findings, it has one passing test case, as none would look like no run."""
    cases = [_case(finding, verdict.command) for finding in verdict.findings]
    return _document(verdict.command, cases or [_named(verdict.compared, verdict.command)])


def not_done(command: str, reason: str) -> str:
    """Return the document of a run without a verdict: one test case with an error."""
    case = _named("The run could not be done", command)
    case.result = [Error(without_control_codes(reason), "not done")]
    return _document(command, [case])


def _document(command: str, cases: list[TestCase]) -> str:
    suite = TestSuite(f"milestones-gate {command}")
    suite.add_testcases(cases)
    document = JUnitXml()
    document.add_testsuite(suite)
    written = BytesIO()
    document.write(written, pretty=True)
    return written.getvalue().decode()


def _named(name: str, command: str) -> TestCase:
    return TestCase(without_control_codes(name), classname=f"milestones-gate.{command}", time=0)


def _case(finding: Finding, command: str) -> TestCase:
    """Return a test case; informational findings are skipped, except good news."""
    case = _named(finding.id, command)
    if finding.severity is Severity.INFO:
        message = finding.is_explained and finding.kind not in GOOD_NEWS
        case.result = [Skipped(without_control_codes(f"{finding.heading}: {finding.reason}"))] if message else []
        return case
    made = Failure if finding.severity is Severity.ERROR else Error
    result = made(without_control_codes(finding.text), finding.rule)
    place = "" if finding.place is None else str(finding.place)
    details = [place, *finding.at, "", finding.reason, finding.remedy, finding.example, *finding.calls]
    result.text = without_control_codes("\n".join(details).strip())
    case.result = [result]
    return case


def without_control_codes(text: str) -> str:
    """Return a text without characters that XML forbids."""
    return _UNPRINTABLE.sub("\ufffd", text)
