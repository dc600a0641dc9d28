"""Group violations by their cause, under one heading each."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import unquote_plus

from conformance.contract import Requirement
from conformance.reproduction.answers import Answer
from conformance.reproduction.checks import StatusIs, steps_of
from conformance.reproduction.derivation import kind_at
from conformance.reproduction.program import Program
from conformance.reproduction.reproduce import Reproduction

VARIABLE_FIELDS = frozenset({"created", "updated", "id", "message", "last_login"})
"""Fields whose values differ between deployments."""
NAMES = frozenset({"title", "name"})
"""Fields whose values differ between deployments, unless they were sent."""
VARIABLE_RECORDS = frozenset({"client", "category", "status", "priority", "creator"})


@dataclass(frozen=True)
class Violated:
    """A violated requirement, and its reproduction if there is one."""

    requirement: Requirement
    reproduction: Reproduction | None
    anomalies: frozenset[str] = frozenset()

    @property
    def is_direct(self) -> bool:
        """Return whether the check examines the first answer that is wrong."""
        if self.reproduction is None:
            return False
        return first_wrong_step(self.reproduction) in steps_of(self.reproduction.check)


@dataclass
class Cause:
    """Violations explained by one defect: the root, and those that follow from it."""

    root: str
    consequences: list[str] = field(default_factory=list)


def group(
    violated: Sequence[tuple[Requirement, Reproduction | None]], implied: Mapping[str, Sequence[str]]
) -> list[Cause]:
    """Group violations by declared implications and by the anomalies in the first wrong answer.

    `implied` lists, for a requirement, the patterns of those that cannot hold if it is violated.
    """
    ungrouped = [
        Violated(requirement, reproduction, anomalies_of(reproduction) if reproduction else frozenset())
        for requirement, reproduction in violated
    ]
    causes: list[Cause] = []
    while ungrouped:
        root = min(ungrouped, key=lambda violation: rank(violation, ungrouped, implied))
        follows = [violation for violation in ungrouped if violation is not root and _follows(violation, root, implied)]
        causes.append(Cause(root.requirement.id, [violation.requirement.id for violation in follows]))
        ungrouped = [violation for violation in ungrouped if violation is not root and violation not in follows]
    return causes


def _follows(violation: Violated, root: Violated, implied: Mapping[str, Sequence[str]]) -> bool:
    return declared(root, violation, implied) or bool(violation.anomalies & root.anomalies)


def rank(
    violation: Violated, ungrouped: Sequence[Violated], implied: Mapping[str, Sequence[str]]
) -> tuple[int | bool, ...]:
    """Return the sort key of a violation: root causes come first, which explain others and are explained by none."""
    explained_by = sum(declared(root, violation, implied) for root in ungrouped)
    explains = sum(declared(violation, consequence, implied) for consequence in ungrouped)
    return (
        explained_by > 0 and explains == 0,
        is_form(violation),
        not violation.is_direct,
        violation.requirement.level != "stated",
        explained_by,
        len(violation.reproduction.program.steps) if violation.reproduction else 1000,
        -explains,
    )


def is_form(violation: Violated) -> bool:
    """Return whether a requirement is about the form of any answer; a failing operation is more informative."""
    return violation.requirement.topic == "envelope" or violation.requirement.id == "http/json-bodies-are-json"


def declared(root: Violated, consequence: Violated, implied: Mapping[str, Sequence[str]]) -> bool:
    """Return whether the contract declares that a violation follows from another one.

    An unsupported encoding shows in a refusal; if nothing was refused, it explains nothing.
    """
    name = root.requirement.id
    check = root.reproduction.check if root.reproduction else None
    if name.partition("/")[2].startswith("accepts-") and not isinstance(check, StatusIs):
        return False
    return consequence is not root and any(
        fnmatchcase(consequence.requirement.id, glob) for glob in implied.get(name, ())
    )


def explanations(name: str, violated: Iterable[str], implied: Mapping[str, Sequence[str]]) -> int:
    """Count the other violated requirements that are declared to explain one."""
    return sum(any(fnmatchcase(name, glob) for glob in implied.get(root, ())) for root in violated if root != name)


def first_wrong_step(reproduction: Reproduction) -> int | None:
    """Return the first step whose answer differs from the reference's."""
    for step in reproduction.program.steps:
        if _differences(reproduction, step.number):
            return step.number
    return None


def anomalies_of(reproduction: Reproduction) -> frozenset[str]:
    """Return the anomalies of the first wrong answer, as texts that are the same for every occurrence."""
    step = first_wrong_step(reproduction)
    return frozenset() if step is None else _differences(reproduction, step)


def _differences(reproduction: Reproduction, step: int) -> frozenset[str]:
    actual = reproduction.trace.answers.get(step)
    expected = reproduction.reference.answers.get(step)
    if actual is None or expected is None:
        return frozenset()
    operation = actual.exchange.operation or actual.exchange.method
    if actual.exchange.status != expected.exchange.status:
        refused = f" {actual.exchange.content_type or ''}" if actual.exchange.refused else ""
        return frozenset({f"{operation}: {actual.exchange.status} for {expected.exchange.status}{refused}"})
    if actual.is_json is not expected.is_json:
        return frozenset({f"{operation}: no JSON"})
    sent = sent_by(reproduction.program)
    return frozenset(_fields(actual, expected, operation, sent)) or frozenset(meanings(reproduction, step, operation))


def sent_by(program: Program) -> str:
    """Return the texts that a program sends."""
    parts = [part for step in program.steps for template in step.templates for part in template]
    return unquote_plus("\n".join(part for part in parts if isinstance(part, str)))


def _fields(actual: Answer, expected: Answer, operation: str, sent: str) -> set[str]:
    wrong: set[str] = set()
    for path in expected.flat.keys() | actual.flat.keys():
        left, right = actual.at(path), expected.at(path)
        name = path.rpartition(".")[2]
        if left.type != right.type:
            wrong.add(f"{re.sub(r'[.][0-9]+', '', path)}: {left.type or 'nothing'} for {right.type or 'nothing'}")
        elif left.type == "array" and left.text != right.text:
            wrong.add(f"{operation}: {'more' if int(left.text) > int(right.text) else 'fewer'} in {path}")
        elif left.text != right.text and name in NAMES and right.text not in sent:
            continue
        elif left.text != right.text and left.type != "object" and not varies(actual, path, name):
            wrong.add(f"{re.sub(r'([.][0-9]+)+$', '', path).rpartition('.')[2]} is wrong")
    rows = {entry for entry in wrong if entry.startswith(operation)}
    return rows or wrong


def varies(answer: Answer, path: str, name: str) -> bool:
    """Return whether a value may differ between correct deployments."""
    owner = path.rpartition(".")[0].rpartition(".")[2]
    return name in VARIABLE_FIELDS or owner in VARIABLE_RECORDS or bool(kind_at(answer.exchange, path))


def meanings(reproduction: Reproduction, step: int, operation: str) -> set[str]:
    """Compare ids by the records they refer to, as both sides ran the same program; return the anomalies."""
    left, right = reproduction.trace.answers[step], reproduction.reference.answers[step]
    first: dict[tuple[str, str], tuple[int, str]] = {}
    second: dict[tuple[str, str], tuple[int, str]] = {}
    for places, answers in ((first, reproduction.trace.answers), (second, reproduction.reference.answers)):
        for number in sorted(answers):
            if number > step:
                break
            for path, leaf in answers[number].flat.items():
                if kind := kind_at(answers[number].exchange, path):
                    places.setdefault((kind, leaf.text), (number, path))
    wrong: set[str] = set()
    for path in left.flat.keys() & right.flat.keys():
        kind = kind_at(left.exchange, path)
        if kind and first.get((kind, left.at(path).text)) != second.get((kind, right.at(path).text)):
            wrong.add(f"{operation}: {re.sub(r'[.][0-9]+', '', path)} is another")
    return wrong
