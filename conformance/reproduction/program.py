"""The model shared by replay and shell script: calls whose ids are references to earlier answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from conformance.exchange import AuthVariant


@dataclass(frozen=True, slots=True)
class Ref:
    """The value at a path of an earlier answer; `offset` is added to a number, and `lacks` names a digit left out."""

    step: int
    path: str
    offset: int = 0
    lacks: Literal["", "first", "last"] = ""

    def of(self, text: str) -> str:
        """Return the value that stands for a text at the path."""
        whole = str(int(text) + self.offset) if self.offset else text
        return whole[self.lacks == "first" : len(whole) - (self.lacks == "last")]


@dataclass(frozen=True, slots=True)
class Label:
    """The title of a project of the run's own, numbered as in the recorded run."""

    number: int


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """The id of an existing record that a call refers to, such as `client_id`."""

    name: str


Part: TypeAlias = str | Ref | Label | Prerequisite
Template: TypeAlias = tuple[Part, ...]
"""A text with parts that are only known when the program runs."""


@dataclass(frozen=True, slots=True)
class ProgramStep:
    """A call of a program; `number` is that of the recorded exchange, and identifies the step in references.

    `paused` is the number of seconds to wait before it is sent.
    """

    number: int
    operation: str
    method: str
    path: Template
    query: Template
    body: Template | None
    content_type: str | None
    key: AuthVariant
    headers: Mapping[str, str] = field(default_factory=dict)
    concurrent: bool = False
    paused: float = 0.0

    @property
    def templates(self) -> Iterator[Template]:
        """Yield the texts of the call."""
        yield self.path
        yield self.query
        if self.body is not None:
            yield self.body

    @property
    def refs(self) -> Iterator[Ref]:
        """Yield the references to earlier answers in the call."""
        for template in self.templates:
            yield from refs_in(template)

    @property
    def makes_project(self) -> bool:
        """Return whether the call creates a project."""
        return self.operation in ("createProject", "cloneProject")


@dataclass(frozen=True)
class Program:
    """Calls in order; later ones use the answers to earlier ones."""

    steps: Sequence[ProgramStep]
    prerequisites: Mapping[str, int] = field(default_factory=dict)

    def only(self, numbers: Iterable[int]) -> "Program":
        """Return the program reduced to some of its steps."""
        kept = frozenset(numbers)
        return replace(self, steps=[step for step in self.steps if step.number in kept])

    def with_plain_deletions(self, numbers: Iterable[int]) -> "Program":
        """Return the program with some deletions sent without a flag."""
        plain = frozenset(numbers)
        steps = [
            replace(step, query=(), body=None, content_type=None) if step.number in plain else step
            for step in self.steps
        ]
        return replace(self, steps=steps)

    def needed_by(self, numbers: Iterable[int]) -> frozenset[int]:
        """Return the given steps and all steps that they depend on."""
        by_number = {step.number: step for step in self.steps}
        needed: set[int] = set()
        waiting = [number for number in numbers if number in by_number]
        while waiting:
            number = waiting.pop()
            if number not in needed:
                needed.add(number)
                waiting += [ref.step for ref in by_number[number].refs if ref.step in by_number]
        return frozenset(needed)

    @property
    def races(self) -> bool:
        """Return whether any calls are concurrent."""
        return any(step.concurrent for step in self.steps)

    def in_sequence(self, *, turned: bool = False) -> "Program":
        """Return the program without concurrency; the calls of each race are in reverse order if `turned`."""
        groups = [group[::-1] if turned else group for group in self.groups()]
        return replace(self, steps=[replace(step, concurrent=False) for group in groups for step in group])

    def groups(self) -> Iterator[list[ProgramStep]]:
        """Yield the calls that are sent together: several if they are concurrent, else one."""
        group: list[ProgramStep] = []
        for step in self.steps:
            if group and not (step.concurrent and group[-1].concurrent):
                yield group
                group = []
            group.append(step)
        if group:
            yield group


def refs_in(template: Template) -> Iterator[Ref]:
    """Yield the references in a text."""
    return (part for part in template if isinstance(part, Ref))
