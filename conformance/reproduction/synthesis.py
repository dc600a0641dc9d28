"""Finds the check of a reproduction: what of an answer shows that a requirement is violated.

A candidate must be violated by the recorded answers and hold on a mock that is known to be right; so a candidate that
was guessed wrong is found out before anybody sees it.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from conformance.exchange import Json
from conformance.reproduction.answers import NOTHING, Answer, to_leaf
from conformance.reproduction.checks import (
    BELOW_500,
    AllOf,
    AnyOf,
    Check,
    EveryRowHas,
    HeaderHas,
    IsInstant,
    IsJson,
    IsNotBefore,
    IsWhole,
    RowsHave,
    StatusIs,
    TypeIs,
    ValueIs,
    column_of,
    is_instant,
    steps_of,
)
from conformance.reproduction.derivation import KnownIds, kind_at, label_parts, selected
from conformance.reproduction.program import Label, Prerequisite, Ref, Template
from conformance.reproduction.trace import Trace
from conformance.results.difference import Basis, Difference, differences

FIELD_PATHS = {
    "created": ("dates.created",),
    "updated": ("dates.updated",),
    "status_id": ("status.id", "status_id"),
    "milestone_id": ("milestone.id", "milestone_id"),
    "project_id": ("project_id", "project.id"),
    "milestone_name": ("milestone.name",),
}
"""Places in answers of the fields of our models that are called differently there."""
JUDGED_HEADERS = frozenset({"allow", "location", "retry-after"})
"""Headers whose absence may be a violation; any other is a matter of the server in front."""
COMPARABLE = frozenset(
    {
        *("", "id", "title", "project_id", "type", "color", "position", "tasks_count", "comment", "description"),
        *("active_state", "assigned", "tags", "project.id", "project.title", "milestone.id", "milestone.name"),
        *("dates.created", "dates.updated", "dates.start", "dates.due"),
    }
)
"""Fields of records that must be as on the reference; others hang on what a deployment lends, such as statuses."""
LENT = {"status.id": ("status_id", "other_status_id"), "priority.id": ("priority_id",)}
"""The records that are lent, by where tasks name them."""
IN_A_ROW = re.compile(r"data\.\d+\.")
WITHOUT_DEFAULT = re.compile(r"search=|type=categorised")
"""The filters that leave the default out of a list."""
NUMBER = re.compile(r"-?\d+(\.\d+)?")
DOCUMENTED_WORDS = frozenset(
    {*("", "null", "true", "false", "categorised", "uncategorised", "active", "archived", "yes", "no")}
)
SELECTED = re.compile(r"\[.*\]", re.DOTALL)
"""The part of a path that selects a row."""
WITHIN = re.compile(r"(project|milestone)_id=")
"""The filters that keep a list within what is ours."""
TRIED_ANSWERS = 6
"""The number of last answers that are compared where a judgement does not say which it looked at."""


@dataclass(frozen=True)
class Judged:
    """A violation to be explained: its basis, the recorded answers, and those of the reference."""

    basis: Basis
    steps: Sequence[int]
    recorded: Trace
    reference: Trace
    ids: KnownIds
    sent: str
    """The texts that were sent."""

    def candidates(self) -> Iterator[Check]:
        """Yield checks that may show the violation, the most telling first."""
        return (check for check in self._guesses() if not self._hangs_on_order(check))

    def _hangs_on_order(self, check: Check) -> bool:
        """Tell if a check wants a row at a place in a list whose order is not documented, or not of our making.

        The title of the default is the deployment's own, so that nobody knows its place among titles.
        """
        match check:
            case AllOf(parts) | AnyOf(parts):
                return any(self._hangs_on_order(part) for part in parts)
            case ValueIs(step, path, row=None) if IN_A_ROW.match(path):
                answer = self._answer(step)
                if "sort=milestone_title" in answer.exchange.query:
                    return not WITHOUT_DEFAULT.search(answer.exchange.query)
                return "sort=" not in answer.exchange.query and answer.count("data") > 1
        return False

    def _guesses(self) -> Iterator[Check]:
        basis = self.basis
        if basis.exchange is not None and self._answer(basis.exchange).exchange.cut_short:
            yield IsWhole(basis.exchange)
        elif basis.alternatives:
            yield from self._orders(basis.alternatives)
        elif basis.exchange is not None and basis.allowed:
            yield StatusIs(basis.exchange, basis.allowed)
        elif basis.exchange is not None:
            yield from self._in_answer(basis.exchange, basis.path)
        elif basis.subject:
            yield from self._from_values()
        else:
            for step in self.steps[: -TRIED_ANSWERS - 1 : -1]:
                yield from self._in_answer(step, "")

    def _orders(self, alternatives: Sequence[Sequence[int]]) -> Iterator[Check]:
        """Yield that the last list shows its rows in one of some orders."""
        refs = [[self.ids.find("milestones", str(member)) for member in order] for order in alternatives]
        if all(ref is not None for order in refs for ref in order):
            yield AnyOf(
                tuple(
                    AllOf(
                        tuple(ValueIs(self.steps[-1], f"data.{row}.id", (ref,)) for row, ref in enumerate(order) if ref)
                    )
                    for order in refs
                )
            )

    # Two values that should be equal

    def _from_values(self) -> Iterator[Check]:
        unequal = list(differences(self.basis.actual, self.basis.expected))
        whole = [next(self._explain(difference, named=True), None) for difference in unequal]
        checks = tuple(check for check in whole if check is not None)
        # What several answers show would take several calls; one of them is enough.
        if 1 < len(checks) == len(unequal) and len({step for check in checks for step in steps_of(check)}) == 1:
            yield AllOf(checks)
        for difference in unequal:
            yield from self._explain(difference, named=True)
        for step in self.steps[: -TRIED_ANSWERS - 1 : -1]:
            yield from self._in_answer(step, "")
        for step in self.steps:
            yield from self._taken_ids(step)
        for difference in unequal:
            yield from self._explain(difference, named=False)

    def _explain(self, difference: Difference, *, named: bool) -> Iterator[Check]:
        """Yield checks of a difference, at places called as it is, or at any that have its value."""
        if difference.kind == "value":
            for step, path in self._places(difference, named):
                for expected in self._operands(step, path, difference.expected):
                    yield from self._at(step, path, expected)
                if is_instant(text_of(difference.expected)):
                    for ref in self._shown(difference.expected, step):
                        yield IsNotBefore(step, path, (ref,), self.basis.slack)
                    yield IsInstant(step, path)
        else:
            yield from self._explain_member(difference)

    def _places(self, difference: Difference, named: bool) -> Iterator[tuple[int, str]]:
        """Yield where an actual value was shown, the last place first."""
        name = difference.place.rpartition(".")[2].partition("[")[0]
        wanted = text_of(difference.actual)
        if difference.record is not None and name:
            yield from self._places_in_record(name, str(difference.record), wanted)
            return
        words = {name} if name else set(self.basis.subject.replace(",", " ").split())
        for step in reversed(self.steps):
            for path, leaf in self._answer(step).flat.items():
                last = path.rpartition(".")[2]
                is_named = last in words or f"{last}s" in words
                counts = path == "data" and "rows" in words
                scalar = leaf.type not in ("array", "object") and path not in ("message", ".")
                if leaf.text == wanted and is_named is named and (scalar or counts):
                    yield step, path

    def _places_in_record(self, name: str, record: str, wanted: str) -> Iterator[tuple[int, str]]:
        for step in reversed(self.steps):
            answer = self._answer(step)
            for path, leaf in answer.flat.items():
                owner, _, last = path.rpartition(".")
                if last == "id" and leaf.text == record and owner.split(".")[-1] in ("data", *map(str, range(200))):
                    for column in FIELD_PATHS.get(name, (name,)):
                        place = f"{owner}.{column}"
                        if answer.at(place).text in (wanted, "") and (wanted == "null" or answer.at(place).text):
                            yield step, place

    def _operands(self, step: int, path: str, expected: object) -> Iterator[Template]:
        """Yield what a value is to be compared with: an id, another answer's value, or a text."""
        text = text_of(expected)
        kind = kind_at(self._answer(step).exchange, SELECTED.sub("", path))
        if kind and (ref := self.ids.find(kind, text)):
            yield (ref,)
            return
        if self._is_telling(text):
            yield tuple(label_parts(text))
        column = path.rpartition(".")[2]
        for earlier in self.steps:
            for place, leaf in self._answer(earlier).flat.items():
                if leaf.text == text and place.rpartition(".")[2] == column and (earlier, place) != (step, path):
                    yield (Ref(earlier, place),)
                    break

    def _shown(self, instant: object, last: int) -> Iterator[Ref]:
        """Yield where an instant was shown in an answer before one, each answer's first place alone."""
        for step in self.steps:
            places = (path for path, leaf in self._answer(step).flat.items() if leaf.text == text_of(instant))
            if step < last and (path := next(places, None)):
                yield Ref(step, path)

    def _explain_member(self, difference: Difference) -> Iterator[Check]:
        member = difference.actual if difference.kind == "extra" else difference.expected
        text = text_of(member)
        for step in reversed(self.steps):
            answer = self._answer(step)
            if answer.at("data").type != "array":
                continue
            rows = range(answer.count("data"))
            if difference.kind == "extra" and text in column_of(answer, "id"):
                yield from self._uniform_columns(step)
            for column in ("id", "title", "milestone.id"):
                shown = text in column_of(answer, column)
                if shown is (difference.kind == "extra"):
                    for expected in self._operands(step, f"data.0.{column}", member):
                        if not any(isinstance(part, Ref) and part.step == step for part in expected):
                            yield RowsHave(step, column, expected, negated=shown)
            if isinstance(self.basis.expected, list | tuple) and isinstance(self.basis.actual, list | tuple):
                surplus = len(self.basis.actual) - len(self.basis.expected)
                yield ValueIs(step, "data", (str(len(rows) - surplus),))

    def _uniform_columns(self, step: int) -> Iterator[Check]:
        """Yield the columns of a list that have one value in all rows on the right mock, and several here."""
        right, actual, meant = self.reference.answers.get(step), self._answer(step), self._meanings()
        columns = [path.removeprefix("data.0.") for path in (right.flat if right else {}) if path.startswith("data.0.")]
        # What says whose the rows are comes first.
        for column in sorted(columns, key=lambda column: "project" not in column and "milestone" not in column):
            values = set(column_of(right, column)) if right else set()
            if len(values) != 1 or len(set(column_of(actual, column))) < 2:
                continue
            kind, value = kind_at(actual.exchange, f"data.0.{column}"), values.pop()
            if ref := meant.get((kind, value)):
                yield EveryRowHas(step, column, (ref,))
            elif not kind and self._is_telling(value):
                yield EveryRowHas(step, column, tuple(label_parts(value)))

    def _taken_ids(self, step: int) -> Iterator[Check]:
        """Yield that an id is not that of an earlier record, where two have the same."""
        answer = self._answer(step)
        for place, leaf in answer.flat.items():
            ref = self.ids.places.get((kind_at(answer.exchange, place), leaf.text))
            if ref is not None and ref.step < step and re.fullmatch(r"data\.(\d+\.)?id", place):
                yield from (replace(check, negated=True) for check in self._at(step, place, (ref,)))

    # Two answers to the same call

    def _in_answer(self, step: int, path: str) -> Iterator[Check]:
        """Yield what differs in an answer from the reference's, at a path and below it."""
        actual, expected = self._answer(step), self.reference.answers.get(step)
        if expected is None:
            return
        if actual.exchange.method == "GET" and actual.exchange.ok is not expected.exchange.ok and not path:
            # With which status a write is refused, and whether at all, is often open.
            yield StatusIs(step, _alike(expected.exchange.status or 0))
        if (actual.exchange.status or 0) >= 500:
            yield StatusIs(step, BELOW_500)
        if not actual.is_json:
            yield IsJson(step)
        if "json" not in actual.exchange.headers.get("content-type", ""):
            yield HeaderHas(step, "content-type", "json")
        for name in JUDGED_HEADERS & expected.exchange.headers.keys() - actual.exchange.headers.keys():
            yield HeaderHas(step, name)
        # Elsewhere than where a judgement looked, fields may be there or not that are not documented.
        if path:
            yield from self._typed_differences(step, path, actual, expected)
        if path or not _is_account_wide(actual):
            yield from self._value_differences(step, path, actual, expected)
        # Any success is as good as another one, unless it is all that differs.
        if actual.exchange.ok and expected.exchange.ok:
            yield StatusIs(step, (str(expected.exchange.status),))

    def _typed_differences(self, step: int, path: str, actual: Answer, expected: Answer) -> Iterator[Check]:
        for place, leaf in expected.flat.items():
            if place.startswith(path) and actual.at(place).type != leaf.type:
                yield TypeIs(step, place, leaf.type)
        for place in actual.flat:
            if place.startswith(path) and expected.at(place) == NOTHING:
                yield TypeIs(step, place, "")

    def _value_differences(self, step: int, path: str, actual: Answer, expected: Answer) -> Iterator[Check]:
        meant = self._meanings()
        for place, leaf in expected.flat.items():
            if lent := LENT.get(_column(place)):
                yield from self._lent(step, place, lent, leaf.text)
            if not _is_comparable(place, path) or place == "message" or leaf.type == "object":
                continue
            kind = kind_at(expected.exchange, place)
            if kind and (ref := meant.get((kind, leaf.text))):
                yield from self._at(step, place, (ref,))
            elif is_instant(leaf.text):
                yield IsInstant(step, place)
            elif leaf.text != actual.at(place).text and not kind and self._is_telling(leaf.text):
                yield from self._at(step, place, tuple(label_parts(leaf.text)))

    def _lent(self, step: int, place: str, names: Sequence[str], value: str) -> Iterator[Check]:
        """Yield that a task names the record that the reference's task names, by what was lent there and here."""
        for name in names:
            if str(self.reference.prerequisites.get(name)) == value:
                yield from self._at(step, place, (Prerequisite(name),))

    def _at(self, step: int, path: str, expected: Template) -> Iterator[ValueIs]:
        """Yield that a place has a value; a row first by what is its own, since its index may be another next time."""
        answer = self._answer(step)
        if (own := selected(answer, path)) != path:
            yield ValueIs(step, own, expected)
        _, _, column = path.removeprefix("data.").partition(".")
        row = f"{path.removesuffix(column)}id"
        made = self.ids.places.get((kind_at(answer.exchange, row), answer.at(row).text))
        if column and column != "id" and made is not None and made.step < step and made.path == "data.id":
            yield ValueIs(step, column, expected, row=made)
        yield ValueIs(step, path, expected)

    def _is_telling(self, text: str) -> bool:
        """Tell if a text can be expected of any deployment: a number, a documented word, or one that was sent.

        Others are a deployment's own, such as the title of the default.
        """
        is_ours = any(isinstance(part, Label) for part in label_parts(text))
        is_sent = text in self.sent or json.dumps(text, ensure_ascii=False)[1:-1] in self.sent
        return text in DOCUMENTED_WORDS or bool(NUMBER.fullmatch(text)) or is_ours or is_sent

    def _meanings(self) -> dict[tuple[str, str], Ref]:
        """Return the references whose values are the ids of the reference's answers."""
        meant: dict[tuple[str, str], Ref] = {}
        for (kind, _), ref in self.ids.places.items():
            answer = self.reference.answers.get(ref.step)
            if answer is not None and (text := answer.at(ref.path).text):
                meant.setdefault((kind, text), ref)
        return meant

    def _answer(self, step: int) -> Answer:
        return self.recorded.answers[step]


def _column(place: str) -> str:
    """Return the column of a record at a place of an answer: `title` of `data.3.title`; empty for the record itself."""
    return re.sub(r"^data(\.\d+(?=\.|$))?\.?", "", place)


def _is_comparable(place: str, path: str) -> bool:
    """Tell if the reference says what is to be at a place: where a judgement looked, it does whatever is there."""
    if path or not place.startswith("data"):
        return place.startswith(path)
    return re.sub(r"\.\d+$", "", _column(place)) in COMPARABLE


def _is_account_wide(answer: Answer) -> bool:
    """Tell if an answer lists records of the whole account, which are not of our making."""
    exchange = answer.exchange
    return exchange.operation in ("listTasks", "listProjects") and not WITHIN.search(exchange.query)


def text_of(value: object) -> str:
    """Return a value as answers show it."""
    if value is None or isinstance(value, bool | int | float | str):
        scalar: Json = value
        return to_leaf(scalar).text
    return repr(value)


def _alike(status: int) -> tuple[str, ...]:
    return ("2??",) if 200 <= status < 300 else (str(status),)
