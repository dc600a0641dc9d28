"""Says in two lines what a reproduction expected and what came."""

from collections.abc import Mapping

from conformance.reproduction.checks import AllOf, AnyOf, Check, holds
from conformance.reproduction.reproduce import Reproduction
from conformance.reproduction.trace import Trace


def expected_and_actual(reproduction: Reproduction) -> tuple[str, str]:
    """Return what the check of a reproduction expected, and what came; calls are numbered from one."""
    numbers = {step.number: place for place, step in enumerate(reproduction.program.steps, 1)}
    return _sentences(reproduction.check, reproduction.trace, numbers)


def _sentences(check: Check, trace: Trace, numbers: Mapping[int, int]) -> tuple[str, str]:
    match check:
        case AllOf():
            wrong = [_sentences(part, trace, numbers) for part in check.checks if holds(part, trace) is False]
            return "; ".join(expected for expected, _ in wrong), "; ".join(actual for _, actual in wrong)
        case AnyOf():
            several = [_sentences(part, trace, numbers) for part in check.checks]
            return " or ".join(expected for expected, _ in several), several[0][1]
        case _:
            expected, actual = check.sentences(trace, numbers)
            return f"call {numbers[check.step]}: {expected}", actual
