"""An expectation judges what is selected, counts it, and says what was allowed and what came."""

from collections import Counter

import pytest

from conformance.results.expect import Expectation, Violation

REQUIREMENT = "get/answers-the-milestone"


def test_a_violation_says_what_was_allowed_and_what_came() -> None:
    with pytest.raises(Violation, match="expected status 201 or 200; got 404"):
        Expectation(REQUIREMENT, Counter(), {REQUIREMENT}).holds(False, "status 201 or 200", "404")


def test_what_is_judged_is_counted() -> None:
    checks: Counter[str] = Counter()
    Expectation(REQUIREMENT, checks, {REQUIREMENT}).holds(True, "this", "this")

    assert checks == {REQUIREMENT: 1}


def test_what_is_not_selected_is_not_judged() -> None:
    checks: Counter[str] = Counter()
    Expectation(REQUIREMENT, checks, {"other/one"}).equal(1, 2, "the number")

    assert checks == {}


def test_with_a_target_nothing_else_ends_the_run() -> None:
    checks: Counter[str] = Counter()
    Expectation(REQUIREMENT, checks, {REQUIREMENT}, {"other/one"}).equal(1, 2, "the number")

    assert checks == {REQUIREMENT: 1}
    with pytest.raises(Violation):
        Expectation(REQUIREMENT, checks, {REQUIREMENT}, {REQUIREMENT}).equal(1, 2, "the number")
