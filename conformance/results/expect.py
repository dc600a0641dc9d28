"""Judge values against a requirement.

Each method states what was allowed and what came, and counts its judgement, so that no requirement passes unjudged.
"""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from conformance.exchange import Exchange, Json
from conformance.results.difference import NOTHING_MORE, Basis, describe


class Violation(AssertionError):
    """A requirement is violated: what was allowed, and what came instead."""

    def __init__(self, requirement: str, expected: str, actual: str, basis: Basis = NOTHING_MORE) -> None:
        super().__init__(f"{requirement}: expected {expected}; got {actual}")
        self.requirement = requirement
        self.expected = expected
        self.actual = actual
        self.basis = basis


class Expectation:
    """A requirement to judge, unless it is not in `selected`; `checks` counts the judgements.

    With a `target`, only violations of its requirements are raised: others are known already, or left to another run.
    """

    def __init__(
        self,
        requirement: str,
        checks: Counter[str],
        selected: AbstractSet[str],
        target: AbstractSet[str] = frozenset(),
    ) -> None:
        self._requirement = requirement
        self._checks = checks
        self._is_judged = requirement in selected
        self._is_raised = not target or requirement in target

    def holds(self, truth: bool, expected: str, actual: str, basis: Basis = NOTHING_MORE) -> None:
        """Judge a condition; raise Violation with the two texts and their basis unless it holds."""
        if not self._is_judged:
            return
        self._checks[self._requirement] += 1
        if not truth and self._is_raised:
            raise Violation(self._requirement, expected, actual, basis)

    def status(self, exchange: Exchange, *allowed: int) -> None:
        """Judge the status of an answer; `allowed` lists every documented one."""
        self.holds(
            exchange.status in allowed,
            f"status {_either(allowed)}",
            f"{exchange.status}, {exchange.shown_body(200)}",
            Basis(exchange.number, tuple(map(str, allowed))),
        )

    def succeeds(self, exchange: Exchange) -> None:
        """Judge that an answer is a success, with any 2xx status."""
        actual = f"{exchange.status}, {exchange.shown_body(200)}"
        self.holds(exchange.ok, "a success", actual, Basis(exchange.number, ("2??",)))

    def refused(self, exchange: Exchange) -> None:
        """Judge that an answer is a refusal, with any 4xx status."""
        actual = f"{exchange.status}, {exchange.shown_body(200)}"
        self.holds(exchange.refused, "a 4xx status", actual, Basis(exchange.number, ("4??",)))

    def equal(self, actual: object, expected: object, what: str) -> None:
        """Judge that two values are equal; `what` names them."""
        if actual == expected:
            self.holds(True, "", "")
            return
        expected_text, came = describe(actual, expected)
        basis = Basis(actual=actual, expected=expected, subject=what or "value")
        self.holds(False, f"{what} {expected_text}", came, basis)

    def same_members(self, actual: Iterable[Json], expected: Iterable[Json], what: str) -> None:
        """Judge that two collections have the same members the same number of times, in any order."""
        self.equal(sorted(actual, key=repr), sorted(expected, key=repr), what)


def _either(allowed: Iterable[int]) -> str:
    return " or ".join(map(str, allowed))
