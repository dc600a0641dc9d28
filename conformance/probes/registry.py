"""Open points: what the documentation leaves open, and what a deployment does there.

Behaviour is observed and reported, never judged.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from conformance.context.property_context import PropertyContext
from conformance.contract import OpenPoint
from conformance.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Observation:
    """The behaviour of a deployment at an open point.

    `choice` is one of the contract's choices, or None if the deployment does something else or could not be observed;
    `behaviour` then says what. `exchanges` are the calls that showed it.
    """

    point: OpenPoint
    choice: str | None
    behaviour: str
    exchanges: Sequence[Exchange] = ()


ProbeFunction: TypeAlias = Callable[[PropertyContext], Iterator[tuple[str, str]]]
"""Observes open points in turn, and yields the id of each with the choice, or with the behaviour that is no choice."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A probe and the open points that it observes; one that is `read_only` sends no write in a read-only run."""

    name: str
    points: Sequence[str]
    function: ProbeFunction
    read_only: bool


PROBES: list[Probe] = []


def observes(*points: str, read_only: bool = False) -> Callable[[ProbeFunction], ProbeFunction]:
    """Register a probe for the open points that it observes."""

    def register(function: ProbeFunction) -> ProbeFunction:
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        PROBES.append(Probe(name, points, function, read_only))
        return function

    return register


def status_if_refused_or(answer: Exchange, otherwise: str) -> str:
    """Return the status if the request was refused, and otherwise the given choice."""
    return otherwise if answer.ok else str(answer.status)


def profile_of(observations: Sequence[Observation]) -> Mapping[str, str]:
    """Return the observed choices by open point: the profile with which a mock behaves like the deployment."""
    return {observation.point.id: observation.choice for observation in observations if observation.choice is not None}


def to_observation(point: OpenPoint, answer: str, exchanges: Sequence[Exchange]) -> Observation:
    """Return an observation; its choice is None if the answer is none of the contract's choices."""
    return Observation(point, answer if answer in point.choices else None, answer, exchanges)
