"""A property: a function of a lab that judges one requirement or several. Registering it is all it takes to be run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from typing import TypeAlias

from hypothesis.stateful import RuleBasedStateMachine

from conformance.context.property_context import Lab
from conformance.options import Depth

Attempt: TypeAlias = Callable[[Lab, Callable[[], None]], None]
Machine: TypeAlias = Callable[[Lab, Attempt, Callable[[Lab], None]], RuleBasedStateMachine]


class Variety(Enum):
    """How much there is to vary in a property: the examples it is worth at each depth."""

    ONE = (1, 1, 2)
    FEW = (1, 4, 15)
    MANY = (1, 12, 60)
    WALK = (0, 12, 60)
    LONG = (0, 1, 1)
    WIDE = (0, 8, 60)

    def examples(self, depth: Depth) -> int:
        """How many examples to run."""
        return self.value[list(Depth).index(depth)]


@dataclass(frozen=True, slots=True)
class Property:
    """What is run: its function, what it judges, and how often it is worth running."""

    name: str
    judges: Sequence[str]
    run: Callable[[Lab], None]
    variety: Variety
    read_only: bool = False
    machine: Machine | None = None
    last: bool = False
    alone: bool = False

    def concerns(self, selected: frozenset[str]) -> bool:
        """Whether it judges anything that is selected."""
        return not selected.isdisjoint(self.judges)


PROPERTIES: list[Property] = []


def judges(
    *requirements: str,
    variety: Variety = Variety.ONE,
    read_only: bool = False,
    last: bool = False,
    alone: bool = False,
) -> Callable[[Callable[[Lab], None]], Callable[[Lab], None]]:
    """Registers a property under the requirements it judges; `read_only` ones send no write in a read-only run.

    `alone` ones run in read-only runs alone. `last` ones run behind all others, for what those have not shown.
    """

    def register(function: Callable[[Lab], None]) -> Callable[[Lab], None]:
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        PROPERTIES.append(Property(name, requirements, function, variety, read_only or alone, last=last, alone=alone))
        return function

    return register


def judges_by_machine(*requirements: str, variety: Variety) -> Callable[[Machine], Machine]:
    """Registers a state machine; it is made of a lab, a way to attempt steps, and a way to finish."""

    def register(machine: Machine) -> Machine:
        PROPERTIES.append(Property("lifecycle", requirements, lambda _: None, variety, machine=machine))
        return machine

    return register


def matching(identifiers: Sequence[str], globs: Sequence[str]) -> frozenset[str]:
    """The ids that one of the globs matches; all of them where there is no glob."""
    return frozenset(one for one in identifiers if not globs or any(fnmatchcase(one, glob) for glob in globs))
