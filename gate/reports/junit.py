"""Findings as JUnit, a test case each, for what shows test results."""

import re
from io import BytesIO

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

from gate.verdict import Finding, Verdict, Weight

# What XML 1.0 cannot hold: a hostile contract must not make the file unreadable.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(verdict: Verdict) -> str:
    """The whole document; without findings it has one test case that passes, for none looks like no run."""
    suite = TestSuite(f"milestones-gate {verdict.command}")
    for finding in verdict.findings:
        suite.add_testcase(_case(finding, verdict.command))
    if not verdict.findings:
        suite.add_testcase(TestCase(_clean(verdict.compared), classname=f"milestones-gate.{verdict.command}", time=0))
    document = JUnitXml()
    document.add_testsuite(suite)
    written = BytesIO()
    document.write(written, pretty=True)
    return written.getvalue().decode()


def _case(finding: Finding, command: str) -> TestCase:
    case = TestCase(_clean(finding.id), classname=f"milestones-gate.{command}", time=0)
    if finding.weight is Weight.NOTED:
        return case
    made = Failure if finding.weight is Weight.FAILS else Error
    result = made(_clean(finding.text), finding.rule)
    place = "" if finding.place is None else f"{finding.place.file}:{finding.place.line}"
    said = [place, *finding.at, "", finding.reason, finding.remedy, finding.example, *finding.calls]
    result.text = _clean("\n".join(said).strip())
    case.result = [result]
    return case


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)
