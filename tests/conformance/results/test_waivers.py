"""Waivers accept a known deviation, and none outlives its reason."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from conformance.results.verdict import Conclusion, Judgement, Verdict, combine
from conformance.results.waivers import Waiver, load, waive
from conformance.target import RunError
from tests.conformance.reports.test_reports import judgement

TODAY = date(2026, 11, 24)
KNOWN = ("get/broken-holds", "get/fine-holds")
BROKEN, FINE = judgement(Verdict.FAIL, "broken"), judgement(Verdict.PASS, "fine")


def waived(*waivers: Waiver, of: Sequence[Judgement] = (BROKEN, FINE)) -> tuple[list[Verdict], list[str]]:
    judged, stale = waive(of, waivers, TODAY)
    return [judgement.verdict for judgement in judged], stale


def test_a_waived_violation_does_not_fail_the_run_and_keeps_its_evidence() -> None:
    judged, stale = waive([BROKEN, FINE], [Waiver("get/broken-*", "Ticket 1")], TODAY)

    assert combine(judged, strict=True) is Conclusion.CONFORMANT
    assert (judged[0].verdict, judged[0].reason) == (Verdict.WAIVED, "waived: Ticket 1")
    assert judged[0].reproduction == BROKEN.reproduction
    assert stale == []


def test_a_waiver_holds_on_its_last_day_and_not_after_it() -> None:
    assert waived(Waiver("get/broken-holds", "x", until=TODAY)) == ([Verdict.WAIVED, Verdict.PASS], [])

    verdicts, stale = waived(Waiver("get/broken-holds", "x", until=date(2026, 11, 23)))
    assert verdicts == [Verdict.FAIL, Verdict.PASS]
    assert "expired on 2026-11-23" in stale[0]


def test_a_waiver_that_is_no_longer_needed_is_an_error() -> None:
    _, stale = waived(Waiver("get/fine-*", "x"), Waiver("get/broken-holds", "y"))

    assert len(stale) == 1
    assert "get/fine-*" in stale[0]
    assert combine([FINE], strict=False, stale_waivers=True) is Conclusion.STALE_WAIVERS


def test_a_waiver_of_what_was_not_judged_may_still_be_needed() -> None:
    assert waived(Waiver("get/*", "x"), of=[FINE, judgement(Verdict.NOT_RUN, "left")])[1] == []


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("- {requirement: nothing/*, reason: x}", "matches no requirement"),
        ("- {requirement: get/*}", "needs a requirement and a reason"),
        ("- {requirement: get/*, reason: ' '}", "needs a requirement and a reason"),
        ("- {requirement: get/*, reason: x, until: soon}", "not a day"),
        ("- {requirement: get/*, reason: x, note: y}", "entry 1 is not a waiver"),
        ("requirement: get/*", "not a waiver file"),
        ("- [", "not YAML"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_what_to_mend(content: str, word: str, tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(content)

    with pytest.raises(RunError, match=word):
        load(path, KNOWN)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read"):
        load(tmp_path / "none.yaml", KNOWN)


def test_waivers_are_read_from_yaml_and_json(tmp_path: Path) -> None:
    path = tmp_path / "waivers.json"
    path.write_text('[{"requirement": "get/*", "reason": "x", "until": "2027-01-31"}]')

    assert load(path, KNOWN) == [Waiver("get/*", "x", date(2027, 1, 31))]
