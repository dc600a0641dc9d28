"""Compare an answer with the reference's answer to the same call, and turn each difference into a check."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from conformance.reproduction.answers import NOTHING, Answer
from conformance.reproduction.checks import (
    BELOW_500,
    Check,
    HeaderHas,
    IsInstant,
    IsJson,
    RowsHave,
    StandsBefore,
    StatusIs,
    TypeIs,
    ValueIs,
    column_of,
    is_instant,
)
from conformance.reproduction.derivation import OTHER_PRIORITIES, OTHER_STATUSES, kind_at
from conformance.reproduction.judged import Judged
from conformance.reproduction.program import Prerequisite, Ref

JUDGED_HEADERS = frozenset({"allow", "location", "retry-after"})
"""Headers whose absence may be a violation; any other may come from a server in front of the deployment."""
COMPARABLE = frozenset(
    {
        *("", "id", "title", "project_id", "type", "color", "position", "tasks_count", "description"),
        *("active_state", "assigned", "tags", "project.id", "project.title", "milestone.id", "milestone.name"),
        *("dates.created", "dates.updated", "dates.start", "dates.due"),
    }
)
"""Fields of records that must equal the reference's; others depend on existing records, such as statuses."""
LENT = {
    "status.id": ("status_id", *OTHER_STATUSES),
    "priority.id": ("priority_id", *OTHER_PRIORITIES),
    "client.id": ("client_id",),
    "category.id": ("category_id",),
}
"""The existing records that a program refers to, by the field of a task or a project that names them."""
DEFAULT = "uncategorised"
LISTS_OF_RECORDS = frozenset({"listMilestones", "listTasks", "listProjects"})
"""The operations that list documented records."""
SORT = re.compile(r"sort=milestone_(\w+)")
"""Matches the column that a list is sorted by."""
WITHIN = re.compile(r"(project|milestone)_id=")
"""Matches the filters that limit a list to records of the run's own."""


def compare_answers(judged: Judged, step: int, path: str) -> Iterator[Check]:
    """Yield checks of the differences between an answer and the reference's, at a path and below it."""
    actual, expected = judged.answer(step), judged.reference.answers.get(step)
    if expected is None:
        return
    yield from _form_differences(step, path, actual, expected)
    # Undocumented fields may be present or not, except where the judgement looked.
    if path:
        yield from _typed_differences(step, path, actual, expected)
    if not path and actual.exchange.operation in LISTS_OF_RECORDS:
        yield from _row_differences(judged, step, actual, expected)
    if path or not _is_account_wide(actual):
        yield from _value_differences(judged, step, path, actual, expected)
    if path and actual.at(path).type == expected.at(path).type == "string":
        # Which word is right may depend on the deployment; the one that was judged is not.
        yield ValueIs(step, path, (actual.at(path).text,), negated=True)
    # A different success status only matters if nothing else differs.
    if actual.exchange.ok and expected.exchange.ok:
        yield StatusIs(step, (str(expected.exchange.status),))


def _form_differences(step: int, path: str, actual: Answer, expected: Answer) -> Iterator[Check]:
    """Yield checks of the status, the headers and the form of the body."""
    if actual.exchange.method == "GET" and actual.exchange.ok is not expected.exchange.ok and not path:
        # Whether a write is refused, and with which status, is often an open point.
        yield StatusIs(step, _alike(expected.exchange.status or 0))
    if (actual.exchange.status or 0) >= 500:
        yield StatusIs(step, BELOW_500)
    if not actual.is_json:
        yield IsJson(step)
    if "json" not in actual.exchange.headers.get("content-type", ""):
        yield HeaderHas(step, "content-type", "json")
    for name in JUDGED_HEADERS & expected.exchange.headers.keys() - actual.exchange.headers.keys():
        yield HeaderHas(step, name)


def _typed_differences(step: int, path: str, actual: Answer, expected: Answer) -> Iterator[Check]:
    for place, leaf in expected.flat.items():
        if place.startswith(path) and actual.at(place).type != leaf.type:
            yield TypeIs(step, place, leaf.type)
    for place in actual.flat:
        if place.startswith(path) and expected.at(place) == NOTHING:
            yield TypeIs(step, place, "")


def _row_differences(judged: Judged, step: int, actual: Answer, expected: Answer) -> Iterator[Check]:
    """Yield checks of the rows that both lists show, and of their order."""
    meant, rows = judged.meanings(), list(_rows_of_both(judged, actual, expected))
    yield from _surplus_rows(judged, step, actual, expected)
    for row, own, ref in rows:
        for column in sorted(COMPARABLE - {"", "id"}):
            place = f"data.{row}.{column}"
            leaf, kind = expected.at(place), kind_at(expected.exchange, place)
            if leaf == NOTHING:
                continue
            differs = leaf.text != actual.at(f"data.{own}.{column}").text and not is_instant(leaf.text)
            if kind and (record := meant.get((kind, leaf.text))):
                yield ValueIs(step, column, (record,), row=ref)
            elif differs and not kind and judged.is_telling(leaf.text):
                yield ValueIs(step, column, judged.expected_text(leaf.text), row=ref)
    if sort := SORT.search(actual.exchange.query):
        keys = [column_of(actual, column) for column in (sort[1], f"dates.{sort[1]}")]
        ours = [(own, ref) for _, own, ref in rows if actual.at(f"data.{own}.type").text != DEFAULT]
        for (before, first), (after, second) in pairwise(ours):
            if before > after and any(key[before] != key[after] for key in keys):
                yield StandsBefore(step, (first,), (second,))


def _surplus_rows(judged: Judged, step: int, actual: Answer, expected: Answer) -> Iterator[Check]:
    """Yield checks that a list lacks rows that the reference's does not show on any page."""
    shown, kind = column_of(expected, "id"), kind_at(actual.exchange, "data.0.id")
    if expected.at("meta.total").text != str(len(shown)):
        return
    for identifier in column_of(actual, "id"):
        ref = judged.ids.find(kind, identifier) if kind else None
        made = judged.reference.answers.get(ref.step) if ref and ref.step < step else None
        if ref and made and made.at(ref.path).text not in ("", *shown):
            yield RowsHave(step, "id", (ref,), negated=True)


def _rows_of_both(judged: Judged, actual: Answer, expected: Answer) -> Iterator[tuple[int, int, Ref]]:
    """Yield each row in both lists: its index in the reference's list and in the deployment's, and its record."""
    meant, shown = judged.meanings(), column_of(actual, "id")
    kind = kind_at(expected.exchange, "data.0.id")
    for row, identifier in enumerate(column_of(expected, "id")):
        ref = meant.get((kind, identifier))
        if ref is not None and (own := judged.answer(ref.step).at(ref.path).text) in shown:
            yield row, shown.index(own), ref


def _value_differences(judged: Judged, step: int, path: str, actual: Answer, expected: Answer) -> Iterator[Check]:
    meant = judged.meanings()
    for place, leaf in expected.flat.items():
        for name in lent(judged, _column(place), leaf.text):
            yield from judged.at(step, place, (name,))
        if not _is_comparable(place, path) or place == "message" or leaf.type == "object":
            continue
        kind = kind_at(expected.exchange, place)
        if kind and (ref := meant.get((kind, leaf.text))):
            yield from judged.at(step, place, (ref,))
        elif is_instant(leaf.text):
            yield IsInstant(step, place)
        elif leaf.text != actual.at(place).text and not kind and judged.is_telling(leaf.text):
            yield from judged.at(step, place, judged.expected_text(leaf.text))


def lent(judged: Judged, column: str, value: str) -> Sequence[Prerequisite]:
    """Return the existing record that the reference shows in a column; none where several names are meant by it."""
    ids = judged.reference.prerequisites
    fitting = [Prerequisite(name) for name in LENT.get(column, ()) if str(ids.get(name)) == value]
    # Where the reference has fewer, it does not tell which of several names is meant.
    return fitting if len(fitting) == 1 else []


def _column(place: str) -> str:
    """Return the column of a record at a path: `title` for `data.3.title`; empty for the record itself."""
    return re.sub(r"^data(\.\d+(?=\.|$))?\.?", "", place)


def _is_comparable(place: str, path: str) -> bool:
    """Return whether the reference defines the value at a path: everything that a judgement looked at is comparable."""
    if path or not place.startswith("data"):
        return place.startswith(path or "meta")
    return re.sub(r"\.\d+$", "", _column(place)) in COMPARABLE


def _is_account_wide(answer: Answer) -> bool:
    """Return whether an answer lists records of the whole account, which the run did not make."""
    exchange = answer.exchange
    return exchange.operation in ("listTasks", "listProjects") and not WITHIN.search(exchange.query)


def _alike(status: int) -> tuple[str, ...]:
    return ("2??",) if 200 <= status < 300 else (str(status),)
