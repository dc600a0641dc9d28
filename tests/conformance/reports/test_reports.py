"""Reports say what was found, hold no key, and are not led astray by what a deployment answers."""

import io
import json
import re
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from junitparser import JUnitXml
from rich.console import Console

from conformance.contract import OpenPoint, Requirement
from conformance.exchange import AuthVariant, Exchange
from conformance.probes.registry import Observation
from conformance.reports import files, html, junit, terminal
from conformance.reports import json as report_json
from conformance.reports.report import Report
from conformance.reproduction.causes import Cause
from conformance.results.coverage import Covered
from conformance.results.verdict import Conclusion, Judgement, Verdict, combine
from conformance.target import NetworkOptions

SECRET = "hunter2-of-the-front"
HOSTILE = '<script>alert(1)</script>\x1b[31m\x00 ]]> "quoted" \ud800'


def judgement(verdict: Verdict, name: str = "one", level: str = "stated", answer: str = "{}") -> Judgement:
    """Return a judgement; a violated one with a call that shows it."""
    requirement = Requirement(
        f"get/{name}-holds", "inferred" if level == "inferred" else "stated", "A sentence.", "Milestones, Get", "get"
    )
    if verdict is not Verdict.FAIL:
        return Judgement(requirement, verdict, reason=f"because {answer}" if verdict is not Verdict.PASS else "")
    call = Exchange(
        number=1,
        operation="createMilestone",
        method="POST",
        path="/milestones",
        query="",
        key=AuthVariant.OURS,
        content_type="application/json",
        sent=b'{"milestone_title": "O\'Brien"}',
        status=500,
        headers={},
        received=answer.encode("utf-8", "replace"),
        seconds=0.1,
    )
    return Judgement(requirement, verdict, "", "status 201", f"500, {answer}", (call,), times_judged=3)


def report(
    *judgements: Judgement,
    strict: bool = False,
    observations: Sequence[Observation] = (),
    stale_waivers: Sequence[str] = (),
) -> Report:
    """Return a report of judgements."""
    return Report(
        outcome=combine(judgements, strict=strict, stale_waivers=bool(stale_waivers)),
        target="https://crm.example.com/api",
        embedded=False,
        contract_version="1.0.0",
        contract_sha256="0" * 64,
        seed=7,
        depth="quick",
        strict=strict,
        read_only=False,
        requests=12,
        started="2026-06-15T09:30:00+00:00",
        duration_s=1.5,
        judgements=judgements,
        observations=observations,
        coverage=(
            Covered("createMilestone", 201, "form", 4, ("id",), ("milestone_title",)),
            Covered("createMilestone", 201, "json", 2, (), ("milestone_color",)),
        ),
        stale_waivers=stale_waivers,
        leftovers=("project 5",),
    )


MIXED = (
    judgement(Verdict.PASS, "passing"),
    judgement(Verdict.FAIL, "broken", answer=HOSTILE),
    judgement(Verdict.FAIL, "guessed", level="inferred"),
    judgement(Verdict.INCONCLUSIVE, "open", answer=HOSTILE),
    judgement(Verdict.NOT_RUN, "left"),
    judgement(Verdict.ERROR, "our"),
    judgement(Verdict.WAIVED, "known"),
)
POINT = OpenPoint("list/some-thing", "What?", {"this": "This happens.", "that": "That."}, "this", "listMilestones")
SEEN = (Observation(POINT, "this", "this", MIXED[1].reproduction), Observation(POINT, None, f"not seen: {HOSTILE}"))


@pytest.mark.parametrize("judgements", [MIXED, MIXED[:1], MIXED[2:4]], ids=["violations", "conformant", "inconclusive"])
def test_the_json_report_is_as_its_schema_says(judgements: Sequence[Judgement], tmp_path: Path) -> None:
    report_json.write(report(*judgements), tmp_path / "report.json")
    written = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))

    Draft202012Validator(json.loads(report_json.SCHEMA.read_text(encoding="utf-8"))).validate(written)
    assert [requirement["status"] for requirement in written["requirements"]] == [
        judgement.verdict.value for judgement in judgements
    ]


def test_every_report_says_that_any_certificate_was_accepted(tmp_path: Path) -> None:
    insecure = replace(report(*MIXED), network=NetworkOptions(insecure=True))
    console = Console(record=True, width=200)
    report_json.write(insecure, tmp_path / "report.json")
    junit.write(insecure, tmp_path / "junit.xml")
    html.write(insecure, tmp_path / "report.html")
    terminal.show(insecure, console)

    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["insecure"] is True
    written = [(tmp_path / name).read_text(encoding="utf-8") for name in ("junit.xml", "report.html")]
    assert all("any certificate was accepted" in text for text in written)
    assert "--insecure" in console.export_text()


def test_every_command_takes_the_way_that_the_run_took_and_shows_no_secret(tmp_path: Path) -> None:
    network = NetworkOptions(ca_bundle="our ca.pem", headers=(("X-Front", SECRET),))
    console = Console(record=True, width=200)
    reached = replace(report(*MIXED), network=network, options=["--client-id", "3", *network.words])
    report_json.write(reached, tmp_path / "report.json")
    junit.write(reached, tmp_path / "junit.xml")
    html.write(reached, tmp_path / "report.html")
    terminal.show(reached, console)
    (tmp_path / "terminal").write_text(console.export_text(), encoding="utf-8")

    texts = {path.name: unescaped(path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()}
    again = (
        """--client-id 3 --ca-bundle 'our ca.pem' --header "X-Front: $MILESTONES_HEADER_X_FRONT" --target https://crm"""
    )
    curl = """ --cacert 'our ca.pem' --header "X-Front: $MILESTONES_HEADER_X_FRONT\""""
    assert [name for name, text in texts.items() if again not in text or curl not in text or SECRET in text] == []
    assert "`MILESTONES_TARGET`, `MILESTONES_API_KEY` and `MILESTONES_HEADER_X_FRONT` set" in texts["report.html"]
    assert f"clean-up --target https://crm.example.com/api {' '.join(network.words)}" in texts["terminal"]


def unescaped(text: str) -> str:
    """Undo the escapes of JSON, XML and HTML."""
    return unescape(text.replace('\\"', '"'))


def test_the_junit_report_counts_what_fails_and_what_is_open(tmp_path: Path) -> None:
    junit.write(report(*MIXED), tmp_path / "junit.xml")
    suite = next(iter(JUnitXml.fromfile(str(tmp_path / "junit.xml"))))

    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (7, 1, 2, 3)


def test_the_html_report_escapes_what_came_and_loads_nothing(tmp_path: Path) -> None:
    html.write(report(*MIXED), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")

    assert page.count("<script") == 1
    assert "&lt;script&gt;" in page
    assert re.search(r'(src|href)\s*=(?!"#)', page) is None
    assert "get/broken-holds" in page


def test_the_html_report_shows_coverage_and_the_observed_profile(tmp_path: Path) -> None:
    html.write(
        report(*MIXED, observations=SEEN, stale_waivers=["the waiver of x has expired"]), tmp_path / "report.html"
    )
    page = (tmp_path / "report.html").read_text(encoding="utf-8")

    assert re.search(r"createMilestone</code></td><td>201</td><td class=.number.>4</td><td class=.number.>2", page)
    assert "id, milestone_color, milestone_title" in page
    assert "list/some-thing" in page
    assert "This happens." in page
    assert "the waiver of x has expired" in page
    assert page.count("<script>") == 1


def test_the_terminal_names_waivers_and_what_was_not_observed() -> None:
    console = Console(file=io.StringIO(), width=200)
    terminal.show(report(*MIXED, observations=SEEN, stale_waivers=["the waiver of x has expired"]), console)
    text = console.file.getvalue()  # type: ignore[attr-defined]

    assert "Stale: the waiver of x has expired" in text
    assert "Observed 1 of 2 open points (profile.json); the others:" in text
    assert "get/known-holds" in text


def test_the_terminal_tells_the_whole_story_of_a_violation() -> None:
    output = io.StringIO()
    terminal.show(report(*MIXED), Console(file=output, width=500, highlight=False))
    printed = output.getvalue()

    for piece in ("A sentence.", "Milestones, Get", "status 201", "--seed 7", "--only get/broken-holds", "project 5"):
        assert piece in printed
    assert printed.index("get/broken-holds") < printed.index("get/guessed-holds") < printed.index("because")
    assert "violations: 1 of 4 requirements judged do not hold, beside 1 inferred only and 1 waived" in printed
    assert "\x1b" not in printed
    assert "\x00" not in printed


def test_under_strict_an_inferred_violation_fails() -> None:
    assert report(MIXED[2]).headline == "conformant: 1 requirements judged; none stated is violated, 1 inferred are"
    assert report(MIXED[2], strict=True).headline == "violations: 1 of 1 requirements judged do not hold"


def test_a_curl_command_is_one_that_a_shell_understands() -> None:
    words = shlex.split(MIXED[1].reproduction[0].curl("https://crm.example.com/api"))

    assert words[:4] == ["curl", "-sS", "-X", "POST"]
    assert "https://crm.example.com/api/milestones" in words
    assert "Authorization: Bearer $MILESTONES_API_KEY" in words
    assert words[-1] == '{"milestone_title": "O\'Brien"}'


def test_a_run_with_unsteady_violations_says_so_at_its_end() -> None:
    unsteady = report(judgement(Verdict.PASS), judgement(Verdict.UNSTEADY, "shaky"))

    assert "1 unsteady" in unsteady.headline
    assert "unsteady" in unsteady.next_step


def test_a_violation_without_fixed_calls_has_a_script_that_runs_the_suite(tmp_path: Path) -> None:
    directory = tmp_path / "reproductions"
    directory.mkdir()
    (directory / "of-an-earlier-run.sh").touch()
    files.write_scripts(report(*MIXED), directory)
    script = (directory / "get-broken-holds.sh").read_text(encoding="utf-8")

    assert sorted(path.name for path in directory.iterdir()) == ["get-broken-holds.sh", "get-guessed-holds.sh"]
    assert script.count("--target") == 1
    assert "--strict" not in script
    assert "--seed 7 --strict --target" in (directory / "get-guessed-holds.sh").read_text(encoding="utf-8")
    assert '--only get/broken-holds --depth quick --seed 7 --target "$MILESTONES_TARGET"' in script
    surroundings = {"PATH": "/usr/bin:/bin", "MILESTONES_TARGET": "http://x/api", "MILESTONES_API_KEY": "test"}
    done = subprocess.run(["sh", str(directory / "get-broken-holds.sh")], env=surroundings, check=False)
    assert done.returncode == 3


def test_a_run_says_in_its_last_line_why_it_is_not_simply_green() -> None:
    waived = report(judgement(Verdict.PASS), judgement(Verdict.WAIVED, "known"))
    interrupted = replace(report(judgement(Verdict.INCONCLUSIVE, "open")), interrupted=True)
    partial = report(judgement(Verdict.PASS), judgement(Verdict.INCONCLUSIVE, "open", level="inferred"))

    assert partial.next_step.startswith("Every requirement that was judged holds, and all stated ones were")
    assert waived.next_step == "Only waived violations are left; keep this run in CI, and fix the waived violations."
    assert interrupted.headline.startswith("interrupted, inconclusive: ")
    assert interrupted.next_step == "The run was interrupted; run again for the rest."


def test_the_next_step_names_what_makes_a_run_inconclusive_without_an_open_requirement() -> None:
    alternating = replace(report(judgement(Verdict.PASS, "holds")), outcome=Conclusion.INCONCLUSIVE, leftovers=[])
    leaving = replace(alternating, leftovers=["project 7"])
    standing = replace(report(judgement(Verdict.INCONCLUSIVE, "open")), outcome=Conclusion.INCONCLUSIVE)

    assert "alternating reads" in alternating.next_step
    assert "leftovers" in leaving.next_step
    assert "obstacle" in standing.next_step


def test_a_terminal_shows_the_first_and_the_last_of_very_many_calls() -> None:
    broken = judgement(Verdict.FAIL, "broken")
    many = replace(broken, reproduction=[replace(broken.reproduction[0], status=200 + place) for place in range(99)])
    output = io.StringIO()
    terminal.show(report(many), Console(file=output, width=500, highlight=False))

    assert "… 83 more; --report DIR writes them all" in output.getvalue()
    assert [int(line.split()[-1]) for line in output.getvalue().splitlines() if line.strip().startswith("→")] == [
        *range(200, 204),
        *range(287, 299),
    ]


def test_a_terminal_counts_the_requirements_that_share_a_reason_with_many() -> None:
    few = [judgement(Verdict.INCONCLUSIVE, f"few{number}", answer="rain") for number in range(12)]
    many = [judgement(Verdict.INCONCLUSIVE, f"many{number}", answer="snow") for number in range(13)]
    output = io.StringIO()
    terminal.show(report(*few, *many), Console(file=output, width=500, highlight=False))
    lines = [line.strip() for line in output.getvalue().splitlines()]

    assert "13 requirements; --report DIR names each" in lines
    assert "get/few11-holds" in lines
    assert "get/many0-holds" not in lines


def test_what_follows_from_a_violation_stands_below_it(tmp_path: Path) -> None:
    grouped = replace(report(*MIXED), causes=[Cause("get/broken-holds", ["get/guessed-holds"])])
    console = Console(file=io.StringIO(), width=200, highlight=False)
    terminal.show(grouped, console)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    written = report_json.entry(grouped)
    junit.write(grouped, tmp_path / "junit.xml")

    assert "from this 1 more, 1 of them inferred only" in printed
    assert printed.count("✗") == 1
    assert written["causes"] == [{"root": "get/broken-holds", "consequences": ["get/guessed-holds"]}]
    reasons = {
        requirement["id"]: requirement["reason"]
        for requirement in written["requirements"]
        if requirement["status"] == "FAIL"
    }
    assert reasons["get/guessed-holds"].endswith("; follows from get/broken-holds")
    assert all(reasons.values())


def test_only_inferred_violations_are_said_in_the_last_lines() -> None:
    console = Console(file=io.StringIO(), width=200, highlight=False)
    terminal.show(report(MIXED[0], MIXED[2]), console)
    last = console.file.getvalue().splitlines()  # type: ignore[attr-defined]

    assert "1 inferred are" in last[-3]
    assert last[-1].startswith("Read the inferred violations above before you keep this run in CI")
