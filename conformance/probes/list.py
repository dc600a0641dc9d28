"""Undocumented limits, pages, columns, filters and searches of lists."""

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.context.property_context import PreconditionFailed, PropertyContext
from conformance.exchange import Exchange, Json
from conformance.probes.registry import observes, status_if_refused_or
from conformance.records import meta_of, milestone_of, rows_of


@dataclass(frozen=True, slots=True)
class Page:
    """The members of a page of milestones that the probes compare."""

    ids: list[int]
    per_page: int | None
    current_page: int | None
    last_page: int | None


def _page(answer: Exchange) -> Page:
    meta = meta_of(answer)
    ids = [milestone.id for row in rows_of(answer) if (milestone := milestone_of(row)) is not None]
    return Page(ids, meta.get("per_page"), meta.get("current_page"), meta.get("last_page"))


def _list(context: PropertyContext, project: int, **query: Json) -> Exchange:
    return context.client.list_milestones({"project_id": project, **query})


def _whole(context: PropertyContext, project: int, **query: Json) -> Page:
    answer = _list(context, project, **query)
    if not answer.ok:
        raise PreconditionFailed(f"the milestones could not be listed: {answer.summary}")
    return _page(answer)


def agreed(first: tuple[str, str], second: tuple[str, str]) -> str:
    """Return the behaviour that two inputs share, or a text with the behaviour of each."""
    return first[1] if first[1] == second[1] else f"{first[1]} for {first[0]}, {second[1]} for {second[0]}"


@observes(
    "list/default-page-size",
    "list/limit-below-one",
    "list/limit-above-maximum",
    "list/limit-not-a-number",
    "list/page-below-one",
    "list/page-not-a-number",
    "list/page-beyond-last",
    "list/empty-list-last-page",
    read_only=True,
)
def pages(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Request lists with limits and pages that are out of range or no numbers."""
    project = context.project()
    usual = _whole(context, project)
    yield "list/default-page-size", str(usual.per_page)

    def limited(limit: Json) -> str:
        answer = _list(context, project, limit=limit)
        size = _page(answer).per_page
        node = {usual.per_page: "default", 1: "one"}
        return status_if_refused_or(answer, node.get(size, f"a per_page of {size}"))

    yield "list/limit-below-one", agreed(("0", limited(0)), ("-5", limited(-5)))
    cap = context.contract.limit_cap
    above = _list(context, project, limit=cap + 1)
    size = _page(above).per_page
    yield "list/limit-above-maximum", status_if_refused_or(above, "capped" if size == cap else f"a per_page of {size}")
    yield "list/limit-not-a-number", limited("abc")

    def turned(page: Json) -> str:
        answer = _list(context, project, page=page)
        number = _page(answer).current_page
        return status_if_refused_or(answer, "first" if number == 1 else f"page {number}")

    yield "list/page-below-one", agreed(("0", turned(0)), ("-1", turned(-1)))
    yield "list/page-not-a-number", turned("abc")
    last = usual.last_page or 1
    beyond = _list(context, project, page=last + 7, limit=usual.per_page)
    shown_page = _page(beyond)
    number = shown_page.current_page
    shown = "empty" if not shown_page.ids else "last-page" if number == last else f"page {number}"
    yield "list/page-beyond-last", status_if_refused_or(beyond, shown)
    yield "list/empty-list-last-page", str(_whole(context, project, search=context.inputs.word()).last_page)


@observes("list/unknown-sort", "list/unknown-type", "list/unknown-parameter", read_only=True)
def unknown_words(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Request lists with an unknown column, type and parameter."""
    project = context.project()
    yield "list/unknown-sort", status_if_refused_or(_list(context, project, sort="zzz"), "ignored")
    filtered = _list(context, project, type="zzz")
    yield "list/unknown-type", status_if_refused_or(filtered, "ignored" if _page(filtered).ids else "empty")
    yield "list/unknown-parameter", status_if_refused_or(_list(context, project, zzz="1"), "ignored")


@observes("list/unsorted-order", "list/unknown-order")
def orders(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Request a list without sort and order, and one with an invalid order."""
    project, (default, *made) = context.ordered_milestones(3)
    order = [made[1], default, *made[2:], made[0]]
    context.client.reorder_milestones(order)
    by_creation = [default, *made]
    choices = {
        "position-ascending": order,
        "position-descending": order[::-1],
        "created-ascending": by_creation,
        "created-descending": by_creation[::-1],
    }
    ids = _whole(context, project, limit=len(order)).ids
    yield "list/unsorted-order", next((name for name, order in choices.items() if order == ids), f"the ids as {ids}")
    answer = _list(context, project, sort="milestone_position", order="up", limit=len(order))
    shown = {str(order): "ascending", str(order[::-1]): "descending"}.get(str(_page(answer).ids), "another order")
    yield "list/unknown-order", status_if_refused_or(answer, shown)


@observes("list/search-letter-case", "list/search-accents", "list/search-wildcards")
def searches(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Search for a title in capitals, without its accent, and with a percent sign in the middle."""
    project = context.project()
    start, end = context.inputs.word(), context.inputs.word()
    bearer = context.milestone(project, f"{start}é{end}").id

    def finds(text: str) -> bool:
        return bearer in _whole(context, project, search=text).ids

    yield "list/search-letter-case", "insensitive" if finds(start.upper()) else "sensitive"
    yield "list/search-accents", "same" if finds(f"{start}e{end}") else "distinct"
    yield "list/search-wildcards", "wildcard" if finds(f"{start}%{end}") else "literal"


@observes("list/unknown-project")
def unknown_project(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """List a deleted project, and an id beyond the range of any installation."""
    deleted = context.deleted_project()
    answers = [rows_or_status(_list(context, project)) for project in (deleted, deleted + 900_000_000)]
    yield "list/unknown-project", agreed(("a deleted one", answers[0]), ("an id too high", answers[1]))


def rows_or_status(answer: Exchange) -> str:
    return status_if_refused_or(answer, "rows" if rows_of(answer) else "empty")
