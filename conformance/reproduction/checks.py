"""What a reproduction looks at in the end: a value that can be evaluated here and written as shell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TypeAlias

from conformance.reproduction.answers import Answer
from conformance.reproduction.program import Ref, Template, refs_in

UNDECIDED = frozenset({408, 429, 502, 503, 504})
"""Statuses of a gateway or a limit: they say nothing of the deployment."""


@dataclass(frozen=True, slots=True)
class StatusIs:
    """The status of an answer is one of these patterns, such as `409` or `2??`."""

    step: int
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValueIs:
    """The value at a path has this text, or, negated, another one."""

    step: int
    path: str
    expected: Template
    negated: bool = False


@dataclass(frozen=True, slots=True)
class TypeIs:
    """The value at a path has one of these types; the empty type stands for a path that is not there."""

    step: int
    path: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IsInstant:
    """The value at a path is an instant such as 2026-06-15T09:30:00.000000Z."""

    step: int
    path: str


@dataclass(frozen=True, slots=True)
class IsJson:
    """The body is JSON."""

    step: int


@dataclass(frozen=True, slots=True)
class HeaderHas:
    """A header of the answer contains a text; with an empty text, it is there."""

    step: int
    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class RowsHave:
    """A column of the rows in `data` contains a text, or, negated, does not."""

    step: int
    column: str
    expected: Template
    negated: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of several checks hold."""

    checks: tuple["Check", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of several checks holds."""

    checks: tuple["Check", ...]


Simple: TypeAlias = StatusIs | ValueIs | TypeIs | IsInstant | IsJson | HeaderHas | RowsHave
Check: TypeAlias = Simple | AllOf | AnyOf


def simple_checks(check: Check) -> Iterator[Simple]:
    """Yield the checks that a check consists of."""
    if isinstance(check, AllOf | AnyOf):
        for part in check.checks:
            yield from simple_checks(part)
    else:
        yield check


def steps_of(check: Check) -> frozenset[int]:
    """Return the steps that a check looks at."""
    steps: set[int] = set()
    for part in simple_checks(check):
        steps.add(part.step)
        if isinstance(part, ValueIs | RowsHave):
            steps.update(ref.step for ref in refs_in(part.expected))
    return frozenset(steps)


class Missing(Exception):
    """An answer that a check needs did not come."""


@dataclass(frozen=True)
class Trace:
    """The answers to the steps of a program, by number, with what its texts meant in that replay."""

    answers: Mapping[int, Answer]
    labels: Mapping[int, str]
    prerequisites: Mapping[str, int]

    def text(self, template: Template) -> str:
        """Fill in a text. Raises Missing where an answer that it refers to is not there."""
        return "".join(self._part(part) for part in template)

    def _part(self, part: object) -> str:
        if isinstance(part, str):
            return part
        if isinstance(part, Ref):
            leaf = self.answer(part.step).at(part.path)
            if not leaf.text or leaf.type in ("null", "array", "object"):
                raise Missing(f"{part.path} is not in the answer to call {part.step}")
            return str(int(leaf.text) + part.offset) if part.offset else leaf.text
        number, name = getattr(part, "number", None), getattr(part, "name", "")
        if number is not None:
            if number not in self.labels:
                raise Missing(f"project {number} has not been made")
            return self.labels[number]
        if name not in self.prerequisites:
            raise Missing(f"there is no {name}")
        return str(self.prerequisites[name])

    def answer(self, step: int) -> Answer:
        """Return the answer to a step. Raises Missing."""
        answer = self.answers.get(step)
        if answer is None or answer.exchange.status is None:
            raise Missing(f"call {step} has no answer")
        return answer


def holds(check: Check, trace: Trace) -> bool | None:
    """Evaluate a check on a replay; None where it cannot be told."""
    try:
        return _holds(check, trace)
    except (Missing, ValueError):
        return None


def _holds(check: Check, trace: Trace) -> bool:
    if isinstance(check, AllOf):
        return all(_holds(part, trace) for part in check.checks)
    if isinstance(check, AnyOf):
        return any(_holds(part, trace) for part in check.checks)
    answer = trace.answer(check.step)
    status = answer.exchange.status or 0
    if isinstance(check, StatusIs):
        if status in UNDECIDED and "???" not in check.allowed and check.allowed != BELOW_500:
            raise Missing(f"call {check.step} was answered with {status}")
        return any(fnmatchcase(str(status), pattern) for pattern in check.allowed)
    if status in UNDECIDED:
        raise Missing(f"call {check.step} was answered with {status}")
    match check:
        case ValueIs():
            return (answer.at(check.path).text == trace.text(check.expected)) is not check.negated
        case TypeIs():
            return answer.at(check.path).type in check.types
        case IsInstant():
            return is_instant(answer.at(check.path).text)
        case IsJson():
            return answer.is_json
        case HeaderHas():
            value = answer.exchange.headers.get(check.name)
            return value is not None and check.text in value.lower()
        case RowsHave():
            count = answer.at("data")
            rows = range(int(count.text) if count.type == "array" else 0)
            expected = trace.text(check.expected)
            present = any(answer.at(f"data.{row}.{check.column}").text == expected for row in rows)
            return present is not check.negated


BELOW_500 = ("1??", "2??", "3??", "4??")
INSTANT = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]*[Z0-9]"


def is_instant(text: str) -> bool:
    """Tell if a text is an ISO 8601 instant."""
    return fnmatchcase(text, INSTANT)
