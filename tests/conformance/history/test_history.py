"""A history shows what began to fail and when, what is intermittent, and what got better."""

import re
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from conformance.cli import command
from conformance.history import store
from conformance.history.store import History, PastRun, surplus
from conformance.history.trends import Trend, changes
from conformance.target import RunError

NOW = datetime.now(UTC)


def report(hours_ago: float, choice: str = "folded", **statuses: str) -> dict[str, Any]:
    """Return a report with the parts that a history reads."""
    return {
        "target": "https://acme.example/api",
        "started": (NOW - timedelta(hours=hours_ago)).isoformat(timespec="seconds"),
        "verdict": "violations" if "FAIL" in statuses.values() else "conformant",
        "depth": "quick",
        "seed": 1,
        "contract": {"sha256": "0" * 64},
        "requests": 100,
        "duration_s": 1.5,
        "requirements": [{"id": f"get/{name}", "status": status} for name, status in statuses.items()],
        "profile": [{"id": "list/case", "choice": choice, "seen": "it folds"}],
    }


def kept(path: Path, *reports: dict[str, Any]) -> list[PastRun]:
    """Return the runs of a history that was given these reports, one by one."""
    for entry in reports:
        with History.open(path) as history:
            history.add("acme", entry)
    with History.open(path) as history:
        return history.runs("acme")


def sequence(path: Path, *statuses: str) -> list[Any]:
    """Return the trends of one requirement with these statuses."""
    reports = [report(len(statuses) - place, it=status) for place, status in enumerate(statuses)]
    return [(change.trend, change.run) for change in changes(kept(path, *reports))]


@pytest.mark.parametrize(
    ("statuses", "trends"),
    [
        (["PASS", "PASS", "FAIL", "FAIL"], [(Trend.BEGAN_TO_FAIL, 3)]),
        (["FAIL", "FAIL", "PASS", "PASS"], [(Trend.GOT_BETTER, 3)]),
        (["FAIL", "FAIL"], [(Trend.ALWAYS_FAILED, 1)]),
        (["PASS", "FAIL", "PASS", "FAIL"], [(Trend.INTERMITTENT, 4)]),
        (["PASS", "FAIL", "WAIVED"], [(Trend.BEGAN_TO_FAIL, 2)]),
        (["PASS", "INCONCLUSIVE", "NOT_RUN", "FAIL"], [(Trend.BEGAN_TO_FAIL, 4)]),
        (["PASS", "UNSTEADY"], [(Trend.UNSTEADY, 2)]),
        (["PASS", "UNSTEADY", "PASS"], []),
        (["PASS", "PASS"], []),
        (["INCONCLUSIVE"], []),
    ],
)
def test_trends(tmp_path: Path, statuses: Sequence[str], trends: list[Any]) -> None:
    assert sequence(tmp_path / "h", *statuses) == trends


def test_behaviour_that_no_document_speaks_of_has_a_past_too(tmp_path: Path) -> None:
    (change,) = changes(kept(tmp_path / "h", report(2, "folded"), report(1, "kept")))

    assert (change.trend, change.id, change.detail) == (Trend.CHANGED, "list/case", "folded → kept")


def test_a_run_is_kept_once(tmp_path: Path) -> None:
    assert len(kept(tmp_path / "h", report(1, it="PASS"), report(1, it="PASS"))) == 1


def test_two_runs_that_began_in_the_same_second_are_both_kept(tmp_path: Path) -> None:
    first = report(1, a="PASS")

    assert len(kept(tmp_path / "history.sqlite", first, {**first, "seed": first["seed"] + 1})) == 2


def test_old_runs_are_thinned_but_not_those_that_changed_anything(tmp_path: Path) -> None:
    hours = [24 * 400 + 3, 24 * 400 + 2, 24 * 400 + 1, 24 * 60 + 3, 24 * 60 + 2, 24 * 60 + 1, 3, 2, 1]
    statuses = ["PASS", "PASS", "PASS", "PASS", "FAIL", "FAIL", "FAIL", "FAIL", "FAIL"]
    base = NOW.replace(hour=12)
    runs = [
        PastRun(
            number, "a", "", (base - timedelta(hours=age)).isoformat(), "", 0, 0.0, {"get/it": status}, {}
        )
        for number, (age, status) in enumerate(zip(hours, statuses, strict=True))
    ]  # fmt: skip

    assert [run.id for run in surplus(runs, base)] == [1, 3]


def test_what_is_no_history_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database, but long enough to be one" * 100, encoding="utf-8")
    with sqlite3.connect(tmp_path / "other") as other:
        other.execute("CREATE TABLE theirs (id)")
    other.close()

    for name in ("text", "other"):
        with pytest.raises(RunError, match="name another file"):
            History.open(tmp_path / name)


def test_what_was_added_before_a_failure_is_not_kept(tmp_path: Path) -> None:
    def add_both() -> None:
        with History.open(tmp_path / "h") as history:
            history.add("acme", report(1, it="PASS"))
            history.add("other", {})

    with pytest.raises(KeyError):
        add_both()

    with History.open(tmp_path / "h") as history:
        assert history.deployments() == []


def run(*words: str) -> Result:
    return CliRunner().invoke(command, list(words))


def test_the_command_shows_a_regression_and_a_page_with_a_picture(tmp_path: Path) -> None:
    path, page = tmp_path / "h", tmp_path / "page.html"
    kept(path, report(3, it="PASS"), report(2, it="PASS"), report(1, it="FAIL"))
    done = run("history", str(path), "--html", str(page))

    assert done.exit_code == 0
    assert "began to fail  get/it  since" in done.output
    assert "(run 3)" in done.output
    picture = page.read_text(encoding="utf-8")
    assert picture.count("<rect ") == 3
    assert not re.search(r"(src|href)=|url\(", picture)


def test_two_accounts_of_one_deployment_have_a_past_each_by_their_names(tmp_path: Path) -> None:
    path = str(tmp_path / "h")
    words = ("--target", "mock", "--depth", "quick", "--only", "get/unknown-id-is-404", "--quiet", "--history", path)
    codes = [run(*words, *named).exit_code for named in (("--name", "north"), ("--name", "south"), ())]

    assert codes == [0, 0, 0]
    with History.open(tmp_path / "h") as history:
        assert history.deployments() == ["mock", "north", "south"]


def test_a_file_that_is_no_history_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    path.write_text("no database, but long enough to be one" * 100, encoding="utf-8")
    done = run("run", "--target", "http://127.0.0.1:1/api", "--api-key", "k", "--history", str(path))

    assert done.exit_code == 3
    assert "name another file" in done.output


def test_a_deployment_that_could_not_be_checked_is_not_called_unchanged(tmp_path: Path) -> None:
    with History.open(tmp_path / "h") as history:
        history.add_not_done("acme", "https://acme.example/api", NOW.isoformat())
    done = run("history", str(tmp_path / "h"))

    assert "1 deployment: could not be checked: 1" in done.output
    assert "nothing changed" not in done.output


def test_two_runs_of_a_history_are_compared(tmp_path: Path) -> None:
    path = tmp_path / "h"
    kept(path, report(3, it="PASS"), report(2, it="PASS"), report(1, it="FAIL"))
    by_number = run("compare", "--history", str(path), "1", "3")
    latest = run("compare", "--history", str(path), "--deployment", "acme")
    alike = run("compare", "--history", str(path), "1", "2")

    assert (by_number.exit_code, latest.exit_code, alike.exit_code) == (1, 1, 0)
    assert "get/it: PASS → FAIL" in by_number.output
    assert by_number.output == latest.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("history",), "needs the FILE"),
        (("history", "nowhere.sqlite"), "does not exist"),
        (("compare", "--history", "{path}", "1", "9"), "has no run 9"),
        (("compare", "--history", "{path}", "--deployment", "acme"), "compare needs two"),
        (("history", "{path}", "--deployment", "none"), "has no runs of none; it has acme"),
    ],
)
def test_what_a_history_does_not_have_is_told(tmp_path: Path, words: Sequence[str], message: str) -> None:
    kept(tmp_path / "h", report(1, it="PASS"))
    done = run(*(word.format(path=tmp_path / "h") for word in words))

    assert done.exit_code == 3
    assert message in done.output


def test_the_format_is_kept_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path / "h", report(1, it="PASS"))
    monkeypatch.setattr(store, "FORMAT", 2)

    with pytest.raises(RunError, match="format 1"):
        History.open(tmp_path / "h")
