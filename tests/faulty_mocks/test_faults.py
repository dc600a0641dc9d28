"""Every requirement has a fault that breaks it, and each fault is found by exactly what it breaks."""

from fnmatch import fnmatchcase

import pytest

from conformance.results.verdict import Conclusion, Verdict, combine
from tests.faulty_mocks.fault import FAULTS, Fault, load_all
from tests.faulty_mocks.run_suite import read_contracts, run_suite

load_all()


pytestmark = pytest.mark.zoo


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.name)
def test_a_fault_is_convicted_of_what_it_breaks_and_of_nothing_else(fault: Fault) -> None:
    judgements = run_suite(fault)
    failed = {judgement.requirement.id for judgement in judgements if judgement.verdict is Verdict.FAIL}
    implied = {item for item in failed if any(fnmatchcase(item, glob) for glob in fault.implies)}

    assert failed - implied - fault.breaks == set()
    assert fault.breaks - failed == set()
    assert [judgement.reason for judgement in judgements if judgement.verdict is Verdict.ERROR] == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.name)
def test_a_fault_declares_requirements_that_exist(fault: Fault) -> None:
    requirements = read_contracts()[1].requirements

    assert fault.breaks
    assert fault.breaks <= requirements.keys()
    assert all(any(fnmatchcase(identifier, glob) for identifier in requirements) for glob in fault.implies)


def test_every_requirement_has_a_fault() -> None:
    broken = {requirement for fault in FAULTS.values() for requirement in fault.breaks}

    assert set(read_contracts()[1].requirements) - broken == set()


@pytest.mark.parametrize("seed", range(5))
def test_the_honest_mock_is_convicted_of_nothing(seed: int) -> None:
    judgements = run_suite(None, seed=seed)

    assert {
        judgement.requirement.id: judgement.verdict for judgement in judgements if judgement.verdict is not Verdict.PASS
    } == {}
    assert combine(judgements, strict=True) is Conclusion.CONFORMANT


def test_a_conviction_shows_the_calls_that_lead_to_it() -> None:
    judgements = run_suite(FAULTS["reorders_from_zero"])
    conviction = next(
        judgement for judgement in judgements if judgement.requirement.id == "reorder/positions-run-from-one"
    )
    calls = [f"{exchange.method} {exchange.operation}" for exchange in conviction.reproduction]

    assert calls[0] == "POST createProject"
    assert "PUT reorderMilestones" in calls
    assert calls[-1] == "GET getMilestone"
    assert conviction.expected.endswith("of the order sent [0] 1, [1] 3")
    assert conviction.actual == "[0] 0, [1] 2"
