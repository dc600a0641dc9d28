"""Find the check of a reproduction: the part of an answer that shows the violation.

A candidate must fail on the recorded answers and hold on a mock known to be correct, so that a wrong guess is rejected
before anybody sees it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from conformance.reproduction.checks import (
    AllOf,
    AnyOf,
    Check,
    EveryRowHas,
    IsInstant,
    IsNotBefore,
    IsWhole,
    RowsHave,
    StatusIs,
    ValueIs,
    column_of,
    is_instant,
    simple_checks,
    steps_of,
    texts_of,
)
from conformance.reproduction.comparison import LENT, compare_answers, lent
from conformance.reproduction.derivation import ids_in_path, kind_at, label_parts, selected
from conformance.reproduction.judged import IN_A_ROW, Judged, text_of
from conformance.reproduction.program import Ref, Template, refs_in
from conformance.results.difference import Difference, differences

FIELD_PATHS = {
    "created": ("dates.created",),
    "updated": ("dates.updated",),
    "status_id": ("status.id", "status_id"),
    "milestone_id": ("milestone.id", "milestone_id"),
    "project_id": ("project_id", "project.id"),
    "milestone_name": ("milestone.name",),
}
"""The paths in answers of the model's fields that have another name there."""
WITHOUT_DEFAULT = re.compile(r"search=|type=categorised")
"""Matches the filters that leave the default out of a list."""
SELECTED = re.compile(r"\[.*\]", re.DOTALL)
"""Matches the part of a path that selects a row."""
PAGE = re.compile(r"&?page=\d+")
TRIED_ANSWERS = 6
"""The number of last answers to compare if a judgement does not say which it examined."""


@dataclass(frozen=True)
class Synthesis:
    """The search for a check that shows a violation."""

    judged: Judged

    def candidates(self) -> Iterator[Check]:
        """Yield checks that may show the violation, the most informative first."""
        for check in self._guesses():
            if not self._hangs_on_order(check) and not self._refers_by_index(check):
                yield check

    def _refers_by_index(self, check: Check) -> bool:
        """Return whether a check compares with a row of an earlier list that only its index tells from others.

        That a row is not shown again holds for every row of a page, so its index does not matter.
        """
        for part in simple_checks(check):
            if isinstance(part, RowsHave) and part.negated:
                continue
            refs = [ref for text in texts_of(part) for ref in refs_in(text)]
            if isinstance(part, ValueIs):
                # The record that was read must be certain, too.
                ids = ids_in_path(self.judged.answer(part.step).exchange)
                refs += [ref for kind, text in ids if (ref := self.judged.ids.find(kind, text))]
            if any(self._is_index(ref.step, ref.path) for ref in refs):
                return True
        return False

    def _is_index(self, step: int, path: str) -> bool:
        """Return whether a path goes by the index of one of several rows whose order is undocumented."""
        answer = self.judged.answer(step)
        return bool(IN_A_ROW.match(path)) and "sort=" not in answer.exchange.query and answer.count("data") > 1

    def _hangs_on_order(self, check: Check) -> bool:
        """Return whether a check needs the index of a row in a list whose order is undocumented or unpredictable.

        The title of the default is the deployment's own, so its place among sorted titles is unknown.
        """
        match check:
            case AllOf(parts) | AnyOf(parts):
                return any(self._hangs_on_order(part) for part in parts)
            case ValueIs(step, path, row=None) if IN_A_ROW.match(path):
                answer = self.judged.answer(step)
                if "sort=milestone_title" in answer.exchange.query:
                    return not WITHOUT_DEFAULT.search(answer.exchange.query)
                return self._is_index(step, path)
        return False

    def _guesses(self) -> Iterator[Check]:
        basis = self.judged.basis
        if basis.exchange is not None and self.judged.answer(basis.exchange).exchange.cut_short:
            yield IsWhole(basis.exchange)
        elif basis.alternatives:
            yield from self._orders(basis.alternatives)
        elif basis.exchange is not None and basis.allowed:
            yield StatusIs(basis.exchange, basis.allowed)
        elif basis.exchange is not None:
            if not basis.path:
                yield from self._uniform_columns(basis.exchange)
            yield from compare_answers(self.judged, basis.exchange, basis.path)
        elif basis.subject:
            yield from self._from_values()
        else:
            for step in self.judged.steps[: -TRIED_ANSWERS - 1 : -1]:
                yield from compare_answers(self.judged, step, "")

    def _orders(self, alternatives: Sequence[Sequence[int]]) -> Iterator[Check]:
        """Yield a check that the last list shows its rows in one of the given orders."""
        refs = [[self.judged.ids.find("milestones", str(member)) for member in order] for order in alternatives]
        last = self.judged.steps[-1]
        if all(ref is not None for order in refs for ref in order):
            yield AnyOf(
                tuple(
                    AllOf(tuple(ValueIs(last, f"data.{row}.id", (ref,)) for row, ref in enumerate(order) if ref))
                    for order in refs
                )
            )

    # Differences of two values

    def _from_values(self) -> Iterator[Check]:
        unequal = list(differences(self.judged.basis.actual, self.judged.basis.expected))
        whole = [next(self._explain(difference), None) for difference in unequal]
        checks = tuple(check for check in whole if check is not None)
        # Differences in several answers would need several calls; one of them is enough.
        if 1 < len(checks) == len(unequal) and len({step for check in checks for step in steps_of(check)}) == 1:
            yield AllOf(checks)
        # Of two answers that should agree, either may be the wrong one.
        for difference in (*unequal, *differences(self.judged.basis.expected, self.judged.basis.actual)):
            yield from self._explain(difference)
        yield from self._on_two_pages()
        for step in self.judged.steps[: -TRIED_ANSWERS - 1 : -1]:
            yield from compare_answers(self.judged, step, "")
        for step in self.judged.steps:
            yield from self._taken_ids(step)

    def _on_two_pages(self) -> Iterator[Check]:
        """Yield checks that a row of one page of a list is on no later page."""
        shown: dict[tuple[str, str], Ref] = {}
        for step in self.judged.steps:
            answer = self.judged.answer(step)
            pages = PAGE.sub("", answer.exchange.query)
            for row, identifier in enumerate(column_of(answer, "id")):
                first = shown.setdefault((pages, identifier), Ref(step, f"data.{row}.id"))
                if self.judged.answer(first.step).exchange.query != answer.exchange.query:
                    yield RowsHave(step, "id", (first,), negated=True)

    def _explain(self, difference: Difference) -> Iterator[Check]:
        """Yield checks of a difference at places with its name; elsewhere a value may be the same by chance."""
        if difference.kind == "value":
            for step, path in self._places(difference):
                for expected in self._operands(step, path, difference.expected):
                    yield from self.judged.at(step, path, expected)
                if is_instant(text_of(difference.expected)):
                    for ref in self._shown(difference.expected, step):
                        yield IsNotBefore(step, path, (ref,), self.judged.basis.slack)
                    yield IsInstant(step, path)
            yield from self._lacking(difference.expected)
        else:
            yield from self._explain_member(difference)

    def _lacking(self, title: object) -> Iterator[Check]:
        """Yield checks that a list has a row with a title, for those that have none."""
        for step in reversed(self.judged.steps):
            answer = self.judged.answer(step)
            if isinstance(title, str) and answer.at("data").type == "array" and title not in column_of(answer, "title"):
                yield RowsHave(step, "title", tuple(label_parts(title)))

    def _places(self, difference: Difference) -> Iterator[tuple[int, str]]:
        """Yield the places where answers show the actual value, the latest first."""
        name = difference.place.rpartition(".")[2].partition("[")[0]
        actual = text_of(difference.actual)
        if difference.record is not None and name:
            yield from self._places_in_record(name, str(difference.record), actual)
            return
        words = {name} if name else set(self.judged.basis.subject.replace(",", " ").split())
        for step in reversed(self.judged.steps):
            for path, leaf in self.judged.answer(step).flat.items():
                last = path.rpartition(".")[2]
                is_named = last in words or f"{last}s" in words
                counts = path == "data" and "rows" in words
                scalar = leaf.type not in ("array", "object") and path not in ("message", ".")
                if leaf.text == actual and is_named and (scalar or counts):
                    yield step, path

    def _places_in_record(self, name: str, record: str, actual: str) -> Iterator[tuple[int, str]]:
        for step in reversed(self.judged.steps):
            answer = self.judged.answer(step)
            for path, leaf in answer.flat.items():
                owner, _, last = path.rpartition(".")
                if last == "id" and leaf.text == record and owner.split(".")[-1] in ("data", *map(str, range(200))):
                    for column in FIELD_PATHS.get(name, (name,)):
                        place = f"{owner}.{column}"
                        if answer.at(place).text in (actual, "") and (actual == "null" or answer.at(place).text):
                            yield step, place

    def _operands(self, step: int, path: str, expected: object) -> Iterator[Template]:
        """Yield the operands to compare a value with: a reference to an id or another answer's value, or a text."""
        text = text_of(expected)
        kind = kind_at(self.judged.answer(step).exchange, SELECTED.sub("", path))
        if kind and (ref := self.judged.ids.find(kind, text)):
            yield (ref,)
            yield from self._listed(step, text)
            return
        if self.judged.is_telling(text):
            yield tuple(label_parts(text))
        column = path.rpartition(".")[2]
        for earlier in self.judged.steps:
            for place, leaf in self.judged.answer(earlier).flat.items():
                if leaf.text == text and place.rpartition(".")[2] == column and (earlier, place) != (step, path):
                    yield (Ref(earlier, selected(self.judged.answer(earlier), place)),)
                    break

    def _listed(self, last: int, identifier: str) -> Iterator[Template]:
        """Yield the rows of an id in earlier lists; a deployment that leaves a record out of all lists has none."""
        for step in self.judged.steps:
            answer = self.judged.answer(step)
            ids = column_of(answer, "id") if step < last else []
            if identifier in ids and not IN_A_ROW.match(path := selected(answer, f"data.{ids.index(identifier)}.id")):
                yield (Ref(step, path),)

    def _shown(self, instant: object, last: int) -> Iterator[Ref]:
        """Yield the first place in each earlier answer that shows an instant."""
        for step in self.judged.steps:
            places = (path for path, leaf in self.judged.answer(step).flat.items() if leaf.text == text_of(instant))
            if step < last and (path := next(places, None)):
                yield Ref(step, path)

    def _explain_member(self, difference: Difference) -> Iterator[Check]:
        member = difference.actual if difference.kind == "extra" else difference.expected
        text = text_of(member)
        for step in reversed(self.judged.steps):
            answer = self.judged.answer(step)
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
            if isinstance(self.judged.basis.expected, list | tuple) and isinstance(
                self.judged.basis.actual, list | tuple
            ):
                surplus = len(self.judged.basis.actual) - len(self.judged.basis.expected)
                yield ValueIs(step, "data", (str(len(rows) - surplus),))

    def _uniform_columns(self, step: int) -> Iterator[Check]:
        """Yield checks of the columns that have one value in all rows on the correct mock, and several here."""
        right, actual, meant = self.judged.reference.answers.get(step), self.judged.answer(step), self.judged.meanings()
        columns = [path.removeprefix("data.0.") for path in (right.flat if right else {}) if path.startswith("data.0.")]
        # Columns that tell the owner of the rows come first.
        for column in sorted(columns, key=lambda column: "project" not in column and "milestone" not in column):
            values = set(column_of(right, column)) if right else set()
            if len(values) != 1 or len(set(column_of(actual, column))) < 2:
                continue
            kind, value = kind_at(actual.exchange, f"data.0.{column}"), values.pop()
            if ref := meant.get((kind, value)):
                yield EveryRowHas(step, column, (ref,))
            elif column in LENT:
                yield from (EveryRowHas(step, column, (name,)) for name in lent(self.judged, column, value))
            elif not kind and self.judged.is_telling(value):
                yield EveryRowHas(step, column, self.judged.expected_text(value))

    def _taken_ids(self, step: int) -> Iterator[Check]:
        """Yield checks that an id differs from that of an earlier record, if two have the same."""
        answer = self.judged.answer(step)
        for place, leaf in answer.flat.items():
            ref = self.judged.ids.places.get((kind_at(answer.exchange, place), leaf.text))
            if ref is not None and ref.step < step and re.fullmatch(r"data\.(\d+\.)?id", place):
                yield from (replace(check, negated=True) for check in self.judged.at(step, place, (ref,)))
