"""Requirements that every exchange is held to: functions of one recorded exchange, without a request of their own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.results.collector import Evidence, ResultCollector


@dataclass(frozen=True, slots=True)
class Finding:
    """What an exchange should have been, and what it was."""

    expected: str
    actual: str


CheckResult: TypeAlias = Finding | bool
"""A finding; True where the requirement holds; False where the exchange says nothing about it."""

PassiveCheck: TypeAlias = Callable[[Contract, Exchange], CheckResult]

PASSIVE_CHECKS: dict[str, PassiveCheck] = {}


def check_every_exchange(*requirements: str) -> Callable[[PassiveCheck], PassiveCheck]:
    """Registers a watcher for requirements."""

    def register(check: PassiveCheck) -> PassiveCheck:
        PASSIVE_CHECKS.update(dict.fromkeys(requirements, check))
        return check

    return register


class PassiveChecks:
    """Holds every exchange to the watched requirements and enters what it sees into the results."""

    def __init__(self, contract: Contract, results: ResultCollector, checks: dict[str, PassiveCheck]) -> None:
        self._contract = contract
        self._results = results
        self._checks = checks

    def see(self, exchange: Exchange, history: Sequence[Exchange]) -> None:
        """Judges one exchange; `history` is what led to it, itself included."""
        for requirement, check in self._checks.items():
            if requirement not in self._results.selected:
                continue
            sight = check(self._contract, exchange)
            if sight is False:
                continue
            self._results.count(requirement)
            if isinstance(sight, Finding):
                self._results.record_violation(requirement, Evidence(sight.expected, sight.actual, tuple(history)))
