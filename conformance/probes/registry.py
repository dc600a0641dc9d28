"""Open points: what the documentation leaves open, and what a deployment was seen to do. It is told, never judged."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from conformance.context.property_context import PropertyContext
from conformance.contract import OpenPoint
from conformance.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Observation:
    """The behaviour of a deployment at an open point.

    `choice` is one of the contract's choices; None where it does something else, or where it could not be seen, and
    `seen` then says what. `exchanges` are the calls that showed it.
    """

    point: OpenPoint
    choice: str | None
    seen: str
    exchanges: Sequence[Exchange] = ()


ProbeFunction: TypeAlias = Callable[[PropertyContext], Iterator[tuple[str, str]]]
"""Looks at one open point after the other, and yields the id of each with the choice, or with what came instead."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A probe and the open points it looks at; `read_only` ones send no write in a read-only run."""

    name: str
    points: Sequence[str]
    function: ProbeFunction
    read_only: bool


PROBES: list[Probe] = []


def observes(*points: str, read_only: bool = False) -> Callable[[ProbeFunction], ProbeFunction]:
    """Register a probe under the open points it looks at."""

    def register(function: ProbeFunction) -> ProbeFunction:
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        PROBES.append(Probe(name, points, function, read_only))
        return function

    return register


def status_if_refused_or(answer: Exchange, otherwise: str) -> str:
    """Return the status of a refusal, or else a choice."""
    return otherwise if answer.ok else str(answer.status)


def profile_of(observations: Sequence[Observation]) -> Mapping[str, str]:
    """Return the choices that were seen, by open point: what a mock needs to behave like the deployment."""
    return {observation.point.id: observation.choice for observation in observations if observation.choice is not None}


def to_observation(point: OpenPoint, answer: str, exchanges: Sequence[Exchange]) -> Observation:
    """Return an observation; its choice is None where the answer is none of the contract's choices."""
    return Observation(point, answer if answer in point.choices else None, answer, exchanges)
