"""The checks at the end of a reproduction: evaluated here, and written as shell code elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import TypeAlias

from conformance.reproduction.answers import Answer, Leaf
from conformance.reproduction.program import Ref, Template, refs_in
from conformance.reproduction.trace import Missing, Trace

BELOW_500 = ("1??", "2??", "3??", "4??")
INSTANT = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]*[Z0-9]"
LONGEST_BODY = 300

Numbers: TypeAlias = Mapping[int, int]
"""The number of each step as shown to a reader."""


@dataclass(frozen=True, slots=True)
class StatusIs:
    """The status of an answer matches one of these patterns, such as `409` or `2??`."""

    step: int
    allowed: tuple[str, ...]

    def holds(self, trace: Trace) -> bool:
        """Evaluate the check. Raises Missing if it cannot be evaluated."""
        answer = trace.answer(self.step) if self.allowed == BELOW_500 else trace.telling(self.step)
        return any(fnmatchcase(str(answer.exchange.status), pattern) for pattern in self.allowed)

    def sentences(self, trace: Trace, _: Numbers) -> tuple[str, str]:
        """Return sentences on what was expected and what came."""
        exchange = trace.answers[self.step].exchange
        allowed = " or ".join(pattern.replace("?", "x") for pattern in self.allowed)
        return f"status {allowed}", f"{exchange.status}, {exchange.shown_body(LONGEST_BODY)}"


@dataclass(frozen=True, slots=True)
class ValueIs:
    """The value at a path has this text, or a different one if `negated`; the text of an array is its length.

    With a `row`, the path is a column of the row in `data` that has that id.
    """

    step: int
    path: str
    expected: Template
    negated: bool = False
    row: Ref | None = None

    def holds(self, trace: Trace) -> bool:
        """Evaluate the check. Raises Missing if it cannot be evaluated."""
        actual = trace.granted(self.step, self.path if self.row is None else "data").at(self._place(trace)).text
        if self.negated and not actual:
            raise Missing(f"{self.path} is not in the answer to call {self.step}")
        return (actual == trace.text(self.expected)) is not self.negated

    def sentences(self, trace: Trace, numbers: Numbers) -> tuple[str, str]:
        """Return sentences on what was expected and what came."""
        place, text = self._place(trace), _text(trace, self.expected, numbers)
        leaf = trace.answers[self.step].at(place)
        if leaf.type == "array":
            return f"{place} has {text} rows", f"{leaf.text} rows"
        return f"{place} {'is not' if self.negated else 'is'} {text}", leaf.text or "nothing"

    def _place(self, trace: Trace) -> str:
        return f"data[id={trace.text((self.row,))}].{self.path}" if self.row else self.path


@dataclass(frozen=True, slots=True)
class TypeIs:
    """The value at a path has this type; the empty type stands for a path that does not exist."""

    step: int
    path: str
    type: str

    def holds(self, trace: Trace) -> bool:
        """Evaluate the check. Raises Missing if it cannot be evaluated."""
        answer = trace.granted(self.step, self.path) if self.type else trace.telling(self.step)
        return answer.at(self.path).type == self.type

    def sentences(self, trace: Trace, _: Numbers) -> tuple[str, str]:
        """Return sentences on what was expected and what came."""
        leaf: Leaf = trace.answers[self.step].at(self.path)
        expected = f"of type {self.type}" if self.type else "not there"
        return f"{self.path} is {expected}", f"{leaf.type} {leaf.text}" if leaf.type else "nothing"


@dataclass(frozen=True, slots=True)
class IsInstant:
    """The value at a path is an instant such as 2026-06-15T09:30:00.000000Z."""

    step: int
    path: str

    def holds(self, trace: Trace) -> bool:
        """Evaluate the check. Raises Missing if it cannot be evaluated."""
        return is_instant(trace.granted(self.step, self.path).at(self.path).text)

    def sentences(self, trace: Trace, _: Numbers) -> tuple[str, str]:
        """Return sentences on what was expected and what came."""
        return f"{self.path} is an instant such as 2026-06-15T09:30:00Z", trace.answers[self.step].at(self.path).text


@dataclass(frozen=True, slots=True)
class IsJson:
    """The body is JSON."""

    step: int

    def holds(self, trace: Trace) -> bool:
        """Evaluate the check. Raises Missing if it cannot be evaluated."""
        return trace.telling(self.step).is_json

    def sentences(self, trace: Trace, _: Numbers) -> tuple[str, str]:
        """Return sentences on what was expected and what came."""
        return "a body that parses as JSON", trace.answers[self.step].exchange.shown_body(LONGEST_BODY)


@dataclass(frozen=True, slots=True)
class IsWhole:
    """The body has the length that the head announces."""

    step: int

    def holds(self, trace: Trace) -> bool:
        """Evaluate the check. Raises Missing if it cannot be evaluated."""
        answer = trace.answers.get(self.step)
        if answer is not None and answer.exchange.cut_short:
            return False
        trace.telling(self.step)
        return True

    def sentences(self, trace: Trace, _: Numbers) -> tuple[str, str]:
        """Return sentences on what was expected and what came."""
        return "a body as long as its head says", trace.answers[self.step].exchange.cut_short


@dataclass(frozen=True, slots=True)
class HeaderHas:
    """A header of the answer contains a text; an empty text only requires the header."""

    step: int
    name: str
    text: str = ""

    def holds(self, trace: Trace) -> bool:
        """Evaluate the check. Raises Missing if it cannot be evaluated."""
        value = trace.telling(self.step).exchange.headers.get(self.name)
        return value is not None and self.text in value.lower()

    def sentences(self, trace: Trace, _: Numbers) -> tuple[str, str]:
        """Return sentences on what was expected and what came."""
        headers = trace.answers[self.step].exchange.headers
        wanted = f"a header {self.name}" + (f" with {self.text}" if self.text else "")
        return wanted, headers.get(self.name) or f"headers {', '.join(sorted(headers))}"


@dataclass(frozen=True, slots=True)
class RowsHave:
    """A column of the rows in `data` contains a text, or does not if `negated`."""

    step: int
    column: str
    expected: Template
    negated: bool = False

    def holds(self, trace: Trace) -> bool:
        """Evaluate the check. Raises Missing if it cannot be evaluated."""
        trace.granted(self.step)
        return (trace.text(self.expected) in self._values(trace)) is not self.negated

    def sentences(self, trace: Trace, numbers: Numbers) -> tuple[str, str]:
        """Return sentences on what was expected and what came."""
        wanted = "no row" if self.negated else "a row"
        return (
            f"{wanted} with {self.column} {_text(trace, self.expected, numbers)}",
            f"{self.column} {', '.join(self._values(trace))}" if self._values(trace) else "no rows",
        )

    def _values(self, trace: Trace) -> Sequence[str]:
        return column_of(trace.answers[self.step], self.column)


@dataclass(frozen=True, slots=True)
class EveryRowHas:
    """A column has this text in each row of `data`."""

    step: int
    column: str
    expected: Template

    def holds(self, trace: Trace) -> bool:
        """Evaluate the check. Raises Missing if it cannot be evaluated."""
        answer = trace.granted(self.step)
        return set(column_of(answer, self.column)) <= {trace.text(self.expected)}

    def sentences(self, trace: Trace, numbers: Numbers) -> tuple[str, str]:
        """Return sentences on what was expected and what came."""
        values = dict.fromkeys(column_of(trace.answers[self.step], self.column))
        wanted = f"every row with {self.column} {_text(trace, self.expected, numbers)}"
        return wanted, f"{self.column} {', '.join(values)}"


@dataclass(frozen=True, slots=True)
class IsNotBefore:
    """The instant at a path is no earlier than another one; clocks may differ by `slack` seconds."""

    step: int
    path: str
    expected: Template
    slack: int = 0

    def holds(self, trace: Trace) -> bool:
        """Evaluate the check. Raises Missing and ValueError if it cannot be evaluated."""
        actual = _utc(trace.granted(self.step, self.path).at(self.path).text)
        return actual + timedelta(seconds=self.slack) >= _utc(trace.text(self.expected))

    def sentences(self, trace: Trace, numbers: Numbers) -> tuple[str, str]:
        """Return sentences on what was expected and what came."""
        less = f", or up to {self.slack} s before" if self.slack else ""
        actual = trace.answers[self.step].at(self.path).text
        return f"{self.path} is {_text(trace, self.expected, numbers)} or later{less}", actual


@dataclass(frozen=True, slots=True)
class StandsBefore:
    """In `data`, the row with one id comes before the row with another; other rows may be between them."""

    step: int
    expected: Template
    behind: Template

    def holds(self, trace: Trace) -> bool:
        """Evaluate the check. Raises Missing where a row is not there."""
        ids = column_of(trace.granted(self.step), "id")
        first, second = trace.text(self.expected), trace.text(self.behind)
        if not {first, second} <= set(ids):
            raise Missing(f"a row is not in the answer to call {self.step}")
        return ids.index(first) < ids.index(second)

    def sentences(self, trace: Trace, numbers: Numbers) -> tuple[str, str]:
        """Return sentences on what was expected and what came."""
        wanted = f"the row {_text(trace, self.expected, numbers)} before the row {_text(trace, self.behind, numbers)}"
        return wanted, f"ids {', '.join(column_of(trace.answers[self.step], 'id'))}"


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of the checks hold."""

    checks: tuple["Check", ...]

    def holds(self, trace: Trace) -> bool:
        """Evaluate the check. Raises Missing if it cannot be evaluated."""
        return all(check.holds(trace) for check in self.checks)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the checks holds."""

    checks: tuple["Check", ...]

    def holds(self, trace: Trace) -> bool:
        """Evaluate the check. Raises Missing if it cannot be evaluated."""
        return any(check.holds(trace) for check in self.checks)


Compared: TypeAlias = ValueIs | RowsHave | EveryRowHas | IsNotBefore | StandsBefore
"""The checks that compare with a text, which may come from an earlier answer."""
Simple: TypeAlias = StatusIs | TypeIs | IsInstant | IsJson | IsWhole | HeaderHas | Compared
Check: TypeAlias = Simple | AllOf | AnyOf


def holds(check: Check, trace: Trace) -> bool | None:
    """Evaluate a check on a replay; None if it cannot be evaluated, or if a call before it was not sent."""
    if any(step < max(steps_of(check)) for step in trace.unsent):
        return None
    try:
        return check.holds(trace)
    except (Missing, ValueError):
        return None


def simple_checks(check: Check) -> Iterator[Simple]:
    """Yield the simple checks that a check consists of."""
    if isinstance(check, AllOf | AnyOf):
        for part in check.checks:
            yield from simple_checks(part)
    else:
        yield check


def texts_of(check: Simple) -> Iterator[Template]:
    """Yield the texts that a check compares with, and the id of the row that it examines."""
    if isinstance(check, Compared):
        yield check.expected
    if isinstance(check, ValueIs) and check.row:
        yield (check.row,)
    if isinstance(check, StandsBefore):
        yield check.behind


def steps_of(check: Check) -> frozenset[int]:
    """Return the steps that a check examines."""
    steps: set[int] = set()
    for part in simple_checks(check):
        steps.add(part.step)
        steps.update(ref.step for text in texts_of(part) for ref in refs_in(text))
    return frozenset(steps)


def column_of(answer: Answer, column: str) -> list[str]:
    """Return a column of the rows in `data`, with an empty text for each row that lacks it."""
    return [answer.at(f"data.{row}.{column}").text for row in range(answer.count("data"))]


def is_instant(text: str) -> bool:
    """Return whether a text is an ISO 8601 instant."""
    return fnmatchcase(text, INSTANT)


def _utc(text: str) -> datetime:
    """Return an instant in UTC. Raises ValueError for any other text, also for a local time."""
    instant = datetime.fromisoformat(text)
    if instant.utcoffset() != timedelta():
        raise ValueError(f"{text} is not an instant in UTC")
    return instant


def _text(trace: Trace, template: Template, numbers: Numbers) -> str:
    """Fill in a text and, for the value of an earlier answer, name the call it comes from."""
    try:
        text = trace.text(template)
    except Missing:
        return "what an earlier call answered"
    if len(template) == 1 and isinstance(ref := template[0], Ref) and ref.step in numbers:
        return f"{text} ({ref.path} of call {numbers[ref.step]})"
    return text
