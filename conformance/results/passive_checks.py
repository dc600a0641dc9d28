"""Passive checks: functions that judge a requirement on any recorded exchange, without a request of their own."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

from conformance.contract import Contract
from conformance.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation that an exchange shows: expected and actual."""

    expected: str
    actual: str
    path: str = ""
    """The place in the body, such as `data.0.title`."""
    allowed: tuple[str, ...] = ()
    """The allowed statuses, as patterns, if the status was judged."""


CheckResult: TypeAlias = Finding | bool
"""A finding; True if the requirement holds; False if the exchange says nothing about it."""

PassiveCheck: TypeAlias = Callable[[Contract, Exchange], CheckResult]

ANSWERS_ARE_WHOLE = "http/answers-are-whole"
"""The only requirement that is judged on a truncated answer."""

PASSIVE_CHECKS: dict[str, PassiveCheck] = {}


def check_every_exchange(*requirements: str) -> Callable[[PassiveCheck], PassiveCheck]:
    """Register a passive check for requirements."""

    def register(check: PassiveCheck) -> PassiveCheck:
        PASSIVE_CHECKS.update(dict.fromkeys(requirements, check))
        return check

    return register


def check_exchange(
    contract: Contract, exchange: Exchange, selected: AbstractSet[str]
) -> Iterator[tuple[str, Finding | None]]:
    """Yield each selected requirement that an exchange allows to judge, with the finding if it is violated."""
    whole = exchange.status is not None
    for requirement, check in PASSIVE_CHECKS.items():
        if not whole and not (exchange.cut_short and requirement == ANSWERS_ARE_WHOLE):
            continue
        if requirement in selected and (result := check(contract, exchange)) is not False:
            yield requirement, result if isinstance(result, Finding) else None
