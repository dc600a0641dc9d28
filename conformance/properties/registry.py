"""Register properties: functions of a context that judge one requirement or several."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase

from conformance.context.property_context import PropertyContext
from conformance.options import Depth
from conformance.target import RunError


class Examples(Enum):
    """The variability of a property, as the number of examples worth running at each depth."""

    ONE = (1, 1, 2)
    FEW = (1, 2, 15)
    WORLD = (1, 2, 12)
    NOT_QUICK = (0, 1, 2)
    SEVERAL = (0, 2, 60)
    LONG_LIST = (0, 1, 1)

    def count(self, depth: Depth) -> int:
        """Return the number of examples to run."""
        return self.value[list(Depth).index(depth)]


@dataclass(frozen=True, slots=True)
class Property:
    """A property: its function, the requirements it judges, and how often to run it."""

    name: str
    judges: Sequence[str]
    run: Callable[[PropertyContext], None]
    examples: Examples
    read_only: bool = False
    run_last: bool = False
    read_only_run_only: bool = False

    def concerns(self, selected: frozenset[str]) -> bool:
        """Return whether the property judges a selected requirement."""
        return not selected.isdisjoint(self.judges)


PROPERTIES: list[Property] = []


def judges(
    *requirements: str,
    examples: Examples = Examples.ONE,
    read_only: bool = False,
    run_last: bool = False,
    read_only_run_only: bool = False,
) -> Callable[[Callable[[PropertyContext], None]], Callable[[PropertyContext], None]]:
    """Register a property under the requirements it judges; one that is `read_only` sends no writes in a read-only run.

    A `read_only_run_only` property runs only in read-only runs. A `run_last` property runs after all others, for what
    those have not shown.
    """

    def register(function: Callable[[PropertyContext], None]) -> Callable[[PropertyContext], None]:
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        PROPERTIES.append(
            Property(
                name,
                requirements,
                function,
                examples,
                read_only or read_only_run_only,
                run_last=run_last,
                read_only_run_only=read_only_run_only,
            )
        )
        return function

    return register


def check_globs(identifiers: Collection[str], only: Sequence[str], exclude: Sequence[str]) -> None:
    """Raise RunError for a glob that matches no id: it is misspelt, or the requirement no longer exists."""
    for option, globs in (("--only", only), ("--exclude", exclude)):
        for glob in globs:
            if not any(fnmatchcase(identifier, glob) for identifier in identifiers):
                raise RunError(f"{option} {glob} matches no requirement; see them all with `milestones-check list`.")


def select(identifiers: Iterable[str], only: Sequence[str], exclude: Sequence[str] = ()) -> frozenset[str]:
    """Return the ids that match a glob of `only` (all if there is none) and none of `exclude`."""
    return frozenset(
        identifier
        for identifier in identifiers
        if (not only or any(fnmatchcase(identifier, glob) for glob in only))
        and not any(fnmatchcase(identifier, glob) for glob in exclude)
    )
