"""Verdicts combine into an outcome that is honest about what is not known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract import Level, Requirement
from conformance.exchange import AuthVariant, Exchange
from conformance.results.collector import Evidence, ResultCollector
from conformance.results.expect import Expectation, Violation
from conformance.results.verdict import EXIT_CODES, Judgement, Outcome, Verdict, combine

VERDICTS = st.sampled_from(list(Verdict))
LEVELS: st.SearchStrategy[Level] = st.sampled_from(["stated", "inferred"])


def requirement(level: Level = "stated", identifier: str = "get/answers-the-milestone") -> Requirement:
    """A requirement."""
    return Requirement(identifier, level, "A sentence.", "Milestones", "getMilestone")


def exchange(number: int = 1, sent: bytes = b"") -> Exchange:
    """An exchange."""
    return Exchange(
        number, "getMilestone", "GET", "/milestones/1", "", AuthVariant.OURS, None, sent, 200, {}, b"{}", 0.0
    )


JUDGEMENTS = st.lists(st.builds(Judgement, st.builds(requirement, LEVELS), VERDICTS), max_size=6)


@given(JUDGEMENTS, st.booleans())
def test_a_deployment_is_conformant_only_if_nothing_that_counts_is_open_or_violated(
    judgements: list[Judgement], strict: bool
) -> None:
    counted = [one.verdict for one in judgements if strict or one.requirement.level == "stated"]
    outcome = combine(judgements, strict=strict)

    assert (outcome is Outcome.VIOLATIONS) == (Verdict.FAIL in counted)
    assert (outcome is Outcome.CONFORMANT) == set(counted).issubset({Verdict.PASS, Verdict.NOT_RUN, Verdict.WAIVED})


def test_an_outcome_s_exit_code_says_whether_it_is_good_bad_or_open() -> None:
    assert {one.value: EXIT_CODES[one].value for one in Outcome} == {
        "conformant": 0,
        "violations": 1,
        "stale waivers": 1,
        "inconclusive": 2,
    }


def test_what_was_never_judged_does_not_pass() -> None:
    results = ResultCollector(selected=frozenset({requirement().id}))
    before = results.judgement(requirement())
    Expectation(results, requirement().id).holds(True, "this", "this")

    assert before.verdict is Verdict.INCONCLUSIVE
    assert before.reason
    assert results.judgement(requirement()).verdict is Verdict.PASS


def test_a_violation_says_what_was_allowed_and_what_came() -> None:
    results = ResultCollector(selected=frozenset({requirement().id}))

    with pytest.raises(Violation, match="expected status 201 or 200; got 404"):
        Expectation(results, requirement().id).holds(False, "status 201 or 200", "404")


def test_what_is_muted_or_not_selected_is_not_judged() -> None:
    results = ResultCollector(selected=frozenset({requirement().id}))
    Expectation(results, requirement().id, muted={requirement().id}).equal(1, 2, "the number")
    Expectation(results, "other/one").equal(1, 2, "the number")

    assert sum(results.judged.values()) == 0


def test_the_shortest_evidence_is_kept() -> None:
    results = ResultCollector(selected=frozenset({requirement().id}))
    for history in ([exchange()] * 3, [exchange(sent=b"a")], [exchange(sent=b"aa")], [exchange()] * 2):
        results.record_violation(requirement().id, Evidence("this", "that", tuple(history)))
    judgement = results.judgement(requirement())

    assert judgement.verdict is Verdict.FAIL
    assert [one.sent for one in judgement.reproduction] == [b"a"]


def test_an_error_of_the_suite_is_no_pass() -> None:
    results = ResultCollector(selected=frozenset({requirement().id}))
    results.count(requirement().id)
    results.errors[requirement().id] = "the suite itself failed"

    assert results.judgement(requirement()).verdict is Verdict.ERROR


def test_what_stood_in_the_way_is_the_reason() -> None:
    results = ResultCollector(selected=frozenset({requirement().id}))
    results.record_obstacle([requirement().id], "a project could not be had")
    results.record_obstacle([requirement().id], "something later")

    assert results.judgement(requirement()).reason == "a project could not be had"
    assert results.judgement(requirement(identifier="other/one"), not_run="not selected").verdict is Verdict.NOT_RUN
