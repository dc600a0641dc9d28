"""Folding outcomes: a violation counts once it is shown again, and the shortest evidence is kept."""

from conformance.contract import Requirement
from conformance.exchange import AuthVariant, Exchange
from conformance.results.collector import ResultCollector, fold
from conformance.results.outcome import Evidence, Obstacle, ObstacleKind, Outcome
from conformance.results.verdict import Judgement, Verdict

REQUIREMENT = Requirement("get/answers-the-milestone", "stated", "A sentence.", "Milestones", "getMilestone")
ID = REQUIREMENT.id


def exchange(number: int = 1, sent: bytes = b"") -> Exchange:
    """Return an exchange."""
    return Exchange(
        number, "getMilestone", "GET", "/milestones/1", "", AuthVariant.OURS, None, sent, 200, {}, b"{}", 0.0
    )


def violating(*history: Exchange, repeats: bool = False) -> Outcome:
    """Return a run that violates the requirement, after these calls."""
    evidence = Evidence("this", "that", history)
    return Outcome((ID,), history, {ID: 1}, {ID: evidence}, ID, repeats=frozenset({ID} if repeats else ()))


def judged(*outcomes: Outcome) -> Judgement:
    """Return the judgement after these outcomes."""
    results = ResultCollector(selected=frozenset({ID}))
    for outcome in outcomes:
        fold(results, outcome)
    return results.judgement(REQUIREMENT)


def test_what_was_never_judged_does_not_pass() -> None:
    assert judged().verdict is Verdict.INCONCLUSIVE
    assert judged().reason
    assert judged(Outcome((ID,), (), {ID: 2})).verdict is Verdict.PASS
    assert judged(Outcome((ID,), (), {ID: 2})).times_judged == 2


def test_a_violation_that_is_shown_again_fails() -> None:
    assert judged(violating(exchange()), violating(exchange(), repeats=True)).verdict is Verdict.FAIL


def test_a_violation_that_is_not_shown_again_is_unsteady_with_both_histories() -> None:
    calm = Outcome((ID,), (exchange(5),), {ID: 1}, repeats=frozenset({ID}))
    judgement = judged(violating(exchange(1)), calm)

    assert judgement.verdict is Verdict.UNSTEADY
    assert "again" in judgement.reason
    assert [exchange.number for exchange in judgement.reproduction] == [1]
    assert [exchange.number for exchange in judgement.repetition] == [5]


def test_a_violation_is_unsteady_until_it_is_shown_again() -> None:
    assert judged(violating(exchange())).verdict is Verdict.UNSTEADY


def test_what_stood_in_the_way_of_showing_a_violation_again_is_its_reason() -> None:
    blocked = Outcome((ID,), (), {}, obstacle=Obstacle(ObstacleKind.UNMET, "no project"), repeats=frozenset({ID}))

    assert "no project" in judged(violating(exchange()), blocked).reason


def test_the_shortest_evidence_is_kept() -> None:
    histories = [[exchange()] * 3, [exchange(sent=b"a")], [exchange(sent=b"aa")], [exchange()] * 2]
    judgement = judged(*(violating(*history, repeats=True) for history in histories))

    assert [exchange.sent for exchange in judgement.reproduction] == [b"a"]


def test_an_error_of_the_suite_is_no_pass() -> None:
    error = Obstacle(ObstacleKind.INTERNAL_ERROR, "the suite itself failed")

    assert judged(Outcome((ID,), (), {ID: 1}), Outcome((ID,), (), obstacle=error)).verdict is Verdict.ERROR


def test_what_stood_in_the_way_is_the_reason() -> None:
    reasons = ("a project could not be had", "something later")
    judgement = judged(*(Outcome((ID,), (), obstacle=Obstacle(ObstacleKind.UNMET, reason)) for reason in reasons))

    assert judgement.reason == "a project could not be had"


def test_what_is_not_selected_is_not_run() -> None:
    other = Requirement("other/one", "stated", "A sentence.", "Milestones", "getMilestone")

    assert ResultCollector(frozenset({ID})).judgement(other, not_run="not selected").verdict is Verdict.NOT_RUN
