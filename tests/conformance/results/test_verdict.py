"""Verdicts combine into an outcome that is honest about what is not known."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract import Level, Requirement
from conformance.results.verdict import EXIT_CODES, Conclusion, Judgement, Verdict, combine

VERDICTS = st.sampled_from(list(Verdict))
LEVELS: st.SearchStrategy[Level] = st.sampled_from(["stated", "inferred"])


def requirement(level: Level = "stated", identifier: str = "get/answers-the-milestone") -> Requirement:
    """Return a requirement."""
    return Requirement(identifier, level, "A sentence.", "Milestones", "getMilestone")


JUDGEMENTS = st.lists(st.builds(Judgement, st.builds(requirement, LEVELS), VERDICTS), max_size=6)


@given(JUDGEMENTS, st.booleans())
def test_a_deployment_is_conformant_only_if_nothing_that_counts_is_open_or_violated(
    judgements: list[Judgement], strict: bool
) -> None:
    counted = [judgement.verdict for judgement in judgements if strict or judgement.requirement.level == "stated"]
    outcome = combine(judgements, strict=strict)

    assert (outcome is Conclusion.VIOLATIONS) == (Verdict.FAIL in counted)
    assert (outcome is Conclusion.CONFORMANT) == set(counted).issubset(
        {Verdict.PASS, Verdict.NOT_RUN, Verdict.WAIVED, Verdict.UNSTEADY}
    )


def test_an_outcome_s_exit_code_says_whether_it_is_good_bad_or_open() -> None:
    assert {node.value: EXIT_CODES[node].value for node in Conclusion} == {
        "conformant": 0,
        "violations": 1,
        "stale waivers": 1,
        "inconclusive": 2,
    }


def test_an_unsteady_requirement_neither_fails_a_run_nor_lacks_a_verdict() -> None:
    judgements = [Judgement(requirement(), Verdict.UNSTEADY), Judgement(requirement(), Verdict.PASS)]

    assert combine(judgements, strict=True) is Conclusion.CONFORMANT
