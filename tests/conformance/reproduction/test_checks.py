"""Checks of a replay: what could not be sent leaves nothing to be told."""

from conformance.exchange import AuthVariant, Exchange
from conformance.reproduction.answers import Answer
from conformance.reproduction.checks import StatusIs, holds
from conformance.reproduction.program import Program, ProgramStep
from conformance.reproduction.trace import Trace


def answered(number: int, status: int) -> Answer:
    return Answer.of(
        Exchange(number, "", "GET", "/", "", AuthVariant.OURS, None, None, status, {}, b"", 0.0, concurrent=False)
    )


def call(number: int, *, concurrent: bool) -> ProgramStep:
    return ProgramStep(number, "", "GET", ("/",), (), None, None, AuthVariant.OURS, concurrent=concurrent)


def test_after_a_call_that_was_not_sent_nothing_can_be_told() -> None:
    answers = {1: answered(1, 200), 3: answered(3, 404)}

    assert holds(StatusIs(3, ("2??",)), Trace(answers, {}, {}, {2})) is None
    assert holds(StatusIs(3, ("2??",)), Trace(answers, {}, {})) is False


def test_a_call_that_was_not_sent_takes_nothing_from_what_came_before() -> None:
    assert holds(StatusIs(1, ("2??",)), Trace({1: answered(1, 404)}, {}, {}, {2})) is False


def test_calls_that_race_come_one_after_the_other_in_either_order() -> None:
    program = Program([call(1, concurrent=False), call(2, concurrent=True), call(3, concurrent=True)])

    assert [step.number for step in program.in_sequence().steps] == [1, 2, 3]
    assert [step.number for step in program.in_sequence(turned=True).steps] == [1, 3, 2]
    assert not program.in_sequence(turned=True).races
