"""A baseline fails only on what got worse, reports what got better, and only ever shrinks."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.gate.suite_reports import KNOWN, report

Gate = Callable[..., Result]
SHIPPED = Path(__file__).parents[3] / "openapi.yaml"


def test_what_had_no_verdict_and_has_none_cannot_have_got_worse(gate: Gate) -> None:
    for status in ("ERROR", "INCONCLUSIVE"):
        first = report("first.json", {"get/is-kind": status, "get/is-fast": "PASS"})
        gate("baseline", "b.json", "--from", first, "--write")
        for now in ("ERROR", "INCONCLUSIVE"):
            result = gate(
                "baseline", "b.json", "--from", report("now.json", {"get/is-kind": now, "get/is-fast": "PASS"})
            )
            assert (result.exit_code, "cannot be worse" in result.output) == (0, True)


def test_what_stood_in_the_way_is_told_once_for_all_it_hid(gate: Gate, baseline: Path) -> None:
    dark = report("now.json", KNOWN | {"get/is-fast": "INCONCLUSIVE", "get/is-kind": "INCONCLUSIVE"})
    result = gate("baseline", baseline, "--from", dark)

    assert result.exit_code == 2
    assert result.output.count("it was dark") == 1
    assert "2 requirements have no verdict: it was dark" in result.output
    assert "2 without a verdict, 1 known" in result.output


def test_what_is_written_down_is_told_as_it_is(gate: Gate) -> None:
    result = gate("baseline", "b.json", "--from", report("first.json", KNOWN), "--write", "--report", "out")

    assert result.exit_code == 0
    assert "fine: 1 violated, and taken in" in result.output
    assert "nothing was found" not in result.output
    assert "Nothing got worse" not in result.output
    assert "list/is-sorted is violated" in Path("out/gate.md").read_text(encoding="utf-8").replace("\\", "")


def test_an_inferred_requirement_that_got_worse_is_no_break_and_says_why(gate: Gate, baseline: Path) -> None:
    gate("baseline", baseline, "--from", report("first.json", KNOWN | {"get/is-guessed": "PASS"}), "--write")
    now = report("now.json", KNOWN | {"get/is-guessed": "FAIL"}, guessed="inferred")
    result = gate("baseline", baseline, "--from", now)
    strict = gate("baseline", baseline, "--from", now, "--strict")

    assert (result.exit_code, strict.exit_code) == (0, 1)
    assert "Worse, inferred only" in result.output
    assert "The requirement is only inferred, and counts with --strict" in result.output
    assert "Nothing got worse" not in result.output


def test_a_run_of_a_part_renews_that_part_of_the_baseline_and_keeps_the_rest(gate: Gate, baseline: Path) -> None:
    part = dict.fromkeys(KNOWN, "NOT_RUN") | {"get/is-fast": "FAIL"}
    result = gate("baseline", baseline, "--from", report("part.json", part), "--write")

    written = json.loads(baseline.read_text(encoding="utf-8"))
    assert written["requirements"] == dict(sorted((KNOWN | {"get/is-fast": "FAIL"}).items()))
    assert written["profile"] == {"list/order": "up"}
    assert "2 of them unchanged, because they were not run" in result.output


def test_a_baseline_of_another_deployment_is_told_and_stays_its_own(gate: Gate, baseline: Path) -> None:
    other = json.loads(report("now.json", KNOWN | {"list/is-sorted": "PASS"}).read_text(encoding="utf-8"))
    Path("other.json").write_text(json.dumps(other | {"target": "https://staging.example.com/api"}), encoding="utf-8")
    result = gate("baseline", baseline, "--from", "other.json", "--shrink")

    assert "the baseline is of https://crm.example.com/api, and this run is of https://staging" in result.output
    assert json.loads(baseline.read_text(encoding="utf-8"))["target"] == "https://crm.example.com/api"


def test_an_open_point_is_told_with_its_question_and_its_answers(gate: Gate, baseline: Path) -> None:
    data = json.loads(report("now.json", KNOWN).read_text(encoding="utf-8"))
    choices = {"up": "Smallest first.", "down": "Largest first."}
    data["profile"] = [{"id": "list/order", "question": "Which way?", "choices": choices, "choice": "down", "seen": ""}]
    Path("now.json").write_text(json.dumps(data), encoding="utf-8")
    result = gate("baseline", baseline, "--from", "now.json")

    assert "Which way? Answers: `up` (Smallest first); `down` (Largest first)." in result.output
    assert "1 different where nothing is documented" in result.output


def test_a_baseline_is_held_against_a_contract_at_a_revision(gate: Gate) -> None:
    shutil.copy(SHIPPED, "openapi.yaml")
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "one")):
        subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *words], check=True)
    Path("openapi.yaml").write_text("paths: {}", encoding="utf-8")
    requested = ("baseline", "b.json", "--contract", "HEAD:openapi.yaml", "--depth", "quick", "--only", "get/*")

    assert gate(*requested, "--write").exit_code == 0
    assert gate(*requested).exit_code == 0


def test_a_deployment_that_stays_as_it_is_passes_with_its_known_deviations(gate: Gate, baseline: Path) -> None:
    result = gate("baseline", baseline, "--from", report("now.json", KNOWN, {"list/order": "up"}))

    assert result.exit_code == 0
    assert "1 known" in result.output


def test_a_deployment_that_gets_worse_fails_and_says_where_to_look(gate: Gate, baseline: Path) -> None:
    result = gate("baseline", baseline, "--from", report("now.json", KNOWN | {"get/is-fast": "FAIL"}))

    assert result.exit_code == 1
    line = next(n for n, text in enumerate(baseline.read_text().splitlines(), 1) if "get/is-fast" in text)
    for piece in ("Worse", f"baseline.json:{line}", "Expected: 200. Actual: 500.", "curl /", "--only this"):
        assert piece in result.output


def test_a_deployment_that_gets_better_is_told_so_and_the_baseline_shrinks_on_request(
    gate: Gate, baseline: Path
) -> None:
    before = baseline.read_text(encoding="utf-8")
    better = report("now.json", KNOWN | {"list/is-sorted": "PASS"}, {"list/order": "down"})

    reported = gate("baseline", baseline, "--from", better)
    assert (reported.exit_code, baseline.read_text(encoding="utf-8")) == (0, before)
    assert "list/is-sorted holds" in reported.output

    assert gate("baseline", baseline, "--from", better, "--shrink").exit_code == 0
    after = json.loads(baseline.read_text(encoding="utf-8"))
    assert after["requirements"] == dict(sorted((KNOWN | {"list/is-sorted": "PASS"}).items()))
    assert after["profile"] == {"list/order": "up"}
    assert gate("baseline", baseline, "--from", report("later.json", KNOWN)).exit_code == 1


def test_shrinking_never_takes_in_what_got_worse(gate: Gate, baseline: Path) -> None:
    mixed = report("now.json", {"list/is-sorted": "PASS", "get/is-fast": "FAIL", "get/is-kind": "PASS"})

    assert gate("baseline", baseline, "--from", mixed, "--shrink").exit_code == 1
    assert json.loads(baseline.read_text(encoding="utf-8"))["requirements"]["get/is-fast"] == "PASS"


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"get/is-kind": "INCONCLUSIVE"}, 2, "get/is-kind has no verdict: it was dark"),
        ({"list/is-sorted": "INCONCLUSIVE"}, 0, "1 without a verdict, and cannot be worse"),
        ({"list/is-sorted": "ERROR"}, 0, "1 without a verdict, and cannot be worse"),
        ({"get/is-kind": "NOT_RUN"}, 0, "1 requirements that were judged before were not run"),
        ({"get/is-new": "FAIL"}, 2, "New in the contract"),
        ({"get/is-new": "PASS"}, 0, "Nothing got worse"),
        ({"get/is-guessed": "FAIL"}, 0, "counts with --strict"),
        ({"get/is-kind": "WAIVED"}, 0, "Nothing got worse"),
    ],
)
def test_what_is_neither_worse_nor_better_is_called_what_it_is(
    gate: Gate, baseline: Path, change: dict[str, str], code: int, message: str
) -> None:
    now = report("now.json", KNOWN | change, guessed="inferred")
    answer = gate("baseline", baseline, "--from", now, "--report", "out")

    assert answer.exit_code == code
    everything = answer.output + (Path("out") / "gate.json").read_text(encoding="utf-8")
    assert message in everything


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--strict",), 1)])
def test_undocumented_behaviour_is_noted_and_counts_under_strict(
    gate: Gate, baseline: Path, options: tuple[str, ...], code: int
) -> None:
    result = gate("baseline", baseline, "--from", report("now.json", KNOWN, {"list/order": "down"}), *options)

    assert result.exit_code == code
    assert "list/order was up and is down" in result.output


def test_a_run_that_looked_at_no_undocumented_behaviour_says_so(gate: Gate, baseline: Path) -> None:
    looked = report("looked.json", KNOWN, {"list/order": "up"})
    silent = report("silent.json", KNOWN)

    for options in ((), ("--strict",), ("--write",)):
        assert "--observe" not in gate("baseline", baseline, "--from", looked, *options).output
        assert (
            "Undocumented behaviour was not observed" in gate("baseline", baseline, "--from", silent, *options).output
        )


def test_what_could_not_be_seen_is_no_behaviour(gate: Gate) -> None:
    def seen(number: int) -> Path:
        path = report("now.json", KNOWN, {"list/order": "up"})
        data = json.loads(path.read_text(encoding="utf-8"))
        missing = f"not seen: thing {number} could not be read"
        data["profile"].append({"id": "get/form", "question": "?", "choice": None, "seen": missing})
        path.write_text(json.dumps(data), encoding="utf-8")
        return path

    assert gate("baseline", "b.json", "--from", seen(1), "--write").exit_code == 0
    assert json.loads(Path("b.json").read_text(encoding="utf-8"))["profile"] == {"list/order": "up"}
    assert gate("baseline", "b.json", "--from", seen(2), "--strict").exit_code == 0


def test_what_was_shrunk_is_told_by_what_became_of_it(gate: Gate) -> None:
    first = {"a/fails": "FAIL", "a/dark": "ERROR", "a/goes": "PASS", "a/stays": "FAIL"}
    gate("baseline", "b.json", "--from", report("first.json", first), "--write")
    now = {"a/fails": "PASS", "a/dark": "PASS", "a/stays": "FAIL"}
    result = gate("baseline", "b.json", "--from", report("now.json", now), "--shrink")
    assert "1 better, 1 with a verdict now, 1 no longer in the contract." in result.output


def test_what_was_not_judged_yet_is_counted_when_a_baseline_is_written(gate: Gate) -> None:
    result = gate("baseline", "b.json", "--from", report("r.json", {"a/b": "PASS", "a/c": "NOT_RUN"}), "--write")
    assert "2 requirements, 1 of them not judged yet." in result.output


def test_a_rule_in_sarif_says_what_all_its_findings_say(gate: Gate, baseline: Path) -> None:
    worse = report("now.json", {**KNOWN, "get/is-fast": "FAIL", "get/is-kind": "FAIL"})
    data = json.loads(worse.read_text(encoding="utf-8"))
    data["requirements"][1]["actual"] = "503"
    worse.write_text(json.dumps(data), encoding="utf-8")
    gate("baseline", baseline, "--from", worse, "--report", "out")
    (run,) = json.loads(Path("out/gate.sarif").read_text(encoding="utf-8"))["runs"]
    rule = next(rule for rule in run["tool"]["driver"]["rules"] if rule["id"] == "standing/worse")
    assert "503" not in json.dumps(rule)
    assert [result["level"] for result in run["results"] if result["ruleId"] == "standing/worse"] == ["error", "error"]
