"""Requirements that every exchange is held to: functions of one recorded exchange, without a request of their own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.results.collector import Evidence, Ledger


@dataclass(frozen=True, slots=True)
class Finding:
    """What an exchange should have been, and what it was."""

    expected: str
    actual: str


Sight: TypeAlias = Finding | bool
"""A finding; True where the requirement holds; False where the exchange says nothing about it."""

Watcher: TypeAlias = Callable[[Contract, Exchange], Sight]

WATCHERS: dict[str, Watcher] = {}


def watches(*requirements: str) -> Callable[[Watcher], Watcher]:
    """Registers a watcher for requirements."""

    def register(watcher: Watcher) -> Watcher:
        WATCHERS.update(dict.fromkeys(requirements, watcher))
        return watcher

    return register


class Watch:
    """Holds every exchange to the watched requirements and enters what it sees into the ledger."""

    def __init__(self, contract: Contract, ledger: Ledger, watchers: dict[str, Watcher]) -> None:
        self._contract = contract
        self._ledger = ledger
        self._watchers = watchers

    def see(self, exchange: Exchange, history: Sequence[Exchange]) -> None:
        """Judges one exchange; `history` is what led to it, itself included."""
        for requirement, watcher in self._watchers.items():
            if requirement not in self._ledger.selected:
                continue
            sight = watcher(self._contract, exchange)
            if sight is False:
                continue
            self._ledger.count(requirement)
            if isinstance(sight, Finding):
                self._ledger.convict(requirement, Evidence(sight.expected, sight.actual, tuple(history)))
