"""A baseline fails on what got worse alone, tells what got better, and shrinks only."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Gate = Callable[..., Result]
KNOWN = {"list/is-sorted": "FAIL", "get/is-fast": "PASS", "get/is-kind": "PASS"}


def report(name: str, statuses: dict[str, str], profile: dict[str, str] | None = None, **levels: str) -> Path:
    """Writes a report of the suite; a requirement's level is given by its last part."""
    requirements = [
        {
            "id": identifier,
            "level": levels.get(identifier.rpartition("-")[2], "stated"),
            "text": "It is so.",
            "source": "Manual",
            "status": status,
            "reason": "it was dark" if status in ("INCONCLUSIVE", "NOT_RUN") else "",
            "expected": "200" if status == "FAIL" else "",
            "actual": "500" if status == "FAIL" else "",
            "times_judged": 1,
            "command": "milestones-check --only this",
            "reproduction": [{"request": "GET /", "curl": "curl /", "status": 500, "body": ""}]
            if status == "FAIL"
            else [],
        }
        for identifier, status in statuses.items()
    ]
    observed = [{"id": point, "question": "?", "choice": choice} for point, choice in (profile or {}).items()]
    data: dict[str, Any] = {"target": "https://crm.example.com/api", "contract": {"version": "1"}}
    data |= {"requirements": requirements, "profile": observed}
    Path(name).write_text(json.dumps(data), encoding="utf-8")
    return Path(name)


@pytest.fixture
def baseline(gate: Gate) -> Path:
    """A committed baseline with one known deviation."""
    made = gate("baseline", "baseline.json", "--from", report("first.json", KNOWN, {"list/order": "up"}), "--write")
    assert made.exit_code == 0
    return Path("baseline.json")


def test_a_deployment_that_stays_as_it_is_passes_with_its_known_deviations(gate: Gate, baseline: Path) -> None:
    said = gate("baseline", baseline, "--from", report("now.json", KNOWN, {"list/order": "up"}))

    assert said.exit_code == 0
    assert "1 known" in said.output


def test_a_deployment_that_gets_worse_fails_and_says_where_to_look(gate: Gate, baseline: Path) -> None:
    said = gate("baseline", baseline, "--from", report("now.json", KNOWN | {"get/is-fast": "FAIL"}))

    assert said.exit_code == 1
    line = next(n for n, text in enumerate(baseline.read_text().splitlines(), 1) if "get/is-fast" in text)
    for piece in ("Worse", f"baseline.json:{line}", "Expected: 200. Came: 500.", "curl /", "--only this"):
        assert piece in said.output


def test_a_deployment_that_gets_better_is_told_so_and_the_baseline_shrinks_on_request(
    gate: Gate, baseline: Path
) -> None:
    before = baseline.read_text(encoding="utf-8")
    better = report("now.json", KNOWN | {"list/is-sorted": "PASS"}, {"list/order": "down"})

    told = gate("baseline", baseline, "--from", better)
    assert (told.exit_code, baseline.read_text(encoding="utf-8")) == (0, before)
    assert "list/is-sorted holds" in told.output

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
    ("change", "code", "said"),
    [
        ({"get/is-kind": "INCONCLUSIVE"}, 2, "get/is-kind has no verdict: it was dark"),
        ({"list/is-sorted": "INCONCLUSIVE"}, 0, "1 known"),
        ({"get/is-kind": "NOT_RUN"}, 0, "1 requirements that were judged before were not run"),
        ({"get/is-new": "FAIL"}, 2, "New in the contract"),
        ({"get/is-new": "PASS"}, 0, "Nothing got worse"),
        ({"get/is-guessed": "FAIL"}, 0, "counts under --strict"),
        ({"get/is-kind": "WAIVED"}, 0, "Nothing got worse"),
    ],
)
def test_what_is_neither_worse_nor_better_is_called_what_it_is(
    gate: Gate, baseline: Path, change: dict[str, str], code: int, said: str
) -> None:
    now = report("now.json", KNOWN | change, guessed="inferred")
    answer = gate("baseline", baseline, "--from", now, "--report", "out")

    assert answer.exit_code == code
    everything = answer.output + (Path("out") / "gate.json").read_text(encoding="utf-8")
    assert said in everything


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--strict",), 1)])
def test_undocumented_behaviour_is_noted_and_counts_under_strict(
    gate: Gate, baseline: Path, options: tuple[str, ...], code: int
) -> None:
    said = gate("baseline", baseline, "--from", report("now.json", KNOWN, {"list/order": "down"}), *options)

    assert said.exit_code == code
    assert "list/order was up and is down" in said.output


def test_a_run_that_looked_at_no_undocumented_behaviour_says_so(gate: Gate, baseline: Path) -> None:
    looked = report("looked.json", KNOWN, {"list/order": "up"})
    silent = report("silent.json", KNOWN)

    for options in ((), ("--strict",), ("--write",)):
        assert "--observe" not in gate("baseline", baseline, "--from", looked, *options).output
        assert (
            "Undocumented behaviour was not looked at" in gate("baseline", baseline, "--from", silent, *options).output
        )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("missing.json", "--from", "now.json"), "there is no baseline yet; make it with --write"),
        (("now.json", "--from", "now.json"), "is no baseline of format 1"),
        (("baseline.json", "--from", "missing.json"), "missing.json: cannot be read"),
        (("baseline.json", "--from", "baseline.json"), "is no report of milestones-check"),
        (("baseline.json", "--from", "now.json", "--write", "--shrink"), "exclude each other"),
        (("baseline.json", "--from", "now.json", "--target", "http://127.0.0.1:1"), "--from reads a run that was done"),
        (("baseline.json", "--from", "empty.json"), "judged no requirement"),
        (("baseline.json", "--target", "http://127.0.0.1:9/api", "--api-key", "x"), "The suite did not run"),
    ],
)
def test_a_mistake_ends_with_3_and_says_what_to_do(
    gate: Gate, baseline: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    report("now.json", KNOWN)
    report("empty.json", dict.fromkeys(KNOWN, "NOT_RUN"))
    said = gate("baseline", *arguments)

    assert said.exit_code == 3
    assert complaint in said.output
