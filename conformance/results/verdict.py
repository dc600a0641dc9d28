"""Verdicts and how they combine. Pure: no sockets, no files."""

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
    """Violated once, and not when the same was done again from scratch: reported, and fails no run."""


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
    """The verdict on one requirement: why, what was allowed, what came, and the calls that show it.

    `repetition` are the calls that did not show an unsteady violation again.
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
        """Tell if the deployment fails by it: by stated requirements it does, by inferred ones under --strict."""
        return self.verdict is Verdict.FAIL and (strict or self.requirement.level == "stated")

    def lacks_verdict(self, *, strict: bool) -> bool:
        """Tell if it was to be judged and was not."""
        open_ = self.verdict in (Verdict.INCONCLUSIVE, Verdict.ERROR)
        return open_ and (strict or self.requirement.level == "stated")


def combine(judgements: Iterable[Judgement], *, strict: bool, stale_waivers: bool = False) -> Conclusion:
    """Return the outcome of a run: a violation outweighs a stale waiver, that a missing verdict, and that passing."""
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
