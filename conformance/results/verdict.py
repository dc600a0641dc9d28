"""Verdicts and how they combine. No I/O."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from conformance.contract import Requirement
from conformance.exchange import Exchange


class Verdict(StrEnum):
    """The verdict on one requirement."""

    PASS = "PASS"  # noqa: S105 - a verdict, no password
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_RUN = "NOT_RUN"
    WAIVED = "WAIVED"
    ERROR = "ERROR"
    UNSTEADY = "UNSTEADY"
    """Violated once, but not when repeated from scratch: reported, but fails no run."""


class Conclusion(StrEnum):
    """The conclusion of a run about a deployment."""

    CONFORMANT = "conformant"
    VIOLATIONS = "violations"
    STALE_WAIVERS = "stale waivers"
    INCONCLUSIVE = "inconclusive"


class ExitCode(IntEnum):
    """The exit codes of the command line."""

    CONFORMANT = 0
    VIOLATIONS = 1
    INCONCLUSIVE = 2
    NOT_DONE = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one requirement: the reason, what was allowed, what came, and the calls that show it.

    `repetition` are the calls that failed to repeat an unsteady violation.
    """

    requirement: Requirement
    verdict: Verdict
    reason: str = ""
    expected: str = ""
    actual: str = ""
    reproduction: Sequence[Exchange] = ()
    repetition: Sequence[Exchange] = ()
    times_judged: int = 0

    def fails(self, *, strict: bool) -> bool:
        """Return whether it fails the deployment: stated requirements do, inferred ones only with --strict."""
        return self.verdict is Verdict.FAIL and (strict or self.requirement.level == "stated")

    def lacks_verdict(self, *, strict: bool) -> bool:
        """Return whether the requirement was selected but got no verdict."""
        open_ = self.verdict in (Verdict.INCONCLUSIVE, Verdict.ERROR)
        return open_ and (strict or self.requirement.level == "stated")


def combine(judgements: Iterable[Judgement], *, strict: bool, stale_waivers: bool = False) -> Conclusion:
    """Return the conclusion of a run: a violation outweighs a stale waiver, a stale waiver a missing verdict."""
    all_judgements = list(judgements)
    if any(judgement.fails(strict=strict) for judgement in all_judgements):
        return Conclusion.VIOLATIONS
    if stale_waivers:
        return Conclusion.STALE_WAIVERS
    if any(judgement.lacks_verdict(strict=strict) for judgement in all_judgements):
        return Conclusion.INCONCLUSIVE
    return Conclusion.CONFORMANT


EXIT_CODES = {
    Conclusion.CONFORMANT: ExitCode.CONFORMANT,
    Conclusion.VIOLATIONS: ExitCode.VIOLATIONS,
    Conclusion.STALE_WAIVERS: ExitCode.VIOLATIONS,
    Conclusion.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
}
